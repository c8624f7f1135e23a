import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Octokit } from '@octokit/rest'
import { installationClient, octokit, wrongAnswers } from './client.ts'
import {
  startHub,
  type Hub,
  type HubRepository,
  type PullRequest,
} from '../../../demo/hub/index.ts'

let hub: Hub
let repo: HubRepository
let client: Octokit
let pull: PullRequest
let number = 0

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.stop())

beforeEach(async () => {
  number += 1
  const files = { 'a.txt': 'one\n', 'b.txt': 'two\n' }
  repo = await hub.createRepository({ owner: 'acme', name: `ships-${number}`, files })
  await repo.commitFiles('topic', { 'a.txt': 'one\nmore\n' }, { author: 'alice' })
  pull = await repo.openPullRequest({ from: 'topic', title: 'Topic', author: 'alice' })
  client = await installationClient(hub, repo)
})

test('a pull request shows head, base, counts and that it merges', async () => {
  const { data } = await client.pulls.get({ ...repo.coordinates, pull_number: 1 })
  expect(data).toMatchObject({
    number: 1,
    user: { login: 'alice' },
    head: { ref: 'topic', sha: await repo.tip('topic') },
    base: { ref: 'main', sha: await repo.tip('main') },
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1,
    mergeable: true,
  })
})

test('a pull request that conflicts does not merge', async () => {
  await repo.commitFiles('main', { 'a.txt': 'other\n' })
  const { data } = await client.pulls.get({ ...repo.coordinates, pull_number: 1 })
  expect(data.mergeable).toBe(false)
})

test('its files come with their patches', async () => {
  const { data } = await client.pulls.listFiles({ ...repo.coordinates, pull_number: 1 })
  expect(data).toMatchObject([
    { filename: 'a.txt', status: 'modified', patch: '@@ -1 +1,2 @@\n one\n+more' },
  ])
})

test('a second pull request for the same head and base is refused as GitHub refuses it', async () => {
  const again = client.pulls.create({
    ...repo.coordinates,
    head: 'topic',
    base: 'main',
    title: 'Again',
  })
  await expect(again).rejects.toMatchObject({
    status: 422,
    response: {
      data: {
        message: 'Validation Failed',
        errors: [{ message: 'A pull request already exists for acme:topic.' }],
      },
    },
  })
})

test('of two simultaneous requests to open the same pull request one wins', async () => {
  await repo.commitFiles('twin', { 'c.txt': 'c\n' })
  const open = () =>
    client.pulls.create({ ...repo.coordinates, head: 'twin', base: 'main', title: 'Twin' })
  const ends = await Promise.allSettled([open(), open()])
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('a branch without commits of its own makes no pull request', async () => {
  const at = repo.coordinates
  await client.git.createRef({ ...at, ref: 'refs/heads/same', sha: (await repo.tip()) ?? '' })
  const empty = client.pulls.create({ ...at, head: 'same', base: 'main', title: 'Same' })
  await expect(empty).rejects.toMatchObject({
    status: 422,
    response: { data: { errors: [{ message: 'No commits between main and same' }] } },
  })
})

test('the App opens a draft in its own name', async () => {
  await repo.commitFiles('drafted', { 'c.txt': 'c\n' })
  const { data } = await client.pulls.create({
    ...repo.coordinates,
    head: 'acme:drafted',
    base: 'main',
    title: 'Draft',
    draft: true,
  })
  expect(data).toMatchObject({ draft: true, user: { login: 'codicil[bot]', type: 'Bot' } })
})

test('the list filters by head, base and state', async () => {
  const at = repo.coordinates
  const found = await client.pulls.list({ ...at, head: 'acme:topic', base: 'main' })
  expect(found.data.map((each) => each.number)).toEqual([1])
  const elsewhere = await client.pulls.list({ ...at, head: 'acme:other' })
  expect(elsewhere.data).toEqual([])
  await repo.closePullRequest(pull, 'alice')
  expect((await client.pulls.list(at)).data).toEqual([])
  expect((await client.pulls.list({ ...at, state: 'all' })).data).toHaveLength(1)
})

test('a push moves the head and refs/pull/<n>/head', async () => {
  const pushed = await repo.push('topic', { 'a.txt': 'three\n' }, 'alice')
  const at = repo.coordinates
  const { data } = await client.pulls.get({ ...at, pull_number: 1 })
  expect(data.head.sha).toBe(pushed)
  const { data: ref } = await client.git.getRef({ ...at, ref: 'pull/1/head' })
  expect(ref.object.sha).toBe(pushed)
})

test('a fork keeps its branch; the base can read its commit', async () => {
  const fork = await repo.fork('mallory')
  const sha = await fork.commitFiles('evil', { 'x.txt': 'x\n' }, { author: 'mallory' })
  const foreign = await repo.openPullRequest({ from: 'evil', fork, title: 'X', author: 'mallory' })
  const at = repo.coordinates
  const { data } = await client.pulls.get({ ...at, pull_number: foreign.number })
  expect(data.head).toMatchObject({ label: 'mallory:evil', sha, repo: { fork: true } })
  expect((await client.repos.getCommit({ ...at, ref: sha })).data.sha).toBe(sha)
  await fork.delete()
  const { data: orphan } = await client.pulls.get({ ...at, pull_number: foreign.number })
  expect(orphan.head.repo).toBeNull()
})

test('merging moves the base and closes the pull request', async () => {
  const merge = await repo.mergePullRequest(pull, 'alice')
  expect(await repo.tip()).toBe(merge)
  const { data } = await client.pulls.get({ ...repo.coordinates, pull_number: 1 })
  expect(data).toMatchObject({ state: 'closed', merged: true, merged_by: { login: 'alice' } })
})

test('labels are added once and removed once', async () => {
  const at = { ...repo.coordinates, issue_number: 1 }
  await client.issues.addLabels({ ...at, labels: ['ready'] })
  const { data } = await client.issues.addLabels({ ...at, labels: ['ready', 'big'] })
  expect(data.map(({ name }) => name)).toEqual(['ready', 'big'])
  await client.issues.removeLabel({ ...at, name: 'ready' })
  await expect(client.issues.removeLabel({ ...at, name: 'ready' })).rejects.toMatchObject({
    status: 404,
  })
})

test('comments page through links and filter by time', async () => {
  const at = { ...repo.coordinates, issue_number: 1 }
  for (let index = 0; index < 5; index++) repo.comment(pull, `comment ${index}`, 'alice')
  const all = await client.paginate(client.issues.listComments, { ...at, per_page: 2 })
  expect(all.map(({ body }) => body)).toHaveLength(5)
  const later = await client.issues.listComments({ ...at, since: '2999-01-01T00:00:00Z' })
  expect(later.data).toEqual([])
})

test("the App edits its own comment and nobody else's", async () => {
  const at = repo.coordinates
  const { data: own } = await client.issues.createComment({ ...at, issue_number: 1, body: 'mine' })
  const edited = await client.issues.updateComment({ ...at, comment_id: own.id, body: 'still' })
  expect(edited.data).toMatchObject({
    body: 'still',
    performed_via_github_app: { slug: 'codicil' },
  })
  const foreign = repo.comment(pull, 'theirs', 'alice')
  const refused = client.issues.updateComment({ ...at, comment_id: foreign.id, body: 'x' })
  await expect(refused).rejects.toMatchObject({ status: 403 })
})

test('a comment of more than 65,536 characters is refused', async () => {
  const at = { ...repo.coordinates, issue_number: 1 }
  await client.issues.createComment({ ...at, body: 'x'.repeat(65_536) })
  const tooLong = client.issues.createComment({ ...at, body: 'x'.repeat(65_537) })
  await expect(tooLong).rejects.toMatchObject({ status: 422 })
})

test('a check completes when it gets its conclusion', async () => {
  const at = repo.coordinates
  const { data } = await client.checks.create({
    ...at,
    name: 'evidence',
    head_sha: pull.head.sha,
    status: 'in_progress',
    output: { title: 'Measuring', summary: 'soon' },
  })
  expect(data).toMatchObject({ status: 'in_progress', pull_requests: [{ number: 1 }] })
  await client.checks.update({ ...at, check_run_id: data.id, conclusion: 'neutral' })
  const { data: listed } = await client.checks.listForRef({ ...at, ref: 'topic' })
  expect(listed.check_runs).toMatchObject([{ status: 'completed', conclusion: 'neutral' }])
})

test('a check that is completed stays so, and passes over what would open it', async () => {
  const at = repo.coordinates
  const { data } = await client.checks.create({
    ...at,
    name: 'closed',
    head_sha: pull.head.sha,
    conclusion: 'failure',
  })
  for (const change of [{ status: 'in_progress' }, { conclusion: 'success' }] as const) {
    const { data: now } = await client.checks.update({ ...at, check_run_id: data.id, ...change })
    expect(now).toMatchObject({ status: 'completed', conclusion: 'failure' })
  }
})

test('a person without write access cannot write', async () => {
  repo.setPermission('bob', 'triage')
  const bob = octokit(hub, hub.tokenOf('bob'))
  const refused = bob.git.createBlob({ ...repo.coordinates, content: 'x' })
  await expect(refused).rejects.toMatchObject({ status: 403 })
})

test("GitHub's description has nothing against these answers", () => {
  const { wrong, inspected } = wrongAnswers(hub)
  expect(wrong).toEqual([])
  expect(inspected.responses).toBeGreaterThan(50)
})
