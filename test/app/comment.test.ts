/** What is shown on a pull request, and what becomes of it as people push, close, edit and delete. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { label, Loop } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

describe('evidence on a pull request', () => {
  it('is marked stale by a push, and nothing runs by itself', async () => {
    const story = await loop.repository()
    const { pull } = await story.drafted()
    const { sha } = pull.head
    const head = await story.repository.push('topic', { 'a.txt': 'pushed\n' }, 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(1)
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(new RegExp(`\\*\\*Stale:\\*\\*.*${head.slice(0, 12)}`)),
    ])
    // A completed check keeps its conclusion; GitHub shows the newest of a name.
    expect(story.checks(sha).at(-1)).toMatchObject({
      conclusion: 'neutral',
      output: { title: expect.stringMatching(/^Stale: /) },
    })
  })

  it('is asked for anew by a new label on the new head', async () => {
    const story = await loop.repository()
    const { pull } = await story.drafted()
    await story.repository.push('topic', { 'a.txt': 'pushed\n' }, 'alice')
    await story.repository.removeLabel(pull, label, 'alice')
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(2)
    const fold = '<details><summary>Earlier requests</summary>'
    const [shown = '', folded = ''] = story.comments(pull.number).join('\n').split(fold)
    expect(shown).toContain('Evidence is being collected')
    expect(folded).toContain('An amendment was drafted')
    expect(folded).not.toContain('Stale')
  })

  it('stays in the one comment when nothing is recorded any more between two requests', async () => {
    const story = await loop.repository()
    const { pull } = await story.drafted()
    await story.repository.push('topic', { 'a.txt': 'pushed\n' }, 'alice')
    await story.repository.removeLabel(pull, label, 'alice')
    await loop.idle()
    await loop.pglite.exec('TRUNCATE codicil.request, codicil.ask, codicil.bundle')
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    const again = /Evidence is being collected.*Earlier requests.*An amendment was drafted/s
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(again)])
    const run = story.runs().at(-1)
    if (run) await story.end(run)
    await loop.idle()
    const drafted = /An amendment was drafted.*Earlier requests.*An amendment was drafted/s
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(drafted)])
  })

  it('is current again when a push brings the old commit back', async () => {
    const story = await loop.repository()
    const { pull } = await story.drafted()
    const { sha } = pull.head
    await story.repository.push('topic', { 'a.txt': 'pushed\n' }, 'alice')
    await loop.idle()
    const requestId = (await story.request(pull.number, sha))?.id ?? ''
    expect(await loop.app.store.find(requestId)).toMatchObject({ replacedBy: expect.any(String) })
    await story.record.git.moveRef('refs/heads/topic', await story.repository.tip('topic'), sha)
    pull.head.sha = sha
    await story.look(pull.number)
    expect(story.comments(pull.number)).toEqual([expect.not.stringContaining('Stale')])
  })

  it('is called off when the pull request is closed before the run began', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.repository.closePullRequest(pull, 'alice')
    await loop.idle()
    expect(run.cancelRequested).toBe(true)
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/was withdrawn/)])
    expect(story.checks(pull.head.sha)).toMatchObject([{ conclusion: 'cancelled' }])
  })

  it('is still taken when the pull request is closed while it is being measured', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    run.status = 'in_progress'
    await story.repository.closePullRequest(pull, 'alice')
    await loop.idle()
    await story.end(run)
    await loop.idle()
    expect(story.amendments()).toHaveLength(1)
  })
})

describe('our comment', () => {
  it('is the only one that is ever edited, whatever the others hold', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    const { requestId } = await import('../../app/index.ts')
    const id = requestId(story.record.id, pull.number, pull.head.sha)
    const forged = `<!-- codicil pull-request=${pull.number} request=${id} -->\nAll is well.`
    await story.repository.comment(pull, forged, 'mallory')
    for (let index = 0; index < 120; index++) {
      await story.repository.comment(pull, `Comment ${index}`, 'bob')
    }
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    await loop.app.store.note(id, { commentId: null, reported: 0 })
    await story.look(pull.number)
    expect(story.comments(pull.number)).toHaveLength(1)
    expect(story.repository.comments(pull)[0]?.body).toBe(forged)
  })

  it('is rebuilt from what is recorded after a person has edited it', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    const comment = [...story.record.comments.values()].find(({ body }) => /codicil/.test(body))
    if (comment) comment.body = 'merged, trust me'
    await story.end(run)
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(
        /^<!-- codicil pull-request=\d+ request=ev-.*An amendment was drafted/s,
      ),
    ])
  })

  it('is made again after it was deleted', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    for (const [id] of story.record.comments) story.record.comments.delete(id)
    await story.end(run)
    await loop.idle()
    expect(story.comments(pull.number)).toHaveLength(1)
  })
})
