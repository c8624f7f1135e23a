/**
 * Takes deliveries over HTTP. Nothing of a body is believed, parsed, stored or logged before its
 * signature was verified, and memory is bounded whoever sends: bodies are counted as they arrive,
 * with or without a Content-Length.
 */
import { createHmac, timingSafeEqual, type Hmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface ReceiveOptions {
  secret: string
  limits?: Partial<ReceiveLimits>
  /** Stores what a delivery says. If it fails, GitHub is told to come again: 503. */
  accept(delivery: Delivery): Promise<void>
  /** A delivery could not be stored. */
  failed(error: unknown): void
}

export interface Delivery {
  /** GitHub's GUID. */
  id: string
  event: string
  payload: unknown
}

export interface ReceiveLimits {
  /** Bytes of one body; GitHub sends no more than 25 MB. */
  bodyBytes: number
  /** Bodies under way at once. */
  bodies: number
  /** Bytes of one body up to which only the number of bodies counts. */
  smallBytes: number
  /** Bytes of all larger bodies under way. */
  largeBytes: number
  /** Milliseconds within which a body has to be there. */
  bodyTimeout: number
}

const mebibyte = 1024 * 1024
const usual: ReceiveLimits = {
  bodyBytes: 25 * mebibyte,
  bodies: 200,
  smallBytes: mebibyte / 4,
  largeBytes: 64 * mebibyte,
  bodyTimeout: 10_000,
}

/** An answer other than 200, for the sender; it ends the connection. */
class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export type Receiver = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export function receiver(options: ReceiveOptions): Receiver {
  const limits = { ...usual, ...options.limits }
  const underWay = { bodies: 0, largeBytes: 0 }
  return async (request, response) => {
    try {
      const delivery = await verified(request, options.secret, limits, underWay)
      await options.accept(delivery).catch((error: unknown) => {
        options.failed(error)
        throw new Refusal(503, 'The delivery could not be stored. Send it again later.')
      })
      answer(response, 200, 'ok')
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuse(request, response, error)
    }
  }
}

export function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`)
}

/** Milliseconds in which a refused sender may still send. */
const lastWords = 500

function refuse(request: IncomingMessage, response: ServerResponse, { status, message }: Refusal) {
  if (response.destroyed) return
  response.setHeader('connection', 'close')
  if (status === 503) response.setHeader('retry-after', '10')
  answer(response, status, message)
  // What is still on its way is thrown away for a moment, so that the sender sees the answer.
  request.resume()
  const cut = setTimeout(() => request.destroy(), lastWords)
  request.once('close', () => clearTimeout(cut))
}

async function verified(
  request: IncomingMessage,
  secret: string,
  limits: ReceiveLimits,
  underWay: { bodies: number; largeBytes: number },
): Promise<Delivery> {
  const { method, headers } = request
  if (method !== 'POST') throw new Refusal(405, 'Deliveries are sent by POST.')
  const event = headers['x-github-event']
  const id = headers['x-github-delivery']
  if (typeof event !== 'string' || typeof id !== 'string') {
    throw new Refusal(400, 'X-GitHub-Event and X-GitHub-Delivery are needed.')
  }
  const signature = /^sha256=([0-9a-f]{64})$/.exec(String(headers['x-hub-signature-256']))?.[1]
  if (!signature) throw new Refusal(401, 'X-Hub-Signature-256 is needed.')
  if (Number(headers['content-length'] ?? 0) > limits.bodyBytes) throw tooLarge(limits)
  if (underWay.bodies >= limits.bodies) throw busy()
  underWay.bodies += 1
  const hmac = createHmac('sha256', secret)
  const body = { chunks: [] as Buffer[], bytes: 0, large: 0 }
  try {
    await read(request, hmac, body, limits, underWay)
    if (!timingSafeEqual(hmac.digest(), Buffer.from(signature, 'hex'))) {
      throw new Refusal(400, 'The signature does not fit the body.')
    }
    return { id, event, payload: parsed(Buffer.concat(body.chunks)) }
  } finally {
    underWay.bodies -= 1
    underWay.largeBytes -= body.large
  }
}

async function read(
  request: IncomingMessage,
  hmac: Hmac,
  body: { chunks: Buffer[]; bytes: number; large: number },
  limits: ReceiveLimits,
  underWay: { largeBytes: number },
): Promise<void> {
  const timer = setTimeout(
    () => request.destroy(new Refusal(408, 'The body did not arrive in time.')),
    limits.bodyTimeout,
  )
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      body.bytes += chunk.length
      if (body.bytes > limits.bodyBytes) throw tooLarge(limits)
      if (body.bytes > limits.smallBytes) {
        const more = body.bytes - body.large
        if (underWay.largeBytes + more > limits.largeBytes) throw busy()
        underWay.largeBytes += more
        body.large = body.bytes
      }
      hmac.update(chunk)
      body.chunks.push(chunk)
    }
  } catch (error) {
    // The sender went away: there is nobody to answer.
    throw error instanceof Refusal ? error : new Refusal(400, 'The body was cut off.')
  } finally {
    clearTimeout(timer)
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Refusal(400, 'The body is not JSON. Choose application/json in the App settings.')
  }
}

function tooLarge({ bodyBytes }: ReceiveLimits): Refusal {
  return new Refusal(413, `A body has at most ${bodyBytes} bytes.`)
}

function busy(): Refusal {
  return new Refusal(503, 'Too many bodies are under way. Send it again later.')
}
