/**
 * The durable queue. A job that was sent is run at least once, however often the process dies, so
 * every job is written to be safe to run twice. Jobs with one key run one after the other.
 */
import { createHash } from 'node:crypto'
import { PgBoss, type Job } from 'pg-boss'
import type { Logger } from 'probot'
import { RetryLater } from '../errors.ts'
import type { Database } from './database.ts'
import type { Sql } from './store.ts'

/** Queue -> what its jobs carry. Everything else is read from the store or from GitHub. */
export interface Jobs {
  'pull-request': PullRequestJob
  dispatch: { requestId: string }
  run: RunJob
  amend: { requestId: string }
  report: { requestId: string }
  ready: { requestId: string }
  reconcile: Record<string, never>
}

export interface PullRequestJob {
  event: 'labeled' | 'synchronize' | 'closed'
  installationId: number
  repositoryId: number
  pullRequest: number
  /** Head of the pull request when the event happened. */
  sha: string
  label: string | null
  sender: { id: number; login: string; type: string }
}

export interface RunJob {
  installationId: number
  repositoryId: number
  runId: number
  /** The attempt that GitHub said has ended; null: nobody said so, just look. */
  attempt: number | null
}

export type QueueName = keyof Jobs

export interface SendOptions {
  /** Delivery that caused the job: a second job of the same delivery is dropped. */
  delivery?: string
  /** Jobs of a queue with the same key never run at the same time. */
  key?: string
  /** Seconds to wait before it runs. */
  after?: number
  /** Seconds within which a second job with the same key is dropped. */
  atMostEvery?: number
}

export interface Sender {
  send<Q extends QueueName>(queue: Q, data: Jobs[Q], options?: SendOptions): Promise<void>
}

export type Handlers = { [Q in QueueName]: (data: Jobs[Q]) => Promise<void> }

export interface QueueOptions {
  database: Database
  log: Logger
  /** Seconds between looks for jobs that another process sent or that have become due. */
  pollSeconds: number
  /** Called once when the last try of a job has failed. */
  givenUp(queue: QueueName, data: Jobs[QueueName], error: unknown): Promise<void>
}

export interface Queue extends Sender {
  /** The database handle that pg-boss itself uses. */
  sql: Sql
  work(handlers: Handlers): Promise<void>
  /** Lets running jobs end for a while; what is left comes back by its missing heartbeat. */
  stop(): Promise<void>
  /** Jobs that are waiting or running. */
  pending(): Promise<number>
}

/** How many jobs of a queue run at once in this process. */
const concurrency: Record<QueueName, number> = {
  'pull-request': 4,
  dispatch: 2,
  run: 2,
  amend: 2,
  report: 4,
  ready: 1,
  reconcile: 1,
}
const queues = Object.keys(concurrency) as QueueName[]

/** About an hour and a half altogether: longer than most outages of GitHub. */
const retries = { retryLimit: 20, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 }
/** 10 is pg-boss's least; a job of a killed process is back after about as many seconds. */
const heartbeatSeconds = 10

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { database, log } = options
  const boss = new PgBoss({
    ...database.boss,
    monitorIntervalSeconds: 1,
    superviseIntervalSeconds: 1,
    schedule: false,
  })
  boss.on('error', (error) => log.error(error, 'The queue reports an error'))
  await boss.start()
  for (const queue of queues) {
    await boss.createQueue(queue, {
      policy: 'singleton',
      notify: true,
      heartbeatSeconds,
      expireInSeconds: 900,
      ...retries,
    })
  }
  const workers = new Map<QueueName, string[]>()
  const wake = (queue: QueueName) => workers.get(queue)?.forEach((id) => boss.notifyWorker(id))

  const send: Queue['send'] = async (queue, data, { delivery, key, after, atMostEvery } = {}) => {
    await boss.send(queue, data, {
      ...(delivery !== undefined && { id: jobId(delivery) }),
      // Without a key of its own a job would share the empty key with all others of its queue.
      singletonKey: key ?? createHash('sha256').update(JSON.stringify(data)).digest('hex'),
      ...(after !== undefined && { startAfter: after }),
      ...(atMostEvery !== undefined && { singletonSeconds: atMostEvery }),
    })
    wake(queue)
  }

  async function runJob<Q extends QueueName>(queue: Q, job: JobOf<Q>, handle: Handlers[Q]) {
    try {
      await handle(job.data)
    } catch (error) {
      if (error instanceof RetryLater) {
        log.debug({ queue, seconds: error.seconds }, error.message)
        await send(queue, job.data, {
          after: error.seconds,
          ...(job.singletonKey && { key: job.singletonKey }),
        })
        return
      }
      const last = job.retryCount >= job.retryLimit
      log[last ? 'error' : 'warn']({ err: error, queue, job: job.id, last }, 'A job failed')
      if (last) await options.givenUp(queue, job.data, error)
      throw error
    } finally {
      // A worker sleeps after each job unless it is woken, and would drain a backlog at that pace.
      wake(queue)
    }
  }

  return {
    sql: boss.getDb(),
    send,
    async work(handlers) {
      const listen = async <Q extends QueueName>(queue: Q, handle: Handlers[Q]) => {
        const ids = await Promise.all(
          Array.from({ length: concurrency[queue] }, () =>
            boss.work<Jobs[Q], void, typeof workOptions>(queue, workOptions, ([job]) =>
              job ? runJob(queue, job, handle) : Promise.resolve(),
            ),
          ),
        )
        workers.set(queue, ids)
      }
      const workOptions = {
        includeMetadata: true,
        batchSize: 1,
        pollingIntervalSeconds: options.pollSeconds,
        notifyPollingIntervalSeconds: options.pollSeconds,
      } as const
      for (const queue of queues) await listen(queue, handlers[queue])
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 15_000, close: true })
    },
    async pending() {
      const { rows } = await boss
        .getDb()
        .executeSql(`SELECT count(*)::int AS n FROM pgboss.job WHERE state <= 'active'`)
      return (rows as { n: number }[])[0]?.n ?? 0
    },
  }
}

type JobOf<Q extends QueueName> = Job<Jobs[Q]> & {
  retryLimit: number
  singletonKey: string | null
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** GitHub's delivery ids are UUIDs, as pg-boss wants them; any other id is turned into one. */
function jobId(delivery: string): string {
  if (uuid.test(delivery)) return delivery
  const hex = createHash('sha256').update(delivery).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}
