/**
 * Finds what no delivery has told of. GitHub does not send again what failed, and a database may be
 * lost: the App's own list of deliveries is read, and each repository is compared with what is
 * recorded of it. Calls are few where nothing has happened: two a repository.
 */
import { branchHead } from '../github/file.ts'
import { failedDeliveries, installedRepositories } from '../github/app.ts'
import type { Repository } from '../github/client.ts'
import { openPullRequests, type ListedPullRequest } from '../github/pull-request.ts'
import { readSettings } from '../github/settings.ts'
import type { JobContext } from '../jobs/context.ts'
import { labelOf } from '../jobs/gate.ts'
import type { Key } from '../jobs/keys.ts'
import type { EvidenceRequest } from '../jobs/request.ts'
import { documentsOf } from '../webhooks/inbox.ts'
import { adopt } from './adopt.ts'

/** The App: deliveries that failed, and the repositories that it is installed in. */
export async function sweepApp(context: JobContext): Promise<void> {
  const { asApp, queue, repositories, limits, now, log } = context
  const before = await repositories.lastDelivery()
  let newest = before
  const settled = new Date(now().getTime() - limits.settleSeconds * 1000)
  for (const delivery of await failedDeliveries(asApp, before, settled)) {
    if (delivery.failed && (await context.accept(delivery.failed))) {
      log.info({ delivery: delivery.failed.id }, 'A delivery that had failed was taken')
    }
    newest = newest === null || delivery.number > newest ? delivery.number : newest
  }
  if (newest !== null) await repositories.setLastDelivery(newest)
  for (const { installationId, ids } of await installedRepositories(asApp)) {
    await repositories.seen(ids, installationId)
  }
  const all = await repositories.all()
  await context.look(...all.map(({ id }): Key => ({ kind: 'repository', repositoryId: id })))
  await queue.keys.mark([{ kind: 'app' }], new Date(now().getTime() + limits.sweepSeconds * 1000))
}

/** A repository: its labelled pull requests, and its requests that are not settled. */
export async function sweepRepository(
  context: JobContext,
  { repositoryId }: { repositoryId: number },
): Promise<void> {
  const known = await context.repositories.find(repositoryId)
  if (!known) return
  const repository = await context.open(known.installationId, repositoryId)
  const pulls = await openPullRequests(repository)
  const label = known.label ?? (await learnLabel(context, repository))
  for (const pull of pulls) {
    const labelled = pull.labels.some(({ name }) => name === label)
    const ours = pull.user?.login === repository.bot.login
    if (labelled && !ours) await adopt(context, repository, pull, label)
  }
  const unsettled = await context.store.unsettled(repositoryId)
  await context.look(...changed(unsettled, pulls))
  await context.look(...(await onMovedBases(repository, unsettled)))
}

async function learnLabel({ repositories }: JobContext, repository: Repository): Promise<string> {
  const label = labelOf(await readSettings(repository))
  await repositories.setLabel(repository.id, label)
  return label
}

/** Requests of which GitHub shows something else than what is recorded, or whose work stood still. */
function changed(requests: readonly EvidenceRequest[], pulls: readonly ListedPullRequest[]): Key[] {
  const open = new Map(pulls.map((pull) => [pull.number, pull]))
  return requests.flatMap((request): Key[] => {
    const { repositoryId, pullRequest, state, sha, replacedBy, reported, revision } = request
    const pull = open.get(pullRequest)
    const moved = pull ? (replacedBy ?? sha) !== pull.head.sha : !request.left
    const stands = reported < revision || state === 'intended' || state === 'ingested'
    const proposal = request.amendment?.pullRequest
    const ended = state === 'drafted' && proposal !== undefined && !open.has(proposal)
    return [
      ...(moved || stands
        ? [{ kind: 'pull-request', repositoryId, number: pullRequest } as const]
        : []),
      ...(ended ? documentsOf([request]) : []),
    ]
  })
}

/** The documents of drafts whose base is not where it was. */
async function onMovedBases(
  repository: Repository,
  requests: readonly EvidenceRequest[],
): Promise<Key[]> {
  const drafts = requests.filter(({ state, amendment }) => state === 'drafted' && amendment)
  const refs = new Set(drafts.map(({ amendment }) => amendment?.base.ref ?? ''))
  const heads = new Map<string, string | null>()
  for (const ref of refs) heads.set(ref, await branchHead(repository, ref))
  return documentsOf(
    drafts.filter(
      ({ amendment }) => heads.get(amendment?.base.ref ?? '') !== amendment?.base.commit,
    ),
  )
}
