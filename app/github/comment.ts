/** Our comment on a pull request: one, found or made; and our answers to commands, one for each. */
import { askedIn, isOf } from '../history.ts'
import { orNull, type Octokit, type Repository } from './client.ts'

export interface CommentTarget {
  pullRequest: number
  /** The comment that was used last time, if it was remembered. */
  commentId: number | null
  /** It is to be read though it is remembered. */
  read: boolean
  /** There is surely none of ours yet. */
  none: boolean
}

/** A comment as GitHub numbers it, and as GraphQL knows it. */
export interface WrittenComment {
  id: number
  node: string
}

/**
 * Writes the comment of a pull request.
 *
 * @param compose The text, from what stands there; null where that is not known, or nothing is there.
 */
export async function putComment(
  repository: Repository,
  { pullRequest, commentId, read, none }: CommentTarget,
  compose: (there: string | null) => string,
): Promise<WrittenComment> {
  const there = commentId !== null && read ? await getComment(repository, commentId) : null
  if (commentId !== null && (there || !read)) {
    const body = compose(there?.body ?? null)
    const written = await write(repository, commentId, body)
    if (written) return { id: commentId, node: written.data.node_id }
  }
  if (none) return make(repository, pullRequest, compose)
  const is = (body: string) => isOf(pullRequest, body)
  return writeFound(repository, pullRequest, is, compose)
}

/** Writes the answer to a command, which stands in a comment. */
export async function putAnswer(
  repository: Repository,
  { pullRequest, comment }: { pullRequest: number; comment: number },
  text: string,
): Promise<void> {
  const marker = `<!-- codicil answer=${comment} -->`
  const is = (body: string) => body.startsWith(marker)
  await writeFound(repository, pullRequest, is, () => `${marker}\n${text}`)
}

async function writeFound(
  repository: Repository,
  pullRequest: number,
  is: (body: string) => boolean,
  compose: (there: string | null) => string,
): Promise<WrittenComment> {
  for await (const found of ours(repository, pullRequest, is)) {
    const there = found.body ?? null
    const body = compose(there)
    // One that was deleted just now is made again.
    if (body === there || (await write(repository, found.id, body))) {
      return { id: found.id, node: found.node_id }
    }
  }
  return make(repository, pullRequest, compose)
}

async function make(
  { octokit, owner, repo }: Repository,
  pullRequest: number,
  compose: (there: string | null) => string,
): Promise<WrittenComment> {
  const made = { owner, repo, issue_number: pullRequest, body: compose(null) }
  const { data } = await octokit.rest.issues.createComment(made)
  return { id: data.id, node: data.node_id }
}

async function write({ octokit, owner, repo }: Repository, id: number, body: string) {
  return orNull(octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body }))
}

async function getComment({ octokit, owner, repo }: Repository, id: number) {
  const answer = await orNull(octokit.rest.issues.getComment({ owner, repo, comment_id: id }))
  return answer?.data ?? null
}

/** Whether our comment on a pull request shows what was asked since some time. */
export async function hasAnsweredSince(
  repository: Repository,
  pullRequest: number,
  at: string,
): Promise<boolean> {
  const is = (body: string) => isOf(pullRequest, body)
  for await (const { created_at: made, body = '' } of ours(repository, pullRequest, is)) {
    const newest = Math.max(Date.parse(made), Date.parse(askedIn(body) ?? made))
    if (newest >= Date.parse(at)) return true
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

type Comment = Awaited<ReturnType<Octokit['rest']['issues']['getComment']>>['data']

/** All comments of ours that show evidence, oldest first; more than one were made twice. */
export async function commentsFor(repository: Repository, pullRequest: number): Promise<Comment[]> {
  const found: Comment[] = []
  const is = (body: string) => isOf(pullRequest, body)
  for await (const comment of ours(repository, pullRequest, is)) found.push(comment)
  return found.sort((a, b) => a.id - b.id)
}

/** Anybody can write what a comment is found by, so its author counts, too. */
async function* ours(
  repository: Repository,
  pullRequest: number,
  is: (body: string) => boolean,
): AsyncGenerator<Comment> {
  const { octokit, owner, repo } = repository
  const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pullRequest,
    per_page: 100,
  })
  for await (const { data } of pages) {
    yield* data.filter((comment) => isOurs(comment, repository) && is(comment.body ?? ''))
  }
}

function isOurs({ user }: Comment, { bot }: Repository): boolean {
  return user?.login === bot.login && user.type === 'Bot'
}
