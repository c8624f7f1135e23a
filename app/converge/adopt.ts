/**
 * A labelled pull request of which nothing is recorded for its head: the delivery was lost, or the
 * database. What GitHub shows of the request is taken over: its run, its branch, its amendment; its
 * comment and check are found when they are written. A run is only ever started again where nobody
 * can have pushed since the label.
 */
import type { Repository } from '../github/client.ts'
import { hasAnsweredSince } from '../github/comment.ts'
import { permissionOf } from '../github/permission.ts'
import {
  changedPaths,
  changedPathsAt,
  commitMessagesOf,
  getPullRequest,
  lastLabelling,
  listedFiles,
  proposalsOf,
  type ListedPullRequest,
} from '../github/pull-request.ts'
import { requestOf } from '../github/commit.ts'
import { readSettings, settingsAt } from '../github/settings.ts'
import { runsFor } from '../github/workflow.ts'
import type { JobContext } from '../jobs/context.ts'
import { later, newRequest, requestId } from '../jobs/request.ts'
import type { Person } from '../webhooks/notice.ts'
import { ownJudges, settingsPath } from '../../spec-tools/index.ts'

export async function adopt(
  context: JobContext,
  repository: Repository,
  pull: ListedPullRequest,
  label: string,
): Promise<void> {
  const { store, asks, log } = context
  const { id: repositoryId } = repository
  const { number: pullRequest } = pull
  const { sha } = pull.head
  const id = requestId(repositoryId, pullRequest, sha)
  if (await store.find(id)) return
  if (await asks.isKnown(repositoryId, pullRequest, sha)) return
  const labelling = await lastLabelling(repository, pullRequest, label)
  if (!labelling) return
  if (await takeOver(context, repository, { pullRequest, sha, label, ...labelling })) {
    return context.look({ kind: 'pull-request', repositoryId, number: pullRequest })
  }
  // It was answered, for this head or for an earlier one: there is nothing to take over.
  if (await hasAnsweredSince(repository, pullRequest, labelling.at)) return
  const unmoved = Date.parse(pull.updated_at) <= Date.parse(labelling.at)
  await asks.record({
    kind: 'label',
    repositoryId,
    pullRequest,
    label,
    sha: unmoved ? sha : null,
    base: unmoved ? pull.base.ref : null,
    sender: labelling.sender,
    at: labelling.at,
  })
  log.info({ pullRequest, unmoved }, 'A label was found that no delivery had told of')
}

/** A request as its label tells of it. */
export interface Labelled {
  pullRequest: number
  sha: string
  label: string
  sender: Person
  /** When the label was given, ISO 8601. */
  at: string
  /** The base branch was changed after the label. */
  retargeted?: boolean
}

/**
 * Records a request with the run that GitHub shows for it, if whoever gave the label may ask for
 * evidence. What follows from the run is found by looking at it.
 *
 * @returns false where there is no such run
 */
export async function takeOver(
  { core, store, now, log }: Pick<JobContext, 'core' | 'store' | 'now' | 'log'>,
  repository: Repository,
  { pullRequest, sha, label, sender, at, retargeted = false }: Labelled,
): Promise<boolean> {
  // What was approved is another base: the label has to be given again.
  if (retargeted) return false
  const { id: repositoryId, installationId } = repository
  const id = requestId(repositoryId, pullRequest, sha)
  const current = await readSettings(core, repository)
  if (current.status !== 'read') return false
  const runs = await runsFor(repository, current.settings.workflow, id, new Date(at))
  const run =
    runs.find((one) => one.id === repository.ownRun) ??
    runs.findLast(({ conclusion }) => conclusion !== 'cancelled') ??
    runs.at(-1)
  if (!run || (await permissionOf(repository, sender)) !== 'may') return false
  // Those that were in force when the run was started.
  const { branch } = current
  const read =
    run.head_sha === current.commit
      ? current
      : await settingsAt(core, repository, { branch, commit: run.head_sha })
  if (read.status !== 'read') return false
  await store.open(
    newRequest(
      { installationId, repositoryId, pullRequest, sha, sender: sender.login, state: 'refused' },
      now(),
    ),
  )
  const { base, head } = await getPullRequest(repository, pullRequest)
  const earlier = head.sha === sha ? null : await changedPathsAt(repository, base.sha, sha)
  const paths = earlier ?? (await changedPaths(repository, pullRequest))
  const complete = earlier !== null || (head.sha === sha && paths.length < listedFiles)
  const proposal = await proposalOf(repository, id)
  await store.note(id, { branch: proposal?.head.ref ?? null })
  await store.transition(id, 'passed', {
    label,
    senderId: sender.id,
    askedAt: at,
    dispatchedAt: run.created_at,
    spentRuns: runs
      .filter((one) => one.id !== run.id && one.status === 'completed')
      .map((one) => one.id),
    settings: {
      commit: read.commit,
      defaultBranch: branch,
      sha256: read.sha256,
      workflow: read.settings.workflow,
      runner: read.settings.runner.labels,
      runnerGroup: read.settings.runner.group,
      draft: read.settings.draft,
      secondPerson: read.settings.secondPerson,
      autoMerge: read.settings.autoMerge,
      base: base.ref,
      judges: ownJudges(paths, read.settings, complete),
      changedInPullRequest: paths.includes(settingsPath),
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
  return true
}

/** The amendment that was made for a request, whatever its branch is called. */
async function proposalOf(repository: Repository, id: string): Promise<ListedPullRequest | null> {
  for (const proposal of await proposalsOf(repository)) {
    const messages = await commitMessagesOf(repository, proposal.number)
    if (messages.some((message) => requestOf({ message }) === id)) return proposal
  }
  return null
}
