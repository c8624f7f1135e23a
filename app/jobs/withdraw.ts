/** A request whose run has not begun is withdrawn; one that is being measured goes on. */
import type { Repository } from '../github/client.ts'
import { cancelQueuedRun } from '../github/workflow.ts'
import type { JobContext } from './context.ts'
import type { EvidenceRequest } from './request.ts'

const reasons = {
  closed: 'The pull request was closed before the run began, and the run was called off.',
  unlabeled: 'The label was taken off before the run began, and the run was called off.',
} as const

export async function withdraw(
  { store }: JobContext,
  repository: Repository,
  { id, run }: EvidenceRequest,
  why: keyof typeof reasons,
): Promise<void> {
  if (run && !(await cancelQueuedRun(repository, run.id))) return
  const problem = { code: 'withdrawn', message: reasons[why], details: [] }
  await store.transition(id, 'withdrawn', { problem })
}
