/**
 * How long requests of many repositories take from their label to their run while one repository
 * hangs in every call, and while it does not: in turns, on the same app.
 *
 *     node bench/app/fairness.ts [--repositories 99] [--hanging 20] [--rounds 3] [--latency 20]
 *         [--every 100] [--cores HUB/APP/DATABASE]
 *
 * In each round every repository gets one request, one every so many milliseconds; the one that hangs
 * gets `--hanging` at once before. An answer that never comes costs the app 30 seconds.
 */
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHub } from '../../demo/hub/index.ts'
import { startCopy } from '../../test/app/copy.ts'
import { label, Story } from '../../test/app/loop.ts'
import { end, Postgres } from '../../test/app/postgres.ts'
import { until } from '../../test/app/until.ts'
import { on, spread } from './processes.ts'

const { values } = parseArgs({
  options: {
    repositories: { type: 'string', default: '99' },
    hanging: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    latency: { type: 'string', default: '20' },
    every: { type: 'string', default: '100' },
    cores: { type: 'string', default: '//' },
  },
})
const rounds = Number(values.rounds)
const [, appCores, databaseCores] = values.cores.split('/')

const hub = await startHub()
const postgres = await Postgres.start([], on(databaseCores))
const others = await Promise.all(
  Array.from({ length: Number(values.repositories) }, (_, n) => Story.begin(hub, {}, `other-${n}`)),
)
const hanging = await Story.begin(hub, {}, 'hanging')
const app = await startCopy(hub, { DATABASE_URL: postgres.create('app') }, {}, { by: on(appCores) })
hub.connect(app.webhookUrl)
let hangs = false
const meet = hub.faults.meet.bind(hub.faults)
const path = new RegExp(`^/(repos/acme/hanging/|repositories/${hanging.record.id}\\b)`)
hub.faults.meet = (call) =>
  hangs && path.test(call.path)
    ? { match: {}, when: 'before', status: 'hang' }
    : (meet(call) ?? {
        match: {},
        when: 'before',
        status: 'held',
        held: () => sleep(Number(values.latency)),
      })

/** Milliseconds from a label to the run. */
async function dispatched(story: Story, branch: string): Promise<number> {
  const pull = await story.pullRequest(branch)
  const before = story.runs().length
  const began = performance.now()
  await story.repository.addLabel(pull, label, 'alice')
  await until(() => story.runs().length > before)
  return performance.now() - began
}

async function round(name: string): Promise<number[]> {
  const waiting = others.map(async (story, index) => {
    await sleep(index * Number(values.every))
    return dispatched(story, name)
  })
  return Promise.all(waiting)
}

await round('warm')
const alone: number[] = []
const beside: number[] = []
for (let n = 0; n < rounds; n++) {
  alone.push(...(await round(`alone-${n}`)))
  hangs = true
  for (let of = 0; of < Number(values.hanging); of++) {
    const pull = await hanging.pullRequest(`hangs-${n}-${of}`)
    await hanging.repository.addLabel(pull, label, 'alice')
  }
  await sleep(2000)
  beside.push(...(await round(`beside-${n}`)))
  hangs = false
  // What hung is tried again, and over before the next round.
  await until(() => hanging.runs().length === (n + 1) * Number(values.hanging))
}
const [p99Alone, p99Beside] = [spread(alone).p99 ?? NaN, spread(beside).p99 ?? NaN]
const result = {
  bench: 'fairness',
  ...values,
  alone: spread(alone),
  beside: spread(beside),
  ratioOfP99: Math.round((p99Beside / p99Alone) * 100) / 100,
}
process.stdout.write(`${JSON.stringify(result)}\n`)
await end(app.process)
await hub.stop()
await postgres.stop()
process.exit(0)
