import { expect, test } from 'vitest'
import { routes } from '../../demo/hub/api.ts'
import { installationClient } from '../demo/hub/client.ts'
import { startHub, type RecordedRequest } from '../../demo/hub/index.ts'
import { checkContract, contractViolations } from './check.ts'
import { operationFinder, readDescription } from '../../demo/hub/contract/description.ts'

const at = { method: 'POST', path: '/repos/acme/ships/issues/1/comments' }

/** A request that is right, with something changed. */
function request(changes: Partial<RecordedRequest>): RecordedRequest {
  return {
    sequence: 1,
    ...at,
    query: {},
    operation: undefined,
    template: undefined,
    writes: true,
    about: '',
    headers: {},
    body: { body: 'hello' },
    identity: 'installation 1',
    response: { status: 404, headers: {}, body: { message: 'Not Found' }, fault: false },
    ...changes,
  }
}

test('a request as GitHub describes it passes, and is counted', () => {
  const report = checkContract([request({})])
  expect(report.violations).toEqual([])
  expect(report.inspected).toEqual({
    requests: 1,
    responses: 1,
    operations: ['issues/create-comment'],
  })
})

test.each<[string, Partial<RecordedRequest>, string]>([
  ['a field that GitHub does not know', { body: { body: 'x', text: 'y' } }, "'text'"],
  ['a field missing', { body: {} }, "must have required property 'body'"],
  ['a field of the wrong type', { body: { body: 7 } }, 'must be string'],
  ['no body', { body: undefined }, 'has no body'],
  ['a path that GitHub does not know', { path: '/repos/acme/ships/remarks' }, 'no such operation'],
  ['another method', { method: 'PUT' }, 'no such operation'],
  ['a number that is none', { path: '/repos/a/b/issues/one/comments' }, 'must be integer'],
  [
    'a query parameter that GitHub does not know',
    { method: 'GET', body: undefined, query: { pages: '2' } },
    "'pages'",
  ],
  [
    'a query parameter of another value',
    { method: 'GET', path: '/repos/a/b/pulls', body: undefined, query: { state: 'merged' } },
    'open, closed, all',
  ],
  [
    'a wrong field deep inside',
    {
      path: '/repos/a/b/check-runs',
      body: { name: 'x', head_sha: 'y', output: { title: 'a', summary: 'b', markdown: 'c' } },
    },
    "'markdown'",
  ],
  [
    'a body that none takes',
    { method: 'DELETE', path: '/repos/a/b/git/refs/heads/x', body: { force: true } },
    'has a body',
  ],
])('%s in a request is a violation', (_, changes, message) => {
  const violations = contractViolations([request(changes)])
  expect(violations.map((each) => each.message).join()).toContain(message)
  expect(violations.every(({ side }) => side === 'request')).toBe(true)
})

test.each<[string, RecordedRequest['response']['body'], number, string]>([
  ['lacks a field', { id: 1 }, 201, 'must have required property'],
  ['has a status that is not described', {}, 202, 'status 202 is not described'],
  ['is an error in another form', { message: 7 }, 422, 'must be string'],
])('an answer that %s is a violation', (_, body, status, message) => {
  const response = { status, headers: {}, body, fault: false }
  const violations = contractViolations([request({ response })])
  expect(violations.map((each) => each.message).join()).toContain(message)
  expect(violations.every(({ side }) => side === 'response')).toBe(true)
})

test('an answer with a field that GitHub does not send is a violation', async () => {
  const hub = await startHub()
  const repo = await hub.createRepository({ owner: 'acme', name: 'ships' })
  const client = await installationClient(hub, repo)
  await client.repos.get(repo.coordinates)
  await hub.stop()
  const [answer] = hub.requests.slice(-1)
  expect(contractViolations(hub.requests)).toEqual([])
  const body = answer?.response.body as { owner: Record<string, unknown> }
  body.owner.nickname = 'x'
  expect(contractViolations(hub.requests)).toMatchObject([
    { side: 'response', at: '/owner', message: expect.stringContaining("'nickname'") },
  ])
})

test('what an injected fault answered is not judged', () => {
  const response = { status: 502, headers: {}, body: 'Bad Gateway', fault: true }
  const report = checkContract([request({ response })])
  expect(report.violations).toEqual([])
  expect(report.inspected.responses).toBe(0)
})

test('a path by repository id is the same operation', () => {
  const find = operationFinder(readDescription())
  const matched = find('GET', '/repositories/12/pulls/3')
  expect(matched?.operation.id).toBe('pulls/get')
  expect(matched?.params).toMatchObject({ repository_id: '12', pull_number: '3' })
})

test('a branch with slashes is one parameter', () => {
  const find = operationFinder(readDescription())
  expect(find('GET', '/repos/a/b/git/ref/heads/docs/spec-30')?.params.ref).toBe(
    'heads/docs/spec-30',
  )
  expect(find('GET', '/repos/a/b/commits/docs%2Fx/check-runs')?.params.ref).toBe('docs/x')
})

test('the stand-in answers every operation that was extracted', () => {
  const { operations } = readDescription()
  expect(operations.length).toBeGreaterThan(50)
  expect(operations.map(({ id }) => id).filter((id) => !(id in routes))).toEqual([])
  expect(Object.keys(routes).filter((id) => !operations.some((each) => each.id === id))).toEqual([])
})
