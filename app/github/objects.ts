/**
 * Objects of Git by their names, which never change: each is read once, and kept for as long as there is
 * room. A commit's folder is read by the commit's own name, which saves reading the commit.
 */
import type { Octokit, Repository } from './client.ts'

export type Tree = Awaited<ReturnType<Octokit['rest']['git']['getTree']>>['data']
export type Commit = Awaited<ReturnType<Octokit['rest']['git']['getCommit']>>['data']
type Blob = Awaited<ReturnType<Octokit['rest']['git']['getBlob']>>['data']

/** Objects that are kept of each kind, and the characters of a content beyond which it is not. */
const most = 500
const mostCharacters = 1024 * 1024

const commits = new Map<string, Promise<Commit>>()
const trees = new Map<string, Promise<Tree>>()
const blobs = new Map<string, Promise<Blob>>()
const subjects = new Map<string, Promise<string[]>>()

export function commitNamed(
  { octokit, owner, repo, id }: Repository,
  name: string,
): Promise<Commit> {
  return kept(commits, `${id} ${name}`, async () => {
    const { data } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: name })
    return data
  })
}

/** @param name Of a tree, or of a commit whose tree it is; never of a branch. */
export function treeNamed({ octokit, owner, repo, id }: Repository, name: string): Promise<Tree> {
  return kept(trees, `${id} ${name}`, async () => {
    const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: name })
    return data
  })
}

export async function blobNamed(repository: Repository, name: string): Promise<Blob> {
  const { octokit, owner, repo, id } = repository
  const key = `${id} ${name}`
  const blob = await kept(blobs, key, async () => {
    const { data } = await octokit.rest.git.getBlob({ owner, repo, file_sha: name })
    return data
  })
  if (blob.content.length > mostCharacters) blobs.delete(key)
  return blob
}

/** First lines of the last commits up to one that changed a file, newest first; 30 at most. */
export function subjectsOf(
  { octokit, owner, repo, id }: Repository,
  commit: string,
  path: string,
): Promise<string[]> {
  return kept(subjects, `${id} ${commit} ${path}`, async () => {
    const range = { owner, repo, sha: commit, path, per_page: 30 }
    const { data } = await octokit.rest.repos.listCommits(range)
    return data.map((one) => one.commit.message.split('\n', 1)[0]?.slice(0, 400) ?? '')
  })
}

/** What failed is asked for again; the oldest make room. */
async function kept<T>(
  all: Map<string, Promise<T>>,
  key: string,
  read: () => Promise<T>,
): Promise<T> {
  const known = all.get(key)
  if (known) return known
  const [oldest] = all.size >= most ? all.keys() : []
  if (oldest !== undefined) all.delete(oldest)
  const reading = read()
  all.set(key, reading)
  reading.catch(() => all.delete(key))
  return reading
}
