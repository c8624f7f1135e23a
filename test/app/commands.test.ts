/** Each command and button, from its comment to its effect, by one who may and one who may not. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../app/webhooks/command.ts'
import type { PullRequest } from '../../demo/hub/model.ts'

import { label, Loop, specPath, type LoopStory } from './loop.ts'

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

/** A person presses a button of the newest check. @returns the buttons that it has now */
async function press(story: LoopStory, sha: string, button: string, login: string) {
  const check = story.checks(sha).at(-1)
  if (!check) throw new Error('There is no check.')
  if (button === 'Re-run') story.repository.rerequestCheck(check, login)
  else story.repository.pressAction(check, button, login)
  await loop.idle()
  return story
    .checks(sha)
    .at(-1)
    ?.actions.map(({ identifier }) => identifier)
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

describe('the commands about an amendment', () => {
  it('/codicil rebase brings it to the base as it stands, for one who may', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const base = await story.repository.push('main', { 'other.txt': 'other\n' }, 'bob')
    await loop.idle()
    const before = amendment.head.sha
    expect(await say(story, pull, '/codicil rebase', 'mallory')).toEqual(refused)
    expect(amendment.head.sha).toBe(before)
    expect(await say(story, pull, '/codicil rebase')).toEqual(seen)
    const commit = await story.record.git.commit(amendment.head.sha)
    expect(commit?.parents).toEqual([before, base])
    expect(story.comments(pull.number)).toHaveLength(2)
    expect(story.comments(pull.number)[1]).toMatch(/is drafted on the base as it stands now/)
    await story.look(pull.number)
    expect(amendment.head.sha).toBe(commit?.id)
  })

  it('/codicil bump raises another part of the version, for one who may', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    await say(story, pull, '/codicil bump major', 'mallory')
    expect(amendment.title).toMatch(/v1\.4\.0 → v1\.5\.0$/)
    await say(story, pull, '/codicil bump huge')
    expect(story.comments(pull.number)[1]).toContain('`/codicil bump major|minor|patch`')
    // On the amendment itself.
    expect(await say(story, amendment, '/codicil bump major')).toEqual(seen)
    expect(amendment.title).toMatch(/v1\.4\.0 → v2\.0\.0$/)
    const text = String(await story.repository.file(specPath, amendment.head.ref))
    expect(text).toContain('**Version:** 2.0.0')
  })

  it('/codicil title calls it so, for one who may, also before it is drafted and without a database', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await say(story, pull, '/codicil title Not mine', 'mallory')
    await say(story, pull, '/codicil title Ships float @ada closes #1')
    await story.end(run)
    await loop.idle()
    const [amendment] = story.amendments()
    // A character that is not seen keeps the keyword from closing anything.
    const called = 'Ships float @ ada c\u200bloses # 1'
    expect(amendment?.title).toContain(called)
    const text = String(await story.repository.file(specPath, amendment?.head.ref))
    expect(text).toMatch(/^## 3\. Ships float .*closes/m)
    const sha = amendment?.head.sha
    await loop.pglite.exec('TRUNCATE codicil.request, codicil.ask, codicil.bundle')
    await loop.sweep()
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({
      state: 'drafted',
      wanted: { title: 'Ships float @ada closes #1' },
    })
    expect(amendment).toMatchObject({ head: { sha }, title: expect.stringContaining(called) })
  })

  it('say where there is no amendment, and which commands are for the other pull request', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    await say(story, amendment, '/codicil retry')
    expect(story.comments(amendment.number)).toEqual([
      expect.stringContaining(`amendment of pull request ${pull.number}`),
    ])
    await story.repository.closePullRequest(amendment, 'alice')
    await say(story, pull, '/codicil rebase')
    expect(story.comments(pull.number).at(-1)).toContain('no open amendment')
  })
})

describe('the buttons of the check', () => {
  it.each(['Re-run', 'run-again'])(
    '%s run again what gave no evidence, for one who may',
    async (button) => {
      const story = await loop.repository()
      const { pull, run } = await story.dispatched()
      await story.end(run, { artifact: null, conclusion: 'failure' })
      await loop.idle()
      const { sha } = pull.head
      expect(await press(story, sha, button, 'mallory')).toEqual(['run-again'])
      expect(story.runs()).toHaveLength(1)
      expect(await press(story, sha, button, 'alice')).toEqual([])
      expect(story.runs()).toHaveLength(2)
    },
  )

  it('draft again, as often as they are pressed, for one who may', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const { sha } = pull.head
    for (const name of ['one', 'two']) {
      const base = await story.repository.push('main', { [name]: name }, 'bob')
      await loop.idle()
      const before = amendment.head.sha
      await press(story, sha, 'draft-again', 'mallory')
      expect(amendment.head.sha).toBe(before)
      expect(await press(story, sha, 'draft-again', 'alice')).toEqual(['draft-again'])
      const commit = await story.record.git.commit(amendment.head.sha)
      expect(commit?.parents).toEqual([before, base])
    }
    expect(story.comments(pull.number)).toHaveLength(1)
  })

  it('draft the evidence without another run when the document is mended', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    const text = String(await story.repository.file(specPath))
    await story.repository.commitFiles('main', { [specPath]: null })
    await story.end(run)
    await loop.idle()
    expect(story.amendments()).toEqual([])
    await story.repository.commitFiles('main', { [specPath]: text })
    expect(await press(story, pull.head.sha, 'draft-again', 'alice')).toEqual(['draft-again'])
    expect(story.amendments()).toHaveLength(1)
    expect(story.runs()).toHaveLength(1)
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

describe('every command', () => {
  it('of one who may not changes nothing, whoever that is, and is answered with a thumb down', async () => {
    const story = await loop.repository()
    story.repository.setPermission('reader', 'read')
    story.repository.setPermission('sorter', 'triage')
    const { pull, amendment } = await story.drafted()
    const state = async () => ({
      request: await story.request(pull.number, pull.head.sha),
      comments: [pull, amendment].map(({ number }) => story.comments(number)),
      runs: story.runs().length,
      amendment: [amendment.title, amendment.state, amendment.head.sha],
    })
    const before = await state()
    const said = ['mallory', 'reader', 'sorter'].flatMap((author) =>
      [pull, amendment].flatMap((on) =>
        commands.map((name) => story.repository.comment(on, `/codicil ${name} major`, author)),
      ),
    )
    await loop.idle()
    expect(await state()).toEqual(before)
    expect(said.map(({ reactions }) => reactions.map(({ content }) => content))).toEqual(
      said.map(() => ['-1']),
    )
    expect(said).toHaveLength(3 * 2 * commands.length)
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
