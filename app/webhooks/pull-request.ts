/** `pull_request` deliveries -> jobs. */
import type { Context } from 'probot'
import type { PullRequestJob, Sender } from '../jobs/queue.ts'

type Event = Context<'pull_request.labeled' | 'pull_request.synchronize' | 'pull_request.closed'>

export async function onPullRequestEvent(queue: Sender, context: Event): Promise<void> {
  const job = jobOf(context.payload)
  if (!job) {
    context.log.warn('A pull_request event was ignored: no installation, or no full commit SHA')
    return
  }
  // One queue and one key: what happens to a pull request is handled in turn.
  const key = `${job.repositoryId}#${job.pullRequest}`
  await queue.send('pull-request', job, { delivery: context.id, key })
}

export function jobOf(payload: Event['payload']): PullRequestJob | null {
  const { action, installation, repository, pull_request: pull, sender } = payload
  const { sha } = pull.head
  if (!installation || !/^[0-9a-f]{40}$/.test(sha)) return null
  return {
    event: action,
    installationId: installation.id,
    repositoryId: repository.id,
    pullRequest: pull.number,
    sha,
    label: action === 'labeled' ? (payload.label?.name ?? null) : null,
    sender: { id: sender.id, login: sender.login, type: sender.type ?? 'User' },
  }
}
