/** `workflow_run.completed` deliveries -> jobs. */
import type { Context } from 'probot'
import type { Sender } from '../jobs/queue.ts'

export async function onRunCompletedEvent(
  queue: Sender,
  { id, payload }: Context<'workflow_run.completed'>,
): Promise<void> {
  const { installation, repository, workflow_run: run } = payload
  // Only a filter: whether the run is ours is asked of GitHub by the job.
  if (!installation || run.event !== 'workflow_dispatch') return
  await queue.send(
    'run',
    {
      installationId: installation.id,
      repositoryId: repository.id,
      runId: run.id,
      attempt: run.run_attempt,
    },
    { delivery: id, key: `${repository.id}/${run.id}` },
  )
}
