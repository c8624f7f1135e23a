/**
 * Takes away what was made twice for one request or one pull request: by an answer that never came
 * while GitHub's lists lagged, or by a worker that stood still while another took over. The oldest
 * stays.
 */
import { requestOf } from './commit.ts'
import { orNull, type Repository } from './client.ts'
import { checkName } from './check.ts'
import { commentsFor } from './comment.ts'
import { commitMessagesOf, openPullRequests } from './pull-request.ts'
import { cancelRun, runsFor } from './workflow.ts'

/** @returns the comment that stays */
export async function removeDoubleComments(
  repository: Repository,
  pullRequest: number,
): Promise<number | null> {
  const { octokit, owner, repo } = repository
  const [oldest, ...others] = await commentsFor(repository, pullRequest)
  for (const { id } of others) {
    await orNull(octokit.rest.issues.deleteComment({ owner, repo, comment_id: id }))
  }
  return oldest?.id ?? null
}

/** Checks cannot be deleted: another one than ours that is under way is ended, and says why. */
export async function endDoubleChecks(
  { octokit, owner, repo, bot }: Repository,
  sha: string,
  requestId: string,
  ours: number,
): Promise<void> {
  const checks = await octokit.paginate(octokit.rest.checks.listForRef, {
    owner,
    repo,
    ref: sha,
    check_name: checkName,
    filter: 'all',
    per_page: 100,
  })
  for (const { id, external_id: of, status, app } of checks) {
    if (of !== requestId || app?.slug !== bot.slug) continue
    if (id === ours || status === 'completed') continue
    await octokit.rest.checks.update({
      owner,
      repo,
      check_run_id: id,
      status: 'completed',
      conclusion: 'neutral',
      output: {
        title: 'Made twice',
        summary: 'Another check of the same name shows the evidence.',
      },
    })
  }
}

/** Cancels runs of a request besides the one that counts; those of earlier tries are `spent`. */
export async function cancelDoubleRuns(
  repository: Repository,
  { workflow, id, since }: { workflow: string; id: string; since: Date },
  ours: number,
  spent: readonly number[],
): Promise<void> {
  for (const run of await runsFor(repository, workflow, id, since)) {
    if (run.id !== ours && !spent.includes(run.id) && run.status !== 'completed') {
      await cancelRun(repository, run.id)
    }
  }
}

/** Closes open amendments of a request besides the one that counts, and deletes their branches. */
export async function closeDoubleProposals(
  repository: Repository,
  requestId: string,
  ours: number,
  isKnown: (pullRequest: number) => Promise<boolean>,
): Promise<void> {
  const { octokit, owner, repo, bot } = repository
  for (const { number, user, head } of await openPullRequests(repository)) {
    if (number === ours || user?.login !== bot.login || (await isKnown(number))) continue
    const messages = await commitMessagesOf(repository, number)
    if (!messages.some((message) => requestOf({ message }) === requestId)) continue
    await octokit.rest.pulls.update({ owner, repo, pull_number: number, state: 'closed' })
    await orNull(octokit.rest.git.deleteRef({ owner, repo, ref: `heads/${head.ref}` }))
  }
}
