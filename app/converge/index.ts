/**
 * Looks at one key until nothing is missing there. What fails is tried again later, for about an
 * hour and a half; then the requests concerned are given up, and that is said.
 */
import { NotInstalled, type ApiError, type Call } from '../github/client.ts'
import { GraphqlFailed } from '../github/graphql.ts'
import { LimitReached, RetryLater } from '../errors.ts'
import type { AppContext, JobContext } from '../jobs/context.ts'
import { LeaseLost, type Key, type Lease } from '../jobs/keys.ts'
import type { Work } from '../jobs/queue.ts'
import type { EvidenceRequest } from '../jobs/request.ts'
import type { WorkOutcome } from '../observe.ts'
import { after } from '../states.ts'
import { callName, tracedCore, type Trace } from '../trace.ts'
import { convergeDocument } from './document.ts'
import { convergePullRequest } from './pull-request.ts'
import { sweepRepository } from './sweep.ts'

/** Seconds between two tries, at most. */
const longestWait = 300

export function converger(app: AppContext): Work {
  return async (key, lease, signal) => {
    const trace = app.tracing.begin()
    const context: JobContext = {
      ...app,
      trace,
      core: tracedCore(app.core, trace),
      lease,
      store: app.storeFor(lease),
      open({ id, installationId, names }) {
        const scope = {
          signal,
          mayWrite: () => lease.check(),
          called: (method: string, status: number | 'none') => app.observer.called(method, status),
          around: (call: Call, send: () => Promise<Response>) => traceCall(trace, call, send),
        }
        return app.openRepository(installationId, id, scope, names)
      },
    }
    const began = performance.now()
    let outcome: WorkOutcome = 'done'
    await trace.span(`converge ${key.kind}`, { ...key }, async (tell) => {
      try {
        await converge(context, key)
        await lease.done()
      } catch (error) {
        outcome = await failed(context, key, lease, error, signal)
      }
      tell({ outcome })
    })
    app.observer.worked(key.kind, outcome, (performance.now() - began) / 1000)
  }
}

/** The answer's status says what came of it; a call that broke off is an error. */
function traceCall(
  trace: Trace,
  { method, url, body }: Call,
  send: () => Promise<Response>,
): Promise<Response> {
  const attributes = { 'http.request.method': method, 'url.full': url }
  return trace.span(callName(method, url, body), attributes, async (tell) => {
    const answer = await send()
    tell({ 'http.response.status_code': answer.status })
    return answer
  })
}

function converge(context: JobContext, key: Key): Promise<void> {
  switch (key.kind) {
    case 'pull-request':
      return convergePullRequest(context, key)
    case 'document':
      return convergeDocument(context, key)
    case 'repository':
      return sweepRepository(context, key)
    case 'app':
      return context.sweepApp(context)
    default:
      return key satisfies never
  }
}

async function failed(
  context: JobContext,
  key: Key,
  lease: Lease,
  error: unknown,
  signal: AbortSignal,
): Promise<WorkOutcome> {
  const { log, now } = context
  const inSeconds = (seconds: number) => new Date(now().getTime() + seconds * 1000)
  if (error instanceof LeaseLost || signal.aborted) {
    log.info({ key }, 'Somebody else works on this now')
    return 'taken-over'
  }
  if (error instanceof RetryLater) {
    log.debug({ key, seconds: error.seconds }, error.message)
    await lease.postponed(inSeconds(error.seconds), error instanceof LimitReached)
    return 'postponed'
  }
  if (error instanceof NotInstalled) {
    log.warn({ err: error, key }, 'Nothing can be done there: the App is not installed')
    for (const { id } of await concerned(context, key)) {
      const problem = { code: 'not-installed', message: 'The App was removed.', details: [] }
      await context.store.transition(id, 'uninstalled', { problem })
    }
    await lease.done()
    return 'given-up'
  }
  const last = lease.tries + 1 >= context.limits.tries
  log[last ? 'error' : 'warn']({ err: error, key, tries: lease.tries + 1 }, 'It did not work')
  if (!last) {
    await lease.failed(inSeconds(Math.min(longestWait, 2 ** lease.tries)))
    return 'failed'
  }
  await lease.done()
  await giveUp(context, key, error)
  return 'given-up'
}

/** Says on the pull request that the app could not go on. */
async function giveUp(context: JobContext, key: Key, error: unknown): Promise<void> {
  const { status, message } = error as ApiError
  const told = error instanceof GraphqlFailed ? `GitHub answered: ${message}` : null
  const problem = {
    code: 'given-up',
    message:
      'The app has tried again and again and could not go on. When what is in the way is gone, give ' +
      'the label again, or write /codicil retry.',
    // What GitHub answered is meant for whoever uses it; other errors are in the log alone.
    details: told
      ? [told]
      : typeof status === 'number'
        ? [`GitHub answered ${status}: ${message}`]
        : [],
  }
  for (const { id, repositoryId, pullRequest: number } of await concerned(context, key)) {
    await context.store.transition(id, 'given-up', { problem })
    await context.look({ kind: 'pull-request', repositoryId, number })
  }
}

async function concerned({ store }: JobContext, key: Key): Promise<EvidenceRequest[]> {
  const requests =
    key.kind === 'pull-request'
      ? await store.byPullRequest(key.repositoryId, key.number)
      : key.kind === 'document'
        ? await store.ofDocument(key.repositoryId, key.path)
        : []
  return requests.filter(({ state }) => after(state, 'given-up') !== null)
}
