import type { Label, PullRequest, Review, User } from './model.ts'
import { pullPayload, reviewPayload } from './payloads.ts'
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

/** A person reviews the head; GitHub lets no author approve what is theirs. */
export async function addReview(
  stage: Stage,
  pull: PullRequest,
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED',
  author: User,
): Promise<Review> {
  if (author.id === pull.author.id) throw new Error(`${author.login} is the author.`)
  const { world, webhooks } = stage
  const review = { id: world.nextId(), author, state, commit: pull.head.sha, at: world.now() }
  pull.reviews.push(review)
  webhooks.event(pull.repository, 'pull_request_review', await reviewPayload(stage, pull, review))
  return review
}
