/**
 * Hands out the keys that are due, to one worker at a time each, over pg-boss: a worker that dies is
 * missed by its heartbeat, and its key is handed out again. Keys of one repository take only some of
 * the workers, so that one that hangs does not stop the others; installations take turns, and who
 * waits for an answer goes before sweeps.
 */
import { PgBoss, type JobWithMetadata } from 'pg-boss'
import type { Logger } from 'probot'
import { sparingly } from '../sparing-log.ts'
import type { Database } from './database.ts'
import { nameOf, openKeys, type Key, type Keys, type Lease } from './keys.ts'
import type { Sql } from './sql.ts'
import { migration } from './store.ts'

export interface QueueOptions {
  database: Database
  log: Logger
  now(): Date
  /** Seconds between looks for keys that another process marked or that have become due. */
  pollSeconds: number
}

/** Works on a key. It throws only where even that it failed cannot be recorded. */
export type Work = (key: Key, lease: Lease, signal: AbortSignal) => Promise<void>

export interface Queue {
  /** The database handle that pg-boss itself uses. */
  sql: Sql
  keys: Keys
  /** Marks keys as due now, and has them handed out at once. */
  look(...keys: Key[]): Promise<void>
  /** Hands out what is due, for somebody who marked keys elsewhere. */
  wake(): void
  work(work: Work): Promise<void>
  /** Lets running work end for a while; what is left comes back by its missing heartbeat. */
  stop(): Promise<void>
  /** Keys that are being worked on, or are due within a minute. */
  pending(): Promise<number>
}

const queue = 'converge'
const workers = 16
const workersOfRepository = 4
/** Keys handed out at a time. */
const batch = 200
/** 10 is pg-boss's least; the work of a killed process is back after about as many seconds. */
const heartbeatSeconds = 10

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { database, log, now } = options
  const report = sparingly(log)
  const boss = new PgBoss({
    ...database.boss,
    monitorIntervalSeconds: 1,
    superviseIntervalSeconds: 1,
    schedule: false,
  })
  boss.on('error', (error) => report(error, 'The queue reports an error'))
  await boss.start()
  await boss.createQueue(queue, {
    // One waiting and one running job a key.
    policy: 'stately',
    notify: true,
    heartbeatSeconds,
    expireInSeconds: 900,
    // A worker that died is no failed try: those are counted with the key.
    retryLimit: 1000,
    retryDelay: 1,
    deleteAfterSeconds: 600,
  })
  const sql: Sql = boss.getDb()
  await sql.executeSql(migration)
  const keys = openKeys(sql, now)
  let ids: string[] = []
  let handing: Promise<void> | null = null
  let again = false

  async function handOut(): Promise<void> {
    do {
      again = false
      for (;;) {
        const due = await keys.due(batch)
        if (due.length > 0) {
          await boss.insert(
            queue,
            due.map(({ key, priority }) => ({
              data: { key },
              priority,
              singletonKey: nameOf(key),
              group: { id: 'repositoryId' in key ? String(key.repositoryId) : 'app' },
            })),
          )
          for (const id of ids) boss.notifyWorker(id)
        }
        if (due.length < batch) break
      }
    } while (again)
  }

  /** One at a time; who comes meanwhile is served by a turn after it. */
  function wake(): void {
    if (handing) {
      again = true
      return
    }
    handing = handOut()
      .catch((error: unknown) => report(error, 'The keys that are due cannot be handed out'))
      .finally(() => (handing = null))
  }
  const timer = setInterval(wake, options.pollSeconds * 1000)

  return {
    sql,
    keys,
    wake,
    async look(...marked) {
      await keys.mark(marked)
      wake()
    },
    async work(work) {
      const runJob = async (worker: number, job: JobWithMetadata<{ key: Key }>) => {
        const { key } = job.data
        await work(key, await keys.take(key), job.signal)
        // A worker sleeps after each job unless it is woken, and would drain a backlog at that pace.
        const id = ids[worker]
        if (id) boss.notifyWorker(id)
        wake()
      }
      const workOptions = {
        includeMetadata: true,
        batchSize: 1,
        pollingIntervalSeconds: options.pollSeconds,
        notifyPollingIntervalSeconds: options.pollSeconds,
        groupConcurrency: workersOfRepository,
      } as const
      ids = await Promise.all(
        Array.from({ length: workers }, (_, worker) =>
          boss.work<{ key: Key }, void, typeof workOptions>(queue, workOptions, ([job]) =>
            job ? runJob(worker, job) : Promise.resolve(),
          ),
        ),
      )
      wake()
    },
    async stop() {
      clearInterval(timer)
      await handing
      await boss.stop({ graceful: true, timeout: 15_000, close: true })
    },
    async pending() {
      // One statement: a key that is taken between two would be counted by neither.
      const { rows } = await sql.executeSql(
        `SELECT (SELECT count(*) FROM pgboss.job WHERE name = '${queue}' AND state <= 'active')::int
           + (SELECT count(*) FROM codicil.key
              WHERE due <= $1 AND COALESCE(rests_until, 0) <= $1)::int AS n`,
        [now().getTime() + 60_000],
      )
      return (rows as { n: number }[])[0]?.n ?? 0
    },
  }
}
