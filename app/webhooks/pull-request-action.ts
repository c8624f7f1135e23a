/** What each action of a pull request means here. One that is not listed does not compile. */
import type { Context } from 'probot'

type Action = Context<'pull_request'>['payload']['action']

/** `label`: somebody asks for something. `pull-request`: it is not as it was; look at it. */
export function heard(action: string): 'label' | 'pull-request' | null {
  return meaning(action as Action)
}

function meaning(action: Action): 'label' | 'pull-request' | null {
  switch (action) {
    case 'labeled':
      return 'label'
    case 'closed':
    case 'edited':
    case 'reopened':
    case 'synchronize':
    case 'unlabeled':
      return 'pull-request'
    case 'assigned':
    case 'auto_merge_disabled':
    case 'auto_merge_enabled':
    case 'converted_to_draft':
    case 'demilestoned':
    case 'dequeued':
    case 'enqueued':
    case 'locked':
    case 'milestoned':
    case 'opened':
    case 'ready_for_review':
    case 'review_request_removed':
    case 'review_requested':
    case 'unassigned':
    case 'unlocked':
      return null
    default: {
      // The types know an action that is not listed above; GitHub may send one that they don't know.
      const unlisted: never = action
      return unlisted && null
    }
  }
}
