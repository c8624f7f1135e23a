/** The running app: database, queue, Probot and its HTTP server, started and stopped in order. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNodeMiddleware, Probot, type Logger } from 'probot'
import { codicil } from './app.ts'
import type { Config } from './config.ts'
import { octokitClass, repositoryOpener } from './github/client.ts'
import { defaultLimits, type JobContext, type JobLimits } from './jobs/context.ts'
import { openDatabase, type Database } from './jobs/database.ts'
import { giveUp, handlers } from './jobs/index.ts'
import { openQueue, type Queue } from './jobs/queue.ts'
import { onStart } from './jobs/reconcile.ts'
import { openStore, type Store } from './jobs/store.ts'

export interface StartOptions {
  config: Config
  log?: Logger
  now?: () => Date
  /** A database that is already open, and that the caller closes. */
  database?: Database
  /** See ClientOptions; `none` only for a stand-in of GitHub. */
  pacing?: 'github' | 'none'
  limits?: Partial<JobLimits>
  /** Seconds between looks for jobs that have become due. */
  pollSeconds?: number
  /** Seconds between looks for requests that stand still. */
  reconcileSeconds?: number
}

export interface Running {
  /** Where the app listens, without a trailing slash. */
  url: string
  webhookUrl: string
  store: Store
  queue: Queue
  /** Takes no more deliveries, lets running jobs end, closes what was opened. */
  stop(): Promise<void>
}

/** GitHub sends no larger payloads. */
const maxPayload = 25 * 1024 * 1024

export async function start(options: StartOptions): Promise<Running> {
  const { config, now = () => new Date(), pollSeconds = 2, reconcileSeconds = 300 } = options
  const probot = new Probot({
    appId: config.appId,
    privateKey: config.privateKey,
    secret: config.webhookSecret,
    baseUrl: config.apiUrl,
    webhookPath: config.webhookPath,
    logLevel: config.logLevel === 'silent' ? 'fatal' : config.logLevel,
    Octokit: octokitClass({ apiUrl: config.apiUrl, pacing: options.pacing ?? 'github' }),
    ...(options.log && { log: options.log }),
  })
  await probot.ready()
  const { log } = probot
  const database = options.database ?? (await openDatabase(config.database))
  const stops: (() => Promise<unknown>)[] = []
  if (!options.database) stops.push(() => database.close())
  try {
    const queue: Queue = await openQueue({
      database,
      log,
      pollSeconds,
      givenUp: (name, data) => giveUp(context, name, data),
    })
    stops.unshift(() => queue.stop())
    const store = await openStore(queue.sql, now)
    const context: JobContext = {
      store,
      queue,
      now,
      log,
      open: repositoryOpener(await probot.auth(), now),
      limits: { ...defaultLimits, trustedWorkflow: config.trustedWorkflow, ...options.limits },
    }
    await queue.work(handlers(context))
    await onStart(context)
    stops.unshift(every(reconcileSeconds, () => reconcile(queue)))
    const server = await listen(probot, queue, config)
    stops.unshift(() => close(server))
    const { port } = server.address() as AddressInfo
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    log.info(`Codicil listens on ${url}${config.webhookPath}`)
    return { url, webhookUrl: url + config.webhookPath, store, queue, stop: () => inTurn(stops) }
  } catch (error) {
    await inTurn(stops)
    throw error
  }
}

/** In a slot of a minute one reconciliation is enough, however many copies of the app run. */
function reconcile(queue: Queue): Promise<void> {
  return queue.send('reconcile', {}, { key: 'reconcile', atMostEvery: 60 })
}

function every(seconds: number, act: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve()
  const timer = setInterval(() => {
    // A database that is away is the queue's to report; the next turn comes anyway.
    last = act().catch(() => {})
  }, seconds * 1000)
  return () => {
    clearInterval(timer)
    return last
  }
}

async function listen(probot: Probot, queue: Queue, config: Config): Promise<Server> {
  const webhooks = await createNodeMiddleware(codicil(queue), { probot })
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return answer(response, 200, 'ok')
    const refused = oversized(request)
    if (refused) return answer(response, refused, 'send a Content-Length of at most 25 MB')
    void webhooks(request, response, () => answer(response, 404, 'not found'))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: config.port, host: config.host }, resolve)
  })
  return server
}

/** The body is kept in memory until its signature was checked, so its size is known before. */
function oversized({ method, headers }: IncomingMessage): 411 | 413 | null {
  if (method !== 'POST') return null
  const length = headers['content-length']
  if (length === undefined) return 411
  return Number(length) > maxPayload ? 413 : null
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`)
}

function close(server: Server): Promise<void> {
  server.closeIdleConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

/** Each step is taken, also after one that failed; the first failure is thrown at the end. */
async function inTurn(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
