/** What happens to the evidence when its pull request, or the amendment's, changes. */
import { getPullRequest } from '../github/pull-request.ts'
import { cancelQueuedRun } from '../github/workflow.ts'
import { after, type Event } from '../states.ts'
import type { JobContext } from './context.ts'
import { onLabeled } from './gate.ts'
import type { PullRequestJob } from './queue.ts'
import type { EvidenceRequest } from './request.ts'
import { amendKey } from './run-completed.ts'
import { markStale } from './stale.ts'
import type { Change } from './store.ts'

export async function onPullRequest(context: JobContext, job: PullRequestJob): Promise<void> {
  switch (job.event) {
    case 'labeled':
      return onLabeled(context, job)
    case 'synchronize':
      return onPush(context, job)
    case 'closed':
      return onClosed(context, job)
    default:
      return job.event satisfies never
  }
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
  if (amended) await update(context, amended, merged ? 'amendment-merged' : 'amendment-closed')
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
  if (after(state, 'withdrawn') === null) return
  if (run) {
    const repository = await context.open(installationId, repositoryId)
    if (!(await cancelQueuedRun(repository, run.id))) return
  }
  await update(context, request, 'withdrawn', {
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
  { id }: EvidenceRequest,
  event: Event,
  change: Change = {},
): Promise<void> {
  const updated = await store.transition(id, event, change)
  if (updated) await queue.send('report', { requestId: id }, { key: id })
}
