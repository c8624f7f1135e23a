/**
 * Every write of the loop fails once, before or after it took effect: the same final state. The
 * stories run side by side, each in a repository of its own.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkContract } from '../contract/check.ts'
import { Loop } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

const writes = [
  'actions/create-workflow-dispatch',
  'issues/create-comment',
  'issues/update-comment',
  'checks/create',
  'checks/update',
  'git/create-tree',
  'git/create-commit',
  'git/create-ref',
  'pulls/create',
] as const
const ways = [
  { when: 'before', status: 502 },
  { when: 'after', status: 502 },
  { when: 'after', status: 'reset' },
] as const
const cases = writes.flatMap((operation) => ways.map((way) => ({ operation, ...way })))

describe('the loop', () => {
  it.concurrent.each(cases)(
    'ends the same when $operation fails with $status $when it took effect',
    async ({ operation, when, status }) => {
      const story = await loop.repository()
      const path = new RegExp(`^/repos/${story.repository.fullName}/`)
      loop.hub.faults.add({ match: { operation, path }, when, status })
      const { pull, amendment } = await story.drafted()
      expect({
        runs: story.runs().length,
        amendments: story.amendments().length,
        comments: story.comments(pull.number),
        checks: story.checks(pull.head.sha),
        parents: (await story.record.git.commit(amendment.head.sha))?.parents,
        state: (await story.request(pull.number, pull.head.sha))?.state,
      }).toEqual({
        runs: 1,
        amendments: 1,
        comments: [expect.stringContaining('**An amendment was drafted**')],
        checks: [expect.objectContaining({ status: 'completed' })],
        parents: [await story.repository.tip()],
        state: 'drafted',
      })
    },
    240_000,
  )

  it('has met every fault', () => {
    expect(loop.hub.faults.fired).toHaveLength(cases.length)
  })

  it("keeps to GitHub's own description in every request", () => {
    const { violations, inspected } = checkContract(loop.hub.requests)
    expect(violations).toEqual([])
    expect(inspected.operations.length).toBeGreaterThan(20)
  })
})
