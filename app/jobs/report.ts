/**
 * Shows a request on its pull request: one comment and, once the gate was passed, one check. Both
 * are a function of what is recorded, so that writing them twice changes nothing, and what a person
 * did to them is not read.
 */
import { putCheck } from '../github/check.ts'
import { putComment } from '../github/comment.ts'
import { isStatus } from '../github/client.ts'
import { checkOf, commentOf } from '../wording.ts'
import type { JobContext } from './context.ts'
import type { Jobs } from './queue.ts'

export async function onReport(context: JobContext, job: Jobs['report']): Promise<void> {
  const { store, queue, log } = context
  const { requestId: id } = job
  const request = await store.find(id)
  if (!request || request.reported >= request.revision) return
  const repository = await context.open(request.installationId, request.repositoryId)
  try {
    const comment = commentOf(request, repository.url)
    const target = { pullRequest: request.pullRequest, requestId: id, commentId: request.commentId }
    await store.noteReport(id, { commentId: await putComment(repository, target, comment) })
    const check = checkOf(request)
    if (check) {
      const on = { sha: request.sha, requestId: id, checkId: request.checkId }
      await store.noteReport(id, { checkId: await putCheck(repository, on, check) })
    }
  } catch (error) {
    // The conversation is locked, or the pull request is gone: there is nobody to tell.
    if (!isStatus(error, 403, 404, 410)) throw error
    log.warn({ err: error, request: id }, 'A request could not be reported')
  }
  await store.noteReport(id, { reported: request.revision })
  // Changed meanwhile: what was written is already old.
  const revision = (await store.find(id))?.revision ?? 0
  if (revision > request.revision) await queue.send('report', { requestId: id }, { key: id })
}
