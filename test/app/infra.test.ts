import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HealthFinding } from '../../spec-tools/index.ts'
import { label, Loop } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

const busy: HealthFinding = {
  kind: 'busy',
  when: 'before',
  diagnostic: null,
  detail: 'GPU 0 (X): 9000 MiB of 24564 are in use.',
  advice: 'Wait until whatever uses the GPU has ended.',
  voids: true,
}

describe('a run whose machine could not be measured on', () => {
  it('says INFRA and what to do, amends nothing, and is run again by the next label', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, { claims: { health: [busy] } })
    await loop.idle()

    expect(story.amendments()).toEqual([])
    const [comment = ''] = story.comments(pull.number)
    expect(comment).toContain('INFRA: nothing could be measured on this machine')
    expect(comment).toContain('9000 MiB of 24564')
    expect(comment).toContain('take the label off and give it again')
    expect(story.checks(pull.head.sha)).toMatchObject([
      {
        status: 'completed',
        conclusion: 'neutral',
        output: { title: 'INFRA: nothing could be measured on this machine' },
      },
    ])

    await story.repository.removeLabel(pull, label, 'alice')
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    const [first, second, ...others] = story.runs()
    expect(others).toEqual([])
    expect(first?.id).toBe(run.id)
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({
      state: 'dispatched',
      run: { id: second?.id },
      spentRuns: [run.id],
    })

    // A late word of the first run changes nothing any more.
    await story.announce(run)
    await loop.idle()
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({ state: 'dispatched' })

    if (!second) throw new Error('The label started no other run.')
    await story.end(second)
    await loop.idle()
    expect(story.amendments()).toHaveLength(1)
  })
})
