import { parseTree, typeOfMode, type TreeEntry } from './objects.ts'
import type { GitRepository } from './repository.ts'

/** A file, link, submodule or folder by its whole path. */
export interface FlatEntry extends TreeEntry {
  path: string
  type: 'blob' | 'tree' | 'commit'
}

/** What a path becomes; `undefined` takes it away. */
export type TreeChange = { mode: string; id: string } | undefined

/** The entries beneath a tree; folders themselves are listed before what they hold. */
export async function flattenTree(
  git: GitRepository,
  tree: string,
  { recursive = true, prefix = '' } = {},
): Promise<FlatEntry[]> {
  const flat: FlatEntry[] = []
  for (const entry of await entriesOf(git, tree)) {
    const path = prefix + entry.name
    flat.push({ ...entry, path, type: typeOfMode(entry.mode) })
    if (recursive && entry.mode === '040000') {
      flat.push(...(await flattenTree(git, entry.id, { prefix: `${path}/` })))
    }
  }
  return flat
}

/** What stands at a path of a tree, not following links; the tree itself for the empty path. */
export async function entryAt(
  git: GitRepository,
  tree: string,
  path: string,
): Promise<TreeEntry | undefined> {
  let at: TreeEntry = { mode: '040000', name: '', id: tree }
  for (const name of path.split('/').filter(Boolean)) {
    if (at.mode !== '040000') return undefined
    const found = (await entriesOf(git, at.id)).find((entry) => entry.name === name)
    if (!found) return undefined
    at = found
  }
  return at
}

/** Writes the tree that `base` becomes under the changes; folders left empty go. */
export async function changeTree(
  git: GitRepository,
  base: string | undefined,
  changes: ReadonlyMap<string, TreeChange>,
): Promise<string> {
  const entries = new Map<string, TreeEntry>()
  for (const entry of base ? await entriesOf(git, base) : []) entries.set(entry.name, entry)

  const beneath = new Map<string, Map<string, TreeChange>>()
  for (const [path, change] of changes) {
    const slash = path.indexOf('/')
    if (slash >= 0) {
      const folder = path.slice(0, slash)
      const inner = beneath.get(folder) ?? new Map<string, TreeChange>()
      beneath.set(folder, inner.set(path.slice(slash + 1), change))
    } else if (change) {
      entries.set(path, { ...change, name: path })
    } else {
      entries.delete(path)
    }
  }
  for (const [folder, inner] of beneath) {
    const present = entries.get(folder)
    const before = present?.mode === '040000' ? present.id : undefined
    const id = await changeTree(git, before, inner)
    if (id === emptyTree) entries.delete(folder)
    else entries.set(folder, { mode: '040000', name: folder, id })
  }
  return git.writeTree([...entries.values()])
}

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

async function entriesOf(git: GitRepository, tree: string): Promise<TreeEntry[]> {
  const object = await git.read(tree)
  if (object?.type !== 'tree') throw new Error(`${tree} is no tree of ${git.directory}`)
  return parseTree(object)
}
