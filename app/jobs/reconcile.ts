/**
 * Sets going again what stands still: after a webhook that was missed, a process that died between
 * recording and sending, a job that was given up. It only sends jobs, and all of them may be sent
 * too often.
 */
import type { State } from '../states.ts'
import type { JobContext } from './context.ts'
import { amendKey } from './run-completed.ts'

export async function onReconcile(context: JobContext): Promise<void> {
  const { store, queue } = context
  for (const { id } of await store.inState(['intended'])) {
    await queue.send('dispatch', { requestId: id }, { key: id })
  }
  for (const { installationId, repositoryId, run } of await store.inState(['dispatched'])) {
    if (!run) continue
    const job = { installationId, repositoryId, runId: run.id, attempt: null }
    await queue.send('run', job, { key: `${repositoryId}/${run.id}` })
  }
  await amendAgain(context, ['ingested'])
  for (const { id } of await store.unreported()) {
    await queue.send('report', { requestId: id }, { key: id })
  }
}

/** After the app was away: also drafts, whose base may have moved and which may have been merged. */
export async function onStart(context: JobContext): Promise<void> {
  await onReconcile(context)
  await amendAgain(context, ['drafted'])
}

async function amendAgain({ store, queue }: JobContext, states: readonly State[]): Promise<void> {
  for (const request of await store.inState(states)) {
    if (!request.spec) continue
    const key = amendKey(request, request.spec)
    await queue.send('amend', { requestId: request.id }, { key })
  }
}
