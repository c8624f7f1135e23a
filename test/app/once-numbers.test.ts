/** Drafts of one document in `mode: amend`: each job knows what the others have drafted. */
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { amendOnce } from '../../app/once.ts'
import { startHub, type Hub } from '../../demo/hub/index.ts'
import type { PullRequest, WorkflowRun } from '../../demo/hub/model.ts'
import { pullPayload } from '../../demo/hub/payloads.ts'
import { label, specPath, Story } from './loop.ts'

let hub: Hub
let clock = Date.parse('2026-03-02T00:00:00Z')
beforeAll(async () => {
  hub = await startHub({ now: () => new Date(clock), app: { slug: 'github-actions' } })
})
afterAll(() => hub.stop())

const permissions = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  metadata: 'read',
  pull_requests: 'write',
} as const

async function job(story: Story, event: string, payload: unknown, run?: WorkflowRun) {
  const of = run ?? ({ id: 1, repository: story.record } as WorkflowRun)
  await amendOnce({
    event,
    payload,
    repositoryId: story.record.id,
    runId: of.id,
    apiUrl: hub.url,
    token: hub.stage.credentials.jobToken(of, permissions),
    slug: 'github-actions',
    now: () => new Date(clock),
    wait: async (milliseconds) => void (clock += milliseconds),
    log: pino({ level: 'silent' }),
    pause: 0,
  })
}

/** A labelled pull request, and the run that its job has started. */
async function asked(story: Story, branch: string): Promise<[PullRequest, WorkflowRun]> {
  const pull = await story.pullRequest(branch)
  clock += 60_000
  await story.repository.addLabel(pull, label, 'alice')
  const named = { label: hub.world.label(story.record, label) }
  const alice = hub.world.user('alice')
  const payload = await pullPayload(hub.stage, pull, 'labeled', alice, named)
  await job(story, 'pull_request_target', payload)
  const run = story.runs().at(-1)
  if (!run) throw new Error(`No run was started: ${story.comments(pull.number).join()}`)
  return [pull, run]
}

/** The job that amends, which follows the one that measured in the same run. */
async function amended(story: Story, run: WorkflowRun): Promise<void> {
  clock += 60_000
  await story.end(run, { webhook: false })
  const [measured] = run.jobs
  if (!measured) throw new Error('Nothing was measured.')
  run.jobs.push({ ...measured, name: 'amend', status: 'in_progress', conclusion: null })
  Object.assign(run, { status: 'in_progress', conclusion: null })
  await job(story, 'workflow_dispatch', { inputs: run.inputs }, run)
  Object.assign(run, { status: 'completed', conclusion: 'success' })
}

/** What the drafts take, by the branches that were measured. */
async function taken(story: Story, pulls: readonly PullRequest[]) {
  return Promise.all(
    pulls.map(async ({ number }) => {
      const amendment = story.amendments().find(({ body }) => body?.includes(`#${number}`))
      const text = String(await story.repository.file(specPath, amendment?.head.ref ?? ''))
      return [
        /^## (\d+)\. Diagnostics/m.exec(text)?.[1],
        /^\*\*Version:\*\* (.+)$/m.exec(text)?.[1],
      ].join(' v')
    }),
  )
}

it('a request takes no more calls than docs/operations.md says', async () => {
  const story = await Story.begin(hub)
  const from = hub.requests.length
  await amended(story, (await asked(story, 'first'))[1])
  const alone = hub.requests.length - from
  await amended(story, (await asked(story, 'second'))[1])
  const beside = hub.requests.length - from - alone
  expect(alone).toBeLessThanOrEqual(45)
  expect(beside - alone).toBeLessThanOrEqual(30)
})

describe('two drafts of one document', () => {
  it('take numbers and versions one after the other, and close up when one goes', async () => {
    const story = await Story.begin(hub)
    const [first, runOfFirst] = await asked(story, 'first')
    const [second, runOfSecond] = await asked(story, 'second')
    await amended(story, runOfFirst)
    await amended(story, runOfSecond)
    expect(await taken(story, [first, second])).toEqual(['3 v1.5.0', '4 v1.6.0'])
    const [amendment] = story.amendments()
    if (amendment) await story.repository.closePullRequest(amendment, 'alice')
    await job(story, 'schedule', {})
    expect(await taken(story, [second])).toEqual(['3 v1.5.0'])
  })

  it('do so in the order in which they were asked for, though the later one ended first', async () => {
    const story = await Story.begin(hub)
    const [first, runOfFirst] = await asked(story, 'first')
    const [second, runOfSecond] = await asked(story, 'second')
    await amended(story, runOfSecond)
    expect(await taken(story, [second])).toEqual(['3 v1.5.0'])
    await amended(story, runOfFirst)
    expect(await taken(story, [first, second])).toEqual(['3 v1.5.0', '4 v1.6.0'])
    expect(story.amendments()).toHaveLength(2)
    for (const { number } of [first, second]) expect(story.comments(number)).toHaveLength(1)
  })

  it('do so though neither job saw the draft of the other when it began', async () => {
    const story = await Story.begin(hub)
    const [first, runOfFirst] = await asked(story, 'first')
    const [second, runOfSecond] = await asked(story, 'second')
    // The second job draws, commits and proposes while the first one is about to propose.
    hub.faults.add({
      match: { operation: 'pulls/create' },
      when: 'before',
      status: 'held',
      held: () => amended(story, runOfSecond),
    })
    await amended(story, runOfFirst)
    expect(await taken(story, [first, second])).toEqual(['3 v1.5.0', '4 v1.6.0'])
  })
})
