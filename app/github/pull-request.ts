/** Pull requests: the labelled one, and the amendment's, which is found or made. */
import type { Person } from '../webhooks/notice.ts'
import { inert } from './acting-text.ts'
import { isStatus, orNull, type Octokit, type Repository } from './client.ts'
import { changedFiles } from './file.ts'

export type PullRequest = Awaited<ReturnType<Octokit['rest']['pulls']['get']>>['data']

/** The pull request that is looked at, read once; `again` reads it anew. */
export type ReadPull = (again?: boolean) => Promise<PullRequest>

export async function getPullRequest(repository: Repository, number: number): Promise<PullRequest> {
  const { octokit, owner, repo } = repository
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number })
  return data
}

/** Files of a pull request that GitHub lists. */
export const listedFiles = 3000

/** What a pull request adds, changes, removes or renames; of `listedFiles` files at most. */
export async function changedPaths(
  { octokit, owner, repo }: Repository,
  number: number,
): Promise<string[]> {
  const files = await octokit.paginate(octokit.rest.pulls.listFiles, {
    owner,
    repo,
    pull_number: number,
    per_page: 100,
  })
  return files.flatMap(({ filename, previous_filename: old }) => [filename, ...(old ? [old] : [])])
}

/** The same for an earlier head, against its base as it is now; null where GitHub knows it no more. */
export async function changedPathsAt(
  repository: Repository,
  base: string,
  sha: string,
): Promise<string[] | null> {
  const { octokit, owner, repo } = repository
  // Of the comparison, which ends after 300 files, only where the two parted.
  const range = { owner, repo, basehead: `${base}...${sha}`, per_page: 1 }
  const answer = await orNull(octokit.rest.repos.compareCommitsWithBasehead(range))
  if (!answer) return null
  const files = await changedFiles(repository, answer.data.merge_base_commit.sha, sha)
  return files.map(({ path }) => path)
}

/** The reviews of a pull request, oldest first. */
export function reviewsOf({ octokit, owner, repo }: Repository, number: number) {
  const of = { owner, repo, pull_number: number, per_page: 100 }
  return octokit.paginate(octokit.rest.pulls.listReviews, of)
}

export type ListedPullRequest = Awaited<
  ReturnType<Octokit['rest']['pulls']['list']>
>['data'][number]

/** The open pull requests of a repository, with their labels. */
export function openPullRequests({
  octokit,
  owner,
  repo,
}: Repository): Promise<ListedPullRequest[]> {
  return octokit.paginate(octokit.rest.pulls.list, { owner, repo, state: 'open', per_page: 100 })
}

/** Pull requests of our App, whatever became of them, newest first; of the last thousand. */
export async function proposalsOf(repository: Repository): Promise<ListedPullRequest[]> {
  const { octokit, owner, repo, bot } = repository
  const found: ListedPullRequest[] = []
  let pages = 0
  const iterator = octokit.paginate.iterator(octokit.rest.pulls.list, {
    owner,
    repo,
    state: 'all',
    per_page: 100,
  })
  for await (const { data } of iterator) {
    found.push(...data.filter(({ user }) => user?.login === bot.login))
    if (++pages >= 10) break
  }
  return found
}

/** The messages of a pull request's commits; GitHub lists 250. */
export async function commitMessagesOf(
  { octokit, owner, repo }: Repository,
  number: number,
): Promise<string[]> {
  const commits = await octokit.paginate(octokit.rest.pulls.listCommits, {
    owner,
    repo,
    pull_number: number,
    per_page: 100,
  })
  return commits.map(({ commit }) => commit.message)
}

/**
 * Who gave a label last, and when; null if GitHub does not tell.
 *
 * @param until Later labellings do not count, ISO 8601.
 */
export async function lastLabelling(
  { octokit, owner, repo }: Repository,
  number: number,
  label: string,
  until?: string,
): Promise<{ sender: Person; at: string; retargeted: boolean } | null> {
  const events = await octokit.paginate(octokit.rest.issues.listEvents, {
    owner,
    repo,
    issue_number: number,
    per_page: 100,
  })
  const last = events.findLast(
    (event) =>
      event.event === 'labeled' &&
      'label' in event &&
      event.label.name === label &&
      !(until !== undefined && Date.parse(event.created_at) > Date.parse(until)),
  )
  if (!last?.actor) return null
  const { id, login, type } = last.actor
  const since = events.slice(events.indexOf(last))
  const retargeted = since.some(({ event }) => event === 'base_ref_changed')
  return { sender: { id, login, type }, at: last.created_at, retargeted }
}

export interface Proposal {
  branch: string
  base: string
  title: string
  body: string
  draft: boolean
  /** The branch was made just now, so that there can be none yet. */
  fresh: boolean
}

/** What became of the proposal; a person may have closed or merged it. */
export interface Proposed {
  number: number
  state: 'open' | 'closed' | 'merged'
}

/** The pull request of a branch, whatever its state: one that a person closed is not opened again. */
export async function findProposal(
  repository: Repository,
  branch: string,
): Promise<(Proposed & { title: string }) | null> {
  const { octokit, owner, repo } = repository
  const { data } = await octokit.rest.pulls.list({
    owner,
    repo,
    head: `${owner}:${branch}`,
    state: 'all',
    per_page: 100,
  })
  // The filter is dropped by the API where it does not like it.
  const mine = data.filter(({ head }) => head.ref === branch && head.repo?.id === repository.id)
  const found = mine.find(({ state }) => state === 'open') ?? mine[0]
  if (!found) return null
  const state = found.state === 'open' ? 'open' : found.merged_at ? 'merged' : 'closed'
  return { number: found.number, state, title: found.title }
}

/** Finds the proposal or makes it; gives a newly rendered title and body to one that is open. */
export async function propose(
  repository: Repository,
  { branch, base, draft, fresh, ...proposal }: Proposal,
): Promise<Proposed> {
  const title = inert(proposal.title)
  // Where it is squashed the body becomes the message, which is no Markdown.
  const body = inert(proposal.body)
  const { octokit, owner, repo } = repository
  const found = fresh ? null : await findProposal(repository, branch)
  if (found) {
    if (found.state === 'open' && found.title !== title) {
      await octokit.rest.pulls.update({ owner, repo, pull_number: found.number, title, body })
    }
    return { number: found.number, state: found.state }
  }
  const create = (asDraft: boolean) =>
    octokit.rest.pulls.create({ owner, repo, head: branch, base, title, body, draft: asDraft })
  try {
    const { data } = await create(draft)
    return { number: data.number, state: 'open' }
  } catch (error) {
    if (!isStatus(error, 422)) throw error
    const made = await findProposal(repository, branch)
    if (made) return { number: made.number, state: made.state }
    // Some plans have no drafts.
    if (!draft || !/draft/i.test(error.message)) throw error
    const { data } = await create(false)
    return { number: data.number, state: 'open' }
  }
}

/** Takes a pull request out of draft; REST has no call for it. */
export async function leaveDraft(repository: Repository, number: number): Promise<void> {
  const { draft, node_id: id, state } = await getPullRequest(repository, number)
  if (!draft || state !== 'open') return
  await repository.octokit.graphql(
    `mutation ($id: ID!) {
      markPullRequestReadyForReview(input: { pullRequestId: $id }) { clientMutationId }
    }`,
    { id },
  )
}
