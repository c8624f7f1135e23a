/** What GitHub refuses, closes, cuts and lags in: the loop ends right, or says why. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Loop, label, specPath } from './loop.ts'

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

  it('by a rule of linear history leaves the draft as it was, and says why', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const { sha } = amendment.head
    story.repository.forbid({ linearHistory: /^docs\// })
    const changed = `${String(await story.repository.file(specPath))}\nMore.\n`
    await story.repository.commitFiles('main', { [specPath]: changed })
    await loop.idle()
    await story.look(pull.number)
    expect(amendment.head.sha).toBe(sha)
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/must not contain merge commits/),
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

describe('lists', () => {
  it('of runs that lag behind their filters start no second run', async () => {
    const story = await loop.repository()
    loop.hub.world.filterLag = 3_600_000
    const path = new RegExp(`^/repos/${story.repository.fullName}/`)
    const match = { operation: 'actions/create-workflow-dispatch', path }
    loop.hub.faults.add({ match, when: 'after', status: 'reset' })
    try {
      const { pull } = await story.dispatched()
      expect(story.runs()).toHaveLength(1)
      expect(await story.request(pull.number, pull.head.sha)).toMatchObject({ state: 'dispatched' })
    } finally {
      loop.hub.world.filterLag = 0
    }
  })

  it('of changed files that end after 300 lose no file of a draft', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const { ref } = amendment.head
    const added = Array.from({ length: 320 }, (_, n) => [
      `notes/${String(n).padStart(3, '0')}.md`,
      `${n}\n`,
    ])
    await story.repository.commitFiles(ref, Object.fromEntries(added) as Record<string, string>)
    const changed = `${String(await story.repository.file(specPath))}\nMore.\n`
    await story.repository.commitFiles('main', { [specPath]: changed })
    await loop.idle()
    await story.look(pull.number)
    expect(String(await story.repository.file(specPath, ref))).toContain('More.')
    expect(String(await story.repository.file('notes/319.md', ref))).toBe('319\n')
    expect(String(await story.repository.file('notes/000.md', ref))).toBe('0\n')
  })
})

describe('an amendment that was merged', () => {
  it.each(['squash', 'rebase'] as const)('by %s is known as merged', async (method) => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    amendment.draft = false
    await story.repository.mergePullRequest(amendment, 'alice', method)
    await loop.idle()
    expect((await story.request(pull.number, pull.head.sha))?.state).toBe('merged')
    expect(String(await story.repository.file(specPath))).toContain('## 3. ')
  })

  it('leaves draft by GraphQL when its pull request is merged', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    expect(amendment.draft).toBe(true)
    await story.repository.mergePullRequest(pull, 'alice', 'squash')
    await loop.idle()
    expect(amendment.draft).toBe(false)
  })
})
