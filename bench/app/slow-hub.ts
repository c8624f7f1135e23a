/**
 * A stand-in of GitHub that takes its time for each answer, with repositories, pull requests, and a
 * file of the deliveries that a load is made of.
 *
 *     node bench/app/slow-hub.ts <milliseconds> <repositories> <pull requests of each> <file>
 *
 * prints where it is; what it is told on standard input is where the app listens.
 */
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHub } from '../../demo/hub/index.ts'
import { runPayload } from '../../demo/hub/payloads.ts'
import { label, Story } from '../../test/app/loop.ts'

const [latency = 0, repositories = 1, pulls = 1] = process.argv.slice(2, 5).map(Number)
const file = process.argv[5] ?? ''

const hub = await startHub()
const stories = await Promise.all(
  Array.from({ length: repositories }, async (_, index) => {
    const story = await Story.begin(hub, {}, `loaded-${index}`)
    for (let n = 0; n < pulls; n++) {
      const pull = await story.pullRequest(`topic-${n}`)
      await story.repository.addLabel(pull, 'documentation', 'alice')
      await story.repository.addLabel(pull, label, 'alice')
      await story.repository.comment(pull, 'Looks good.', 'alice')
      await story.repository.comment(pull, '/codicil status', 'alice')
    }
    const { url } = hub
    const at = `${url}/repos/${story.repository.fullName}/actions/workflows/codicil.yml/dispatches`
    const inputs = { request: 'x', 'pull-request': '1', sha: 'x', base: 'x', runner: 'x' }
    await fetch(at, {
      method: 'POST',
      headers: { authorization: `Bearer ${hub.tokenOf('alice')}` },
      body: JSON.stringify({ ref: 'main', inputs }),
    })
    const [run] = story.runs()
    if (!run) throw new Error('No run was started.')
    run.status = 'completed'
    hub.webhooks.event(story.record, 'workflow_run', await runPayload(hub.stage, run, 'completed'))
    // Pushes to main come from commits that nobody reads.
    await story.repository.push('main', { 'b.txt': 'b\n' }, 'alice')
    return story
  }),
)
await hub.settled()

const kinds: Record<string, { event: string; body: string }[]> = {}
for (const { event, action, payload, body } of hub.webhooks.deliveries) {
  const { label: given, comment } = payload as {
    label?: { name: string }
    comment?: { body: string }
  }
  const what = given?.name ?? (comment?.body.startsWith('/') ? 'command' : '')
  const kind = [event, action, what].filter(Boolean).join(' ')
  ;(kinds[kind] ??= []).push({ event, body })
}
writeFileSync(file, JSON.stringify({ secret: hub.app.webhookSecret, kinds }))
hub.webhooks.deliveries.length = 0

// What is labelled in the load is not labelled yet for whoever looks by himself.
for (const { record } of stories) for (const pull of record.pulls.values()) pull.labellings = []

if (latency > 0) {
  const held = () => sleep(latency)
  hub.faults.add({ match: {}, when: 'before', status: 'held', times: Infinity, held })
  // Nobody looks at what has happened, and it would fill the memory.
  setInterval(() => {
    hub.faults.fired.length = 0
    hub.requests.length = 0
    hub.webhooks.deliveries.length = 0
  }, 1000)
}
process.stdout.write(`${JSON.stringify({ url: hub.url, app: hub.app })}\n`)
createInterface(process.stdin).on('line', (url) => hub.connect(url))
