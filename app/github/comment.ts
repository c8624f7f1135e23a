/** Our comment on a pull request: one for each request, found or made. */
import { orNull, type Octokit, type Repository } from './client.ts'

/** The limits of a comment; GitHub counts characters and bytes. */
export const commentLimits = { characters: 65_536, bytes: 262_144 } as const

export interface CommentTarget {
  pullRequest: number
  requestId: string
  /** The comment that was used last time, if it was remembered. */
  commentId: number | null
}

/** Writes the comment of a request and gives its id. */
export async function putComment(
  repository: Repository,
  { pullRequest, requestId, commentId }: CommentTarget,
  text: string,
): Promise<number> {
  const { octokit, owner, repo } = repository
  const body = `${marker(requestId)}\n${text}`
  const write = (id: number) =>
    orNull(octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body }))
  if (commentId !== null && (await write(commentId))) return commentId
  const found = await search(repository, pullRequest, marker(requestId))
  if (found) {
    if (found.body !== body) await write(found.id)
    return found.id
  }
  const { data } = await octokit.rest.issues.createComment({
    owner,
    repo,
    issue_number: pullRequest,
    body,
  })
  return data.id
}

/** Whether we have answered anything on a pull request since some time. */
export async function hasAnsweredSince(
  repository: Repository,
  pullRequest: number,
  at: string,
): Promise<boolean> {
  for await (const { created_at: made } of ours(
    repository,
    pullRequest,
    '<!-- codicil request=ev-',
  )) {
    if (Date.parse(made) >= Date.parse(at)) return true
  }
  return false
}

/** Reacts to a comment; twice the same is once. */
export async function react(
  { octokit, owner, repo }: Repository,
  comment: number,
  content: 'eyes' | '-1',
): Promise<void> {
  // A comment that was deleted needs no reaction.
  await orNull(
    octokit.rest.reactions.createForIssueComment({ owner, repo, comment_id: comment, content }),
  )
}

/** Invisible, and what the comment is found by; anybody can write it, so the author counts too. */
function marker(requestId: string): string {
  return `<!-- codicil request=${requestId} -->`
}

type Comment = Awaited<ReturnType<Octokit['rest']['issues']['getComment']>>['data']

async function search(
  repository: Repository,
  pullRequest: number,
  text: string,
): Promise<Comment | null> {
  for await (const comment of ours(repository, pullRequest, text)) return comment
  return null
}

/** All comments of ours for a request, oldest first; more than one were made twice. */
export async function commentsFor(
  repository: Repository,
  pullRequest: number,
  requestId: string,
): Promise<Comment[]> {
  const found: Comment[] = []
  for await (const comment of ours(repository, pullRequest, marker(requestId))) found.push(comment)
  return found.sort((a, b) => a.id - b.id)
}

async function* ours(
  repository: Repository,
  pullRequest: number,
  text: string,
): AsyncGenerator<Comment> {
  const { octokit, owner, repo } = repository
  const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pullRequest,
    per_page: 100,
  })
  for await (const { data } of pages) {
    yield* data.filter((comment) => isOurs(comment, repository) && comment.body?.startsWith(text))
  }
}

function isOurs({ user }: Comment, { bot }: Repository): boolean {
  return user?.login === bot.login && user.type === 'Bot'
}
