/** Evidence of another commit than the head's is stale. Nothing is run by itself. */
import type { JobContext } from './context.ts'

/** Marks the requests of a pull request by its head; a push may also bring an old commit back. */
export async function markStale(
  { store, queue }: JobContext,
  repositoryId: number,
  pullRequest: number,
  head: string,
): Promise<void> {
  for (const request of await store.byPullRequest(repositoryId, pullRequest)) {
    const replacedBy = request.sha === head ? null : head
    if (request.replacedBy === replacedBy || request.state === 'refused') continue
    await store.update(request.id, { replacedBy })
    await queue.send('report', { requestId: request.id }, { key: request.id })
  }
}
