/** Finds what no delivery has told of: repository by repository, and what the App's own list shows. */
import type { JobContext } from '../jobs/context.ts'
import { documentsOf } from '../webhooks/inbox.ts'
import type { Key } from '../jobs/keys.ts'

/** Marks everything that is not settled, and every repository. */
export async function sweepApp(context: JobContext): Promise<void> {
  const unsettled = await context.store.unsettled()
  const repositories = await context.repositories.all()
  await context.look(
    ...unsettled.map(({ repositoryId, pullRequest: number }): Key => ({
      kind: 'pull-request',
      repositoryId,
      number,
    })),
    ...documentsOf(unsettled.filter(({ state }) => state === 'drafted')),
    ...repositories.map(({ id }): Key => ({ kind: 'repository', repositoryId: id })),
  )
  const { now, limits, queue } = context
  await queue.keys.mark([{ kind: 'app' }], new Date(now().getTime() + limits.sweepSeconds * 1000))
}

export async function sweepRepository(_context: JobContext, _repositoryId: number): Promise<void> {}
