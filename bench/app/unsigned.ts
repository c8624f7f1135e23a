/**
 * How much memory bodies cost that nobody has signed: many of GitHub's greatest size, so many at once,
 * with a signature that does not fit, and signed deliveries between them that have to be answered.
 *
 *     node bench/app/unsigned.ts [--bodies 500] [--megabytes 25] [--at-once 100]
 *         [--database postgres|embedded] [--cores SENDER/APP/DATABASE]
 */
import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startHub } from '../../demo/hub/index.ts'
import { end, freePort, Postgres } from '../../test/app/postgres.ts'
import { on, resident, spread } from './processes.ts'
import { serve } from './serve.ts'

const { values } = parseArgs({
  options: {
    bodies: { type: 'string', default: '500' },
    megabytes: { type: 'string', default: '25' },
    'at-once': { type: 'string', default: '100' },
    database: { type: 'string', default: 'postgres' },
    cores: { type: 'string', default: '//' },
  },
})
const [, appCores, databaseCores] = values.cores.split('/')
const folder = mkdtempSync(join(tmpdir(), 'codicil-unsigned-'))
const hub = await startHub()
const postgres = values.database === 'postgres' ? await Postgres.start([], on(databaseCores)) : null
const database: Record<string, string> = postgres
  ? { DATABASE_URL: postgres.create('app') }
  : { CODICIL_DATA: folder }
const port = await freePort()
const app = await serve(hub, port, database, appCores)
const url = `http://127.0.0.1:${port}/api/github/webhooks`
await sleep(3000)
const pid = app.process.pid ?? 0
const before = resident(pid)
let most = before
const watching = setInterval(() => (most = Math.max(most, resident(pid))), 20)

const chunk = Buffer.alloc(256 * 1024, 0x20)
const bytes = Number(values.megabytes) * 1_000_000
const statuses: Record<string, number> = {}

function headers(signature: string, length: number | null) {
  return {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${signature}`,
    ...(length !== null && { 'content-length': length }),
  }
}

/** Sends a body, with or without its length, until it is answered or cut off. */
function flood(nth: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const count = (status: number | string) => {
    statuses[status] = (statuses[status] ?? 0) + 1
    resolve()
  }
  const outgoing = request(url, {
    method: 'POST',
    agent: false,
    headers: headers('0'.repeat(64), nth % 2 ? bytes : null),
  })
  let answered = false
  outgoing.on('response', (response) => {
    answered = true
    response.resume()
    count(response.statusCode ?? 0)
    outgoing.destroy()
  })
  outgoing.on('error', () => !answered && count('cut off'))
  let left = bytes
  const more = () => {
    if (answered || outgoing.destroyed) return
    if (left <= 0) return void outgoing.end()
    const part = left < chunk.length ? chunk.subarray(0, left) : chunk
    left -= part.length
    if (outgoing.write(part)) setImmediate(more)
    else outgoing.once('drain', more)
  }
  more()
  return promise
}

const took: number[] = []
const flooding = new AbortController()
async function signed(over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const body = '{"action":"labeled"}'
    const signature = createHmac('sha256', hub.app.webhookSecret).update(body).digest('hex')
    const began = performance.now()
    const answer = await fetch(url, {
      method: 'POST',
      headers: headers(signature, null) as unknown as Record<string, string>,
      body,
    })
    if (answer.status === 200) took.push(performance.now() - began)
    await sleep(50)
  }
}

let nth = 0
const sender = async () => {
  while (nth < Number(values.bodies)) await flood(nth++)
}
const beside = signed(flooding.signal)
await Promise.all(Array.from({ length: Number(values['at-once']) }, sender))
flooding.abort()
await beside
await sleep(2000)
clearInterval(watching)
const result = {
  bench: 'unsigned',
  ...values,
  statuses,
  signedBetween: spread(took),
  memoryMiB: { before, most, after: resident(pid) },
}
process.stdout.write(`${JSON.stringify(result)}\n`)
await end(app.process)
await hub.stop()
await postgres?.stop()
rmSync(folder, { recursive: true, force: true })
process.exit(0)
