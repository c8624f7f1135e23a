/**
 * What people changed on the branch of an amendment, brought to a draft on a base that has moved:
 * the spec by a three-way merge, other files as they are.
 */
import type { Amendment, Conflict } from '../../spec-tools/index.ts'
import type { Core } from '../core/index.ts'
import type { TreeFile } from '../github/commit.ts'
import type { Repository } from '../github/client.ts'
import { changedFiles, gitObjectName } from '../github/file.ts'

/** The draft as the branch was last written by us, and the branch as it stands. */
export interface Branch {
  opened: Amendment
  /** Commit of the base that it was drafted on. */
  base: string
  tip: string
  /** The spec at the tip. */
  edited: string
}

export interface Carried {
  files: TreeFile[]
  conflicts: Conflict[]
}

/** The files of the new draft with what people changed; see `carryOver` for conflicts. */
export async function carryEdits(
  core: Core,
  repository: Repository,
  specPath: string,
  { opened, base, tip, edited }: Branch,
  again: Amendment,
): Promise<Carried> {
  const { text, conflicts } = await core.run('carryOver', {
    opened: drafted(opened),
    edited,
    again: drafted(again),
  })
  const theirs = await editedFiles(repository, specPath, opened, base, tip)
  const kept = new Set(theirs.map(({ path }) => path))
  const ours = again.files
    .filter(({ path }) => !kept.has(path))
    .map((file) => (file.path === specPath ? { ...file, content: text } : file))
  return { files: [...ours, ...theirs], conflicts }
}

/** Files besides the spec that are not as we left them: added, changed or taken out by people. */
async function editedFiles(
  repository: Repository,
  specPath: string,
  opened: Amendment,
  base: string,
  tip: string,
): Promise<TreeFile[]> {
  const ours = new Map(
    opened.files.map(({ path, content }) => [path, gitObjectName(Buffer.from(content))]),
  )
  const changed = await changedFiles(repository, base, tip)
  const present = changed.filter(({ path, blob }) => path !== specPath && blob !== ours.get(path))
  // One of our files that is not among the changes was taken out again.
  const removed = [...ours.keys()].filter(
    (path) => path !== specPath && !changed.some((file) => file.path === path),
  )
  return [...present, ...removed.map((path) => ({ path, blob: null }))]
}

function drafted({ text, section, version }: Amendment) {
  return { text, number: section.number || null, version: version?.to ?? null }
}
