/**
 * Whether a run is one that our App started, of the workflow that it started, in this repository.
 * A run's `head_sha` says nothing about the pull request: it is the workflow's own commit.
 */
import type { Repository } from './client.ts'
import type { Run } from './workflow.ts'

export interface ExpectedRun {
  /** File name under `.github/workflows`. */
  workflow: string
  /** Branch that it was dispatched on. */
  branch: string
}

/** What does not fit, in words; empty for the run that was expected. */
export function misfits(run: Run, repository: Repository, expected: ExpectedRun): string[] {
  const { id, bot, owner, repo } = repository
  const { workflow, branch } = expected
  const path = `.github/workflows/${workflow}`
  const checks: [boolean, string][] = [
    [run.repository.id === id, `repository ${run.repository.id} is not ${id}`],
    [
      run.head_repository?.id === id,
      `head repository ${run.head_repository?.id ?? 'unknown'} is not ${id}`,
    ],
    [run.event === 'workflow_dispatch', `event ${run.event} is not workflow_dispatch`],
    [run.head_branch === branch, `branch ${run.head_branch ?? 'unknown'} is not ${branch}`],
    [
      isWorkflow(run.path, path, `${owner}/${repo}`, branch),
      `workflow ${run.path} is not ${path} on ${branch}`,
    ],
    [
      run.actor?.login === bot.login && run.actor.type === 'Bot',
      `actor ${run.actor?.login ?? 'unknown'} is not ${bot.login}`,
    ],
  ]
  return checks.flatMap(([fits, misfit]) => (fits ? [] : [misfit]))
}

/**
 * Compares a run's path, which GitHub writes with or without `owner/name/` before it and `@ref`
 * after it, with the one expected. Each part that is there must be exactly the one expected.
 */
export function isWorkflow(
  received: string,
  path: string,
  fullName: string,
  branch: string,
): boolean {
  const at = received.indexOf('@')
  const ref = at === -1 ? null : received.slice(at + 1)
  const file = at === -1 ? received : received.slice(0, at)
  const here = file === path || file.toLowerCase() === `${fullName}/${path}`.toLowerCase()
  // Names of repositories ignore case; those of files do not.
  return (
    here &&
    file.endsWith(path) &&
    (ref === null || ref === branch || ref === `refs/heads/${branch}`)
  )
}
