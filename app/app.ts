/** Which webhooks the app listens to. Handlers only enqueue: GitHub waits ten seconds at most. */
import type { Probot } from 'probot'
import type { Sender } from './jobs/queue.ts'
import { onPullRequestEvent } from './webhooks/pull-request.ts'
import { onRunCompletedEvent } from './webhooks/workflow-run.ts'

export function codicil(queue: Sender): (probot: Probot) => void {
  return (probot) => {
    probot.on('pull_request', (context) => onPullRequestEvent(queue, context))
    probot.on('workflow_run.completed', (context) => onRunCompletedEvent(queue, context))
    probot.on(['installation.created', 'installation.deleted'], ({ log, payload }) => {
      log.info({ installation: payload.installation.id }, `Installation ${payload.action}`)
    })
  }
}
