/**
 * A second person: where the settings ask for one, an amendment that changes what stands in the
 * document stays a draft, and a check of its own on its head waits, until a person who may write here
 * has approved that very head by a review. Neither who asked for the evidence nor the author of the
 * pull request that was measured is that person.
 */
import { orNull, type Repository } from '../github/client.ts'
import { putCheck, type Check } from '../github/check.ts'
import { permissionOf } from '../github/permission.ts'
import { getPullRequest, reviewsOf, type PullRequest } from '../github/pull-request.ts'
import type { JobContext } from './context.ts'
import type { EvidenceRequest } from './request.ts'

const checkName = 'Codicil second person'

/** Reads who has approved the amendment as it stands, and shows it in the check. */
export async function lookAtApproval(
  { store, log }: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  measured: PullRequest,
): Promise<void> {
  const { id, amendment, approval = null } = request
  if (!amendment) return
  const proposal = await orNull(getPullRequest(repository, amendment.pullRequest))
  if (!proposal) return
  const commit = proposal.head.sha
  const by = await approver(repository, request, proposal, measured)
  if (approval?.commit === commit && approval.by === by) return
  const known = approval?.commit === commit ? approval.checkId : null
  const target = { sha: commit, requestId: `second-${id}`, checkId: known, name: checkName }
  const { id: checkId } = await putCheck(repository, target, checkOf(request, by))
  await store.update(id, { approval: { commit, by, checkId } })
  log.info({ request: id, amendment: amendment.pullRequest, by }, 'Approvals were looked at')
}

/** The first who has approved that head and may; null where nobody has. */
async function approver(
  repository: Repository,
  { sender, senderId }: EvidenceRequest,
  { number, head }: PullRequest,
  measured: PullRequest,
): Promise<string | null> {
  const apart = [{ id: senderId, login: sender }, measured.author]
  // What a person said last counts; a comment takes nothing back.
  const last = new Map<number, Awaited<ReturnType<typeof reviewsOf>>[number]>()
  for (const review of await reviewsOf(repository, number)) {
    if (review.user && review.state !== 'COMMENTED' && review.state !== 'PENDING') {
      last.set(review.user.id, review)
    }
  }
  for (const { user, state, commit_id: commit } of last.values()) {
    if (!user || user.type !== 'User' || state !== 'APPROVED' || commit !== head.sha) continue
    if (apart.some((one) => one?.id === user.id || same(one?.login, user.login))) continue
    if ((await permissionOf(repository, user)) === 'may') return user.login
  }
  return null
}

function same(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase()
}

function checkOf({ sender, pullRequest }: EvidenceRequest, by: string | null): Check {
  const who =
    'The settings of this repository ask for a second person where a verdict changes what stands ' +
    `in the document: somebody with write access, neither ${code(sender)}, who asked for the ` +
    `evidence, nor the author of pull request ${pullRequest}, which was measured.`
  return by === null
    ? {
        status: 'in_progress',
        actions: [],
        title: 'Waits for the approval of a second person',
        summary: `${who} An approving review of this commit is what counts.`,
      }
    : {
        status: 'completed',
        conclusion: 'success',
        actions: [],
        title: `Approved by ${by}`,
        summary: `${who} ${code(by)} has approved this commit.`,
      }
}

function code(login: string): string {
  return `\`${login.replaceAll('`', '')}\``
}
