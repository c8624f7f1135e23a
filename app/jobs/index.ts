/** Which job handles what, and what becomes of a job whose every try has failed. */
import { NotInstalled } from '../github/client.ts'
import type { JobContext } from './context.ts'
import { onAmend } from './amend.ts'
import { dispatchRun } from './dispatch-run.ts'
import { onPullRequest } from './pull-request.ts'
import type { Handlers, Jobs, QueueName } from './queue.ts'
import { onReady } from './ready.ts'
import { onReconcile } from './reconcile.ts'
import { onReport } from './report.ts'
import { onRunCompleted } from './run-completed.ts'

export function handlers(context: JobContext): Handlers {
  const whileInstalled =
    <Job extends Jobs[QueueName]>(handle: (context: JobContext, job: Job) => Promise<void>) =>
    async (job: Job) => {
      try {
        await handle(context, job)
      } catch (error) {
        if (!(error instanceof NotInstalled)) throw error
        context.log.warn({ err: error }, 'A job was dropped: the App is not installed there')
        await dropRequest(context, job)
      }
    }
  return {
    'pull-request': whileInstalled(onPullRequest),
    dispatch: whileInstalled(dispatchRun),
    run: whileInstalled(onRunCompleted),
    amend: whileInstalled(onAmend),
    report: whileInstalled(onReport),
    ready: whileInstalled(onReady),
    reconcile: () => onReconcile(context),
  }
}

/** Ends a request of which nothing can be seen or said any more. */
async function dropRequest({ store }: JobContext, job: Jobs[QueueName]): Promise<void> {
  const id = await requestOfJob(store, job)
  if (!id) return
  const problem = { code: 'not-installed', message: 'The App was removed.', details: [] }
  await store.transition(id, 'uninstalled', { problem })
  const revision = (await store.find(id))?.revision
  if (revision !== undefined) await store.noteReport(id, { reported: revision })
}

/** Says on the pull request that the app could not go on, where the job belongs to a request. */
export async function giveUp(
  { store, queue }: JobContext,
  name: QueueName,
  data: Jobs[QueueName],
): Promise<void> {
  const id = await requestOfJob(store, data)
  if (!id || (name !== 'dispatch' && name !== 'run' && name !== 'amend')) return
  const problem = {
    code: 'given-up',
    message:
      'The app has tried again and again and could not go on; its log says why. Run the workflow ' +
      'again from its page to have another try.',
    details: [],
  }
  const failed = await store.transition(id, 'given-up', { problem })
  if (failed) await queue.send('report', { requestId: id }, { key: id })
}

async function requestOfJob(store: JobContext['store'], data: Jobs[QueueName]) {
  if ('requestId' in data) return data.requestId
  if (!('runId' in data)) return null
  return (await store.byRun(data.repositoryId, data.runId))?.id ?? null
}
