/**
 * Finds in a repository what no delivery has told of: GitHub does not send again what failed, and a
 * database may be lost. Calls are few where nothing has happened: two.
 */
import { branchHead } from '../github/file.ts'
import type { Repository } from '../github/client.ts'
import { openPullRequests, type ListedPullRequest } from '../github/pull-request.ts'
import { readSettings } from '../github/settings.ts'
import type { JobContext } from '../jobs/context.ts'
import { labelOf } from '../jobs/gate.ts'
import type { Key } from '../jobs/keys.ts'
import { wantsSecondPerson, type EvidenceRequest } from '../jobs/request.ts'
import { documentsOf } from '../webhooks/inbox.ts'
import { adopt } from './adopt.ts'

/** A repository: its labelled pull requests, and its requests that are not settled. */
export async function sweepRepository(
  context: JobContext,
  { repositoryId }: { repositoryId: number },
): Promise<void> {
  const known = await context.repositories.find(repositoryId)
  if (!known) return
  const repository = await context.open(known)
  const pulls = await openPullRequests(repository)
  const label = known.label ?? (await learnLabel(context, repository))
  for (const pull of pulls) {
    const labelled = pull.labels.some(({ name }) => name === label)
    const ours = pull.user?.login === repository.bot.login
    if (labelled && !ours) await adopt(context, repository, pull, label)
  }
  await forget(context, repositoryId, pulls)
  const unsettled = await context.store.unsettled(repositoryId)
  await context.look(...changed(unsettled, pulls))
  await context.look(...(await onMovedBases(repository, unsettled)))
}

/** What is over for as long as is said in the configuration is recorded no more. */
async function forget(
  { store, limits, now, log }: JobContext,
  repositoryId: number,
  open: readonly ListedPullRequest[],
): Promise<void> {
  if (limits.keepDays === null) return
  const before = new Date(now().getTime() - limits.keepDays * 86_400_000)
  const numbers = open.map(({ number }) => number)
  const { bundles, requests } = await store.forget(repositoryId, numbers, before)
  if (bundles + requests > 0)
    log.info({ repositoryId, bundles, requests }, 'What is over was deleted')
}

async function learnLabel(
  { core, repositories }: JobContext,
  repository: Repository,
): Promise<string> {
  const label = labelOf(await readSettings(core, repository))
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
    const waits = state === 'drafted' && wantsSecondPerson(request)
    const stands = waits || reported < revision || state === 'intended' || state === 'ingested'
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
