import type { Label, PullRequest, User } from './model.ts'
import { pullPayload } from './payloads.ts'
import type { Stage } from './stage.ts'
import { startTriggered } from './workflows/triggers.ts'

/** Tells of a pull request: the App by its webhook, and the workflows that wait for it. */
export async function announcePull(
  stage: Stage,
  pull: PullRequest,
  action: string,
  sender: User,
  extra: { label?: Label; before?: string; after?: string } = {},
): Promise<void> {
  const payload = await pullPayload(stage, pull, action, sender, extra)
  stage.webhooks.event(pull.repository, 'pull_request', payload)
  await startTriggered(stage, pull, action, payload, sender)
}
