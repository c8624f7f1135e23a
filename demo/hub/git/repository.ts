import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import {
  ObjectReader,
  parseCommit,
  serialiseCommit,
  serialiseTree,
  type GitObject,
  type GitType,
  type ParsedCommit,
  type TreeEntry,
} from './objects.ts'
import { isObjectId, isValidRefName } from './names.ts'
import { runGit, type GitAnswer } from './run-git.ts'

export const absent = '0'.repeat(40)

/** Any object may be fetched by its id, as on GitHub; pull request heads are there to be read. */
const settings = `[core]
\trepositoryformatversion = 0
\tbare = true
[gc]
\tauto = 0
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
[http]
\treceivepack = false
`

/**
 * A bare repository on disk. Loose objects are written here (a process for each would be most of a
 * test's time; `git fsck` in the tests vouches for them); git itself reads them, moves references,
 * and answers what needs history.
 */
export class GitRepository {
  readonly directory: string
  readonly #answers = new Map<string, Promise<GitAnswer>>()
  #reader: ObjectReader | undefined
  #drafts = 0

  private constructor(directory: string) {
    this.directory = directory
  }

  /**
   * @param network an existing repository whose objects this one shares, as forks do on GitHub
   */
  static async create(
    directory: string,
    defaultBranch: string,
    network?: GitRepository,
  ): Promise<GitRepository> {
    await mkdir(join(directory, 'refs', 'heads'), { recursive: true })
    await writeFile(join(directory, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`)
    await writeFile(join(directory, 'config'), settings)
    if (network) await symlink(join(network.directory, 'objects'), join(directory, 'objects'))
    else await mkdir(join(directory, 'objects', 'info'), { recursive: true })
    return new GitRepository(directory)
  }

  /** @param name an object id or a full reference name */
  async read(name: string): Promise<GitObject | undefined> {
    if (!isObjectId(name) && !isValidRefName(name)) return undefined
    this.#reader ??= new ObjectReader(this.directory)
    return this.#reader.read(name)
  }

  async commit(name: string): Promise<ParsedCommit | undefined> {
    const object = await this.read(name)
    return object?.type === 'commit' ? parseCommit(object) : undefined
  }

  /** The object that a full reference name points at. */
  async refTarget(ref: string): Promise<{ id: string; type: string } | undefined> {
    return isValidRefName(ref) ? this.read(ref) : undefined
  }

  async refs(prefix: string): Promise<Array<{ ref: string; id: string; type: string }>> {
    const format = '%(refname) %(objectname) %(objecttype)'
    const args = ['for-each-ref', `--format=${format}`]
    return lines(await runGit({ directory: this.directory, args }))
      .map((line) => line.split(' '))
      .map(([ref = '', id = '', type = '']) => ({ ref, id, type }))
      .filter(({ ref }) => ref.startsWith(prefix))
  }

  /**
   * Moves a reference if it still points where the caller saw it.
   *
   * @param from the id seen before, or `undefined` for a reference that must not exist yet
   * @param to the new id, or `undefined` to delete
   * @returns whether it moved; false when somebody else was first or the name is taken as a folder
   */
  async moveRef(ref: string, from: string | undefined, to: string | undefined): Promise<boolean> {
    const { exitCode } = await runGit({
      directory: this.directory,
      args: to
        ? ['update-ref', ref, to, from ?? absent]
        : ['update-ref', '-d', ref, from ?? absent],
      allow: [1, 128],
    })
    return exitCode === 0
  }

  async writeBlob(content: string | Uint8Array): Promise<string> {
    return this.#write('blob', Buffer.from(content as Uint8Array))
  }

  /** Entries in any order; what they point at must exist. */
  async writeTree(entries: TreeEntry[]): Promise<string> {
    return this.#write('tree', serialiseTree(entries))
  }

  async writeCommit(commit: Omit<ParsedCommit, 'id'>): Promise<string> {
    return this.#write('commit', Buffer.from(serialiseCommit(commit)))
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    if (older === newer) return true
    return (await this.ask(['merge-base', '--is-ancestor', older, newer], [1])).exitCode === 0
  }

  async mergeBase(a: string, b: string): Promise<string | undefined> {
    return lines(await this.ask(['merge-base', a, b], [1]))[0]
  }

  /** Commits reachable from `to` and not from `from`, oldest first. */
  async between(from: string, to: string): Promise<string[]> {
    return lines(await this.ask(['rev-list', '--reverse', '--topo-order', `${from}..${to}`]))
  }

  /** Commits reachable from `from`, newest first. */
  async history(from: string, path?: string): Promise<string[]> {
    const limit = path ? ['--', path] : []
    return lines(await this.ask(['rev-list', '--topo-order', from, ...limit]))
  }

  /**
   * Merges two commits' files without a work tree.
   *
   * @returns the tree; `null` where they conflict; `undefined` where git is older than 2.38 and the
   *   merge is no fast forward
   */
  async mergedTree(ours: string, theirs: string): Promise<string | null | undefined> {
    if (await this.isAncestor(ours, theirs)) return (await this.commit(theirs))?.tree
    const answer = await this.ask(['merge-tree', '--write-tree', ours, theirs], [1, 129])
    if (answer.exitCode === 129) return undefined
    return answer.exitCode === 0 ? lines(answer)[0] : null
  }

  /**
   * What one commit changed, on top of another commit.
   *
   * @returns the tree, or `null` where they conflict
   */
  async rebasedTree(onto: string, commit: string): Promise<string | null> {
    const { parents: [parent] = [], tree } = (await this.commit(commit)) ?? { tree: null }
    if (!parent || !tree) return null
    // A merge whose common ancestor is the commit's parent; by a throwaway commit, because older git
    // cannot be told the ancestor.
    const base = await this.commit(parent)
    const ours = await this.commit(onto)
    if (!base || !ours) return null
    if (ours.tree === base.tree) return tree
    const { author, committer } = ours
    const message = 'Onto'
    const on = { tree: ours.tree, parents: [parent], author, committer, message }
    return (await this.mergedTree(await this.writeCommit(on), commit)) ?? null
  }

  /**
   * Runs a command whose answer follows from the object ids in it alone, once: objects never change.
   * References must not be named.
   */
  ask(args: string[], allow: number[] = []): Promise<GitAnswer> {
    const key = args.join('\0')
    const known = this.#answers.get(key)
    if (known) return known
    const answer = runGit({ directory: this.directory, args, allow })
    this.#answers.set(key, answer)
    answer.catch(() => this.#answers.delete(key))
    return answer
  }

  /** A loose object, written under another name first: nobody ever reads half of one. */
  async #write(type: GitType, content: Buffer): Promise<string> {
    const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])
    const id = createHash('sha1').update(bytes).digest('hex')
    const folder = join(this.directory, 'objects', id.slice(0, 2))
    const path = join(folder, id.slice(2))
    if (existsSync(path)) return id
    await mkdir(folder, { recursive: true })
    const draft = `${path}.${this.#drafts++}.${process.pid}`
    await writeFile(draft, deflateSync(bytes))
    await rename(draft, path)
    return id
  }

  async close(): Promise<void> {
    const reader = this.#reader
    this.#reader = undefined
    await reader?.close()
  }
}

function lines({ stdout }: GitAnswer): string[] {
  return stdout.toString().split('\n').filter(Boolean)
}
