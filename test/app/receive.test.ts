/** The HTTP side of deliveries alone, over real sockets. */
import { createHmac } from 'node:crypto'
import { createServer, request, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { receiver, type Delivery, type ReceiveLimits } from '../../app/webhooks/receive.ts'

const secret = 'a secret of this test alone'
let server: Server
let accepted: Delivery[] = []
let failures: unknown[] = []
let peak = 0

async function serve(
  limits: Partial<ReceiveLimits> = {},
  accept: (delivery: Delivery) => Promise<void> = async () => {},
): Promise<number> {
  accepted = []
  failures = []
  const receive = receiver({
    secret,
    limits,
    failed: (error) => failures.push(error),
    accept: async (delivery) => {
      await accept(delivery)
      accepted.push(delivery)
    },
  })
  server = createServer((incoming, response) => void receive(incoming, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const sign = (body: string | Buffer, by = secret) =>
  `sha256=${createHmac('sha256', by).update(body).digest('hex')}`

const headersOf = (signature: string | null) => ({
  'content-type': 'application/json',
  'x-github-event': 'ping',
  'x-github-delivery': 'd-1',
  ...(signature !== null && { 'x-hub-signature-256': signature }),
})

function post(port: number, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })
}

/** Sends a body in chunks, with no Content-Length, until it is answered or cut off. */
function stream(
  port: number,
  headers: Record<string, string>,
  chunks: number,
): Promise<{ status: number; sent: number }> {
  const chunk = Buffer.alloc(64 * 1024, 0x20)
  return new Promise((resolve) => {
    let sent = 0
    let status = 0
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', headers })
    const end = () => resolve({ status, sent })
    outgoing.on('response', (response) => {
      status = response.statusCode ?? 0
      response.resume()
      end()
    })
    outgoing.on('error', end)
    const more = () => {
      if (status !== 0 || outgoing.destroyed) return
      if (sent >= chunks) return void outgoing.end()
      sent += 1
      outgoing.write(chunk, () => setImmediate(more))
    }
    more()
  })
}

describe('a body', () => {
  it('that is signed is taken as it was signed', async () => {
    const body = JSON.stringify({ zen: 'Ünïcode, and a 😀.' })
    const port = await serve()
    expect((await post(port, body, headersOf(sign(body)))).status).toBe(200)
    expect(accepted).toEqual([{ id: 'd-1', event: 'ping', payload: JSON.parse(body) }])
  })

  it.each([
    ['without a signature', null, 401],
    ['with one of another secret', sign('{}', 'another secret'), 400],
    ['with one that is no hex', `sha256=${'g'.repeat(64)}`, 401],
  ])('%s is refused', async (_, signature, status) => {
    const port = await serve()
    expect((await post(port, '{}', headersOf(signature))).status).toBe(status)
    expect(accepted).toEqual([])
  })

  it('without a signature is not kept', async () => {
    const port = await serve()
    const { status, sent } = await stream(port, headersOf(null), 4000)
    expect(status).toBe(401)
    expect(sent).toBeLessThan(4000)
  })

  it('that is too long is cut off, also without a Content-Length', async () => {
    const port = await serve({ bodyBytes: 256 * 1024 })
    const { status, sent } = await stream(port, headersOf(sign('x')), 4000)
    expect(sent).toBeLessThan(4000)
    expect([413, 0]).toContain(status)
    expect(accepted).toEqual([])
  })

  it('that is no JSON is refused after its signature was checked', async () => {
    const port = await serve()
    expect((await post(port, 'payload=x', headersOf(sign('payload=x')))).status).toBe(400)
  })

  it('without the headers of an event is refused', async () => {
    const port = await serve()
    expect((await post(port, '{}', { 'x-hub-signature-256': sign('{}') })).status).toBe(400)
  })

  it('that cannot be stored is to be sent again', async () => {
    const port = await serve({}, () => Promise.reject(new Error('no database')))
    const response = await post(port, '{}', headersOf(sign('{}')))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10'])
    expect(failures).toEqual([new Error('no database')])
  })

  it('that does not arrive is given up', async () => {
    const port = await serve({ bodyTimeout: 50 })
    const socket = connect(port, '127.0.0.1')
    const headers = Object.entries({ ...headersOf(sign('{}')), 'content-length': '1000' })
    const lines = headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${lines}\r\n\r\n{`)
    await new Promise<void>((resolve) => socket.once('close', () => resolve()))
    expect(accepted).toEqual([])
  })
})

describe('many bodies at once', () => {
  it('are held in bounded memory, whatever their signatures say', async () => {
    const port = await serve({ largeBytes: 4 * 1024 * 1024 })
    const before = process.memoryUsage().arrayBuffers
    peak = 0
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
    }, 5)
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => stream(port, headersOf(sign('x')), 64)),
    )
    clearInterval(timer)
    expect(outcomes.some(({ status }) => status === 200)).toBe(false)
    // 40 bodies of 4 MiB: 160 MiB, if they were kept.
    expect(peak).toBeLessThan(64 * 1024 * 1024)
    const body = JSON.stringify({ after: 'the flood' })
    expect((await post(port, body, headersOf(sign(body)))).status).toBe(200)
  })

  it('leave small ones their room', async () => {
    const port = await serve({ largeBytes: 1, smallBytes: 1024 })
    const body = JSON.stringify({ small: true })
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post(port, body, headersOf(sign(body)))),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const large = JSON.stringify({ large: 'x'.repeat(4096) })
    expect((await post(port, large, headersOf(sign(large)))).status).toBe(503)
  })
})
