/**
 * Sends deliveries at a rate, whether they are answered or not, to the app and between them to a bare
 * server; says how long answers took from the moment at which they should have been sent, and what
 * was acknowledged.
 *
 *     node bench/app/load.ts <url> <bare url> <deliveries a second> <seconds> <file of deliveries>
 */
import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { Random } from '../../test/app/random.ts'
import { spread } from './processes.ts'

const [url = '', bare = '', perSecond = '', forSeconds = '', file = ''] = process.argv.slice(2)
const rate = Number(perSecond)
const seconds = Number(forSeconds)
const { secret, kinds } = JSON.parse(readFileSync(file, 'utf8')) as {
  secret: string
  kinds: Record<string, { event: string; body: string }[]>
}

/** Of a hundred deliveries, so many: most of what an App hears is none of its business. */
const mix: Record<string, number> = {
  'pull_request labeled documentation': 20,
  'pull_request opened': 10,
  push: 20,
  'workflow_run completed': 10,
  'issue_comment created': 20,
  'check_run created': 0,
  'pull_request labeled needs-gpu-evidence': 15,
  'issue_comment created command': 5,
}
const random = new Random(1)
const parsed = Object.fromEntries(
  Object.entries(mix)
    .filter(([, share]) => share > 0)
    .map(([kind]) => {
      const known = kinds[kind] ?? []
      if (known.length === 0) throw new Error(`There is no delivery of the kind ${kind}.`)
      return [
        kind,
        known.map(({ event, body }) => ({ event, payload: JSON.parse(body) as Payload })),
      ]
    }),
)
const bag = Object.entries(mix).flatMap(([kind, share]) =>
  Array.from({ length: share }, () => kind),
)

interface Payload {
  pull_request?: { updated_at: string; number: number }
  comment?: { id: number; created_at: string; updated_at: string }
  repository: { id: number }
}

interface Sent {
  kind: string
  /** What the app has to have stored of it, if it is acknowledged. */
  kept: { repository: number; at: string } | null
  body: string
  event: string
}

let last = Date.now() - 100_000_000
/** A delivery like the one that was recorded, and yet another one: nobody asked at that moment. */
function fresh(): Sent {
  const kind = random.pick(bag)
  const { event, payload } = random.pick(parsed[kind] ?? [])
  const at = new Date((last += 1000))
    .toISOString()
    .replace('.000', '')
    .replace(/\.\d+Z/, 'Z')
  let kept: Sent['kept'] = null
  if (kind === 'pull_request labeled needs-gpu-evidence' && payload.pull_request) {
    payload.pull_request.updated_at = at
    kept = { repository: payload.repository.id, at }
  }
  if (kind === 'issue_comment created command' && payload.comment) {
    payload.comment.id += 1
    payload.comment.created_at = at
    payload.comment.updated_at = at
    kept = { repository: payload.repository.id, at }
  }
  return { kind, kept, event, body: JSON.stringify(payload) }
}

const agent = new Agent({ keepAlive: true, maxSockets: 512 })
/** GitHub waits for ten seconds. */
const patience = 10_000

function post(to: string, { event, body }: Sent, due: number) {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
  const { promise, resolve } = Promise.withResolvers<{ status: number; took: number }>()
  const end = (status: number) => resolve({ status, took: performance.now() - due })
  const outgoing = request(to, { method: 'POST', agent, headers, timeout: patience }, (answer) => {
    answer.resume().once('end', () => end(answer.statusCode ?? 0))
  })
  outgoing.once('error', () => end(0)).once('timeout', () => outgoing.destroy())
  outgoing.end(body)
  return promise
}

const took = { app: [] as number[], bare: [] as number[] }
const byWindow: number[][] = []
const refused: Record<string, number> = {}
const acknowledged: NonNullable<Sent['kept']>[] = []
const late: number[] = []
const open = new Set<Promise<unknown>>()
const track = (work: Promise<unknown>) => {
  open.add(work)
  void work.finally(() => open.delete(work))
}

const began = performance.now() + 200

async function toApp(sent: Sent, due: number): Promise<void> {
  const end = await post(url, sent, due)
  if (end.status !== 200) {
    refused[end.status] = (refused[end.status] ?? 0) + 1
    return
  }
  took.app.push(end.took)
  ;(byWindow[Math.floor((due - began) / 10_000)] ??= []).push(end.took)
  if (sent.kept) acknowledged.push(sent.kept)
}

const total = rate * seconds
for (let n = 0; n < 2 * total; n++) {
  const due = began + (n * 500) / rate
  const sent = fresh()
  const wait = due - performance.now()
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  late.push(performance.now() - due)
  if (n % 2 === 1) {
    track(post(bare, sent, due).then((end) => took.bare.push(end.took)))
    continue
  }
  track(toApp(sent, due))
}
await Promise.all(open)
writeFileSync(`${file}.acknowledged`, JSON.stringify(acknowledged))
const figures = {
  sent: total,
  app: spread(took.app),
  bare: spread(took.bare),
  late: spread(late),
  refused,
  p99OfTenSeconds: byWindow.map((window) => spread(window).p99),
  toKeep: acknowledged.length,
}
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
