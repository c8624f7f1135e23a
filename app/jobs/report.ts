/**
 * Shows requests on their pull request: one comment for all of them and, once the gate was passed, one
 * check each. Both are a function of what is recorded, so that writing them twice changes nothing, and
 * what a person did to them is not read, except for what a comment holds that is not recorded.
 */
import { fits, putCheck, type Check, type CheckTarget } from '../github/check.ts'
import { putComment } from '../github/comment.ts'
import { isStatus, type Repository } from '../github/client.ts'
import type { Unshown } from '../github/gate-read.ts'
import type { PullRequest } from '../github/pull-request.ts'
import { updateTogether } from '../github/show.ts'
import { composed } from '../history.ts'
import { checkOf, commentOf } from '../wording.ts'
import type { JobContext } from './context.ts'
import { askedAt, isTellable, type EvidenceRequest } from './request.ts'
import type { Store } from './store.ts'

interface Shown {
  /** The requests of a pull request. */
  all: readonly EvidenceRequest[]
  /** Those of them of which something is to be told. */
  untold: readonly EvidenceRequest[]
  /** What is surely not there yet; null where nothing is sure. */
  unshown: Unshown | null
  pull: PullRequest
}

type Written = Pick<EvidenceRequest, 'commentId' | 'commentNode' | 'commentHoldsMore'>

export async function report(
  context: JobContext,
  repository: Repository,
  { all, untold, unshown, pull }: Shown,
): Promise<void> {
  const { store, log, now } = context
  const done = await showTogether(context, repository, all, untold, pull)
  try {
    if (!done.comment) await reportInComment(context, repository, all, unshown?.comment ?? false)
  } catch (error) {
    // The conversation is locked, or the pull request is gone: the check may still be had.
    if (!isStatus(error, 403, 404, 410)) throw error
    log.warn({ err: error, pullRequest: pull.number }, 'A pull request has no comment')
  }
  for (const request of untold) {
    const { id, sha } = request
    try {
      const check = !done.check && isTellable(request) ? checkOf(request) : null
      if (check) {
        const on = await checkTarget(store, request, check, now())
        const none = unshown?.checkOn === sha
        const { id: checkId, node } = await putCheck(repository, { ...on, none }, check)
        await store.note(id, { checkId, checkNode: node, ...writtenAs(check, now()) })
      }
    } catch (error) {
      if (!isStatus(error, 403, 404, 410)) throw error
      log.warn({ err: error, request: id }, 'A request has no check')
    }
    await store.note(id, { reported: request.revision })
  }
}

/** Brings comment and check up by one call, where both are known and nothing else is to be told. */
async function showTogether(
  { store, secret, now }: JobContext,
  repository: Repository,
  all: readonly EvidenceRequest[],
  [request, ...others]: readonly EvidenceRequest[],
  { repositoryNode }: PullRequest,
): Promise<{ comment: boolean; check: boolean }> {
  const neither = { comment: false, check: false }
  if (!request || others.length > 0 || !isTellable(request) || !request.checkNode) return neither
  const check = checkOf(request)
  const comment = commentTarget(all)
  const { commentNode } = all.find(({ commentId }) => commentId === comment?.commentId) ?? {}
  if (!check || !comment || comment.read || !commentNode) return neither
  const { known, untried } = await checkTarget(store, request, check, now())
  const notes = check.notes ?? []
  if (!known || !fits(known, check) || (notes.length > 0 && !untried)) return neither
  const { body, holdsMore } = composed(comment.pullRequest, shownIn(repository, all), null, secret)
  const { checkNode } = request
  const show = { repositoryNode, commentNode, checkNode, body, check }
  const written = await updateTogether(repository, show)
  if (written.check) await store.note(request.id, writtenAs(check, now()))
  if (written.comment) {
    const { commentId } = comment
    await noteComment(store, all, { commentId, commentNode, commentHoldsMore: holdsMore })
  }
  return written
}

function writtenAs({ status, conclusion }: Check, now: Date) {
  return { checkWritten: { status, conclusion: conclusion ?? null, at: now.toISOString() } }
}

/** That notes are sent is recorded before: their answer may be lost, and GitHub keeps those of each write. */
async function checkTarget(
  store: Store,
  request: EvidenceRequest,
  { status, notes = [] }: Check,
  now: Date,
): Promise<CheckTarget> {
  const { id: requestId, sha, checkId, notesBegun = false } = request
  const sends = status === 'completed' && notes.length > 0
  if (sends && !notesBegun) await store.note(requestId, { notesBegun: true })
  const known = knownCheck(request, now)
  return { sha, requestId, checkId, known, untried: sends && !notesBegun && known !== null }
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

/** Null where nothing can be told. */
function commentTarget(all: readonly EvidenceRequest[]) {
  const tellable = all.filter(isTellable)
  const [first] = tellable
  return first
    ? {
        pullRequest: first.pullRequest,
        commentId: all.findLast(({ commentId }) => commentId !== null)?.commentId ?? null,
        read: tellable.length < all.length || all.some(({ commentHoldsMore }) => commentHoldsMore),
      }
    : null
}

function shownIn({ url }: Repository, all: readonly EvidenceRequest[]) {
  return all.filter(isTellable).map((request) => ({
    request: request.id,
    sha: request.sha,
    asked: askedAt(request),
    text: commentOf(request, url).trimEnd(),
  }))
}

/** @param none There is surely no comment of ours. */
async function reportInComment(
  { store, secret }: Pick<JobContext, 'store' | 'secret'>,
  repository: Repository,
  all: readonly EvidenceRequest[],
  none: boolean,
): Promise<void> {
  const target = commentTarget(all)
  if (!target) return
  const shown = shownIn(repository, all)
  let commentHoldsMore = false
  const { id, node } = await putComment(repository, { ...target, none }, (there) => {
    const { body, holdsMore } = composed(target.pullRequest, shown, there, secret)
    commentHoldsMore = holdsMore
    return body
  })
  await noteComment(store, all, { commentId: id, commentNode: node, commentHoldsMore })
}

async function noteComment(
  store: Store,
  all: readonly EvidenceRequest[],
  written: Written,
): Promise<void> {
  const { commentId, commentNode, commentHoldsMore = false } = written
  for (const request of all) {
    const known = request.commentId === commentId && request.commentNode === commentNode
    if (known && (request.commentHoldsMore ?? false) === commentHoldsMore) continue
    await store.note(request.id, {
      commentId,
      commentHoldsMore,
      ...(commentNode && { commentNode }),
    })
  }
}
