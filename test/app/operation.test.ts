/** What whoever runs the app sees: its figures, what it refuses at start, what it does not keep. */
import { refusedMetrics } from '../../app/metrics-access.ts'
import { generateKeyPairSync } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError, embedded, start } from '../../app/index.ts'
import { Loop } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start({ keepDays: 30 })
})
afterAll(() => loop.stop())

const day = 86_400_000

describe('/metrics', () => {
  it('counts deliveries, work, calls and requests, and names nobody', async () => {
    const story = await loop.repository()
    await story.drafted()
    await fetch(loop.app.webhookUrl, { method: 'POST', body: '{}' })
    const answer = await fetch(`${loop.app.url}/metrics`)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const text = await answer.text()
    const figure = (line: string) =>
      Number(
        text
          .split('\n')
          .find((one) => one.startsWith(`${line} `))
          ?.split(' ')[1],
      )
    expect(figure('codicil_deliveries_total{status="200"}')).toBeGreaterThan(2)
    expect(figure('codicil_deliveries_total{status="400"}')).toBe(1)
    expect(figure('codicil_work_seconds_count{key="document",outcome="done"}')).toBe(1)
    expect(figure('codicil_github_calls_total{method="POST",status="201"}')).toBeGreaterThan(4)
    expect(figure('codicil_requests{state="drafted"}')).toBe(1)
    expect(figure('codicil_keys_pending')).toBe(0)
    expect(figure('process_resident_memory_bytes')).toBeGreaterThan(1e6)
    expect(text).not.toMatch(/acme|ships|alice/)
  })

  it('is not answered through a proxy', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    expect((await fetch(`${loop.app.url}/metrics`, { headers })).status).toBe(403)
  })

  const token = 'a token of enough letters'.replaceAll(' ', '-')
  it.each<[string, string | undefined, Record<string, string>, string | null, 401 | 403 | null]>([
    ['this machine', '127.0.0.1', {}, null, null],
    ['this machine by IPv6', '::1', {}, null, null],
    ['this machine, mapped', '::ffff:127.0.0.1', {}, null, null],
    ['another machine', '10.0.0.7', {}, null, 403],
    ['another machine, mapped', '::ffff:10.0.0.7', {}, null, 403],
    ['nobody known', undefined, {}, null, 403],
    ['a proxy', '127.0.0.1', { forwarded: 'for=203.0.113.7' }, null, 403],
    ['a proxy that tells the protocol', '127.0.0.1', { 'x-forwarded-proto': 'https' }, null, 403],
    ['a proxy of a network', '127.0.0.1', { 'cf-connecting-ip': '203.0.113.7' }, null, 403],
    ['whoever has the token', '10.0.0.7', { authorization: `Bearer ${token}` }, token, null],
    ['this machine without the token', '127.0.0.1', {}, token, 401],
    ['another token', '127.0.0.1', { authorization: `Bearer ${token}x` }, token, 401],
    ['the token as a password', '127.0.0.1', { authorization: `Basic ${token}` }, token, 401],
    ['the token where none is set', '10.0.0.7', { authorization: `Bearer ${token}` }, null, 403],
  ])('answers %s, or refuses', (_, remoteAddress, headers, set, status) => {
    const socket = remoteAddress === undefined ? {} : { remoteAddress }
    expect(refusedMetrics({ headers, socket }, set)?.status ?? null).toBe(status)
  })
})

describe('the start', () => {
  const started = async (change: { appId?: number; privateKey?: string }) => {
    const { hub, pglite } = loop
    return start({
      config: {
        appId: hub.app.id,
        privateKey: hub.app.privateKey,
        webhookSecret: hub.app.webhookSecret,
        webhookPath: '/',
        host: '127.0.0.1',
        port: 0,
        database: { kind: 'embedded', folder: 'not used' },
        apiUrl: hub.url,
        logLevel: 'silent',
        trustedWorkflow: null,
        trustedAction: null,
        signer: null,
        trustedRoots: null,
        metricsToken: null,
        keepDays: null,
        ...change,
      },
      log: pino({ level: 'silent' }),
      database: embedded(pglite),
    }).then(
      () => null,
      (error: unknown) => error,
    )
  }

  it('is refused with an id that is no App of ours', async () => {
    const error = await started({ appId: 424_242 })
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as Error).message).toMatch(/does not take APP_ID 424242 and the private key/)
  })

  it('is refused with the key of another App, which is not shown', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const error = await started({ privateKey: pem })
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as Error).message).toMatch(/make a new key/)
    expect((error as Error).message).not.toContain(pem.split('\n')[1])
  })
})

describe('what is over', () => {
  it('is kept for the days of the configuration, and as long as its pull request is open', async () => {
    const story = await loop.repository()
    const { pull, amendment } = await story.drafted()
    const { sha } = pull.head
    const kept = async () => {
      const request = await story.request(pull.number, sha)
      return [request?.state ?? null, request ? await loop.app.store.bundle(request.id) : null]
    }
    amendment.draft = false
    await story.repository.mergePullRequest(amendment, 'alice')
    await loop.idle()
    loop.clock = 29 * day
    await loop.sweep()
    expect(await kept()).toEqual(['merged', expect.any(Uint8Array)])
    loop.clock = 31 * day
    await loop.sweep()
    expect(await kept()).toEqual(['merged', null])
    await story.repository.mergePullRequest(pull, 'alice')
    await loop.idle()
    loop.clock = 62 * day
    await loop.sweep()
    expect(await kept()).toEqual([null, null])
    expect(story.comments(pull.number)).toEqual([expect.stringContaining('was merged')])
    const { rows } = await loop.pglite.query(
      'SELECT id FROM codicil.ask WHERE repository_id = $1',
      [story.record.id],
    )
    expect(rows).toEqual([])
  })

  it('is no draft that is open, however old', async () => {
    loop.clock = 0
    const story = await loop.repository()
    const { pull } = await story.drafted()
    loop.clock = 400 * day
    await loop.sweep()
    const request = await story.request(pull.number, pull.head.sha)
    expect(request).toMatchObject({ state: 'drafted' })
    expect(await loop.app.store.bundle(request?.id ?? '')).not.toBeNull()
  })
})
