/**
 * Starts the run of a request that passed the gate: once, however often this is begun. The intent
 * is recorded before the call; after a call whose outcome is not known the run is looked for by the
 * request's id, which its name carries, before another is started.
 */
import type { Repository } from '../github/client.ts'
import { dispatch, DispatchRefused, findRun } from '../github/workflow.ts'
import { RetryLater } from '../errors.ts'
import type { JobContext } from './context.ts'
import { later, type EvidenceRequest, type SettingsInForce } from './request.ts'

/** Seconds between looks for a run that must have been started. */
const lookAgain = 5

export async function startRun(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
): Promise<void> {
  const { store, log, now } = context
  const { id, settings } = request
  if (!settings) return
  try {
    const run = await startOrFind(context, repository, request, settings)
    const lookAt = later(now(), context.limits.deadlines.look)
    const dispatched = await store.transition(id, 'run-started', { run, lookAt })
    if (dispatched) log.info({ request: id, run: run.id }, 'A run was dispatched')
  } catch (error) {
    if (!(error instanceof DispatchRefused)) throw error
    const problem = {
      code: error.code,
      message:
        `GitHub did not start ${settings.workflow} on ${settings.defaultBranch}. The workflow has ` +
        'to be there, with workflow_dispatch and the inputs that the guide names. Then give the ' +
        'label again.',
      details: [error.message, `received at: ${now().toISOString()}`],
    }
    await store.transition(id, 'run-refused', { problem, dispatchedAt: null })
  }
}

async function startOrFind(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  settings: SettingsInForce,
): Promise<{ id: number; url: string }> {
  const { store, now, limits } = context
  if (request.dispatchedAt !== null) {
    const since = new Date(request.dispatchedAt)
    const found = await findRun(repository, settings.workflow, request.id, since, request.spentRuns)
    if (found) return { id: found.id, url: found.html_url }
    const waited = (now().getTime() - since.getTime()) / 1000
    if (waited < limits.settleSeconds) {
      throw new RetryLater(lookAgain, `The run of ${request.id} cannot be seen yet.`)
    }
  }
  await store.note(request.id, { dispatchedAt: now().toISOString() })
  const { workflow, defaultBranch: branch } = settings
  const run = await dispatch(repository, { workflow, branch }, inputsOf(request, settings))
  if (run) return run
  throw new RetryLater(lookAgain, `The server did not say which run it started for ${request.id}.`)
}

/** The inputs of the caller workflow; all of them are texts. */
function inputsOf(request: EvidenceRequest, settings: SettingsInForce): Record<string, string> {
  return {
    request: request.id,
    'pull-request': String(request.pullRequest),
    sha: request.sha,
    base: settings.commit,
    // What `runs-on` takes: labels, or a group of runners with labels.
    runner: JSON.stringify(
      settings.runnerGroup === undefined
        ? settings.runner
        : { group: settings.runnerGroup, labels: settings.runner },
    ),
  }
}
