import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Octokit } from '@octokit/rest'
import { installationClient } from './client.ts'
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

beforeEach(async () => {
  hub = await startHub()
  repo = await hub.createRepository({ owner: 'acme', name: 'ships' })
  await repo.commitFiles('topic', { x: 'x' })
  pull = await repo.openPullRequest({ from: 'topic', title: 'Topic' })
  client = await installationClient(hub, repo)
})
afterEach(() => hub.stop())

function comment() {
  return client.issues.createComment({ ...repo.coordinates, issue_number: 1, body: 'hello' })
}

test('a fault before has no effect, and passes', async () => {
  hub.faults.add({ match: { operation: 'issues/create-comment' }, when: 'before', status: 502 })
  await expect(comment()).rejects.toMatchObject({ status: 502 })
  expect(repo.comments(pull)).toHaveLength(0)
  await comment()
  expect(repo.comments(pull)).toHaveLength(1)
})

test('a fault after took effect although the caller was told otherwise', async () => {
  hub.faults.add({
    match: { method: 'POST', path: /\/comments$/ },
    when: 'after',
    status: 502,
  })
  await expect(comment()).rejects.toMatchObject({ status: 502 })
  expect(repo.comments(pull)).toHaveLength(1)
})

test('a reset cuts the connection', async () => {
  hub.faults.add({ match: { path: /comments/ }, when: 'after', status: 'reset' })
  await expect(comment()).rejects.toThrow(/fetch failed|other side closed|socket/i)
  expect(repo.comments(pull)).toHaveLength(1)
})

test('a fault waits for its turn and happens as often as told', async () => {
  hub.faults.add({
    match: { operation: 'issues/create-comment' },
    when: 'before',
    status: 429,
    headers: { 'retry-after': '7' },
    skip: 1,
    times: 2,
  })
  await comment()
  await expect(comment()).rejects.toMatchObject({
    status: 429,
    response: { headers: { 'retry-after': '7' } },
  })
  await expect(comment()).rejects.toMatchObject({ status: 429 })
  await comment()
  expect(hub.faults.fired).toHaveLength(2)
})

test('a fault that was taken away does not happen', async () => {
  const remove = hub.faults.add({ match: {}, when: 'before', status: 500 })
  remove()
  await expect(comment()).resolves.toMatchObject({ status: 201 })
})

test('the log says who asked for what, and what came of it, but keeps no token', async () => {
  await comment()
  const entry = hub.requests.at(-1)
  expect(entry).toMatchObject({
    method: 'POST',
    operation: 'issues/create-comment',
    template: '/repos/{owner}/{repo}/issues/{issue_number}/comments',
    body: { body: 'hello' },
    identity: expect.stringMatching(/^installation \d+$/),
    response: { status: 201, fault: false },
  })
  expect(JSON.stringify(entry)).not.toContain('ghs_')
})
