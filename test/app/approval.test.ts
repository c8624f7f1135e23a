/** What a label approves: one commit, for one base branch, with what it changes about its judges. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PullRequest } from '../../demo/hub/model.ts'
import { label, Loop, type LoopStory } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

/** The author has the pull request merged into another branch. */
async function retarget(story: LoopStory, pull: PullRequest): Promise<void> {
  const sha = await story.repository.commitFiles('release', { 'r.txt': 'r\n' })
  pull.base = { ref: 'release', sha }
}

describe('a pull request whose base is changed after the label', () => {
  it('gets no amendment of the new base, and is told to be looked at there', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await retarget(story, pull)
    await story.end(run)
    await loop.idle()
    expect(story.amendments()).toEqual([])
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(
        /while this pull request was for the branch main; now it is for release/,
      ),
    ])
  })

  it('starts no run where the label is seen late', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    const { webhooks } = loop.hub
    webhooks.connect(undefined)
    await story.repository.addLabel(pull, label, 'alice')
    await loop.hub.settled()
    await retarget(story, pull)
    webhooks.connect(loop.app.webhookUrl)
    const late = webhooks.deliveries.findLast(({ action }) => action === 'labeled')
    webhooks.redeliver(late?.guid ?? '')
    await loop.idle()
    expect(story.runs()).toEqual([])
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/was for another branch when evidence was asked for/),
    ])
  })
})

describe('what the pull request changes about its judges', () => {
  it('is in the comment and in the body of the amendment', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest('topic', { 'Cargo.lock': 'x\n', 'a.txt': 'a\n' })
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    const [run] = story.runs()
    if (run) await story.end(run)
    await loop.idle()
    const said = 'itself changes what it is judged by: a lock file `Cargo.lock`.'
    expect(story.comments(pull.number)).toEqual([expect.stringContaining(said)])
    expect(story.amendments()[0]?.body).toContain(said)
  })
})
