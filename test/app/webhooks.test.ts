import { createHmac } from 'node:crypto'
import { verify } from '@octokit/webhooks-methods'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { label, Loop } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

const body = JSON.stringify({ zen: 'Practicality beats purity.' })

function post(headers: Record<string, string>, content = body): Promise<Response> {
  return fetch(loop.app.webhookUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'ping',
      'x-github-delivery': '0b989ba4-242f-11e5-81e1-c7b6966d2516',
      ...headers,
    },
    body: content,
  })
}

const signed = (algorithm: string, secret = loop.hub.app.webhookSecret) =>
  `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`

describe('a delivery', () => {
  it('with a good signature is taken', async () => {
    expect((await post({ 'x-hub-signature-256': signed('sha256') })).status).toBe(200)
  })

  it("is verified as in the example of GitHub's documentation", async () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    const secret = "It's a Secret to Everybody"
    expect(await verify(secret, 'Hello, World!', signature)).toBe(true)
  })

  it.each([
    ['no signature', () => ({})],
    ['a signature with another secret', () => ({ 'x-hub-signature-256': signed('sha256', 'x') })],
    ['a SHA-1 signature only', () => ({ 'x-hub-signature': signed('sha1') })],
    ['a SHA-1 signature in its place', () => ({ 'x-hub-signature-256': signed('sha1') })],
    ['half a signature', () => ({ 'x-hub-signature-256': signed('sha256').slice(0, 40) })],
  ])('with %s is refused', async (_, headers) => {
    const { status } = await post(headers())
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  it('that was changed after it was signed is refused', async () => {
    const headers = { 'x-hub-signature-256': signed('sha256') }
    expect((await post(headers, `${body} `)).status).toBe(400)
  })

  it('larger than GitHub sends is refused before it is read', async () => {
    const response = await fetch(loop.app.webhookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'ping',
        'x-github-delivery': '1',
        'x-hub-signature-256': signed('sha256'),
      },
      body: Buffer.alloc(25 * 1024 * 1024 + 1),
    }).catch(() => ({ status: 413 }))
    expect(response.status).toBe(413)
  })

  it('leads to one ask, however often it comes', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    const delivery = loop.hub.webhooks.deliveries.findLast(({ action }) => action === 'labeled')
    loop.hub.redeliver(delivery?.guid ?? '')
    await loop.idle()
    // Under an id of its own, too, as somebody would send it who has recorded it.
    loop.hub.webhooks.send('pull_request', delivery?.payload ?? {})
    await loop.idle()
    const { rows } = await loop.pglite.query(
      `SELECT count(*)::int AS asks FROM codicil.ask WHERE repository_id = $1`,
      [story.record.id],
    )
    expect(rows).toEqual([{ asks: 1 }])
    expect(story.runs()).toHaveLength(1)
  })

  it("is answered while GitHub's API is down, and worked on when it is back", async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    const restore = loop.hub.faults.add({
      match: { path: /./ },
      when: 'before',
      status: 503,
      times: Infinity,
    })
    await story.repository.addLabel(pull, label, 'alice')
    await loop.hub.settled()
    const delivery = loop.hub.webhooks.deliveries.findLast(({ action }) => action === 'labeled')
    expect(delivery?.response).toMatchObject({ status: 200 })
    expect(story.runs()).toEqual([])
    restore()
    await loop.idle()
    expect(story.runs()).toHaveLength(1)
  })

  it.each([
    ['no installation', { installation: undefined }],
    ['a short commit SHA', { pull_request: { number: 1, head: { sha: 'abc1234' } } }],
  ])('with %s costs no call', async (_, change) => {
    const story = await loop.repository()
    const pull = await story.pullRequest()
    await story.repository.addLabel(pull, label, 'mallory')
    await loop.idle()
    const labeled = loop.hub.webhooks.deliveries.findLast(({ action }) => action === 'labeled')
    const calls = loop.hub.requests.length
    loop.hub.webhooks.send('pull_request', { ...labeled?.payload, ...change })
    await loop.idle()
    expect(loop.hub.requests.length).toBe(calls)
  })
})

describe('the server', () => {
  it.each(['/healthz', '/livez', '/readyz'])('says at %s that all is well', async (path) => {
    const response = await fetch(`${loop.app.url}${path}`)
    expect([response.status, await response.text()]).toEqual([200, 'ok\n'])
  })

  it('stores nothing of what it does not use', async () => {
    const story = await loop.repository()
    const { pull } = await story.dispatched()
    const rows = async () => {
      const counts = await loop.pglite.query(
        `SELECT (SELECT count(*) FROM codicil.ask)::int AS asks,
                (SELECT count(*) FROM codicil.key WHERE due IS NOT NULL)::int AS due`,
      )
      return counts.rows
    }
    const before = await rows()
    const calls = loop.hub.requests.length
    const labeled = loop.hub.webhooks.deliveries.findLast(({ action }) => action === 'labeled')
    const { webhooks } = loop.hub
    const send = (event: string, change: object) =>
      webhooks.send(event, { ...labeled?.payload, ...change })
    send('pull_request', { label: { name: 'documentation' } })
    send('pull_request', { action: 'assigned' })
    send('pull_request', {
      action: 'synchronize',
      pull_request: { number: 4242, head: { sha: 'a'.repeat(40) } },
    })
    send('star', { action: 'created' })
    await story.repository.comment(pull, 'I wrote `/codicil run` to it.', 'alice')
    await loop.hub.settled()
    expect(await rows()).toEqual(before)
    await loop.idle()
    expect(loop.hub.requests.slice(calls)).toEqual([])
  })

  it('has no other pages', async () => {
    expect((await fetch(`${loop.app.url}/probot`)).status).toBe(404)
  })
})
