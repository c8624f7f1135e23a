/**
 * Files of a repository at one commit, byte for byte. GraphQL names what stands at a path, and gives
 * its text; the Contents API of REST follows symlinks without saying so. A text counts where it has the
 * name that Git gives it; anything else, such as what is too long or no UTF-8, is read as a blob.
 */
import { createHash } from 'node:crypto'
import { InvalidInput } from '../errors.ts'
import { orNull, type Repository } from './client.ts'
import { readGraph } from './graphql.ts'
import { blobNamed, entryFields, keptEntry, treeNamed, type Entry, type Tree } from './objects.ts'

export interface File {
  bytes: Uint8Array
  /** Git object name of the content. */
  blob: string
  mode: '100644' | '100755'
}

/** What is at the path cannot be read as a file. */
export class NotAFile extends InvalidInput {
  override readonly name = 'NotAFile'

  constructor(message: string) {
    super('not-a-file', message)
  }
}

/** Null: there is nothing at the path. */
export async function readFile(
  repository: Repository,
  commit: string,
  path: string,
  maxBytes: number,
): Promise<File | null> {
  const entry = await keptEntry(repository, commit, path, async () => {
    const { object } = await readGraph<{ object: { file?: Entry | null } | null }>(repository, {
      name: 'File',
      variables: { commit: ['GitObjectID!', commit], path: ['String!', path] },
      select: `object(oid: $commit) { ... on Commit { file(path: $path) { ${entryFields} } } }`,
    })
    return object?.file ?? null
  })
  return fileOf(repository, { commit, path }, entry, maxBytes)
}

/** The file that stands at a path of a commit. */
export async function fileOf(
  repository: Repository,
  { commit, path }: { commit: string; path: string },
  entry: Entry | null,
  maxBytes: number,
): Promise<File | null> {
  if (!entry) return null
  const { type, oid, size, object } = entry
  const mode = entry.mode.toString(8)
  if (type !== 'blob' || (mode !== '100644' && mode !== '100755')) {
    const what =
      mode === '120000' ? 'a symbolic link' : type === 'tree' ? 'a folder' : 'a submodule'
    throw new NotAFile(`${path} is ${what} at ${commit}; a regular file is needed.`)
  }
  if (size > maxBytes) {
    throw new NotAFile(`${path} has ${size} bytes; at most ${maxBytes} are read.`)
  }
  const told = Buffer.from(object?.text ?? '')
  const bytes =
    gitObjectName(told) === oid ? new Uint8Array(told) : await blobBytes(repository, oid, path)
  return { bytes, blob: oid, mode }
}

async function blobBytes(repository: Repository, oid: string, path: string): Promise<Uint8Array> {
  const data = await blobNamed(repository, oid)
  const bytes = new Uint8Array(Buffer.from(data.content, 'base64'))
  if (oid.length === 40 && gitObjectName(bytes) !== oid) {
    throw new Error(`GitHub sent other bytes than those of blob ${oid} (${path}).`)
  }
  return bytes
}

/** A regular file, a program, a link, a submodule. */
export type FileMode = '100644' | '100755' | '120000' | '160000'

export interface ChangedFile {
  path: string
  /** Git object name of the content; null for a file that is gone. */
  blob: string | null
  mode?: FileMode
}

/**
 * Files that differ between two commits. Their trees are read, and only folders that differ: GitHub's
 * own comparison ends after 300 files without saying so.
 */
export function changedFiles(
  repository: Repository,
  from: string,
  to: string,
): Promise<ChangedFile[]> {
  return changedIn(repository, { before: from, after: to, prefix: '' })
}

async function changedIn(
  repository: Repository,
  { before, after, prefix }: { before: string | null; after: string | null; prefix: string },
): Promise<ChangedFile[]> {
  const old = await entriesOf(repository, before)
  const now = await entriesOf(repository, after)
  const changed: ChangedFile[] = []
  for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const was = old.get(name)
    const is = now.get(name)
    if (was?.sha === is?.sha && was?.mode === is?.mode) continue
    const path = `${prefix}${name}`
    if (is && is.type !== 'tree') changed.push({ path, blob: is.sha, mode: is.mode as FileMode })
    else if (was && was.type !== 'tree') changed.push({ path, blob: null })
    if (was?.type !== 'tree' && is?.type !== 'tree') continue
    const folder = (entry: TreeEntry | undefined) => (entry?.type === 'tree' ? entry.sha : null)
    const within = { before: folder(was), after: folder(is), prefix: `${path}/` }
    changed.push(...(await changedIn(repository, within)))
  }
  return changed
}

type TreeEntry = Tree['tree'][number]

/** @param tree Name of a tree, or of a commit; null: there is no folder. */
async function entriesOf(
  repository: Repository,
  tree: string | null,
): Promise<Map<string, TreeEntry>> {
  if (tree === null) return new Map()
  const data = await treeNamed(repository, tree)
  if (data.truncated) throw new Error(`GitHub shows only a part of the folder ${tree}.`)
  return new Map(data.tree.map((entry) => [entry.path ?? '', entry]))
}

/**
 * What stands in the way of new files at a commit: something at one of their paths, or a file or a link
 * where one of their folders has to be. Null where nothing does.
 */
export function inTheWay(
  repository: Repository,
  commit: string,
  paths: readonly string[],
): Promise<string | null> {
  return blockedIn(
    repository,
    commit,
    '',
    paths.map((path) => path.split('/')),
  )
}

async function blockedIn(
  repository: Repository,
  tree: string,
  prefix: string,
  paths: readonly string[][],
): Promise<string | null> {
  const entries = await entriesOf(repository, tree)
  for (const [name = '', beneath] of Map.groupBy(paths, ([first]) => first)) {
    const entry = entries.get(name)
    if (!entry) continue
    const rest = beneath.map((path) => path.slice(1))
    if (entry.type !== 'tree' || rest.some(({ length }) => length === 0)) return `${prefix}${name}`
    const found = await blockedIn(repository, entry.sha, `${prefix}${name}/`, rest)
    if (found !== null) return found
  }
  return null
}

/** The name that Git gives a content. */
export function gitObjectName(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

/** The commit that a branch points to; null where there is no such branch. */
export async function branchHead(repository: Repository, branch: string): Promise<string | null> {
  const { octokit, owner, repo } = repository
  const answer = await orNull(octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }))
  return answer?.data.object.sha ?? null
}
