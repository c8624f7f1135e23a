/** `pull_request` deliveries -> jobs. */
import type { Context } from 'probot'
import type { PullRequestJob, Sender } from '../jobs/queue.ts'

type Event = Context<'pull_request'>
export type Payload = Event['payload']

export async function onPullRequestEvent(queue: Sender, context: Event): Promise<void> {
  const event = heard(context.payload.action)
  if (!event) return
  const job = jobOf(context.payload, event)
  if (!job) {
    context.log.warn('A pull_request event was ignored: no installation, or no full commit SHA')
    return
  }
  // One queue and one key: what happens to a pull request is handled in turn.
  const key = `${job.repositoryId}#${job.pullRequest}`
  await queue.send('pull-request', job, { delivery: context.id, key })
}

/** What an action means here; null for those that change nothing that the app looks at. */
export function heard(action: Payload['action']): PullRequestJob['event'] | null {
  switch (action) {
    case 'labeled':
    case 'synchronize':
    case 'closed':
      return action
    case 'assigned':
    case 'auto_merge_disabled':
    case 'auto_merge_enabled':
    case 'converted_to_draft':
    case 'demilestoned':
    case 'dequeued':
    case 'edited':
    case 'enqueued':
    case 'locked':
    case 'milestoned':
    case 'opened':
    case 'ready_for_review':
    case 'reopened':
    case 'review_request_removed':
    case 'review_requested':
    case 'unassigned':
    case 'unlabeled':
    case 'unlocked':
      return null
    default:
      // An action that GitHub adds is no error here; one that the types know and this does not is.
      return action satisfies never
  }
}

function jobOf(payload: Payload, event: PullRequestJob['event']): PullRequestJob | null {
  const { repository, pull_request: pull, sender } = payload
  // The types leave it out of some actions; every delivery to an App has it.
  const { installation } = payload as { installation?: { id: number } }
  const { sha } = pull.head
  if (!installation || !sender || !/^[0-9a-f]{40}$/.test(sha)) return null
  return {
    event,
    installationId: installation.id,
    repositoryId: repository.id,
    pullRequest: pull.number,
    sha,
    label: payload.action === 'labeled' ? (payload.label?.name ?? null) : null,
    sender: { id: sender.id, login: sender.login, type: sender.type ?? 'User' },
  }
}
