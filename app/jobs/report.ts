/**
 * Shows requests on their pull request: one comment for all of them and, once the gate was passed, one
 * check each. Both are a function of what is recorded, so that writing them twice changes nothing, and
 * what a person did to them is not read, except for what a comment holds that is not recorded.
 */
import { putCheck, type CheckTarget } from '../github/check.ts'
import { putComment } from '../github/comment.ts'
import { isStatus, type Repository } from '../github/client.ts'
import { composed } from '../history.ts'
import { checkOf, commentOf } from '../wording.ts'
import type { JobContext } from './context.ts'
import { askedAt, isTellable, type EvidenceRequest } from './request.ts'

/**
 * @param all The requests of a pull request.
 * @param untold Those of them of which something is to be told.
 */
export async function report(
  { store, log, secret, now }: JobContext,
  repository: Repository,
  all: readonly EvidenceRequest[],
  untold: readonly EvidenceRequest[],
): Promise<void> {
  try {
    await reportInComment({ store, secret }, repository, all)
  } catch (error) {
    // The conversation is locked, or the pull request is gone: the check may still be had.
    if (!isStatus(error, 403, 404, 410)) throw error
    log.warn({ err: error, pullRequest: all[0]?.pullRequest }, 'A pull request has no comment')
  }
  for (const request of untold) {
    const { id, sha, checkId } = request
    const known = knownCheck(request, now())
    try {
      const check = isTellable(request) ? checkOf(request) : null
      if (check) {
        const on = { sha, requestId: id, checkId, known }
        const { status, conclusion = null } = check
        await store.note(id, {
          checkId: await putCheck(repository, on, check),
          checkWritten: { status, conclusion, at: now().toISOString() },
        })
      }
    } catch (error) {
      if (!isStatus(error, 403, 404, 410)) throw error
      log.warn({ err: error, request: id }, 'A request has no check')
    }
    await store.note(id, { reported: request.revision })
  }
}

/** GitHub ends checks by itself that were not written for two weeks. */
const checkIsKnown = 7 * 86_400_000

function knownCheck(
  { checkId, checkWritten }: EvidenceRequest,
  now: Date,
): NonNullable<CheckTarget['known']> | null {
  if (checkId === null || !checkWritten) return null
  const { status, conclusion, at } = checkWritten
  return now.getTime() - Date.parse(at) < checkIsKnown ? { id: checkId, status, conclusion } : null
}

async function reportInComment(
  { store, secret }: Pick<JobContext, 'store' | 'secret'>,
  repository: Repository,
  all: readonly EvidenceRequest[],
): Promise<void> {
  const tellable = all.filter(isTellable)
  const [first] = tellable
  if (!first) return
  const { pullRequest } = first
  const shown = tellable.map((request) => ({
    request: request.id,
    sha: request.sha,
    asked: askedAt(request),
    text: commentOf(request, repository.url).trimEnd(),
  }))
  const target = {
    pullRequest,
    commentId: all.findLast(({ commentId }) => commentId !== null)?.commentId ?? null,
    read: tellable.length < all.length || all.some(({ commentHoldsMore }) => commentHoldsMore),
  }
  let commentHoldsMore = false
  const commentId = await putComment(repository, target, (there) => {
    const { body, holdsMore } = composed(pullRequest, shown, there, secret)
    commentHoldsMore = holdsMore
    return body
  })
  for (const request of all) {
    const known = request.commentId === commentId
    if (known && (request.commentHoldsMore ?? false) === commentHoldsMore) continue
    await store.note(request.id, { commentId, commentHoldsMore })
  }
}
