/** Takes an amendment out of draft after the labelled pull request was merged. */
import { isStatus, type Repository } from '../github/client.ts'
import { GraphqlFailed } from '../github/graphql.ts'
import { leaveDraft } from '../github/pull-request.ts'
import type { JobContext } from './context.ts'
import type { EvidenceRequest } from './request.ts'

export async function leaveDraftOf(
  { store, log }: JobContext,
  repository: Repository,
  { id, amendment }: EvidenceRequest,
): Promise<void> {
  if (!amendment) return
  try {
    await leaveDraft(repository, amendment.pullRequest)
  } catch (error) {
    // Where GitHub does not let an App do it, a person can press the button.
    if (!isStatus(error, 403, 404) && !(error instanceof GraphqlFailed)) throw error
    log.warn({ err: error, request: id }, 'An amendment stays a draft')
  }
  await store.note(id, { left: true })
}
