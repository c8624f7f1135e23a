import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Loop, settingsText, specPath } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

/** Every request of an App to change something, but for tokens. */
const writes = () =>
  loop.hub.requests.filter(({ writes: is, path }) => is && !path.includes('/app/'))

describe('an amendment', () => {
  it('is one commit on the base, with the spec and the evidence, that GitHub signs', async () => {
    const story = await loop.repository()
    const base = await story.repository.tip()
    const { pull, amendment } = await story.drafted()
    const commit = await story.record.git.commit(amendment.head.sha)
    const request = await story.request(pull.number, pull.head.sha)
    expect(commit?.parents).toEqual([base])
    expect(commit?.message).toMatch(new RegExp(`\\n\\nCodicil-Request: ${request?.id}\\n$`))
    expect(story.record.signed.has(amendment.head.sha)).toBe(true)
    const spec = String(await story.repository.file(specPath, amendment.head.sha))
    expect(spec).toContain('## 3. ')
  })

  it('is one draft pull request into the base of the labelled one, made by our App', async () => {
    const story = await loop.repository()
    await story.drafted()
    expect(story.amendments()).toMatchObject([
      {
        draft: true,
        state: 'open',
        base: { ref: 'main' },
        head: { ref: expect.stringMatching(/^docs\/spec-3-/) },
        title: expect.stringMatching(/§3/),
      },
    ])
  })

  it('shows in the comment and the check that were there before', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const [comment, ...others] = story.comments(pull.number)
    expect(others).toEqual([])
    expect(comment).toContain('An amendment was drafted')
    expect(comment).toContain(`/pull/${amendment.number}`)
    expect(story.checks(pull.head.sha)).toMatchObject([{ status: 'completed' }])
  })

  it('is made by writes in the order in which each may be the last', async () => {
    const story = await loop.repository()
    const { run } = await story.dispatched()
    const before = writes().length
    await story.end(run)
    await loop.idle()
    const operations = writes()
      .slice(before)
      .map(({ operation }) => operation)
      .filter((operation) => operation !== 'graphql/Show')
    expect(operations).toEqual([
      'git/create-tree',
      'git/create-commit',
      'git/create-ref',
      'pulls/create',
    ])
  })

  it('is not made twice when its job runs twice', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const requestId = (await story.request(pull.number, pull.head.sha))?.id ?? ''
    const { title, body } = amendment
    const { sha } = amendment.head
    await loop.put(requestId, { reported: 0 })
    await story.look(pull.number)
    expect(story.amendments()).toMatchObject([{ title, body, head: { sha } }])
    expect(story.comments(pull.number)).toHaveLength(1)
    expect(story.checks(pull.head.sha)).toHaveLength(1)
  })

  it('is found again when nothing of it was recorded but the name of its branch', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const { sha } = amendment.head
    const requestId = (await story.request(pull.number, pull.head.sha))?.id ?? ''
    await loop.put(requestId, { state: 'ingested', amendment: null })
    await loop.app.store.note(requestId, { commentId: null, checkId: null })
    await story.look(pull.number)
    expect(story.amendments()).toMatchObject([{ head: { sha } }])
    expect(story.comments(pull.number)).toHaveLength(1)
    expect(story.checks(pull.head.sha)).toHaveLength(1)
    expect(await loop.app.store.find(requestId)).toMatchObject({ state: 'drafted' })
  })

  it('takes another branch name where somebody has the one that it wants', async () => {
    const story = await loop.repository()
    const first = await story.drafted()
    const { ref } = first.amendment.head
    const story2 = await loop.repository()
    const person = await story2.repository.commitFiles(ref, { 'mine.txt': 'mine\n' })
    const { amendment } = await story2.drafted()
    expect(amendment.head.ref).toMatch(new RegExp(`^${ref}-[0-9a-f]{8}$`))
    expect(await story2.repository.tip(ref)).toBe(person)
  })

  it('takes number and version after those of its document that are open, at once', async () => {
    const story = await loop.repository()
    const first = await story.drafted('one')
    const second = await story.drafted('two')
    const third = await story.drafted('three')
    const titles = () => story.amendments().map(({ title }) => title)
    expect(titles()).toEqual([
      expect.stringMatching(/§3 .*v1\.5\.0$/),
      expect.stringMatching(/§4 .*v1\.6\.0$/),
      expect.stringMatching(/§5 .*v1\.7\.0$/),
    ])
    const untouched = first.amendment.head.sha
    const { ref } = third.amendment.head
    const text = String(await story.repository.file(specPath, ref))
    const edited = text.replace('### 5.2', 'A remark of mine on §5.1.\n\n### 5.2')
    await story.repository.push(ref, { [specPath]: edited }, 'alice')
    await story.repository.closePullRequest(second.amendment, 'alice')
    await loop.idle()
    expect(titles()).toEqual([
      expect.stringMatching(/§3 .*v1\.5\.0$/),
      expect.stringMatching(/§4 .*v1\.6\.0$/),
      expect.stringMatching(/§4 .*v1\.6\.0$/),
    ])
    expect(first.amendment.head.sha).toBe(untouched)
    const closedUp = String(await story.repository.file(specPath, ref))
    expect(closedUp.slice(closedUp.indexOf('\n## 4. '))).toContain('mine on §4.1.\n\n### 4.2')
    expect(closedUp).not.toMatch(/§5|## 5\. /)
  })

  it('is titled as the last amendments of its document were, its commit likewise', async () => {
    const story = await loop.repository()
    for (const minor of [1, 2, 3]) {
      const text = `${String(await story.repository.file(specPath))}\nMore.\n`
      const message = `feat(spec): add §2, what was found (v1.${minor}.0) (#${minor})\n\nMore.`
      await story.repository.commitFiles('main', { [specPath]: text }, { message })
    }
    const { amendment } = await story.drafted()
    expect(amendment.title).toMatch(/^feat\(spec\): add §3, .* \(v1\.5\.0\)$/)
    const commit = await story.record.git.commit(amendment.head.sha)
    expect(commit?.message.split('\n', 1)).toEqual([amendment.title])
  })

  it('is titled as the settings say, whatever the last ones were', async () => {
    const story = await loop.repository()
    const titled = "path: docs/spec.md\n    title: '{title} ({section}, v{from} to v{to})'"
    const text = settingsText.replace('path: docs/spec.md', titled)
    await story.repository.commitFiles('main', { '.github/codicil.yml': text })
    const { run } = await story.dispatched()
    await story.end(run, { claims: { settings: text } })
    await loop.idle()
    expect(story.amendments()).toMatchObject([
      { title: expect.stringMatching(/^Diagnostics .* \(§3, v1\.4\.0 to v1\.5\.0\)$/) },
    ])
  })

  it('keeps its number when the one before it is merged', async () => {
    const story = await loop.repository()
    const first = await story.drafted('one')
    const second = await story.drafted('two')
    const branch = second.amendment.head.ref
    expect(branch).toMatch(/spec-4-/)
    first.amendment.draft = false
    await story.repository.mergePullRequest(first.amendment, 'alice')
    await loop.idle()
    expect(second.amendment).toMatchObject({ state: 'open', head: { ref: branch } })
    const text = String(await story.repository.file(specPath, branch))
    expect(text.indexOf('## 3. ')).toBeLessThan(text.indexOf('## 4. '))
    expect(story.amendments()).toHaveLength(2)
    const page = `/pull/${second.amendment.number}`
    expect(second.amendment.title).toMatch(/§4 .*v1\.5\.0 → v1\.6\.0$/)
    expect(story.comments(second.pull.number)).toEqual([expect.stringContaining(page)])
  })

  /** Two drafts; a person edits the second one's branch, and the first is merged. */
  async function editedWhileBaseMoves(
    edit: (spec: string) => string,
    change: (spec: string) => string = (spec) => spec,
  ) {
    const story = await loop.repository()
    const first = await story.drafted('one')
    const second = await story.drafted('two')
    const { ref } = second.amendment.head
    const before = String(await story.repository.file(specPath, ref))
    const tip = await story.repository.push(
      ref,
      { [specPath]: edit(before), 'note.md': 'Mine.\n' },
      'alice',
    )
    first.amendment.draft = false
    await story.repository.mergePullRequest(first.amendment, 'alice')
    const main = String(await story.repository.file(specPath))
    await story.repository.push('main', { [specPath]: change(main) }, 'alice')
    await loop.idle()
    const after = String(await story.repository.file(specPath, ref))
    return { story, second, ref, tip, after }
  }

  it('keeps what a person changed on the branch when it is rendered again', async () => {
    const { story, second, ref, after } = await editedWhileBaseMoves((spec) =>
      spec.replace('### 4.2', 'A remark of mine on §4.1.\n\n### 4.2'),
    )
    expect(second.amendment.title).toMatch(/§4/)
    expect(after.slice(after.indexOf('\n## 4. '))).toContain('A remark of mine on §4.1.\n\n### 4.2')
    expect(String(await story.repository.file('note.md', ref))).toBe('Mine.\n')
  })

  it('keeps it also when it is rendered a third time', async () => {
    const { story, ref } = await editedWhileBaseMoves((spec) =>
      spec.replace('### 4.2', 'A remark of mine.\n\n### 4.2'),
    )
    const main = String(await story.repository.file(specPath))
    await story.repository.push(
      'main',
      { [specPath]: `${main}\n## 4. Mine\n\nTo sail.\n` },
      'alice',
    )
    await loop.idle()
    const after = String(await story.repository.file(specPath, ref))
    expect(after.slice(after.indexOf('\n## 5. '))).toContain('A remark of mine.\n\n### 5.2')
    expect(String(await story.repository.file('note.md', ref))).toBe('Mine.\n')
  })

  it('leaves the branch alone where both changed the same words, and shows both', async () => {
    const { story, second, ref, tip } = await editedWhileBaseMoves(
      (spec) => spec.replace('To float.', 'To float for a year.'),
      (spec) => spec.replace('To float.', 'To sink.'),
    )
    expect(await story.repository.tip(ref)).toBe(tip)
    const [comment] = story.comments(second.pull.number)
    expect(comment).toContain('please bring the two together')
    expect(comment).toContain('To float for a year.')
    expect(comment).toContain('To sink.')
  })

  it('that a person closed is not opened again', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    await story.repository.closePullRequest(amendment, 'alice')
    await loop.idle()
    await story.look(pull.number)
    expect(story.amendments()).toMatchObject([{ state: 'closed' }])
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/closed without/)])
  })

  it('is no draft where the settings do not want one', async () => {
    const story = await loop.repository()
    const text = `${settingsText}draft: false\n`
    await story.repository.commitFiles('main', { '.github/codicil.yml': text })
    const { run } = await story.dispatched()
    await story.end(run, { claims: { settings: text } })
    await loop.idle()
    expect(story.amendments()).toMatchObject([{ draft: false }])
  })

  it('is no draft where the labelled pull request was merged meanwhile', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.repository.mergePullRequest(pull, 'alice')
    await story.end(run)
    await loop.idle()
    expect(story.amendments()).toMatchObject([{ draft: false }])
  })

  it('does not come about where the spec is gone, and the reply says so', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.repository.commitFiles('main', { [specPath]: null })
    await story.end(run)
    await loop.idle()
    expect(story.amendments()).toEqual([])
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/There is no .*spec\.md/)])
  })

  it('does not come about where the spec is a link', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.repository.commitFiles('main', { [specPath]: { link: '../a.txt' } })
    await story.end(run)
    await loop.idle()
    expect(story.amendments()).toEqual([])
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/symbolic link/)])
  })

  it('keeps the spec executable where it was', async () => {
    const story = await loop.repository()
    const text = String(await story.repository.file(specPath))
    await story.repository.commitFiles('main', { [specPath]: { executable: text } })
    const { amendment } = await story.drafted()
    const { entryAt } = await import('../../demo/hub/git/index.ts')
    const tree = (await story.record.git.commit(amendment.head.sha))?.tree ?? ''
    expect(await entryAt(story.record.git, tree, specPath)).toMatchObject({ mode: '100755' })
  })
})
