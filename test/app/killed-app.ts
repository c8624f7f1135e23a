/**
 * The app as a process of its own, to be killed: configured by its environment, as in service.
 * `LIMITS` holds limits other than its own, in JSON. `FAULT_AT` is the number of the statement about
 * our tables at which it ends itself or stands still, by `FAULT_HOW`: `kill` or `stop`, and
 * `FAULT_WHEN`: `before` or `after` the statement took effect. It says `fault` when it happens, and
 * with `FAULT_AT=count` the number of each statement.
 */
import { createRequire } from 'node:module'
import { readConfig, start, type StartOptions } from '../../app/index.ts'

const { LIMITS = '{}', FAULT_AT, FAULT_HOW = 'kill', FAULT_WHEN = 'before' } = process.env
if (FAULT_AT) watchStatements(FAULT_AT)

const app = await start({
  config: readConfig(process.env),
  pacing: 'none',
  pollSeconds: 0.5,
  limits: { settleSeconds: 0, ...(JSON.parse(LIMITS) as StartOptions['limits']) },
})
process.stdout.write(`${app.webhookUrl}\n`)

/** Counts the statements that the driver is given from now on. */
function watchStatements(at: string): void {
  const require = createRequire(createRequire(import.meta.url).resolve('pg-boss'))
  const { prototype } = (require('pg') as { Client: { prototype: Statements } }).Client
  const { query } = prototype
  let count = 0
  prototype.query = function (this: unknown, text: unknown, ...rest: unknown[]) {
    const ours = typeof text === 'string' && /codicil\.\w/.test(text) && !isIdle(text)
    if (!ours) return query.call(this, text, ...rest)
    count += 1
    if (at === 'count') process.stdout.write(`statement ${count}\n`)
    if (String(count) !== at) return query.call(this, text, ...rest)
    if (FAULT_WHEN === 'before') {
      fault()
      return query.call(this, text, ...rest)
    }
    // It took effect, and nobody here has heard of it.
    return Promise.resolve(query.call(this, text, ...rest)).then((result) => {
      fault()
      return result
    })
  }
}

function fault(): void {
  process.stdout.write('fault\n')
  process.kill(process.pid, FAULT_HOW === 'kill' ? 'SIGKILL' : 'SIGSTOP')
}

/** What is asked at times of its own, whether anything happens or not. */
function isIdle(text: string): boolean {
  return /count\(\*\)|SET queued|CREATE /.test(text)
}

interface Statements {
  query(this: unknown, ...args: unknown[]): unknown
}
