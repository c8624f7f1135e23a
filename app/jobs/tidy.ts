/** Looks once more, when GitHub's lists have settled, whether something was made twice. */
import type { Repository } from '../github/client.ts'
import {
  cancelDoubleRuns,
  closeDoubleProposals,
  endDoubleChecks,
  removeDoubleComments,
} from '../github/doubles.ts'
import type { JobContext } from './context.ts'
import type { EvidenceRequest } from './request.ts'

export async function tidy(
  { store }: JobContext,
  repository: Repository,
  request: EvidenceRequest,
): Promise<void> {
  const { id, pullRequest, sha, checkId, run, settings, dispatchedAt, amendment } = request
  const kept = await removeDoubleComments(repository, pullRequest)
  if (kept !== null && kept !== request.commentId) {
    // The one that stays may say something old.
    await store.note(id, { commentId: kept, reported: 0 })
  }
  if (checkId !== null) await endDoubleChecks(repository, sha, id, checkId)
  if (run && settings && dispatchedAt !== null) {
    const named = { workflow: settings.workflow, id, since: new Date(dispatchedAt) }
    await cancelDoubleRuns(repository, named, run.id, request.spentRuns ?? [])
  }
  if (amendment) {
    const isKnown = async (number: number) =>
      (await store.byAmendment(request.repositoryId, number)) !== null
    await closeDoubleProposals(repository, id, amendment.pullRequest, isKnown)
  }
  await store.note(id, { tidyAt: null })
}
