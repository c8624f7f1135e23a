/** Each command and button, from its comment to its effect, by one who may and one who may not. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PullRequest } from '../../demo/hub/model.ts'
import { checkPayload } from '../../demo/hub/payloads.ts'
import { label, Loop, type LoopStory } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

/** A person writes a comment. @returns the reactions that it got */
async function say(story: LoopStory, pull: PullRequest, body: string, author = 'alice') {
  const comment = story.repository.comment(pull, body, author)
  await loop.idle()
  return comment.reactions.map(({ content, user }) => [user.login, content])
}

async function pushesButton(story: LoopStory, pull: PullRequest, login: string): Promise<void> {
  const [check] = story.checks(pull.head.sha)
  if (!check) throw new Error('There is no check.')
  const payload = checkPayload(loop.hub.stage, story.record, check, 'completed')
  const { id } = loop.hub.world.user(login)
  const sender = { ...(payload['sender'] as object), id, login, type: 'User' }
  loop.hub.webhooks.event(story.record, 'check_run', { ...payload, action: 'rerequested', sender })
  await loop.idle()
}

const seen = [['codicil[bot]', 'eyes']]
const refused = [['codicil[bot]', '-1']]

describe('/codicil run', () => {
  it('measures the head for one who may, without a label', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    expect(await say(story, pull, 'Please:\n\n/codicil run')).toEqual(seen)
    expect(story.runs()).toMatchObject([{ inputs: { sha: pull.head.sha } }])
    expect(story.comments(pull.number)).toEqual([expect.stringContaining('is being collected')])
  })

  it('does nothing for one who may not', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    expect(await say(story, pull, '/codicil run', 'mallory')).toEqual(refused)
    expect(story.runs()).toEqual([])
    expect(story.comments(pull.number)).toEqual([])
  })

  it('asks which commit is meant where the pull request has changed since', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    loop.hub.connect('http://127.0.0.1:9/nobody')
    story.repository.comment(pull, '/codicil run', 'alice')
    await loop.hub.settled()
    await sleep(1100)
    await story.repository.push('topic', { 'a.txt': 'evil\n' }, 'mallory')
    await loop.hub.settled()
    loop.hub.connect(loop.app.webhookUrl)
    await loop.sweep()
    expect(story.runs()).toEqual([])
    const short = pull.head.sha.slice(0, 12)
    expect(story.comments(pull.number)).toEqual([expect.stringContaining(`/codicil run ${short}`)])
    await say(story, pull, `/codicil run ${short}`)
    expect(story.runs()).toMatchObject([{ inputs: { sha: pull.head.sha } }])
  })
})

describe('/codicil cancel', () => {
  it('calls off a run that has begun, for one who may', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    run.status = 'in_progress'
    expect(await say(story, pull, '/codicil cancel', 'mallory')).toEqual(refused)
    expect(run.cancelRequested).toBe(false)
    expect(await say(story, pull, '/codicil cancel')).toEqual(seen)
    expect(run.cancelRequested).toBe(true)
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({ state: 'withdrawn' })
    expect(story.comments(pull.number)).toEqual([expect.stringContaining('alice called')])
  })
})

describe('/codicil retry', () => {
  it('runs again what gave no evidence, for one who may, and not what did', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, { artifact: null, conclusion: 'failure' })
    await loop.idle()
    await say(story, pull, '/codicil retry', 'mallory')
    expect(story.runs()).toHaveLength(1)
    await say(story, pull, '/codicil retry')
    expect(story.runs()).toHaveLength(2)
    const again = story.runs().at(-1)
    if (again) await story.end(again)
    await loop.idle()
    expect(story.amendments()).toHaveLength(1)
    await say(story, pull, '/codicil retry')
    expect(story.runs()).toHaveLength(2)
  })
})

describe('the button of the check', () => {
  it('runs again what gave no evidence, for one who may', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, { artifact: null, conclusion: 'failure' })
    await loop.idle()
    await pushesButton(story, pull, 'mallory')
    expect(story.runs()).toHaveLength(1)
    await pushesButton(story, pull, 'alice')
    expect(story.runs()).toHaveLength(2)
  })
})

describe('/codicil status and help', () => {
  it('are answered once each, and by nothing to one who may not', async () => {
    const story = await loop.repository()
    const { pull } = await story.dispatched()
    await say(story, pull, '/codicil status', 'mallory')
    expect(story.comments(pull.number)).toHaveLength(1)
    await say(story, pull, '/codicil status')
    await say(story, pull, '/codicil dance')
    const [, status, help] = story.comments(pull.number)
    expect(status).toContain(`${pull.head.sha.slice(0, 12)}\`: Evidence is being collected`)
    expect(help).toContain('`/codicil cancel`')
    expect(story.comments(pull.number)).toHaveLength(3)
  })
})

describe('the label', () => {
  it('taken off before the run began calls the request off, and given again starts a new one', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.repository.removeLabel(pull, label, 'alice')
    await loop.idle()
    expect(run.cancelRequested).toBe(true)
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/label was taken off/)])
    // GitHub's dates have whole seconds: a label of the same one is the one that was seen before.
    await sleep(1100)
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(2)
  })
})
