/** Hours of waiting, by a clock that is moved. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Loop } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

const hour = 3_600_000

async function wait(hours: number): Promise<void> {
  loop.clock += hours * hour
  await loop.idle()
}

describe('a run', () => {
  it('that no runner takes is called off after a day, and which labels were wanted is said', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await wait(23)
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({ state: 'dispatched' })
    await wait(2)
    expect(run.cancelRequested).toBe(true)
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/No runner took the run within 24 hours.*label: gpu/s),
    ])
    expect(story.checks(pull.head.sha)).toMatchObject([{ status: 'completed' }])
  })

  it('that hangs is called off', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    run.status = 'in_progress'
    await wait(30)
    expect(run.cancelRequested).toBe(false)
    await wait(50)
    expect(run.cancelRequested).toBe(true)
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/did not end within 72/)])
  })

  it('that was deleted ends its request', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    story.record.runs.delete(run.id)
    await wait(1)
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/was deleted on GitHub/)])
    expect(story.checks(pull.head.sha)).toMatchObject([{ status: 'completed' }])
  })

  it('whose end was not told is found after a while', async () => {
    const story = await loop.repository()
    const { run } = await story.dispatched()
    await story.end(run, { webhook: false })
    await wait(1)
    expect(story.amendments()).toHaveLength(1)
  })
})
