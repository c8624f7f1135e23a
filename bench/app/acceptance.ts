/**
 * How soon deliveries are answered while the app works and GitHub is slow, beside a bare server in the
 * same run; how much memory the app holds meanwhile; and whether all that was acknowledged is stored,
 * also where the app was killed.
 *
 *     node bench/app/acceptance.ts [--rate 200] [--seconds 300] [--database postgres|embedded]
 *         [--latency 200] [--kills 0] [--repositories 20] [--pulls 20] [--cores LOAD,HUB,APP,DATABASE]
 *
 * `--cores` has four lists such as `0,1,2-3,4-5`, separated by `/`. Processes of the app are those of
 * `codicil serve`. One line of JSON comes out.
 */
import { PGlite } from '@electric-sql/pglite'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { PgBoss } from 'pg-boss'
import { end, freePort, Postgres } from '../../test/app/postgres.ts'
import { on, processor, resident, slope, startPart } from './processes.ts'
import { serve, type HubSaid } from './serve.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '300' },
    database: { type: 'string', default: 'postgres' },
    latency: { type: 'string', default: '200' },
    kills: { type: 'string', default: '0' },
    repositories: { type: 'string', default: '20' },
    pulls: { type: 'string', default: '20' },
    cores: { type: 'string', default: '///' },
  },
})
const [loadCores, hubCores, appCores, databaseCores] = values.cores.split('/')
const folder = mkdtempSync(join(tmpdir(), 'codicil-acceptance-'))
const deliveries = join(folder, 'deliveries.json')
const data = join(folder, 'data')
const kills = Number(values.kills)
const seconds = Number(values.seconds)

const postgres = values.database === 'postgres' ? await Postgres.start([], on(databaseCores)) : null
const database: Record<string, string> = postgres
  ? { DATABASE_URL: postgres.create('app') }
  : { CODICIL_DATA: data }
const part = (file: string, args: string[], cores?: string) =>
  startPart(join(import.meta.dirname, file), args, cores)

const hub = part(
  'slow-hub.ts',
  [values.latency, values.repositories, values.pulls, deliveries],
  hubCores,
)
const hubSaid = await hub.said<HubSaid>()
const bare = part('bare.ts', [], loadCores)
const { url: bareUrl } = await bare.said<{ url: string }>()
const port = await freePort()
const base = `http://127.0.0.1:${port}`

const startApp = () => serve(hubSaid, port, database, appCores)
let app = await startApp()
const webhookUrl = `${base}/api/github/webhooks`
hub.process.stdin?.write(`${webhookUrl}\n`)
// The first sweep is over, and what it has read is thrown away.
await sleep(5000)

const memory: number[] = []
const used = processor(app.process.pid ?? 0)
const watching = setInterval(
  () => {
    const { pid, exitCode, signalCode } = app.process
    if (pid && exitCode === null && signalCode === null) memory.push(resident(pid))
  },
  Math.min(10_000, (seconds * 1000) / 10),
)
const load = part(
  'load.ts',
  [webhookUrl, bareUrl, values.rate, values.seconds, deliveries],
  loadCores,
)
const figures = load.said<Record<string, unknown>>()
for (let n = 0; n < kills; n++) {
  await sleep((seconds * 1000) / (kills + 1))
  await end(app.process)
  app = await startApp()
}
const answered = await figures
clearInterval(watching)
const cpu = processor(app.process.pid ?? 0) - used
const metrics = await (await fetch(`${base}/metrics`)).text()
await end(app.process)

/** Which of what was acknowledged is not in the database. */
async function lost(): Promise<number> {
  const acknowledged = JSON.parse(readFileSync(`${deliveries}.acknowledged`, 'utf8')) as {
    repository: number
    at: string
  }[]
  const text = `SELECT repository_id::text || ' ' || (data->>'at') AS what FROM codicil.ask`
  const { rows } = await query(text)
  const stored = new Set((rows as { what: string }[]).map(({ what }) => what))
  return acknowledged.filter(({ repository, at }) => !stored.has(`${repository} ${at}`)).length
}

async function query(text: string): Promise<{ rows: unknown[] }> {
  if (!postgres) {
    const pglite = await PGlite.create(join(data, 'postgres'))
    const result = await pglite.query(text)
    await pglite.close()
    return result
  }
  const boss = new PgBoss({
    connectionString: postgres.url('app'),
    migrate: false,
    supervise: false,
    schedule: false,
  })
  await boss.start()
  const result = await boss.getDb().executeSql(text)
  await boss.stop({ graceful: false })
  return result
}

const half = memory.slice(Math.floor(memory.length / 2))
const perMinute = 60_000 / Math.min(10_000, (seconds * 1000) / 10)
const result = {
  bench: 'acceptance',
  ...values,
  ...answered,
  lost: await lost(),
  memory,
  memorySlopeMiBPerMinute: kills > 0 ? null : Math.round(slope(half) * perMinute * 10) / 10,
  processorMsPerDelivery:
    kills > 0 ? null : Math.round((cpu * 10_000) / (Number(values.rate) * seconds)) / 10,
  keysPending: Number(/^codicil_keys_pending (\d+)/m.exec(metrics)?.[1] ?? -1),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
for (const one of [hub, bare]) await end(one.process)
await postgres?.stop()
rmSync(folder, { recursive: true, force: true })
