/** The running app: database, queue, the API's client and the HTTP server, started and stopped in order. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Probot, type Logger } from 'probot'
import type { Config } from './config.ts'
import { converger } from './converge/index.ts'
import { openCore, type Core } from './core/index.ts'
import { appSweeper } from './converge/sweep-app.ts'
import { requireSupported } from './github/supported.ts'
import { octokitClass, repositoryOpener } from './github/installation.ts'
import { requireRegistered } from './github/registered.ts'
import { openAsks } from './jobs/asks.ts'
import { defaultLimits, type AppContext, type JobLimits } from './jobs/context.ts'
import { openAcceptance, openDatabase, type Database } from './jobs/database.ts'
import { openQueue, type Queue } from './jobs/queue.ts'
import { openRepositories } from './jobs/repositories.ts'
import type { Sql } from './jobs/sql.ts'
import { openStore, type Store } from './jobs/store.ts'
import { refusedMetrics } from './metrics-access.ts'
import { openMetrics, type Metrics } from './metrics.ts'
import { sparingly } from './sparing-log.ts'
import { untraced, type Tracing } from './trace.ts'
import { openInbox } from './webhooks/inbox.ts'
import { answer, receiver, type Receiver } from './webhooks/receive.ts'

export interface StartOptions {
  config: Config
  log?: Logger
  now?: () => Date
  /** A database that is already open, and that the caller closes. */
  database?: Database
  /** Workers that are already running, and that the caller ends. */
  core?: Core
  /** See ClientOptions; `none` only for a stand-in of GitHub. */
  pacing?: 'github' | 'none'
  limits?: Partial<JobLimits>
  /** Opens traces; there are none where it is not given. `failed` hears that they cannot be sent. */
  tracing?: (failed: (message: string) => void) => Promise<Tracing>
  /** Seconds between looks for keys that have become due. */
  pollSeconds?: number
}

export interface Running {
  /** Where the app listens, without a trailing slash. */
  url: string
  webhookUrl: string
  store: Store
  queue: Queue
  /** Takes no more deliveries, lets running work end, closes what was opened. */
  stop(): Promise<void>
}

/** Milliseconds that a delivery has to be stored; GitHub waits for ten seconds. */
const acceptanceTimeout = 8000
/** Milliseconds that the database has to say that it is there. */
const readinessTimeout = 2000

export async function start(options: StartOptions): Promise<Running> {
  const { config, now = () => new Date(), pollSeconds = 2 } = options
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
  await requireSupported(config.apiUrl, log)
  const asApp = await probot.auth()
  await requireRegistered(asApp, config.appId, log)
  const report = sparingly(log)
  const database = options.database ?? (await openDatabase(config.database))
  const stops: (() => Promise<unknown>)[] = []
  if (!options.database) stops.push(() => database.close())
  try {
    const queue = await openQueue({ database, log, now, pollSeconds })
    stops.unshift(() => queue.stop())
    const { sql } = queue
    const core = options.core ?? openCore(log)
    if (!options.core) stops.push(() => core.close())
    const inbox = await openAcceptance(database, sql, (error) =>
      report(error, 'The connections of deliveries report an error'),
    )
    stops.unshift(() => inbox.close())
    const accept = openInbox(inbox.sql, now)
    const { trustedWorkflow, trustedAction, signer, trustedRoots, keepDays } = config
    const configured = { trustedWorkflow, trustedAction, signer, trustedRoots, keepDays }
    const limits = { ...defaultLimits, ...configured, ...options.limits }
    const store = openStore(sql, now)
    const tracing = await (options.tracing?.((message) =>
      report(new Error(message), 'Traces cannot be sent'),
    ) ?? untraced)
    stops.push(() => tracing.close())
    const metrics = openMetrics({ pending: queue.pending, requests: store.counts })
    stops.push(async () => metrics.close())
    const context: AppContext = {
      keys: queue.keys,
      core,
      look: queue.look,
      asks: openAsks(sql, now),
      repositories: openRepositories(sql),
      storeFor: (lease) => openStore(sql, now, () => lease.check()),
      openRepository: repositoryOpener(asApp, now, limits.answerTimeout),
      sweepApp: appSweeper(asApp, accept),
      observer: metrics,
      tracing,
      secret: config.webhookSecret,
      now,
      log,
      limits,
    }
    await queue.work(converger(context))
    await queue.look({ kind: 'app' })
    const receive = receiver({
      secret: config.webhookSecret,
      accept: async (delivery) => {
        const { id, event } = delivery
        const used = await tracing
          .begin()
          .span(`delivery ${event}`, { delivery: id }, () =>
            within(acceptanceTimeout, accept(delivery)),
          )
        if (used) queue.wake()
      },
      failed: (error) => report(error, 'A delivery could not be stored'),
    })
    const server = await listen(config, receive, inbox.sql, metrics)
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

async function listen(
  config: Config,
  receive: Receiver,
  sql: Sql,
  metrics: Metrics,
): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    if (path === config.webhookPath) {
      response.once('finish', () => metrics.delivered(response.statusCode))
      return void receive(request, response)
    }
    if (path === '/metrics') {
      const refused = refusedMetrics(request, config.metricsToken)
      if (refused) {
        if (refused.status === 401) response.setHeader('www-authenticate', 'Bearer')
        return answer(response, refused.status, refused.message)
      }
      return void within(readinessTimeout, metrics.page()).then(
        ({ type, text }) => response.writeHead(200, { 'content-type': type }).end(text),
        () => answer(response, 503, 'the database does not answer'),
      )
    }
    if (path === '/livez') return answer(response, 200, 'ok')
    if (path !== '/readyz' && path !== '/healthz') return answer(response, 404, 'not found')
    within(readinessTimeout, sql.executeSql('SELECT 1')).then(
      () => answer(response, 200, 'ok'),
      () => answer(response, 503, 'the database does not answer'),
    )
  })
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  // Longer than proxies keep a connection: they would send a delivery into one that is being closed.
  server.keepAliveTimeout = 75_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: config.port, host: config.host }, resolve)
  })
  return server
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Error(`No answer of the database within ${milliseconds} ms.`)),
    milliseconds,
  )
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
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
