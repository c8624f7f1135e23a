/** What the app makes of GraphQL's answers: whole ones count, all others are asked for again. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { entryAt } from '../../demo/hub/git/index.ts'
import type { PullRequest } from '../../demo/hub/model.ts'
import { label, Loop } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start({ tries: 3 })
}, 120_000)
afterAll(() => loop.stop())
afterEach(() => loop.hub.faults.clear())

const gate = { operation: 'graphql/Gate' }
const calls = (from: number) =>
  loop.hub.requests.slice(from).map(({ operation }) => operation ?? '')

describe('an answer of GraphQL', () => {
  it('that is only a part is not used, and asked for again', async () => {
    const story = await loop.repository()
    const message = 'Resource limits for this query exceeded.'
    const errors = [{ type: 'RESOURCE_LIMITS_EXCEEDED', path: ['repository'], message }]
    const body = {
      data: {
        repository: { databaseId: story.record.id, defaultBranchRef: null, pullRequest: null },
      },
      errors,
    }
    loop.hub.faults.add({ match: gate, when: 'before', status: 200, body })
    const { pull } = await story.dispatched()
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({ state: 'dispatched' })
    expect(loop.hub.faults.fired).toHaveLength(1)
  })

  it.each([
    [
      'has only errors',
      200,
      { errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits.' }] },
      'GitHub answered: RESOURCE_LIMITS_EXCEEDED: Resource limits.',
    ],
    [
      'is of a server without GraphQL',
      404,
      { message: 'Not Found' },
      'GitHub answered 404: Not Found',
    ],
  ])('that %s is said when it stays so, and nothing is read in another way', async (...of) => {
    const [, status, body, words] = of
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    const match = { operation: 'graphql/Base' }
    loop.hub.faults.add({ match, when: 'before', status, body, times: 9 })
    await story.end(run)
    await loop.idle()
    expect(story.comments(pull.number).join()).toContain(words)
    expect(calls(0)).not.toContain('pulls/get')
  })

  it('that asks to wait is waited for, which is no failed try', async () => {
    const story = await loop.repository()
    const body = { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }
    const reset = String(Math.ceil(Date.now() / 1000) + 1)
    const headers = {
      'content-type': 'application/json',
      'x-ratelimit-reset': reset,
      date: new Date().toUTCString(),
    }
    loop.hub.faults.add({ match: gate, when: 'before', status: 200, body, headers, times: 3 })
    const { pull } = await story.dispatched()
    expect(await story.request(pull.number, pull.head.sha)).toMatchObject({ state: 'dispatched' })
  })
})

describe('a read of a repository', () => {
  it('follows one that was renamed, and leaves one that took its name alone', async () => {
    const story = await loop.repository({}, 'old-name')
    await story.dispatched('one')
    story.repository.rename('new-name')
    const other = await loop.repository({}, 'old-name')
    const pull = await story.pullRequest('two')
    await story.look((await story.dispatched('three')).pull.number)
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(3)
    expect(other.runs()).toHaveLength(0)
    expect([...other.record.comments.values()]).toEqual([])
  })

  it('takes a document from its blob where the text of GraphQL is cut off', async () => {
    const long = `# Ships\n\n**Version:** 1.4.0\n\n## 1. Purpose\n\n${`${'x'.repeat(99)}\n`.repeat(6000)}`
    const story = await loop.repository({ 'docs/spec.md': long })
    const from = loop.hub.requests.length
    const { amendment } = await story.drafted()
    expect(calls(from).filter((operation) => operation === 'git/get-blob')).toHaveLength(1)
    const { git } = story.record
    const text = async (sha: string) => {
      const tree = (await git.commit(sha))?.tree ?? ''
      const entry = await entryAt(git, tree, 'docs/spec.md')
      return (await git.read(entry?.id ?? ''))?.content.toString() ?? ''
    }
    expect(await text(amendment.head.sha)).toContain(long.slice(40))
  })

  it('lists files by REST where one was renamed, whose old name GraphQL does not tell', async () => {
    const story = await loop.repository({ 'tools/judge.sh': 'echo 1\n'.repeat(9) })
    await story.repository.commitFiles('topic', {
      'tools/judge.sh': null,
      'other.sh': 'echo 1\n'.repeat(9),
    })
    const from = loop.hub.requests.length
    const pull = await story.repository.openPullRequest({
      from: 'topic',
      title: 'topic',
      author: 'alice',
    })
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toHaveLength(1)
    expect(calls(from)).toContain('pulls/list-files')
  })

  it('lists comments and checks only where some of ours may be there', async () => {
    const story = await loop.repository()
    const { pull } = await story.drafted()
    await loop.loseDatabase()
    await loop.idle()
    expect(lists(pull)).toHaveLength(2)
    const again = await story.dispatched('again')
    expect(lists(again.pull)).toEqual([])
    expect(story.comments(pull.number)).toHaveLength(1)
    expect(story.checks(pull.head.sha)).toHaveLength(1)
  })
})

/** Lists of comments and checks of a pull request. */
function lists({ number, head, repository }: PullRequest) {
  const about = `/repos/${repository.owner.login}/${repository.name}`
  const paths = new Set([
    `${about}/issues/${number}/comments`,
    `${about}/commits/${head.sha}/check-runs`,
  ])
  return loop.hub.requests.filter(({ method, path }) => method === 'GET' && paths.has(path))
}
