/**
 * A document that requests amend: one request after the other, in the order in which they were made,
 * so that no two drafts are rendered at the same time. A draft that was merged or closed is recorded
 * so; one whose base has another document by now is rendered again.
 */
import { amend } from '../jobs/amend.ts'
import type { JobContext } from '../jobs/context.ts'
import { after } from '../states.ts'
import { doubt } from './pull-request.ts'

export async function convergeDocument(
  context: JobContext,
  { repositoryId, path }: { repositoryId: number; path: string },
): Promise<void> {
  const { store } = context
  const requests = (await store.ofDocument(repositoryId, path)).filter(
    ({ state }) => after(state, 'draft-rejected') !== null || state === 'declined',
  )
  const known = await context.repositories.find(repositoryId)
  if (requests.length === 0 || !known) return
  const repository = await context.open(known.installationId, repositoryId)
  const failures: unknown[] = []
  for (const request of requests) {
    try {
      await amend(context, repository, request)
      await doubt(context, request.id)
    } catch (error) {
      await context.lease.check()
      // The others do not wait for one that cannot be drafted now.
      failures.push(error)
    }
    const number = request.pullRequest
    await context.look({ kind: 'pull-request', repositoryId, number })
  }
  if (failures.length > 0) throw failures[0]
}
