/**
 * Shows a request on its pull request: one comment and, once the gate was passed, one check. Both
 * are a function of what is recorded, so that writing them twice changes nothing, and what a person
 * did to them is not read.
 */
import { putCheck } from '../github/check.ts'
import { putComment } from '../github/comment.ts'
import { isStatus, type Repository } from '../github/client.ts'
import { checkOf, commentOf } from '../wording.ts'
import type { JobContext } from './context.ts'
import type { EvidenceRequest } from './request.ts'

export async function report(
  { store, log }: JobContext,
  repository: Repository,
  request: EvidenceRequest,
): Promise<void> {
  const { id } = request
  try {
    const comment = commentOf(request, repository.url)
    const target = { pullRequest: request.pullRequest, requestId: id, commentId: request.commentId }
    await store.note(id, { commentId: await putComment(repository, target, comment) })
  } catch (error) {
    // The conversation is locked, or the pull request is gone: the check may still be had.
    if (!isStatus(error, 403, 404, 410)) throw error
    log.warn({ err: error, request: id }, 'A request has no comment')
  }
  try {
    const check = checkOf(request)
    if (check) {
      const on = { sha: request.sha, requestId: id, checkId: request.checkId }
      await store.note(id, { checkId: await putCheck(repository, on, check) })
    }
  } catch (error) {
    if (!isStatus(error, 403, 404, 410)) throw error
    log.warn({ err: error, request: id }, 'A request has no check')
  }
  await store.note(id, { reported: request.revision })
}
