/** Workflow runs: dispatched, found again by the request's id, looked at, cancelled. */
import { CodicilError } from '../../spec-tools/index.ts'
import type { Octokit, Repository } from './client.ts'
import { isStatus } from './client.ts'

export type Run = Awaited<ReturnType<Octokit['rest']['actions']['getWorkflowRun']>>['data']

/** GitHub refuses the dispatch for good: no such workflow, other inputs, Actions switched off. */
export class DispatchRefused extends CodicilError<'dispatch-refused'> {
  override readonly name = 'DispatchRefused'

  constructor(what: string, options?: ErrorOptions) {
    super({ code: 'dispatch-refused', what, ...options })
  }
}

/**
 * Starts a workflow of a branch. Null: it was started, and the server does not say as
 * which run (GitHub Enterprise Server before `return_run_details`).
 *
 * @throws DispatchRefused where no run was started; after any other error it may have been.
 */
export async function dispatch(
  { octokit, owner, repo }: Repository,
  { workflow, branch }: { workflow: string; branch: string },
  inputs: Record<string, string>,
): Promise<{ id: number; url: string } | null> {
  try {
    const answer = await octokit.rest.actions.createWorkflowDispatch({
      owner,
      repo,
      workflow_id: workflow,
      ref: branch,
      inputs,
      return_run_details: true,
    })
    const run = answer.data as { workflow_run_id: number; html_url: string } | undefined
    return run?.workflow_run_id ? { id: run.workflow_run_id, url: run.html_url } : null
  } catch (error) {
    if (!isStatus(error, 400, 403, 404, 422)) throw error
    throw new DispatchRefused(error.message, { cause: error })
  }
}

/** Milliseconds. */
const clockDrift = 600_000

/**
 * The run whose name carries a request's id, if our App started it: the oldest, if several; those
 * of earlier tries are `spent`. GitHub is not asked to filter: its filters lag behind, and a run that
 * is not seen would be started twice.
 */
export async function findRun(
  repository: Repository,
  workflow: string,
  requestId: string,
  since: Date,
  spent: readonly number[] = [],
): Promise<Run | null> {
  const runs = await runsFor(repository, workflow, requestId, since)
  return runs.find(({ id }) => !spent.includes(id)) ?? null
}

/**
 * All runs of our App whose names carry a request's id, oldest first. GitHub is not asked to filter:
 * its filters lag behind, and a run that is not seen would be started twice.
 */
export async function runsFor(
  { octokit, owner, repo, bot }: Repository,
  workflow: string,
  requestId: string,
  since: Date,
): Promise<Run[]> {
  const pages = octokit.paginate.iterator(octokit.rest.actions.listWorkflowRuns, {
    owner,
    repo,
    workflow_id: workflow,
    per_page: 100,
  })
  const found: Run[] = []
  for await (const { data } of pages) {
    found.push(...data.filter((run) => names(run, requestId) && run.actor?.login === bot.login))
    const last = data.at(-1)
    // Newest first; the clocks of two machines differ.
    if (last && Date.parse(last.created_at) < since.getTime() - clockDrift) break
  }
  return found.sort((a, b) => a.id - b.id)
}

/** The newest hundred runs that our App started. */
export async function newestRuns(
  { octokit, owner, repo, bot }: Repository,
  workflow: string,
): Promise<Run[]> {
  const { data } = await octokit.rest.actions.listWorkflowRuns({
    owner,
    repo,
    workflow_id: workflow,
    per_page: 100,
  })
  return data.workflow_runs.filter(({ actor }) => actor?.login === bot.login)
}

/** Whether a run's name carries the id as a word of its own. */
export function names(run: Run, requestId: string): boolean {
  return run.display_title.split(/[^\w-]+/).includes(requestId)
}

/** The job of a caller workflow that runs code of the pull request. */
export const exposedJob = 'diagnose'

/** A run; the one that this work is a job of has ended as soon as its job that measures has. */
export async function getRun(repository: Repository, runId: number): Promise<Run> {
  const { octokit, owner, repo, ownRun } = repository
  const { data } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: runId })
  if (runId !== ownRun) return data
  const jobs = await jobsOf(repository, runId, data.run_attempt ?? 1)
  const conclusion = jobs.find(({ name }) => name === exposedJob)?.conclusion
  return conclusion ? { ...data, status: 'completed', conclusion } : data
}

export interface RunJob {
  id: number
  name: string
  conclusion: string | null
  url: string | null
  /** Of the runner that it asked for, and the group of the one that it got. */
  labels: string[]
  group: string | null
  /** In their order, as GitHub shows them. */
  steps: { name: string; conclusion: string | null }[]
}

/** The jobs of a run; of the one that this work is a job of, those that have ended. */
export async function jobsOf(
  { octokit, owner, repo, ownRun }: Repository,
  runId: number,
  attempt: number,
): Promise<RunJob[]> {
  const jobs = await octokit.paginate(octokit.rest.actions.listJobsForWorkflowRunAttempt, {
    owner,
    repo,
    run_id: runId,
    attempt_number: attempt,
    per_page: 100,
  })
  return jobs
    .filter(({ status }) => runId !== ownRun || status === 'completed')
    .map(
      ({ id, name, conclusion, html_url: url, labels, runner_group_name: group, steps = [] }) => ({
        id,
        name,
        conclusion,
        url,
        labels,
        group,
        steps: steps.toSorted((a, b) => a.number - b.number),
      }),
    )
}

/** What a job says of its failure: the errors that its steps, or GitHub, put beside it. */
export async function errorsOf(
  { octokit, owner, repo }: Repository,
  jobId: number,
): Promise<string[]> {
  // A job is a check run, too.
  const asked = { owner, repo, check_run_id: jobId, per_page: 100 }
  const { data } = await octokit.rest.checks.listAnnotations(asked).catch((error: unknown) => {
    if (isStatus(error, 403, 404)) return { data: [] }
    throw error
  })
  return data.flatMap(({ annotation_level: level, message }) =>
    level === 'failure' && message ? [message] : [],
  )
}

const waiting = new Set(['queued', 'waiting', 'pending', 'requested'])

/** Cancels a run that has not begun; false if it has, and goes on. */
export async function cancelQueuedRun(repository: Repository, runId: number): Promise<boolean> {
  const run = await getRun(repository, runId)
  return waiting.has(run.status ?? '') && cancelRun(repository, runId)
}

/** Cancels a run; false if it has ended. */
export async function cancelRun(
  { octokit, owner, repo }: Repository,
  runId: number,
): Promise<boolean> {
  try {
    await octokit.rest.actions.cancelWorkflowRun({ owner, repo, run_id: runId })
    return true
  } catch (error) {
    // It has ended, or was deleted.
    if (isStatus(error, 404, 409)) return false
    throw error
  }
}
