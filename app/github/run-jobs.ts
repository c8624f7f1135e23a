/**
 * The jobs of a run, held against what was asked for. Any job of a run can leave an artifact of any
 * name, so there may be one alone that measures, where the settings want it.
 */
import type { Run, RunJob } from './workflow.ts'
import { exposedJob } from './workflow.ts'

export interface ExpectedJob {
  /** Of the runner, from the settings in force. */
  labels: readonly string[]
  /** Null: any. */
  group: string | null
}

/** The group in which GitHub's API shows its own machines. */
const hosted = 'GitHub Actions'

/** What does not fit in the jobs of a run, in words; empty where all of it does. */
export function jobMisfits(jobs: readonly RunJob[], { labels, group }: ExpectedJob): string[] {
  const measuring = jobs.filter(({ name }) => idOf(name) === exposedJob)
  const [job] = measuring
  if (!job || measuring.length > 1) {
    return [`${measuring.length} jobs of the run are called ${exposedJob}, and one has to be`]
  }
  const misfits = []
  if (!same(job.labels, labels)) {
    misfits.push(
      `job ${job.name} ran on a runner for ${job.labels.join(', ') || 'no labels'}, and the settings want ${labels.join(', ')}`,
    )
  }
  if (group !== null && job.group !== group) {
    misfits.push(
      `job ${job.name} ran in the runner group ${job.group ?? 'unknown'}, and the settings want ${group}`,
    )
  }
  return misfits
}

/** Whether a job that runs no code of the pull request sealed the bundle, on a machine of GitHub. */
export function sealedByGitHub(jobs: readonly RunJob[]): boolean {
  return jobs.some(
    ({ name, group, conclusion }) =>
      idOf(name) === 'seal' && group === hosted && conclusion === 'success',
  )
}

/**
 * The workflows that a run called, held against the repository and commit of Codicil that is trusted.
 * What the repository itself has at the commit of the run is its own.
 *
 * @param trusted `owner/name@sha`, with or without a path after the name
 * @param own `owner/name` of the repository
 */
export function calledMisfits(run: Run, trusted: string, own: string): string[] {
  const [name = '', commit] = trusted.split('@')
  const repository = repositoryOf(name)
  const called = run.referenced_workflows ?? []
  const file = fileOf(name)
  const strange = called.filter(({ path, sha }) =>
    repositoryOf(path) === own.toLowerCase() && repositoryOf(path) !== repository
      ? sha !== run.head_sha
      : repositoryOf(path) !== repository || sha !== commit,
  )
  const wanted = ({ path, sha }: (typeof called)[number]) =>
    repositoryOf(path) === repository && fileOf(path) === file && sha === commit
  const missing = file !== '' && !called.some(wanted)
  return [
    ...strange.map(({ path, sha }) => `it calls ${path} at ${sha}, which is not of ${trusted}`),
    ...(missing ? [`it does not call ${trusted}`] : []),
  ]
}

/** Names of repositories ignore case; those of files do not. */
function repositoryOf(path: string): string {
  return path.split('@')[0]?.split('/').slice(0, 2).join('/').toLowerCase() ?? ''
}

function fileOf(path: string): string {
  return path.split('@')[0]?.split('/').slice(2).join('/') ?? ''
}

/** The name of a job without those of the jobs that called its workflow. */
export function idOf(name: string): string {
  return name.split(' / ').at(-1) ?? name
}

function same(some: readonly string[], others: readonly string[]): boolean {
  const [a, b] = [some, others].map((labels) => new Set(labels.map((one) => one.toLowerCase())))
  return a !== undefined && b !== undefined && a.symmetricDifference(b).size === 0
}
