import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Octokit } from '@octokit/rest'
import { installationClient, octokit, wrongAnswers } from './client.ts'
import { startHub, type Hub, type HubRepository } from '../../../demo/hub/index.ts'

let hub: Hub
let repo: HubRepository
let client: Octokit
let base: string
let number = 0

beforeAll(async () => {
  hub = await startHub({ now: () => new Date('2026-03-01T10:00:00Z') })
})
afterAll(() => hub.stop())

beforeEach(async () => {
  number += 1
  repo = await hub.createRepository({
    owner: 'acme',
    name: `ships-${number}`,
    files: {
      'docs/spec.md': '# Spec\r\n',
      'docs/link.md': { link: 'spec.md' },
      'docs/out.md': { link: '../../etc/passwd' },
      'run.sh': { executable: '#!/bin/sh\n' },
    },
  })
  client = await installationClient(hub, repo)
  base = (await repo.tip()) ?? ''
})

/** A commit on top of the base that no branch points at yet. */
async function commit(
  files: Record<string, string | null>,
  extra: Partial<Parameters<Octokit['git']['createCommit']>[0]> = {},
) {
  const tree = Object.entries(files).map(([path, content]) => ({
    path,
    mode: '100644' as const,
    type: 'blob' as const,
    ...(content === null ? { sha: null } : { content }),
  }))
  const at = repo.coordinates
  const { data } = await client.git.createTree({ ...at, base_tree: base, tree })
  return client.git.createCommit({
    ...at,
    message: 'Change\n\nbecause',
    tree: data.sha,
    parents: [base],
    ...extra,
  })
}

test('a commit without an author is the App’s, and verified', async () => {
  const { data } = await commit({ 'docs/spec.md': '# Spec 2\n' })
  expect(data).toMatchObject({
    message: 'Change\n\nbecause',
    author: { name: 'codicil[bot]', date: '2026-03-01T10:00:00Z' },
    committer: { name: 'GitHub' },
    verification: { verified: true, reason: 'valid' },
  })
  const { data: shown } = await client.repos.getCommit({ ...repo.coordinates, ref: data.sha })
  expect(shown.author).toMatchObject({ login: 'codicil[bot]' })
})

test('a commit with an author is not verified', async () => {
  const author = { name: 'A', email: 'a@example.org', date: '2020-01-01T00:00:00Z' }
  const { data } = await commit({ x: 'x' }, { author })
  expect(data).toMatchObject({ author, verification: { verified: false, reason: 'unsigned' } })
})

test('a tree keeps what it does not name, and deletes what has no sha', async () => {
  const { data } = await commit({ 'run.sh': null, 'deep/er/new.txt': 'new\n' })
  const { data: tree } = await client.git.getTree({
    ...repo.coordinates,
    tree_sha: data.sha,
    recursive: 'true',
  })
  const files = tree.tree.filter(({ type }) => type === 'blob').map(({ path }) => path)
  expect(files).toEqual(['deep/er/new.txt', 'docs/link.md', 'docs/out.md', 'docs/spec.md'])
})

test('a tree cannot delete what is not there', async () => {
  await expect(commit({ 'no/such.txt': null })).rejects.toMatchObject({ status: 422 })
})

test.each(['../up.txt', '.git/config', 'a//b', '/abs'])(
  'a tree refuses the path %s',
  async (path) => {
    await expect(commit({ [path]: 'x' })).rejects.toMatchObject({ status: 422 })
  },
)

test('objects have the ids that git gives them', async () => {
  const at = repo.coordinates
  const { data } = await client.git.createBlob({ ...at, content: 'aGkK', encoding: 'base64' })
  expect(data.sha).toBe('45b983be36b73c0788dc9cbcb76cbb80fc7bb057')
  const { data: blob } = await client.git.getBlob({ ...at, file_sha: data.sha })
  expect(Buffer.from(blob.content, 'base64').toString()).toBe('hi\n')
})

test('a reference is created once', async () => {
  const at = repo.coordinates
  const create = () => client.git.createRef({ ...at, ref: 'refs/heads/new', sha: base })
  await create()
  await expect(create()).rejects.toMatchObject({
    status: 422,
    response: { data: { message: 'Reference already exists' } },
  })
})

test('a reference moves forward, and back only by force', async () => {
  const at = repo.coordinates
  await client.git.createRef({ ...at, ref: 'refs/heads/new', sha: base })
  const { data } = await commit({ x: 'x' })
  await client.git.updateRef({ ...at, ref: 'heads/new', sha: data.sha })
  const back = client.git.updateRef({ ...at, ref: 'heads/new', sha: base })
  await expect(back).rejects.toMatchObject({
    status: 422,
    response: { data: { message: 'Update is not a fast forward' } },
  })
  await client.git.updateRef({ ...at, ref: 'heads/new', sha: base, force: true })
  expect(await repo.tip('new')).toBe(base)
})

test('a deleted reference is gone, and the default branch stays', async () => {
  const at = repo.coordinates
  await client.git.createRef({ ...at, ref: 'refs/heads/new', sha: base })
  await client.git.deleteRef({ ...at, ref: 'heads/new' })
  await expect(client.git.getRef({ ...at, ref: 'heads/new' })).rejects.toMatchObject({
    status: 404,
  })
  await expect(client.git.deleteRef({ ...at, ref: 'heads/main' })).rejects.toMatchObject({
    status: 422,
  })
})

test.each([
  'refs/heads/a..b',
  'refs/heads/x.lock',
  'refs/heads/@{1}',
  'heads/short',
  'refs/pull/1/head',
])('the reference name %s is refused', async (ref) => {
  const refused = client.git.createRef({ ...repo.coordinates, ref, sha: base })
  await expect(refused).rejects.toMatchObject({ status: 422 })
})

test('references are matched by prefix', async () => {
  const at = repo.coordinates
  for (const name of ['spec-1', 'spec-2', 'other']) {
    await client.git.createRef({ ...at, ref: `refs/heads/docs/${name}`, sha: base })
  }
  const { data } = await client.git.listMatchingRefs({ ...at, ref: 'heads/docs/spec-' })
  expect(data.map(({ ref }) => ref)).toEqual(['refs/heads/docs/spec-1', 'refs/heads/docs/spec-2'])
})

test('an App without the workflows permission cannot bring a workflow file to a branch', async () => {
  const { data } = await commit({ '.github/workflows/x.yml': 'on: push\n' })
  const ref = 'refs/heads/sly'
  const refused = client.git.createRef({ ...repo.coordinates, ref, sha: data.sha })
  await expect(refused).rejects.toMatchObject({ status: 403 })
})

test('file contents keep every byte', async () => {
  const { data } = await client.repos.getContent({ ...repo.coordinates, path: 'docs/spec.md' })
  const { content } = data as { content: string }
  expect(Buffer.from(content, 'base64').toString()).toBe('# Spec\r\n')
})

test('a link within the repository is followed, one that leads out is not', async () => {
  const at = repo.coordinates
  const inside = await client.repos.getContent({ ...at, path: 'docs/link.md' })
  expect(inside.data).toMatchObject({ type: 'file', path: 'docs/link.md', size: 8 })
  const outside = await client.repos.getContent({ ...at, path: 'docs/out.md' })
  expect(outside.data).toMatchObject({ type: 'symlink', target: '../../etc/passwd' })
})

test('a file over one megabyte has no content, but the raw media type has it', async () => {
  const large = 'x'.repeat(1024 * 1024 + 1)
  await repo.commitFiles('main', { 'large.md': large })
  const at = { ...repo.coordinates, path: 'large.md' }
  const { data } = await client.repos.getContent(at)
  expect(data).toMatchObject({ encoding: 'none', content: '', size: large.length })
  const raw = await client.repos.getContent({ ...at, mediaType: { format: 'raw' } })
  expect(raw.data).toBe(large)
})

test('a folder lists its entries', async () => {
  const { data } = await client.repos.getContent({ ...repo.coordinates, path: 'docs' })
  expect(
    (data as Array<{ name: string; type: string }>).map(({ name, type }) => [name, type]),
  ).toEqual([
    ['link.md', 'symlink'],
    ['out.md', 'symlink'],
    ['spec.md', 'file'],
  ])
})

test('a comparison counts commits on both sides', async () => {
  await repo.commitFiles('side', { s: 's' })
  await repo.commitFiles('main', { m: 'm' })
  const { data } = await client.repos.compareCommitsWithBasehead({
    ...repo.coordinates,
    basehead: 'main...side',
  })
  expect(data).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 1 })
  expect(data.files?.map(({ filename }) => filename)).toEqual(['s'])
})

test('a commit knows its pull requests', async () => {
  const sha = await repo.commitFiles('topic', { t: 't' })
  await repo.openPullRequest({ from: 'topic', title: 'T' })
  const { data } = await client.repos.listPullRequestsAssociatedWithCommit({
    ...repo.coordinates,
    commit_sha: sha,
  })
  expect(data.map((each) => each.number)).toEqual([1])
})

test('git itself clones what the API wrote', async () => {
  const { data } = await commit({ 'docs/spec.md': '# Spec 2\n' })
  await client.git.createRef({ ...repo.coordinates, ref: 'refs/heads/made', sha: data.sha })
  const folder = await mkdtemp(join(tmpdir(), 'codicil-clone-'))
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  await execa('git', ['clone', '--quiet', '--branch', 'made', repo.cloneUrl, folder], { env })
  expect(await readFile(join(folder, 'docs/spec.md'), 'utf8')).toBe('# Spec 2\n')
  const { stdout } = await execa('git', ['-C', folder, 'fsck', '--strict'], { env, all: true })
  expect(stdout).toBe('')
  await rm(folder, { recursive: true })
})

test('a private repository is cloned with a token only', async () => {
  const secret = await hub.createRepository({
    owner: 'acme',
    name: `secret-${number}`,
    private: true,
  })
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' }
  const list = (url: string) => execa('git', ['ls-remote', url], { env, reject: false })
  expect((await list(secret.cloneUrl)).exitCode).not.toBe(0)
  const token = hub.tokenOf('acme')
  const url = secret.cloneUrl.replace('http://', `http://x-access-token:${token}@`)
  expect((await list(url)).stdout).toContain('refs/heads/main')
})

test('a request that is no JSON, or lacks a field, is refused in GitHub’s form', async () => {
  const call = (body: string) =>
    fetch(`${hub.url}/repos/acme/ships-1/git/refs`, {
      method: 'POST',
      body,
      headers: { authorization: `token ${hub.tokenOf('acme')}` },
    })
  const broken = await call('{')
  expect(broken.status).toBe(400)
  expect(await broken.json()).toMatchObject({ message: 'Problems parsing JSON', status: '400' })
  const lacking = await call('{"ref":"refs/heads/x"}')
  expect(lacking.status).toBe(422)
  expect(await lacking.json()).toMatchObject({ message: expect.stringContaining("'sha'") })
})

test('who has no token may read what is public and write nothing', async () => {
  const anonymous = octokit(hub)
  expect((await anonymous.repos.get(repo.coordinates)).status).toBe(200)
  const refused = anonymous.git.createBlob({ ...repo.coordinates, content: 'x' })
  await expect(refused).rejects.toMatchObject({ status: 401 })
})

test("GitHub's description has nothing against these answers", () => {
  const { wrong, inspected } = wrongAnswers(hub)
  expect(wrong).toEqual([])
  expect(inspected.responses).toBeGreaterThan(80)
})
