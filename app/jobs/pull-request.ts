/** What happens to the evidence when its pull request, or the amendment's, changes. */
import { getPullRequest } from '../github/pull-request.ts'
import { cancelQueuedRun } from '../github/workflow.ts'
import type { JobContext } from './context.ts'
import { onLabeled } from './gate.ts'
import type { PullRequestJob } from './queue.ts'
import type { EvidenceRequest } from './request.ts'
import { amendKey } from './run-completed.ts'
import { markStale } from './stale.ts'

export async function onPullRequest(context: JobContext, job: PullRequestJob): Promise<void> {
  if (job.event === 'labeled') await onLabeled(context, job)
  else if (job.event === 'synchronize') await onPush(context, job)
  else await onClosed(context, job)
}

async function onPush(context: JobContext, job: PullRequestJob): Promise<void> {
  const { installationId, repositoryId, pullRequest } = job
  if ((await context.store.byPullRequest(repositoryId, pullRequest)).length === 0) return
  const repository = await context.open(installationId, repositoryId)
  // Deliveries may come in another order than the pushes.
  const { head } = await getPullRequest(repository, pullRequest)
  await markStale(context, repositoryId, pullRequest, head.sha)
}

async function onClosed(context: JobContext, job: PullRequestJob): Promise<void> {
  const { store } = context
  const { installationId, repositoryId, pullRequest } = job
  const requests = await store.byPullRequest(repositoryId, pullRequest)
  const amended = await store.byAmendment(repositoryId, pullRequest)
  const drafts = await store.inState(['drafted'], repositoryId)
  if (requests.length === 0 && !amended && drafts.length === 0) return
  const repository = await context.open(installationId, repositoryId)
  const { merged, state } = await getPullRequest(repository, pullRequest)
  // Opened again meanwhile.
  if (state !== 'closed') return
  if (amended) await update(context, amended, { state: merged ? 'merged' : 'declined' })
  for (const request of requests) {
    if (merged) await leaveDraft(context, request)
    else await withdraw(context, request)
  }
  if (merged) await draftAgain(context, drafts, amended)
}

async function leaveDraft({ queue }: JobContext, { id, state }: EvidenceRequest): Promise<void> {
  if (state === 'drafted') await queue.send('ready', { requestId: id }, { key: id })
}

/** A request whose run has not begun is withdrawn; one that is being measured goes on. */
async function withdraw(context: JobContext, request: EvidenceRequest): Promise<void> {
  const { state, run, installationId, repositoryId } = request
  if (state !== 'intended' && state !== 'dispatched') return
  if (run) {
    const repository = await context.open(installationId, repositoryId)
    if (!(await cancelQueuedRun(repository, run.id))) return
  }
  await update(context, request, {
    state: 'withdrawn',
    problem: {
      code: 'withdrawn',
      message: 'The pull request was closed before the run began, and the run was called off.',
      details: [],
    },
  })
}

/** What was merged may have changed the document that other drafts amend. */
async function draftAgain(
  { queue }: JobContext,
  drafts: readonly EvidenceRequest[],
  merged: EvidenceRequest | null,
): Promise<void> {
  for (const request of drafts) {
    if (request.id === merged?.id || !request.spec) continue
    const key = amendKey(request, request.spec)
    await queue.send('amend', { requestId: request.id }, { key })
  }
}

async function update(
  { store, queue }: JobContext,
  { id, state }: EvidenceRequest,
  change: Parameters<JobContext['store']['update']>[1],
): Promise<void> {
  const updated = await store.update(id, change, [state])
  if (updated) await queue.send('report', { requestId: id }, { key: id })
}
