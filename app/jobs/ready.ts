/** Takes an amendment out of draft after the labelled pull request was merged. */
import { isStatus } from '../github/client.ts'
import { leaveDraft } from '../github/pull-request.ts'
import type { JobContext } from './context.ts'
import type { Jobs } from './queue.ts'

export async function onReady(context: JobContext, job: Jobs['ready']): Promise<void> {
  const request = await context.store.find(job.requestId)
  if (request?.state !== 'drafted' || !request.amendment) return
  const repository = await context.open(request.installationId, request.repositoryId)
  try {
    await leaveDraft(repository, request.amendment.pullRequest)
  } catch (error) {
    // A server without GraphQL; a person can press the button.
    if (!isStatus(error, 404, 501)) throw error
    context.log.warn({ err: error, request: request.id }, 'An amendment stays a draft')
  }
}
