/** Our comment on a pull request: one, found or made; and our answers to commands, one for each. */
import { askedIn, isOf } from '../history.ts'
import { orNull, type Octokit, type Repository } from './client.ts'

export interface CommentTarget {
  pullRequest: number
  /** The comment that was used last time, if it was remembered. */
  commentId: number | null
  /** It is to be read though it is remembered. */
  read: boolean
}

/**
 * Writes the comment of a pull request and gives its id.
 *
 * @param compose The text, from what stands there; null where that is not known, or nothing is there.
 */
export async function putComment(
  repository: Repository,
  { pullRequest, commentId, read }: CommentTarget,
  compose: (there: string | null) => string,
): Promise<number> {
  const there = commentId !== null && read ? await getComment(repository, commentId) : null
  if (commentId !== null && (there || !read)) {
    const body = compose(there?.body ?? null)
    if (await write(repository, commentId, body)) return commentId
  }
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
): Promise<number> {
  const { octokit, owner, repo } = repository
  for await (const found of ours(repository, pullRequest, is)) {
    const there = found.body ?? null
    const body = compose(there)
    // One that was deleted just now is made again.
    if (body === there || (await write(repository, found.id, body))) return found.id
  }
  const made = { owner, repo, issue_number: pullRequest, body: compose(null) }
  return (await octokit.rest.issues.createComment(made)).data.id
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
