/** What GitHub refuses, closes, cuts and lags in: the loop ends right, or says why. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Loop, label, settingsText, specPath } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

describe('a write that GitHub refuses for good', () => {
  it.each([
    [
      'a ruleset against new branches',
      { creation: /^docs\// },
      /did not let it be written.*The branch docs\/spec-3.* was refused.*creations being restricted/s,
    ],
    [
      'push protection',
      { secret: /^hello: 12\.5 ms\n$/ },
      /logs\/hello\.stdout\.txt was refused by push protection.*Secret detected in content/s,
    ],
  ])('by %s is said with its words, once', async (_, rules, said) => {
    const story = await loop.repository()
    story.repository.forbid(rules)
    const { pull, run } = await story.dispatched()
    await story.end(run)
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(said)])
    expect((await story.request(pull.number, pull.head.sha))?.state).toBe('rejected')
    expect(story.amendments()).toEqual([])
  })

  it('by an archive is said as far as GitHub lets anything be said, and not tried for ever', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    story.record.archived = true
    await story.end(run)
    await loop.idle()
    const request = await story.request(pull.number, pull.head.sha)
    expect(request).toMatchObject({
      state: 'rejected',
      problem: { details: expect.arrayContaining(['Repository was archived so is read-only.']) },
    })
  })

  it.each([
    ['of linear history', { linearHistory: /^docs\// }, /must not contain merge commits/],
    ['against moving branches', { update: /^docs\// }, /Cannot update this protected ref/],
  ])('by a ruleset %s leaves the draft as it was, and says why', async (_, rules, said) => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const { sha } = amendment.head
    story.repository.forbid(rules)
    const changed = `${String(await story.repository.file(specPath))}\nMore.\n`
    await story.repository.commitFiles('main', { [specPath]: changed })
    await loop.idle()
    await story.look(pull.number)
    expect(amendment.head.sha).toBe(sha)
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(said)])
  })

  it('because its base has another workflow leaves the draft as it was, and says which', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const { sha } = amendment.head
    story.repository.forbid({ workflows: true })
    const path = '.github/workflows/codicil.yml'
    await story.repository.commitFiles('main', {
      [path]: `${String(await story.repository.file(path))}# changed\n`,
      [specPath]: `${String(await story.repository.file(specPath))}\nMore.\n`,
    })
    await loop.idle()
    await story.look(pull.number)
    expect(amendment.head.sha).toBe(sha)
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/update workflow .*codicil\.yml.* without .*workflows.* permission/),
    ])
  })

  it('of a comment, because the conversation is locked, leaves check and amendment', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    pull.locked = true
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    await story.end(story.runs()[0]!)
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([])
    expect(story.checks(pull.head.sha)).toMatchObject([{ status: 'completed' }])
    expect(story.amendments()).toHaveLength(1)
  })

  it('of a dispatch, by a server that knows no details of runs, is said with its words', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    loop.hub.world.enterpriseVersion = '3.19.1'
    try {
      await story.repository.addLabel(pull, label, 'alice')
      await loop.idle()
    } finally {
      loop.hub.world.enterpriseVersion = null
    }
    expect(story.runs()).toEqual([])
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/did not start codicil\.yml.*not a permitted key/s),
    ])
  })

  it('because a branch is in the way of the name says so', async () => {
    const story = await loop.repository()
    await story.repository.commitFiles('docs', { 'a.txt': 'a\n' })
    const { pull, run } = await story.dispatched()
    await story.end(run)
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/The branch docs\/spec-3.* was refused.*Reference update failed/s),
    ])
  })
})

describe('a check', () => {
  it('that is completed gives way to a new one of the same name when the label asks again', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, { conclusion: 'failure', artifact: null })
    await loop.idle()
    await story.repository.removeLabel(pull, label, 'alice')
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    const [first, second, ...others] = story.checks(pull.head.sha)
    expect(others).toEqual([])
    expect(first).toMatchObject({ status: 'completed', conclusion: 'neutral' })
    expect(second).toMatchObject({ status: 'in_progress', externalId: first?.externalId })
    await story.end(story.runs().at(-1) ?? run)
    await loop.idle()
    expect(story.checks(pull.head.sha)).toHaveLength(2)
    expect(second).toMatchObject({ status: 'completed' })
  })
})

it('an amendment is no draft where GitHub has none', async () => {
  const story = await loop.repository()
  story.repository.forbid({ drafts: false })
  const { pull, amendment } = await story.drafted()
  expect(amendment).toMatchObject({ draft: false, state: 'open' })
  expect(story.comments(pull.number)).toEqual([
    expect.stringContaining(`/pull/${amendment.number}`),
  ])
})

describe('an amendment that was merged', () => {
  it('by a rebase is known as merged', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    amendment.draft = false
    await story.repository.mergePullRequest(amendment, 'alice', 'rebase')
    await loop.idle()
    expect((await story.request(pull.number, pull.head.sha))?.state).toBe('merged')
    expect(String(await story.repository.file(specPath))).toContain('## 3. ')
  })

  it('is known as merged although its own text was in the way of a draft before', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const { id = '' } = (await story.request(pull.number, pull.head.sha)) ?? {}
    const problem = { code: 'already-amended', message: 'In the way.', details: [] }
    await loop.put(id, { problem })
    amendment.draft = false
    await story.repository.mergePullRequest(amendment, 'alice')
    await loop.idle()
    expect(await loop.app.store.find(id)).toMatchObject({ state: 'merged', problem: null })
  })

  it('leaves draft by GraphQL when its pull request is merged', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    expect(amendment.draft).toBe(true)
    await story.repository.mergePullRequest(pull, 'alice', 'squash')
    await loop.idle()
    expect(amendment.draft).toBe(false)
    expect(amendment.autoMerge).toBeUndefined()
  })

  it.each([
    [
      'has GitHub merge it as the settings say, at that head',
      true,
      /merges the amendment as soon as/,
    ],
    ['says with its words why GitHub does not', false, /Auto merge is not allowed/],
  ])('then %s', async (_, allowed, said) => {
    const given = `${settingsText}autoMerge: squash\n`
    const story = await loop.repository({ '.github/codicil.yml': given })
    story.repository.forbid({ autoMerge: allowed })
    const { pull, run } = await story.dispatched()
    await story.end(run, { claims: { settings: given } })
    await loop.idle()
    const [amendment] = story.amendments()
    expect(amendment?.autoMerge).toBeUndefined()
    await story.repository.mergePullRequest(pull, 'alice', 'squash')
    await loop.idle()
    expect(amendment).toMatchObject({ draft: false, state: 'open' })
    const { sha = '' } = amendment?.head ?? {}
    expect(amendment?.autoMerge).toEqual(allowed ? { method: 'SQUASH', head: sha } : undefined)
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(said)])
  })
})
