/**
 * The way of deliveries from GitHub to the app when it is a bad one: they come twice, late, in another
 * order or not at all, by a seed. Some of those that are dropped GitHub takes for delivered.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Random } from './random.ts'

/** How often each happens, of all deliveries; what is left arrives as it should. */
export interface Weather {
  /** GitHub sees that it failed. */
  refused: number
  /** GitHub does not see that it never arrived. */
  lost: number
  /** It arrives when it is asked for by `arrive`, before or after others. */
  late: number
  doubled: number
}

export const fair: Weather = { refused: 0, lost: 0, late: 0, doubled: 0 }

interface Letter {
  headers: IncomingHttpHeaders
  body: Buffer
}

export class Mail {
  readonly counts = { sent: 0, refused: 0, lost: 0, late: 0, doubled: 0 }
  /** Where the app listens. */
  target = ''
  readonly #server: Server
  readonly #weathers = new Map<number, { weather: Weather; random: Random }>()
  #waiting: Letter[] = []

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
      const status = await this.#carry({ headers: request.headers, body })
      response.writeHead(status).end()
    })
  }

  static async open(): Promise<Mail> {
    const mail = new Mail()
    await new Promise<void>((resolve) => mail.#server.listen(0, '127.0.0.1', resolve))
    return mail
  }

  /** Where GitHub sends deliveries to. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  /** How it is in a repository from now on; fair unless told. */
  set(repositoryId: number, weather: Weather, seed: number): void {
    this.#weathers.set(repositoryId, { weather, random: new Random(seed) })
  }

  /** Brings some of what is late, or all of it, in another order. */
  async arrive(random: Random, share = 1): Promise<void> {
    const letters = random.shuffled(this.#waiting)
    const now = letters.filter(() => random.happens(share))
    this.#waiting = letters.filter((letter) => !now.includes(letter))
    for (const letter of now) await this.#send(letter)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #carry(letter: Letter): Promise<number> {
    this.counts.sent += 1
    const { repository } = JSON.parse(letter.body.toString()) as { repository?: { id: number } }
    const here = this.#weathers.get(repository?.id ?? 0)
    if (!here) return this.#send(letter)
    const { weather, random } = here
    const drawn = random.next()
    let bound = 0
    const is = (what: keyof Weather) => {
      bound += weather[what]
      if (drawn >= bound) return false
      this.counts[what] += 1
      return true
    }
    if (is('refused')) return 502
    if (is('lost')) return 200
    if (is('late')) {
      this.#waiting.push(letter)
      // GitHub has seen that nobody answered, or somebody sent it again by hand.
      return random.happens(0.5) ? 200 : 504
    }
    if (is('doubled')) this.#waiting.push(letter)
    return this.#send(letter)
  }

  async #send({ headers, body }: Letter): Promise<number> {
    const kept = Object.entries(headers).filter(([name]) => /^(x-|content-type)/.test(name))
    const answer = await fetch(this.target, {
      method: 'POST',
      headers: Object.fromEntries(kept) as Record<string, string>,
      body: new Uint8Array(body),
    })
    await answer.text()
    return answer.status
  }
}
