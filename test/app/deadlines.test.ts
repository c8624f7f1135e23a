/** Hours of waiting, by a clock that is moved. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { label, Loop } from './loop.ts'

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

  it('that went well is looked at again until its artifact is listed', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    // GitHub's clock goes with the app's.
    run.updatedAt = new Date(Date.now() + loop.clock)
    await story.end(run, { artifact: null })
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([expect.stringContaining('is being collected')])
    story.upload(run, `codicil-evidence-${run.inputs['request']}`, await story.bundle(run))
    await wait(0.05)
    expect(story.amendments()).toHaveLength(1)
  })

  it('that went well and never has an artifact ends its request', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    run.updatedAt = new Date(Date.now() + loop.clock)
    await story.end(run, { artifact: null })
    await loop.idle()
    await wait(0.2)
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/left no artifact/)])
    expect(story.checks(pull.head.sha)).toMatchObject([{ status: 'completed' }])
  })
})

describe('a limit of GitHub', () => {
  it('is kept to for as long as it lasts, and then work goes on where it was', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    loop.hub.faults.add({
      match: { operation: 'actions/create-workflow-dispatch' },
      when: 'before',
      status: 403,
      headers: { 'retry-after': '7200' },
    })
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    await wait(1.9)
    expect(story.runs()).toEqual([])
    await wait(0.2)
    expect(story.runs()).toHaveLength(1)
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({ state: 'dispatched' })
  })
})
