import { createHmac } from 'node:crypto'
import type { Repository } from './model.ts'
import type { World } from './world.ts'

/** What was sent, and what the App answered; `response` is absent while it is under way. */
export interface Delivery {
  guid: string
  event: string
  action: string | undefined
  payload: Record<string, unknown>
  /** The exact bytes that were signed. */
  body: string
  headers: Record<string, string>
  redelivery: boolean
  /** Rises with each delivery. */
  id: number
  at: Date
  response?: { status: number; body: string } | { error: string }
}

/** GitHub waits ten seconds for an answer. */
const patience = 10_000

/**
 * Sends signed webhooks to the App, one after another in the order of events. Each event has a GUID
 * of its own; a redelivery repeats GUID and bytes. Nothing is sent again by itself.
 */
export class Webhooks {
  readonly deliveries: Delivery[] = []
  readonly #world: World
  readonly #secret: string
  #url: string | undefined
  #queue: Promise<void> = Promise.resolve()
  readonly #end = new AbortController()

  constructor(world: World, secret: string, url: string | undefined) {
    this.#world = world
    this.#secret = secret
    this.#url = url
  }

  get url(): string | undefined {
    return this.#url
  }

  /** Where the App listens; deliveries before that are recorded as refused. */
  connect(url: string | undefined): void {
    this.#url = url
  }

  /** Sends an event of a repository, if the App is installed there and subscribed to it. */
  event(repository: Repository, event: string, payload: Record<string, unknown>): void {
    const installation = this.#world.installationOf(repository)
    if (!installation || installation.suspendedAt) return
    if (this.#world.app.events.includes(event)) this.send(event, payload)
  }

  /** Sends an event that every App gets, whatever it subscribed to. */
  send(event: string, payload: Record<string, unknown>): Delivery {
    const body = JSON.stringify(payload)
    const guid = this.#world.nextGuid('delivery')
    const delivery: Delivery = {
      guid,
      event,
      action: typeof payload.action === 'string' ? payload.action : undefined,
      payload,
      body,
      headers: this.#headers(guid, event, body),
      redelivery: false,
      id: this.#world.nextId(),
      at: this.#world.now(),
    }
    return this.#enqueue(delivery)
  }

  /** Sends a past delivery once more: same GUID, same bytes, same signature. */
  redeliver(guid: string): Delivery {
    const past = this.deliveries.find((delivery) => delivery.guid === guid)
    if (!past) throw new Error(`There is no delivery ${guid} to send again.`)
    const { response: _, ...same } = past
    const id = this.#world.nextId()
    return this.#enqueue({ ...same, redelivery: true, id, at: this.#world.now() })
  }

  /** Resolves when everything sent so far was answered, refused or given up. */
  async settled(): Promise<void> {
    let seen: Promise<void> | undefined
    while (seen !== this.#queue) {
      seen = this.#queue
      await seen
    }
  }

  /** Gives up what is under way. */
  async stop(): Promise<void> {
    this.#end.abort()
    await this.settled()
  }

  #enqueue(delivery: Delivery): Delivery {
    this.deliveries.push(delivery)
    this.#queue = this.#queue.then(() => this.#deliver(delivery))
    return delivery
  }

  async #deliver(delivery: Delivery): Promise<void> {
    if (this.#url === undefined) {
      delivery.response = { error: 'no webhook URL is set' }
      return
    }
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: delivery.headers,
        body: delivery.body,
        signal: AbortSignal.any([AbortSignal.timeout(patience), this.#end.signal]),
      })
      delivery.response = { status: response.status, body: await response.text() }
    } catch (error) {
      delivery.response = { error: error instanceof Error ? error.message : String(error) }
    }
  }

  #headers(guid: string, event: string, body: string): Record<string, string> {
    const sign = (algorithm: string) =>
      createHmac(algorithm, this.#secret).update(body).digest('hex')
    return {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/5173a4e',
      'x-github-delivery': guid,
      'x-github-event': event,
      'x-github-hook-id': String(this.#world.app.id),
      'x-github-hook-installation-target-id': String(this.#world.app.id),
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature': `sha1=${sign('sha1')}`,
      'x-hub-signature-256': `sha256=${sign('sha256')}`,
    }
  }
}
