/** One commit on a branch: blobs, tree, commit, and at last the branch, which is the commit point. */
import { isUtf8 } from 'node:buffer'
import type { ProposedFile } from '../../spec-tools/index.ts'
import type { Manner } from '../jobs/request.ts'
import { inert } from './acting-text.ts'
import { branchHead, type FileMode } from './file.ts'
import { isStatus, type Repository } from './client.ts'
import { commitNamed, type Commit } from './objects.ts'
import { isSecret, refusalSaid, wordsOf } from './refused.ts'

/** Text beyond this goes up as blobs, to keep the tree request well under GitHub's limit. */
const maxInlineBytes = 4 * 1024 * 1024

/** A file with its content, or one that is in the repository already; a blob of null takes it out. */
export type TreeFile =
  | (ProposedFile & { mode?: '100644' | '100755' })
  | { path: string; blob: string | null; mode?: FileMode }

/** Makes a tree with some files put in; the same files give the same tree. */
export async function makeTree(
  repository: Repository,
  base: string,
  files: readonly TreeFile[],
): Promise<string> {
  const { octokit, owner, repo } = repository
  let inlineBytes = 0
  const entries = []
  for (const file of files) {
    if ('blob' in file) {
      const { path, mode = '100644', blob: sha } = file
      entries.push({ path, mode, type: mode === '160000' ? 'commit' : 'blob', sha } as const)
      continue
    }
    const { path, content, mode = '100644' } = file
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content)
    const entry = { path, mode, type: 'blob' } as const
    // Text can be sent as it is; other bytes would come back changed.
    const text = isUtf8(bytes) && !bytes.includes(0) && inlineBytes + bytes.length <= maxInlineBytes
    if (text) {
      inlineBytes += bytes.length
      entries.push({ ...entry, content: bytes.toString('utf8') })
    } else {
      entries.push({ ...entry, sha: await makeBlob(repository, path, bytes) })
    }
  }
  const tree = { owner, repo, base_tree: base, tree: entries }
  try {
    const { data } = await refusalSaid('The tree', octokit.rest.git.createTree(tree))
    return data.sha
  } catch (error) {
    // The answer names no file; the one that has a secret is refused again by itself.
    if (error instanceof Error && isSecret(error.cause)) await sendEach(repository, files)
    throw error
  }
}

async function sendEach(repository: Repository, files: readonly TreeFile[]): Promise<void> {
  for (const file of files) {
    if ('content' in file) await makeBlob(repository, file.path, Buffer.from(file.content))
  }
}

async function makeBlob(
  { octokit, owner, repo }: Repository,
  path: string,
  bytes: Buffer,
): Promise<string> {
  const blob = { content: bytes.toString('base64'), encoding: 'base64' }
  const answer = octokit.rest.git.createBlob({ owner, repo, ...blob })
  return (await refusalSaid(path, answer)).data.sha
}

/** No author is given: GitHub then takes the App, and signs the commit. */
export async function makeCommit(
  { octokit, owner, repo }: Repository,
  commit: { message: string; tree: string; parents: string[] },
): Promise<string> {
  const answer = octokit.rest.git.createCommit({ owner, repo, ...commit })
  const { data } = await refusalSaid('The commit', answer)
  return data.sha
}

/** The commit that a branch points to; null where there is no such branch. */
export async function headCommit(repository: Repository, branch: string): Promise<Commit | null> {
  const head = await branchHead(repository, branch)
  return head === null ? null : commitNamed(repository, head)
}

/**
 * Makes a branch; false if there is one of that name.
 *
 * @throws WriteRefused
 */
export async function createBranch(
  { octokit, owner, repo }: Repository,
  branch: string,
  commit: string,
): Promise<boolean> {
  try {
    const ref = { owner, repo, ref: `refs/heads/${branch}`, sha: commit }
    await refusalSaid(`The branch ${branch}`, octokit.rest.git.createRef(ref))
    return true
  } catch (error) {
    if (isStatus(error, 422) && /already exists/i.test(wordsOf(error).join(' '))) return false
    throw error
  }
}

/**
 * Moves a branch forward; false if it has moved elsewhere meanwhile.
 *
 * @throws WriteRefused
 */
export async function forwardBranch(
  { octokit, owner, repo }: Repository,
  branch: string,
  commit: string,
): Promise<boolean> {
  try {
    const move = { owner, repo, ref: `heads/${branch}`, sha: commit, force: false }
    await refusalSaid(`The branch ${branch}`, octokit.rest.git.updateRef(move))
    return true
  } catch (error) {
    if (isStatus(error, 422) && /fast.?forward|does not exist/i.test(wordsOf(error).join(' '))) {
      return false
    }
    throw error
  }
}

const trailer = 'Codicil-Request'
const drafted = 'Codicil-Drafted'

/** A commit message that acts on nothing and says for which request and how the commit was made. */
export function withTrailers(message: string, requestId: string, manner: Manner): string {
  const how = { ...manner, ...(manner.title !== undefined && { title: escape(manner.title) }) }
  const said = Object.keys(how).length === 0 ? '' : `${drafted}: ${JSON.stringify(how)}\n`
  return `${inert(message.trimEnd())}\n\n${trailer}: ${requestId}\n${said}`
}

/** How a commit of ours was drafted; as usual where it does not say so in our form. */
export function mannerOf({ message }: Pick<Commit, 'message'>): Manner {
  const written = new RegExp(`^${drafted}: (\\{.*\\})$`, 'm').exec(message)?.[1]
  try {
    const manner = JSON.parse(written ?? '{}') as Manner
    const { title } = manner
    return { ...manner, ...(title !== undefined && { title: decodeURIComponent(title) }) }
  } catch {
    return {}
  }
}

/** Nothing of it acts in a commit message. */
function escape(text: string): string {
  return encodeURIComponent(text).replaceAll('*', '%2A')
}

/** The request that a commit says it was made for. */
export function requestOf({ message }: Pick<Commit, 'message'>): string | null {
  return new RegExp(`^${trailer}: (\\S+)$`, 'm').exec(message)?.[1] ?? null
}
