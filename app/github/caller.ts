/**
 * What the caller workflow runs: Codicil's Action at the commit that is trusted, as the last step of
 * its job `diagnose`. It is read at the commit of the run, which is one of the default branch. This
 * takes the place of a called workflow's entry in `referenced_workflows`, which such a run has not.
 */
import { parse } from 'yaml'
import type { Repository } from './client.ts'
import { readFile } from './file.ts'
import { exposedJob, jobsOf, type Run } from './workflow.ts'

const maxBytes = 256 * 1024

interface Caller {
  jobs?: Record<string, { name?: string; steps?: { uses?: string }[] } | null>
}

/** What does not fit in the caller workflow of a run, in words; empty where all of it does. */
export async function callerMisfits(
  repository: Repository,
  run: Run,
  workflow: string,
  action: string,
): Promise<string[]> {
  const path = `.github/workflows/${workflow}`
  const file = await readFile(repository, run.head_sha, path, maxBytes)
  if (!file) return [`${path} is not there at ${run.head_sha}`]
  const text = new TextDecoder().decode(file.bytes)
  const jobs = await jobsOf(repository, run.id, run.run_attempt ?? 1)
  return misfitsOf(
    text,
    action,
    jobs.map(({ name }) => name),
  )
}

/**
 * @param text The caller workflow.
 * @param action `owner/name@sha`, or `owner/name/path@sha`.
 * @param ran Names of the run's jobs.
 */
export function misfitsOf(text: string, action: string, ran: readonly string[]): string[] {
  const caller = read(text)
  const steps = caller?.jobs?.[exposedJob]?.steps
  if (!caller || !Array.isArray(steps)) return [`it has no job ${exposedJob} with steps`]
  const [name = ''] = action.split('@')
  const used = steps.map(({ uses }) => uses ?? '')
  const ours = used.filter((uses) => uses.toLowerCase().startsWith(`${name.toLowerCase()}@`))
  const known = Object.entries(caller.jobs ?? {}).map(([id, job]) => job?.name ?? id)
  const strange = ran.filter(
    (job) => !known.some((each) => job === each || job.startsWith(`${each} / `)),
  )
  return [
    ...(ours.length === 1 && sameAction(ours[0] ?? '', action)
      ? []
      : [`job ${exposedJob} runs ${ours.join(' and ') || `no ${name}`} and not ${action}`]),
    ...(ours.length > 0 && used.at(-1) !== ours.at(-1)
      ? [`a step of job ${exposedJob} follows the diagnostics`]
      : []),
    ...(ran.includes(caller.jobs?.[exposedJob]?.name ?? exposedJob)
      ? []
      : [`no job ${exposedJob} was run`]),
    ...strange.map((job) => `job ${job} is not of the caller workflow`),
  ]
}

/** Names of repositories ignore case; a commit does not change by it. */
function sameAction(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function read(text: string): Caller | null {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0 })
    return typeof value === 'object' ? (value as Caller | null) : null
  } catch {
    return null
  }
}
