/** Pull requests: the labelled one, and the amendment's, which is found or made. */
import type { Person } from '../webhooks/notice.ts'
import { RetryLater } from '../errors.ts'
import { inert } from './acting-text.ts'
import { isStatus, orNull, type Octokit, type Repository } from './client.ts'
import { changedFiles } from './file.ts'
import { ask, GraphqlFailed, readGraph } from './graphql.ts'

export interface PullRequest {
  number: number
  /** By which GraphQL knows it, and its repository. */
  node: string
  repositoryNode: string
  state: 'open' | 'closed'
  merged: boolean
  draft: boolean
  /** ISO 8601. */
  updatedAt: string
  /** Null: the account is gone; so is the number of one that is no person. */
  author: { id: number | null; login: string } | null
  labels: string[]
  /** `repository` is null where the fork is gone. */
  head: { sha: string; repository: number | null }
  base: { ref: string; sha: string; repository: number | null }
}

/** Fields of a `PullRequest`; the repository's own are asked for beside them. */
export const pullFields = `id number state merged isDraft updatedAt headRefOid baseRefName baseRefOid
  author { login __typename ... on User { databaseId } }
  labels(first: 100) { nodes { name } }
  headRepository { databaseId } baseRepository { databaseId id }`

export interface PullAnswer {
  id: string
  number: number
  state: 'OPEN' | 'CLOSED' | 'MERGED'
  merged: boolean
  isDraft: boolean
  updatedAt: string
  headRefOid: string
  baseRefName: string
  baseRefOid: string
  author: { login: string; __typename: string; databaseId?: number | null } | null
  labels: { nodes: { name: string }[] } | null
  headRepository: { databaseId: number | null } | null
  baseRepository: { databaseId: number | null; id: string } | null
}

export async function getPullRequest(repository: Repository, number: number): Promise<PullRequest> {
  const { pullRequest } = await readGraph<{ pullRequest: PullAnswer }>(repository, {
    name: 'PullRequest',
    variables: { number: ['Int!', number] },
    select: `pullRequest(number: $number) { ${pullFields} }`,
  })
  return pullOf(pullRequest)
}

export function pullOf(answer: PullAnswer): PullRequest {
  const { author, headRepository, baseRepository } = answer
  return {
    number: answer.number,
    node: answer.id,
    repositoryNode: baseRepository?.id ?? '',
    state: answer.state === 'OPEN' ? 'open' : 'closed',
    merged: answer.merged,
    draft: answer.isDraft,
    updatedAt: answer.updatedAt,
    author: author && { id: author.databaseId ?? null, login: loginOf(author) },
    labels: (answer.labels?.nodes ?? []).map(({ name }) => name),
    head: { sha: answer.headRefOid, repository: headRepository?.databaseId ?? null },
    base: {
      ref: answer.baseRefName,
      sha: answer.baseRefOid,
      repository: baseRepository?.databaseId ?? null,
    },
  }
}

/** The name of an account as REST has it: GraphQL leaves the end of a bot's out. */
export function loginOf({ login, __typename: type }: { login: string; __typename: string }) {
  return type === 'Bot' && !login.endsWith('[bot]') ? `${login}[bot]` : login
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
export async function openPullRequests(repository: Repository): Promise<ListedPullRequest[]> {
  const { octokit, owner, repo, id } = repository
  const of = { owner, repo, state: 'open', per_page: 100 } as const
  const pulls = await octokit.paginate(octokit.rest.pulls.list, of)
  if (pulls.every(({ base }) => base.repo.id === id)) return pulls
  repository.renamed()
  throw new RetryLater(1, `${owner}/${repo} is another repository by now.`)
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

/**
 * Takes a pull request out of draft; REST has no call for it.
 *
 * @returns the pull request as it was
 */
export async function leaveDraft(repository: Repository, number: number): Promise<PullRequest> {
  const pull = await getPullRequest(repository, number)
  const { draft, node: id, state } = pull
  if (!draft || state !== 'open') return pull
  const mutation = `mutation LeaveDraft($id: ID!) {
    markPullRequestReadyForReview(input: { pullRequestId: $id }) { clientMutationId }
  }`
  await ask(repository.octokit, mutation, { id })
  return pull
}

/**
 * Has GitHub merge a pull request by itself as soon as all that its branch asks for is green, at this
 * very head.
 *
 * @returns what GitHub has against it; null where it does
 */
export async function autoMerge(
  { octokit }: Repository,
  { node: id, head }: PullRequest,
  method: 'merge' | 'squash' | 'rebase',
): Promise<string | null> {
  const mutation = `mutation AutoMerge($id: ID!, $how: PullRequestMergeMethod, $head: GitObjectID) {
    enablePullRequestAutoMerge(
      input: { pullRequestId: $id, mergeMethod: $how, expectedHeadOid: $head }
    ) { clientMutationId }
  }`
  try {
    await ask(octokit, mutation, { id, how: method.toUpperCase(), head: head.sha })
    return null
  } catch (error) {
    if (error instanceof GraphqlFailed) return error.what
    throw error
  }
}
