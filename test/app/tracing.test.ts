/** Traces, as a collector receives them over HTTP; and none where nobody asked for them. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { RetryLater } from '../../app/errors.ts'
import { callName, untraced } from '../../app/trace.ts'
import { openTracing, wantsTraces } from '../../app/tracing.ts'
import { Loop } from './loop.ts'

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  status?: { code?: number; message?: string }
  attributes: { key: string; value: Record<string, unknown> }[]
}

interface Sent {
  resourceSpans: {
    resource: { attributes: Span['attributes'] }
    scopeSpans: { spans: Span[] }[]
  }[]
}

/** What was sent to the collector. */
const sent: { path: string; headers: Record<string, unknown>; body: Sent }[] = []
let collector: Server
let endpoint = ''
beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Sent
      sent.push({ path: request.url ?? '', headers: request.headers, body })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => collector.close(resolve)))
afterEach(() => {
  vi.unstubAllEnvs()
  sent.length = 0
})

const spans = () =>
  sent.flatMap(({ body }) =>
    body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  )
const saysOf = ({ attributes }: Pick<Span, 'attributes'>) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

/** The libraries read the environment of the process. */
function environment(variables: Record<string, string>): NodeJS.ProcessEnv {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  return process.env
}

const quiet = () => {}

describe('a trace', () => {
  it('tells of a request: its deliveries, steps, calls and tasks, each within what it is part of', async () => {
    const env = environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    })
    const loop = await Loop.start({}, undefined, (failed) => openTracing(env, failed))
    const story = await loop.repository()
    await story.drafted()
    await loop.stop()
    const all = spans()
    const parentOf = (one: Span) => all.find(({ spanId }) => spanId === one.parentSpanId)
    const within = (one: Span): string[] => {
      const parent = parentOf(one)
      return parent ? [...within(parent), one.name] : [one.name]
    }
    const ways = new Set(all.map((one) => within(one).join(' > ')))
    for (const way of [
      'delivery pull_request',
      'delivery workflow_run',
      'converge pull-request > answer label > GraphQL query Gate',
      'converge pull-request > answer label > core settings',
      'converge pull-request > step start-run > POST /repos/*/*/actions/workflows/codicil.yml',
      'converge pull-request > report > POST /repos/*/*/issues/*/comments',
      'converge pull-request > step look-at-run > core read',
      'converge document > amend > core draft',
      'converge document > amend > POST /repos/*/*/git/trees',
      'converge pull-request > report > GraphQL mutation Show',
    ]) {
      expect([...ways]).toContain(way)
    }
    const converged = all.filter(({ name }) => name === 'converge document')
    expect(converged.map(saysOf)).toContainEqual({
      kind: 'document',
      repositoryId: expect.anything(),
      path: 'docs/spec.md',
      outcome: 'done',
    })
    const call = all.find(({ name }) => name === 'GraphQL query Gate')
    expect(call && saysOf(call)).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
    })
    const [first] = sent
    expect(first).toMatchObject({ path: '/v1/traces', headers: { authorization: 'Bearer x' } })
    expect(
      first && saysOf(first.body.resourceSpans[0]?.resource ?? { attributes: [] }),
    ).toMatchObject({ 'service.name': 'codicil', 'deployment.environment.name': 'test' })
  }, 60_000)

  it('says of what failed that it did, and of what waits that it does not', async () => {
    const env = environment({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces` })
    const tracing = await openTracing(env, quiet)
    const trace = tracing.begin()
    const fail = (error: Error) => async () => {
      throw error
    }
    await expect(trace.span('broken', {}, fail(new Error('no')))).rejects.toThrow('no')
    await expect(trace.span('waiting', {}, fail(new RetryLater(1, 'no')))).rejects.toThrow('no')
    await tracing.close()
    expect(spans().map(({ name, status }) => [name, status?.code ?? 0])).toEqual([
      ['broken', 2],
      ['waiting', 0],
    ])
  })

  it('is sampled as is asked for', async () => {
    const env = environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    })
    const tracing = await openTracing(env, quiet)
    await tracing.begin().span('unseen', {}, async () => {})
    await tracing.close()
    expect(sent).toEqual([])
  })

  it('that cannot be sent is told, and stops nothing', async () => {
    const env = environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    })
    const told: string[] = []
    const tracing = await openTracing(env, (message) => told.push(message))
    expect(await tracing.begin().span('lost', {}, async () => 7)).toBe(7)
    await tracing.close()
    expect(told.join()).toContain('ECONNREFUSED')
  })
})

describe('no trace', () => {
  it.each<Record<string, string>>([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' },
  ])('is made under %j', async (env) => {
    expect(wantsTraces(env)).toBe(false)
    expect(await openTracing(env, quiet)).toBe(untraced)
    expect(await untraced.begin().span('x', {}, async () => 7)).toBe(7)
  })
})

it.each([
  ['GET', 'https://api.github.com/repos/acme/ships/pulls/7', 'GET /repos/*/*/pulls/*'],
  ['GET', 'https://api.github.com/repositories/77', 'GET /repositories/*'],
  ['PUT', 'https://ghe/api/v3/repos/a/b/git/refs', 'PUT /api/*/repos/*/*/git'],
])('a call %s %s is called %s', (method, url, name) => {
  expect(callName(method, url, undefined)).toBe(name)
})
