/** What no delivery has told of is found all the same, once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { label, Loop, specPath, type LoopStory } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

/** Something happens while the app cannot be reached. */
async function unheard(act: () => Promise<unknown>): Promise<void> {
  loop.hub.webhooks.connect(undefined)
  await act()
  await loop.hub.settled()
  loop.hub.connect(loop.app.webhookUrl)
}

/** GitHub keeps deliveries for some days only. */
function forgetDeliveries(): void {
  loop.hub.webhooks.deliveries.length = 0
}

const state = async (story: LoopStory, number: number, sha: string) =>
  (await story.request(number, sha))?.state

describe('a label whose delivery failed', () => {
  it("is found in the App's list of deliveries, and measured at the commit that it was given for", async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    await unheard(() => story.repository.addLabel(pull, label, 'alice'))
    await loop.sweep()
    expect(story.runs()).toMatchObject([{ inputs: { sha: pull.head.sha } }])
    await loop.sweep()
    expect(story.runs()).toHaveLength(1)
    expect(story.comments(pull.number)).toHaveLength(1)
  })

  it('is found on the pull request where nothing has happened there since', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    await unheard(() => story.repository.addLabel(pull, label, 'alice'))
    forgetDeliveries()
    await loop.sweep()
    expect(story.runs()).toMatchObject([{ inputs: { sha: pull.head.sha } }])
  })

  it('is not taken for a new one when the head has moved on since it was answered', async () => {
    const story = await loop.repository()
    const { pull } = await story.drafted()
    await story.repository.push('topic', { 'a.txt': 'later\n' }, 'alice')
    await loop.sweep()
    forgetDeliveries()
    await loop.sweep()
    expect(story.comments(pull.number)).toEqual([expect.stringContaining('Stale')])
    expect(story.runs()).toHaveLength(1)
  })

  it('starts nothing where somebody may have pushed since, and is asked for again', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    await unheard(async () => {
      await story.repository.addLabel(pull, label, 'alice')
      await new Promise((resolve) => setTimeout(resolve, 1100))
      await story.repository.push('topic', { 'a.txt': 'evil\n' }, 'mallory')
    })
    forgetDeliveries()
    await loop.sweep()
    await loop.sweep()
    expect(story.runs()).toEqual([])
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/give it again/)])
  })

  it('of somebody who may not ask is refused', async () => {
    const story = await loop.repository()
    story.repository.setPermission('bob', 'triage')
    const pull = await story.pullRequest()
    await unheard(() => story.repository.addLabel(pull, label, 'bob'))
    forgetDeliveries()
    await loop.sweep()
    expect(story.runs()).toEqual([])
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/bob may not/)])
  })
})

describe('a sweep', () => {
  it('finds a push, a merge and a closing that were not heard of', async () => {
    const story = await loop.repository()
    const pushed = await story.drafted('pushed')
    const merged = await story.drafted('merged')
    await unheard(async () => {
      await story.repository.push('pushed', { 'a.txt': 'pushed\n' }, 'alice')
      merged.amendment.draft = false
      await story.repository.mergePullRequest(merged.amendment, 'alice')
    })
    forgetDeliveries()
    await loop.sweep()
    const first = await story.request(pushed.pull.number, pushed.run.inputs['sha'] ?? '')
    expect(first).toMatchObject({ state: 'drafted', replacedBy: pushed.pull.head.sha })
    expect(await state(story, merged.pull.number, merged.pull.head.sha)).toBe('merged')
    // What was merged first is §4, and numbers only ever rise.
    expect(pushed.amendment.title).toContain('§5')
    await unheard(() => story.repository.closePullRequest(pushed.amendment, 'alice'))
    forgetDeliveries()
    await loop.sweep()
    expect(await story.request(pushed.pull.number, pushed.run.inputs['sha'] ?? '')).toMatchObject({
      state: 'declined',
    })
  })

  it('asks one question a repository where nothing has happened', async () => {
    const story = await loop.repository()
    await story.dispatched()
    await loop.sweep()
    const before = loop.hub.requests.length
    loop.clock += 60_000
    await loop.app.queue.look({ kind: 'repository', repositoryId: story.record.id })
    await loop.idle()
    expect(loop.hub.requests.slice(before).map(({ operation }) => operation)).toEqual([
      'pulls/list',
    ])
  })
})

describe('a database that was lost', () => {
  it('is rebuilt from what GitHub shows: nothing is run, drafted or said twice', async () => {
    const story = await loop.repository()
    const drafted = await story.drafted('drafted')
    const declined = await story.drafted('declined')
    await story.repository.closePullRequest(declined.amendment, 'alice')
    const waiting = await story.dispatched('waiting')
    const spec = String(await story.repository.file(specPath, drafted.amendment.head.ref))
    await loop.idle()
    await loop.loseDatabase()
    forgetDeliveries()
    await loop.idle()
    expect(await state(story, drafted.pull.number, drafted.pull.head.sha)).toBe('drafted')
    expect(await state(story, declined.pull.number, declined.pull.head.sha)).toBe('declined')
    expect(await state(story, waiting.pull.number, waiting.pull.head.sha)).toBe('dispatched')
    await story.end(waiting.run)
    await loop.idle()
    for (const { pull } of [drafted, declined, waiting]) {
      await story.repository.removeLabel(pull, label, 'alice')
      await story.repository.addLabel(pull, label, 'alice')
    }
    await loop.idle()
    expect(story.runs()).toHaveLength(3)
    expect(story.amendments()).toHaveLength(3)
    expect(String(await story.repository.file(specPath, drafted.amendment.head.ref))).toBe(spec)
    for (const { pull } of [drafted, declined, waiting]) {
      expect(story.comments(pull.number)).toHaveLength(1)
      expect(story.checks(pull.head.sha)).toHaveLength(1)
    }
  }, 240_000)
})
