import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { installationClient } from './client.ts'
import {
  startHub,
  type Hub,
  type HubRepository,
  type PullRequest,
} from '../../../demo/hub/index.ts'

interface Received {
  headers: IncomingMessage['headers']
  body: string
}

const workflow = 'on: { workflow_dispatch: {} }\njobs: {}\n'
const secret = 'hush'
let received: Received[]
let app: Server
let hub: Hub
let repo: HubRepository
let pull: PullRequest
let validate: (event: string, payload: unknown) => string[]

beforeAll(() => {
  const schema = createRequire(import.meta.url)('@octokit/webhooks-schemas') as object
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, inlineRefs: false })
  ;(addFormats as unknown as (target: unknown) => void)(ajv)
  ajv.addSchema(schema, 'webhooks')
  validate = (event, payload) => {
    const check = ajv.getSchema(`webhooks#/definitions/${event}`)
    if (!check) throw new Error(`GitHub has no webhook schema for ${event}.`)
    check(payload)
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
})

beforeEach(async () => {
  received = []
  app = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(202).end('queued')
    })
  })
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/hooks`
  hub = await startHub({ webhookUrl: url, webhookSecret: secret })
  repo = await hub.createRepository({
    owner: 'acme',
    name: 'ships',
    files: { 'a.txt': 'one\n', '.github/workflows/codicil.yml': workflow },
  })
  await repo.commitFiles('topic', { 'a.txt': 'one\nmore\n' }, { author: 'alice' })
  pull = await repo.openPullRequest({ from: 'topic', title: 'Topic', author: 'alice' })
  await hub.settled()
  received.length = 0
})

afterEach(async () => {
  await hub.stop()
  await new Promise((resolve) => app.close(resolve))
})

/** What the App heard, as `event.action`. */
async function heard(): Promise<string[]> {
  await hub.settled()
  return received.map(({ headers, body }) => {
    const { action } = JSON.parse(body) as { action?: string }
    const event = String(headers['x-github-event'])
    return action ? `${event}.${action}` : event
  })
}

test('a label is heard with its sender, signed, under a GUID of its own', async () => {
  await repo.addLabel(pull, 'needs-gpu-evidence', 'bob')
  await repo.addLabel(pull, 'other', 'bob')
  expect(await heard()).toEqual(['pull_request.labeled', 'pull_request.labeled'])
  const [first, second] = received
  const signature = createHmac('sha256', secret)
    .update(first?.body ?? '')
    .digest('hex')
  expect(first?.headers['x-hub-signature-256']).toBe(`sha256=${signature}`)
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    label: { name: 'needs-gpu-evidence' },
    sender: { login: 'bob', type: 'User' },
    pull_request: { number: 1, head: { sha: pull.head.sha } },
  })
  expect(first?.headers['x-github-delivery']).not.toBe(second?.headers['x-github-delivery'])
})

test('the same label again is not heard', async () => {
  await repo.addLabel(pull, 'x', 'bob')
  await repo.addLabel(pull, 'x', 'bob')
  expect(await heard()).toEqual(['pull_request.labeled'])
})

test('a push to the head is heard as push and as synchronize with before and after', async () => {
  const before = pull.head.sha
  const after = await repo.push('topic', { 'b.txt': 'b\n' }, 'alice')
  expect(await heard()).toEqual(['push', 'pull_request.synchronize'])
  expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({ before, after })
})

test('a forced push says so', async () => {
  await repo.forcePush('topic', { 'a.txt': 'other\n' }, 'alice')
  await hub.settled()
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ forced: true, created: false })
})

test('merging is heard as a push and a closed pull request', async () => {
  await repo.mergePullRequest(pull, 'alice')
  expect(await heard()).toEqual(['push', 'pull_request.closed'])
  expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({ pull_request: { merged: true } })
})

test('a deleted head branch closes the pull request', async () => {
  await repo.deleteBranch('topic')
  expect(await heard()).toEqual(['push', 'pull_request.closed'])
})

test('a redelivery has the same GUID, bytes and signature', async () => {
  await repo.addLabel(pull, 'x', 'bob')
  await hub.settled()
  const [delivery] = hub.webhooks.deliveries.slice(-1)
  hub.redeliver(delivery?.guid ?? '')
  await hub.settled()
  expect(received).toHaveLength(2)
  const [first, second] = received
  expect(second?.body).toBe(first?.body)
  for (const name of ['x-github-delivery', 'x-hub-signature-256'] as const) {
    expect(second?.headers[name]).toBe(first?.headers[name])
  }
  expect(hub.webhooks.deliveries.at(-1)).toMatchObject({
    redelivery: true,
    response: { status: 202, body: 'queued' },
  })
})

test('what the App does not listen to is recorded as failed, and not sent again', async () => {
  await new Promise((resolve) => app.close(resolve))
  await repo.addLabel(pull, 'x', 'bob')
  await hub.settled()
  expect(hub.webhooks.deliveries.at(-1)?.response).toHaveProperty('error')
})

test('a repository without the App tells it nothing', async () => {
  const lone = await hub.createRepository({ owner: 'lone', name: 'x', install: false })
  await lone.commitFiles('main', { y: 'y' })
  expect(await heard()).toEqual([])
})

test('an event that the App is not subscribed to is not sent', async () => {
  hub.world.app.events = ['workflow_run']
  await repo.addLabel(pull, 'x', 'bob')
  expect(await heard()).toEqual([])
})

test("every payload is complete by GitHub's own webhook schemas", async () => {
  const client = await installationClient(hub, repo)
  const at = repo.coordinates
  const fork = await repo.fork('mallory')
  await fork.commitFiles('idea', { 'f.txt': 'f\n' }, { author: 'mallory' })
  await repo.openPullRequest({ from: 'idea', fork, title: 'From a fork', author: 'mallory' })
  await repo.addLabel(pull, 'x', 'bob')
  await repo.removeLabel(pull, 'x', 'bob')
  await repo.push('topic', { 'b.txt': 'b\n', 'a.txt': null }, 'alice')
  repo.comment(pull, 'Thanks', 'alice')
  const check = { ...at, name: 'evidence', head_sha: pull.head.sha }
  const { data } = await client.checks.create({ ...check, status: 'in_progress' })
  await client.checks.update({ ...at, check_run_id: data.id, conclusion: 'success' })
  await client.actions.createWorkflowDispatch({ ...at, workflow_id: 'codicil.yml', ref: 'main' })
  await repo.closePullRequest(pull, 'alice')
  await repo.reopenPullRequest(pull, 'alice')
  await repo.deleteBranch('topic')
  hub.ping()
  const [installation] = [...hub.world.installations.values()]
  if (installation) hub.announceInstallation(installation)
  await hub.settled()

  const problems = received.flatMap(({ headers, body }) => {
    const payload = JSON.parse(body) as { action?: string }
    const event = String(headers['x-github-event'])
    const name = payload.action ? `${event}$${payload.action}` : `${event}$event`
    return validate(name, payload).map((problem) => `${name}: ${problem}`)
  })
  expect(problems).toEqual([])
  expect(new Set(await heard())).toEqual(
    new Set([
      'pull_request.opened',
      'pull_request.labeled',
      'pull_request.unlabeled',
      'pull_request.synchronize',
      'pull_request.closed',
      'pull_request.reopened',
      'push',
      'issue_comment.created',
      'check_run.created',
      'check_run.completed',
      'workflow_run.requested',
      'ping',
      'installation.created',
    ]),
  )
})

test('the webhook schemas refuse a payload with a field missing', async () => {
  await repo.addLabel(pull, 'x', 'bob')
  await hub.settled()
  const payload = JSON.parse(received[0]?.body ?? '') as Record<string, unknown>
  expect(validate('pull_request$labeled', payload)).toEqual([])
  delete payload.label
  expect(validate('pull_request$labeled', payload)).not.toEqual([])
})
