/**
 * A document that requests amend: one request after the other, in the order in which they were asked
 * for, so that no two drafts are rendered at the same time, and each takes the number and the version
 * after those before it. A draft that was merged or closed is recorded so; one whose base has another
 * document by now, or before which another one has come or gone, is rendered again.
 */
import type { Ahead } from '../../spec-tools/index.ts'
import { amend } from '../jobs/amend.ts'
import type { JobContext } from '../jobs/context.ts'
import { askedAt, type EvidenceRequest } from '../jobs/request.ts'
import { after } from '../states.ts'
import { doubt } from './pull-request.ts'

export async function convergeDocument(
  context: JobContext,
  { repositoryId, path }: { repositoryId: number; path: string },
): Promise<void> {
  const { store } = context
  const requests = (await store.ofDocument(repositoryId, path))
    .filter(({ state }) => after(state, 'draft-rejected') !== null || state === 'declined')
    .sort(inOrder)
  const known = await context.repositories.find(repositoryId)
  if (requests.length === 0 || !known) return
  const repository = await context.open(known)
  const failures: unknown[] = []
  const taken: { ref: string; by: Ahead }[] = []
  const aheadOn = (ref: string) => taken.filter((one) => one.ref === ref).map(({ by }) => by)
  for (const request of requests) {
    try {
      await context.trace.span('amend', { request: request.id }, () =>
        amend(context, repository, request, aheadOn),
      )
      await doubt(context, request.id)
    } catch (error) {
      await context.lease.check()
      // The others do not wait for one that cannot be drafted now.
      failures.push(error)
    }
    const now = await store.find(request.id)
    if (now?.state === 'drafted' && now.amendment?.takes) {
      taken.push({ ref: now.amendment.base.ref, by: now.amendment.takes })
    }
    const number = request.pullRequest
    await context.look({ kind: 'pull-request', repositoryId, number })
  }
  if (failures.length > 0) throw failures[0]
}

/** Those that were asked for at once by the numbers of their pull requests. */
function inOrder(a: EvidenceRequest, b: EvidenceRequest): number {
  return Date.parse(askedAt(a)) - Date.parse(askedAt(b)) || a.pullRequest - b.pullRequest
}
