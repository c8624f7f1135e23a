import { changedFiles, type FileChange } from './git/index.ts'
import type { PullRequest } from './model.ts'
import type { PullFigures } from './represent/pulls.ts'

/** What a pull request changes, from where its head left the base. */
export async function pullFiles(pull: PullRequest): Promise<FileChange[]> {
  const { git } = pull.repository
  const base = (await git.mergeBase(pull.base.sha, pull.head.sha)) ?? pull.base.sha
  return changedFiles(git, base, pull.head.sha)
}

/** Counts a pull request's commits and lines, and asks git whether it merges. */
export async function pullFigures(pull: PullRequest): Promise<PullFigures> {
  const { git } = pull.repository
  const files = await pullFiles(pull)
  const sum = (pick: (file: FileChange) => number) =>
    files.reduce((total, file) => total + pick(file), 0)
  return {
    commits: (await git.between(pull.base.sha, pull.head.sha)).length,
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    changedFiles: files.length,
    mergeable: pull.state === 'open' ? await merges(pull) : null,
  }
}

/** GitHub answers null while it does not know. */
async function merges(pull: PullRequest): Promise<boolean | null> {
  const { git } = pull.repository
  const tip = await git.refTarget(`refs/heads/${pull.base.ref}`)
  const tree = tip && (await git.mergedTree(tip.id, pull.head.sha))
  return tree === undefined ? null : tree !== null
}
