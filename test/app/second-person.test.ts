/** Settings that ask for a second person, where a verdict changes what stands in the document. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PullRequest } from '../../demo/hub/model.ts'
import type { Evidence } from '../../spec-tools/index.ts'
import { label, Loop, settingsText, specPath, type LoopStory } from './loop.ts'
import { sha256 } from '../../app/core/sha256.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

const settings = `${settingsText}secondPerson: true\n`
const spec = `# Ships

**Version:** 1.4.0

## 1. Criteria

| ID | Criterion | Status |
|----|-----------|--------|
| AC-1 | Fast | PARTIAL |
`
const path = '.codicil/investigations/speed.yml'
const investigation = (flips: string) => `title: Speed
measurements: { hello: { stage: hello, metric: value } }
hypotheses:
  - { id: H1, confirm: hello < 20, refute: hello > 20${flips} }
`
const flipping = ', flips: [{ row: AC-1, to: DISCHARGED }]'

/** A pull request of mallory's that ada asked evidence for, and the amendment. */
async function drafted(given = settings, flips = flipping) {
  const story = await loop.repository({ '.github/codicil.yml': given, [specPath]: spec })
  for (const login of ['alice', 'bob']) story.repository.setPermission(login, 'write')
  story.repository.setPermission('carol', 'read')
  story.repository.setPermission('mallory', 'write')
  const text = investigation(flips)
  await story.repository.commitFiles('topic', { [path]: text }, { author: 'mallory' })
  const pull = await story.repository.openPullRequest({
    from: 'topic',
    title: 'topic',
    author: 'mallory',
  })
  await story.repository.addLabel(pull, label, 'alice')
  await loop.idle()
  const [run] = story.runs()
  if (!run) throw new Error(`No run: ${story.comments(pull.number).join()}`)
  const forge = (evidence: Evidence) => {
    evidence.investigation = {
      slug: 'speed',
      file: 'investigation.yml',
      sha256: sha256(Buffer.from(text)),
    }
  }
  const more = { 'investigation.yml': Buffer.from(text) }
  await story.end(run, { claims: { settings: given, forge, more } })
  await loop.idle()
  const [amendment] = story.amendments()
  if (!amendment) throw new Error(`No amendment: ${story.comments(pull.number).join()}`)
  return { story, pull, amendment }
}

/** The check that waits for the second person, newest first. */
const checks = (story: LoopStory, { head }: PullRequest) =>
  story
    .checks(head.sha)
    .filter(({ name }) => name === 'Codicil second person')
    .map(({ status, conclusion, output }) => [status, conclusion, output.title])
    .toReversed()

const waiting = ['in_progress', null, 'Waits for the approval of a second person']

describe('an amendment that flips a row, where a second person is asked for', () => {
  it('stays a draft until somebody else who may write has approved it', async () => {
    const { story, pull, amendment } = await drafted()
    expect(checks(story, amendment)).toEqual([waiting])
    expect(story.comments(pull.number)[0]).toContain('until a second person with write access')

    await story.repository.mergePullRequest(pull, 'alice')
    await loop.idle()
    for (const login of ['alice', 'mallory', 'carol']) {
      await story.repository.review(amendment, 'APPROVED', login)
    }
    await story.repository.review(amendment, 'COMMENTED', 'bob')
    await loop.idle()
    expect(checks(story, amendment)).toEqual([waiting])
    expect(amendment.draft).toBe(true)

    await story.repository.review(amendment, 'APPROVED', 'bob')
    await loop.idle()
    expect(checks(story, amendment)).toEqual([['completed', 'success', 'Approved by bob']])
    expect(amendment.draft).toBe(false)
    expect(story.comments(pull.number)[0]).not.toContain('until a second person')
  })

  it('waits again where its branch was changed after the approval, or it was taken back', async () => {
    const { story, amendment } = await drafted()
    await story.repository.review(amendment, 'APPROVED', 'bob')
    await story.repository.review(amendment, 'CHANGES_REQUESTED', 'bob')
    await loop.idle()
    expect(checks(story, amendment)[0]).toEqual(waiting)

    await story.repository.review(amendment, 'APPROVED', 'bob')
    await loop.idle()
    expect(checks(story, amendment)[0]).toEqual(['completed', 'success', 'Approved by bob'])
    await story.repository.push(amendment.head.ref, { 'more.txt': 'more\n' }, 'mallory')
    await loop.idle()
    expect(checks(story, amendment)).toEqual([waiting])
  })

  it('is found approved though no delivery told of it', async () => {
    const { story, amendment } = await drafted()
    loop.hub.webhooks.connect(undefined)
    await story.repository.review(amendment, 'APPROVED', 'bob')
    await loop.hub.settled()
    loop.hub.webhooks.connect(loop.app.webhookUrl)
    await loop.sweep()
    expect(checks(story, amendment)).toEqual([['completed', 'success', 'Approved by bob']])
  })
})

describe('no second person is waited for', () => {
  it.each([
    ['where nothing that stands is changed', settings, ''],
    ['where the settings do not say so', settingsText, flipping],
  ])('%s', async (_, given, flips) => {
    const { story, pull, amendment } = await drafted(given, flips)
    expect(checks(story, amendment)).toEqual([])
    await story.repository.mergePullRequest(pull, 'alice')
    await loop.idle()
    expect(amendment.draft).toBe(false)
  })
})
