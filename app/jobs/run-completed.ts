/**
 * A run has ended: is it ours, what did it leave, and is that for this request. The webhook only
 * says where to look; everything is asked of GitHub again.
 */
import { artifactName, clip } from '../../spec-tools/index.ts'
import { callerMisfits } from '../github/caller.ts'
import { artifactsOf, fetchArtifact, NoArtifact } from '../github/artifact.ts'
import { orNull, type Repository } from '../github/client.ts'
import { calledMisfits, jobMisfits } from '../github/run-jobs.ts'
import { misfits } from '../github/verify-run.ts'
import {
  cancelRun,
  errorsOf,
  getRun,
  jobsOf,
  names,
  type Run,
  type RunJob,
} from '../github/workflow.ts'
import { InvalidInput, RetryLater } from '../errors.ts'
import type { Event } from '../states.ts'
import { otherInvestigation, verificationOf } from './bundle-claims.ts'
import type { JobContext } from './context.ts'
import { later, type EvidenceRequest, type Problem } from './request.ts'
import { sealsOf } from './seals.ts'

/** Looks at the run of a request: because it is said to have ended, or because nothing was said. */
export async function lookAtRun(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
): Promise<void> {
  const { store, log, limits, now } = context
  const { id, ended, settings, spentRuns } = request
  const runId = request.run?.id ?? ended?.run
  const forget = () => store.note(id, { ended: null })
  if (runId === undefined || !settings || spentRuns?.includes(runId)) return forget()
  const run = await orNull(getRun(repository, runId))
  if (!run) {
    await store.transition(id, 'evidence-missing', { problem: deleted, ended: null })
    return
  }
  if (request.run === null && !names(run, id)) return forget()
  if (run.status !== 'completed') {
    if (ended && run.run_attempt === ended.attempt) {
      throw new RetryLater(5, `Run ${runId} has ended, and GitHub still shows it as ${run.status}.`)
    }
    await store.note(id, { ended: null })
    return overdue(context, repository, request, run)
  }
  const wrong = misfits(run, repository, {
    workflow: settings.workflow,
    branch: settings.defaultBranch,
  })
  if (wrong.length > 0) {
    log.warn({ request: id, run: runId, wrong }, 'A run was ignored')
    await store.note(id, { ended: null, lookAt: later(now(), limits.deadlines.look) })
    return
  }
  if (request.verification?.attempt !== run.run_attempt) {
    await ingest(context, repository, request, run)
  }
  await forget()
}

const deleted: Problem = {
  code: 'run-deleted',
  message:
    'The run was deleted on GitHub, and nothing is known of what it measured. Give the label again.',
  details: [],
}

/** A run that does not end: it is looked at again, and called off when its time is over. */
async function overdue(
  context: JobContext,
  repository: Repository,
  { id, dispatchedAt, settings }: EvidenceRequest,
  run: Run,
): Promise<void> {
  const { store, now, limits } = context
  const { look, unstarted, unfinished } = limits.deadlines
  const began = run.status === 'in_progress'
  const since = Date.parse(run.run_started_at ?? dispatchedAt ?? run.created_at)
  const until = since + (began ? unfinished : unstarted) * 1000
  if (now().getTime() < until) {
    const lookAt = Math.min(until, now().getTime() + look * 1000)
    await store.note(id, { lookAt: new Date(lookAt).toISOString() })
    return
  }
  await cancelRun(repository, run.id)
  const hours = (seconds: number) => `${Math.round(seconds / 360) / 10} hours`
  const problem: Problem = began
    ? {
        code: 'run-hangs',
        message: `The run did not end within ${hours(unfinished)} and was called off.`,
        details: [],
      }
    : {
        code: 'no-runner',
        message:
          `No runner took the run within ${hours(unstarted)}, and it was called off. A runner with ` +
          'all of these labels has to be online and free. Then give the label again.',
        details: (settings?.runner ?? []).map((label) => `label: ${label}`),
      }
  await store.transition(id, 'evidence-missing', { problem })
}

async function ingest(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  run: Run,
): Promise<void> {
  const { core, store, now, log, limits } = context
  const { id } = request
  const link = { id: run.id, url: run.html_url }
  const end = async (event: Event, problem: Problem) => {
    const ended = await store.transition(id, event, { problem, run: link })
    if (!ended) return
    log.info({ request: id, run: run.id, event, code: problem.code }, 'A run gave no amendment')
  }
  try {
    const within = { maxBytes: limits.archiveBytes, timeout: limits.downloadTimeout }
    const left = await artifactsOf(repository, run)
    const artifact = await fetchArtifact(repository, run, left, artifactName(id), within)
    // Asked only now: what a run says that left nothing is worth hearing, whatever it ran.
    const jobs = await jobsOf(repository, run.id, run.run_attempt ?? 1)
    const other = await untrusted(context, repository, request, run, jobs)
    if (other.length > 0) {
      return await end('evidence-rejected', {
        code: 'untrusted-run',
        message: 'What ran there is not what evidence counts from here, and it was not used.',
        details: other,
      })
    }
    const seals = await sealsOf(context, repository, request, { run, jobs, artifact, left })
    const { foreign, unfounded, infra, investigation, spec, seal } = await core.run('read', {
      zip: artifact.bytes,
      limits: limits.unzip,
      expected: {
        request: id,
        repositoryId: request.repositoryId,
        pullRequest: request.pullRequest,
        sha: request.sha,
        runId: run.id,
        attempt: run.run_attempt ?? 1,
        settings: request.settings?.sha256 ?? null,
      },
      seals,
    })
    if (foreign.length > 0) {
      return await end('evidence-rejected', {
        code: 'foreign-bundle',
        message: 'The bundle is not the one of this request, and was not used.',
        details: foreign,
      })
    }
    const strange = await otherInvestigation(repository, request, investigation)
    const made = [...unfounded, ...(strange === null ? [] : [strange])]
    if (made.length > 0) {
      return await end('evidence-rejected', {
        code: 'unfounded-bundle',
        message:
          'The bundle says what does not follow from its logs and its commit, and was not used.',
        details: made,
      })
    }
    if (infra) return await end('machine-unfit', infra)
    await store.saveBundle(id, artifact.bytes)
    const verification = {
      ...verificationOf(repository, run, artifact),
      seal: { kind: seal, signer: seals.attestation?.signer ?? null },
    }
    const change = { problem: null, run: link, verification, spec }
    await store.transition(id, 'evidence-ingested', change)
    log.info({ request: id, run: run.id, sha256: artifact.sha256 }, 'Evidence was ingested')
  } catch (error) {
    if (error instanceof NoArtifact) {
      if (error.code === 'no-artifact' && mayStillCome(run, now(), limits.deadlines.artifact)) {
        throw new RetryLater(nextLook, `The artifact of run ${run.id} is not listed yet.`)
      }
      const { message, code } = run.conclusion === 'cancelled' ? cancelled : error
      return end('evidence-missing', await noEvidence(repository, run, message, code))
    }
    if (!(error instanceof InvalidInput)) throw error
    return end('evidence-rejected', {
      code: error.code,
      message: 'The evidence of this run cannot be used.',
      details: error.message.split('\n'),
    })
  }
}

/** Seconds between looks for an artifact that is not listed. */
const nextLook = 90

/** A run that went well has left one: GitHub's list may lag behind. */
function mayStillCome({ conclusion, updated_at: ended }: Run, now: Date, seconds: number): boolean {
  return conclusion === 'success' && now.getTime() < Date.parse(ended) + seconds * 1000
}

/** In what a run is not of the workflow, Action, jobs and runner whose evidence counts. */
async function untrusted(
  { limits }: JobContext,
  repository: Repository,
  { settings }: EvidenceRequest,
  run: Run,
  jobs: readonly RunJob[],
): Promise<string[]> {
  if (!settings) return []
  const { trustedAction, trustedWorkflow } = limits
  const own = `${repository.owner}/${repository.repo}`
  const { runner: labels, runnerGroup: group = null } = settings
  return [
    ...jobMisfits(jobs, { labels, group }),
    ...[trustedWorkflow, trustedAction].flatMap((one) =>
      one === null ? [] : calledMisfits(run, one, own),
    ),
    ...(trustedAction === null
      ? []
      : await callerMisfits(repository, run, settings.workflow, trustedAction, jobs)),
  ]
}

/** GitHub also calls a run cancelled whose job ran over its time or waited too long for a runner. */
const cancelled = {
  code: 'cancelled',
  message:
    'The run was cancelled, or its job ran over its time limit, or waited a day for a runner, and it ' +
    'left no evidence.',
}

async function noEvidence(
  repository: Repository,
  run: Run,
  message: string,
  code: string,
): Promise<Problem> {
  const jobs = await jobsOf(repository, run.id, run.run_attempt ?? 1)
  const details: string[] = []
  for (const { id, name, conclusion } of jobs) {
    if (conclusion === 'success' || conclusion === 'skipped') continue
    details.push(`job ${name}: ${conclusion ?? 'no conclusion'}`)
    details.push(...(await errorsOf(repository, id)).flatMap(linesOf).slice(0, mostLines))
  }
  return {
    code,
    message: `${message} Correct this, and run the workflow again from its page.`,
    details,
  }
}

/** Of the errors of a job. */
const mostLines = 20

function linesOf(error: string): string[] {
  const lines = error.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '').map((line) => clip(line, 500))
}
