/**
 * Objects of Git by their names, which never change: each is read once, and kept for as long as there is
 * room. A commit's folder is read by the commit's own name, which saves reading the commit.
 */
import type { Octokit, Repository } from './client.ts'

/** What stands at a path: `mode` is Git's as a number, 33188 for 100644. */
export interface Entry {
  type: string
  mode: number
  oid: string
  size: number
  object: { text?: string | null; isTruncated?: boolean } | null
}

/** Fields of an `Entry`. */
export const entryFields = 'type mode oid size object { ... on Blob { text isTruncated } }'

export type Tree = Awaited<ReturnType<Octokit['rest']['git']['getTree']>>['data']
export type Commit = Awaited<ReturnType<Octokit['rest']['git']['getCommit']>>['data']
type Blob = Awaited<ReturnType<Octokit['rest']['git']['getBlob']>>['data']

/** Objects that are kept of each kind, and the characters of a content beyond which it is not. */
const most = 500
const mostCharacters = 1024 * 1024

const commits = new Map<string, Promise<Commit>>()
const trees = new Map<string, Promise<Tree>>()
const blobs = new Map<string, Promise<Blob>>()
const entries = new Map<string, Promise<Entry | null>>()

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

/** What stands at a path of a commit, with its text where that is not long; null: nothing does. */
export async function keptEntry(
  { id }: Repository,
  commit: string,
  path: string,
  read: () => Promise<Entry | null>,
): Promise<Entry | null> {
  const key = `${id} ${commit} ${path}`
  const entry = await kept(entries, key, read)
  if ((entry?.object?.text?.length ?? 0) > mostCharacters) entries.delete(key)
  return entry
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
