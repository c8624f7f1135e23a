/** What the loop asks of GitHub, counted by kind: each call of an installation is one of 5,000 an hour. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { label, Loop, type LoopStory } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
}, 120_000)
afterAll(() => loop.stop())

/** The calls about a repository during an act: operation -> how often, reads and writes apart. */
async function callsOf(story: LoopStory, act: () => Promise<unknown>) {
  const { requests } = loop.hub
  const before = requests.length
  await act()
  const counts = { reads: new Map<string, number>(), writes: new Map<string, number>() }
  const about = new RegExp(
    `^/(?:repos/${story.repository.fullName}|repositories/${story.record.id})`,
  )
  for (const { writes, about: of, operation = '' } of requests.slice(before)) {
    if (!about.test(of)) continue
    const counted = writes ? counts.writes : counts.reads
    counted.set(operation, (counted.get(operation) ?? 0) + 1)
  }
  return { reads: Object.fromEntries(counts.reads), writes: Object.fromEntries(counts.writes) }
}

const sum = (counts: Record<string, number>) =>
  Object.values(counts).reduce((total, count) => total + count, 0)

describe('the calls', () => {
  it('of one whole request are these', async () => {
    const story = await loop.repository()
    const { reads, writes } = await callsOf(story, async () => {
      const { run } = await story.dispatched()
      // It takes its time, and what was read just now is old when it ends.
      loop.clock += 600_000
      await story.end(run)
      await loop.idle()
    })
    expect(writes).toEqual({
      'actions/create-workflow-dispatch': 1,
      'issues/create-comment': 1,
      'checks/create': 1,
      // Comment and check together.
      'graphql/Show': 1,
      'git/create-tree': 1,
      'git/create-commit': 1,
      'git/create-ref': 1,
      'pulls/create': 1,
    })
    expect(reads).toEqual({
      'graphql/Gate': 1,
      'repos/get-collaborator-permission-level': 1,
      // When the run has ended, and when its amendment is told.
      'graphql/PullRequest': 2,
      'actions/get-workflow-run': 1,
      'actions/list-jobs-for-workflow-run-attempt': 1,
      'actions/list-workflow-run-artifacts': 1,
      'actions/download-artifact': 1,
      'graphql/Base': 1,
      'graphql/BeforeWrite': 1,
    })
    expect(sum(reads)).toBeLessThanOrEqual(10)
    expect(sum(writes)).toBeLessThanOrEqual(8)
  })

  it('of a label that is not ours are none', async () => {
    const story = await loop.repository()
    const { pull } = await story.dispatched()
    const calls = await callsOf(story, async () => {
      await story.repository.addLabel(pull, 'documentation', 'alice')
      await loop.idle()
    })
    expect(calls).toEqual({ reads: {}, writes: {} })
  })
})

describe('a job that is given up', () => {
  it('was tried as often as is allowed, and no more, and that is told', async () => {
    const few = await Loop.start({ tries: 3 })
    try {
      const story = await few.repository()
      const operation = 'actions/create-workflow-dispatch'
      few.hub.faults.add({ match: { operation }, when: 'before', status: 500, times: 10 })
      const pull = await story.pullRequest()
      await story.repository.addLabel(pull, label, 'alice')
      await few.idle()
      expect(few.hub.faults.fired).toHaveLength(3)
      expect(await story.request(pull.number, pull.head.sha)).toMatchObject({ state: 'failed' })
      expect(story.comments(pull.number)).toEqual([
        expect.stringMatching(/tried again and again.*GitHub answered 500/s),
      ])
      expect(story.checks(pull.head.sha)).toMatchObject([{ conclusion: 'neutral' }])
    } finally {
      await few.stop()
    }
  }, 180_000)
})
