import type { GitRepository } from './repository.ts'

/** One changed file between two commits, with GitHub's names for what happened. */
export interface FileChange {
  path: string
  previousPath?: string
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed'
  /** The blob after the change, or before it where the file went. */
  id: string
  additions: number
  deletions: number
  /** Hunks only, without the `diff --git` header; absent for binary files. */
  patch?: string
}

const statuses = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
} as const

/** What differs between two commits, renames found, in path order. */
export async function changedFiles(
  git: GitRepository,
  from: string,
  to: string,
): Promise<FileChange[]> {
  const args = ['diff-tree', '-r', '-M', '--no-commit-id', '--full-index', '-z']
  const { stdout } = await git.ask([...args, '--raw', '--numstat', '-p', from, to])
  // An empty field ends the facts; no path is empty.
  const [facts = '', patches = ''] = stdout.toString().split('\0\0')
  const hunks = splitPatches(patches)
  return parseFacts(facts).map((change, index) => {
    const patch = hunks[index]
    return patch === undefined ? change : { ...change, patch }
  })
}

/** Reads `--raw --numstat -z`: all raw records first, then the counts in the same order. */
function parseFacts(text: string): FileChange[] {
  const fields = text.split('\0')
  const changes: FileChange[] = []
  let at = 0
  while (fields[at]?.startsWith(':')) {
    const [, , before = '', after = '', letter = 'M'] = fields[at]?.split(' ') ?? []
    const kind = letter[0] as keyof typeof statuses
    const first = fields[at + 1] ?? ''
    const renamed = kind === 'R'
    changes.push({
      path: renamed ? (fields[at + 2] ?? '') : first,
      ...(renamed && { previousPath: first }),
      status: statuses[kind],
      id: kind === 'D' ? before : after,
      additions: 0,
      deletions: 0,
    })
    at += renamed ? 3 : 2
  }
  for (const change of changes) {
    const [additions = '0', deletions = '0'] = fields[at]?.split('\t') ?? []
    change.additions = Number(additions) || 0
    change.deletions = Number(deletions) || 0
    at += change.previousPath === undefined ? 1 : 3
  }
  return changes
}

function splitPatches(text: string): Array<string | undefined> {
  if (text === '') return []
  return text
    .split(/^(?=diff --git )/m)
    .filter(Boolean)
    .map((part) => {
      const start = part.search(/^@@ /m)
      return start < 0 ? undefined : part.slice(start).replace(/\n$/, '')
    })
}
