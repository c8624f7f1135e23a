/**
 * A labelled pull request of which nothing is recorded for its head: the delivery was lost, or the
 * database. What GitHub shows of the request is taken over: its run, its branch, its amendment; its
 * comment and check are found when they are written. A run is only ever started again where nobody
 * can have pushed since the label.
 */
import type { Repository } from '../github/client.ts'
import { hasComment } from '../github/comment.ts'
import {
  commitMessagesOf,
  lastLabelling,
  proposalsOf,
  type ListedPullRequest,
} from '../github/pull-request.ts'
import { requestOf } from '../github/commit.ts'
import { readSettings } from '../github/settings.ts'
import { findRun } from '../github/workflow.ts'
import type { JobContext } from '../jobs/context.ts'
import { later, newRequest, requestId } from '../jobs/request.ts'

export async function adopt(
  context: JobContext,
  repository: Repository,
  pull: ListedPullRequest,
  label: string,
): Promise<void> {
  const { store, asks, now, log } = context
  const { id: repositoryId } = repository
  const { number: pullRequest } = pull
  const { sha } = pull.head
  const id = requestId(repositoryId, pullRequest, sha)
  if (await store.find(id)) return
  if (await asks.isKnown(repositoryId, pullRequest, sha)) return
  const labelling = await lastLabelling(repository, pullRequest, label)
  if (!labelling) return
  const read = await readSettings(repository)
  const run =
    read.status === 'read'
      ? await findRun(repository, read.settings.workflow, id, new Date(labelling.at))
      : null
  if (read.status !== 'read' || !run) {
    // It was answered before, and what came of it is gone from GitHub: there is nothing to take over.
    if (await hasComment(repository, pullRequest, id)) return
    const unmoved = Date.parse(pull.updated_at) <= Date.parse(labelling.at)
    await asks.record({
      kind: 'label',
      repositoryId,
      pullRequest,
      label,
      sha: unmoved ? sha : null,
      sender: labelling.sender,
      at: labelling.at,
    })
    log.info({ pullRequest, unmoved }, 'A label was found that no delivery had told of')
    return
  }
  const { installationId } = repository
  const { login: sender } = labelling.sender
  await store.open(
    newRequest({ installationId, repositoryId, pullRequest, sha, sender, state: 'refused' }, now()),
  )
  const proposal = await proposalOf(repository, id)
  await store.note(id, { branch: proposal?.head.ref ?? null })
  await store.transition(id, 'passed', {
    label,
    dispatchedAt: run.created_at,
    settings: {
      commit: read.commit,
      defaultBranch: repository.defaultBranch,
      sha256: read.sha256,
      workflow: read.settings.workflow,
      runner: read.settings.runner.labels,
      draft: read.settings.draft,
      changedInPullRequest: false,
    },
  })
  await store.transition(id, 'run-started', {
    run: { id: run.id, url: run.html_url },
    lookAt: later(now(), 0),
  })
  if (proposal?.state === 'closed') {
    // It is behind us: what its comment and check say stays as it is.
    await store.transition(id, 'evidence-ingested', {})
    const event = proposal.merged_at ? 'amendment-merged' : 'amendment-closed'
    const last = await store.transition(id, event, {})
    if (last) await store.note(id, { reported: last.revision })
  }
  log.info({ request: id, run: run.id }, 'A request was taken over from what GitHub shows')
  await context.look({ kind: 'pull-request', repositoryId, number: pullRequest })
}

/** The amendment that was made for a request, whatever its branch is called. */
async function proposalOf(repository: Repository, id: string): Promise<ListedPullRequest | null> {
  for (const proposal of await proposalsOf(repository)) {
    const messages = await commitMessagesOf(repository, proposal.number)
    if (messages.some((message) => requestOf({ message }) === id)) return proposal
  }
  return null
}
