/**
 * What a sweep costs where very many requests are open, half of them waiting for their run and half
 * for somebody to merge their amendment: calls to GitHub, and time. Then what a look at all the runs
 * costs, which is due every quarter of an hour.
 *
 *     node bench/app/sweep.ts [--requests 10000] [--repositories 100] [--latency 20]
 *
 * Two requests take the whole way; the others are their copies, in the stand-in and in the database.
 */
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { requestId, type EvidenceRequest } from '../../app/index.ts'
import { label, Loop, Story } from '../../test/app/loop.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    repositories: { type: 'string', default: '100' },
    latency: { type: 'string', default: '20' },
  },
})
const repositories = Number(values.repositories)
const each = Number(values.requests) / repositories

const loop = await Loop.start()
const { hub } = loop
const first = await loop.repository()
const drafted = await first.drafted('drafted')
const waiting = await first.dispatched('waiting')
const recorded = async ({ pull }: { pull: typeof waiting.pull }) => {
  const request = await first.request(pull.number, pull.head.sha)
  if (!request) throw new Error('The request is not recorded.')
  return request
}
const [draftedRow, waitingRow] = [await recorded(drafted), await recorded(waiting)]
const known = await loop.app.queue.sql.executeSql('SELECT label FROM codicil.repository LIMIT 1')
if (known.rows.length === 0) throw new Error('The repository is not recorded.')

// What happens there is told to nobody.
hub.webhooks.connect(undefined)
for (let n = 0; n < repositories; n++) await fill(await Story.begin(hub))

/** Copies both requests into a repository, until it has as many as it should. */
async function fill(story: Story): Promise<void> {
  const { record, repository } = story
  const pull = await story.pullRequest('topic')
  await repository.addLabel(pull, label, 'alice')
  const tip = (await repository.tip()) ?? ''
  record.pulls.delete(pull.number)
  const rows: EvidenceRequest[] = []
  for (let n = 0; n < each; n++) {
    const number = ++record.lastNumber
    record.pulls.set(number, { ...pull, id: hub.world.nextId(), number })
    const id = requestId(record.id, number, pull.head.sha)
    const like = n % 2 ? draftedRow : waitingRow
    const same = { ...like, id, repositoryId: record.id, pullRequest: number, sha: pull.head.sha }
    const run = { ...waiting.run, id: hub.world.nextId(), repository: record, headSha: tip }
    record.runs.set(run.id, run)
    const mine = { ...same, run: { ...like.run, id: run.id, url: like.run?.url ?? '' } }
    if (!like.amendment) {
      rows.push(mine)
      continue
    }
    const proposal = ++record.lastNumber
    const from = { ...drafted.amendment, repository: record, id: hub.world.nextId() }
    record.pulls.set(proposal, { ...from, number: proposal, base: { ref: 'main', sha: tip } })
    const base = { ...like.amendment.base, commit: tip }
    rows.push({ ...mine, amendment: { ...like.amendment, pullRequest: proposal, base } })
  }
  const text = `INSERT INTO codicil.request (id, data) SELECT r->>'id', r FROM jsonb_array_elements($1::jsonb) r`
  await loop.pglite.query(text, [JSON.stringify(rows)])
  const looks = rows.filter(({ state }) => state === 'dispatched')
  await loop.app.queue.keys.mark(
    looks.map(({ pullRequest }) => ({
      kind: 'pull-request',
      repositoryId: record.id,
      number: pullRequest,
    })),
    new Date(Date.now() + 900_000),
  )
  await loop.app.queue.sql.executeSql(
    'INSERT INTO codicil.repository (id, installation_id, label) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET label = excluded.label',
    [record.id, waitingRow.installationId, label],
  )
}
hub.webhooks.deliveries.length = 0
hub.connect(loop.app.webhookUrl)
await loop.idle()

const held = () => sleep(Number(values.latency))
hub.faults.add({ match: {}, when: 'before', status: 'held', times: Infinity, held })

async function cost(act: () => Promise<void>) {
  // What was read just now is old.
  loop.clock += 60_000
  const from = hub.requests.length
  const began = performance.now()
  await act()
  await loop.idle()
  const seconds = Math.round((performance.now() - began) / 100) / 10
  const operations: Record<string, number> = {}
  for (const { operation = '', path } of hub.requests.slice(from)) {
    const name = operation || path
    operations[name] = (operations[name] ?? 0) + 1
  }
  return { calls: hub.requests.length - from, seconds, operations }
}

const sweep = await cost(() => loop.app.queue.look({ kind: 'app' }))
const looks = await cost(async () => {
  loop.clock += 16 * 60_000
})
const result = { bench: 'sweep', ...values, sweep, sweepAndLooks: looks }
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(0)
