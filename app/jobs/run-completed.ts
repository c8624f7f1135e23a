/**
 * A run has ended: is it ours, what did it leave, and is that for this request. The webhook only
 * says where to look; everything is asked of GitHub again.
 */
import { readBundle } from '../../spec-tools/index.ts'
import { fetchArtifact, NoArtifact } from '../github/artifact.ts'
import type { Repository } from '../github/client.ts'
import { unzip } from '../github/unzip.ts'
import { misfits } from '../github/verify-run.ts'
import { getRun, jobsOf, names, type Run } from '../github/workflow.ts'
import { fromInput, InvalidInput, RetryLater } from '../errors.ts'
import { after, type Event } from '../states.ts'
import { notFor, specOf, verificationOf } from './bundle-claims.ts'
import type { JobContext } from './context.ts'
import { infraProblem } from './infra.ts'
import type { RunJob } from './queue.ts'
import type { EvidenceRequest, Problem } from './request.ts'
import { sha256 } from './sha256.ts'

export async function onRunCompleted(context: JobContext, job: RunJob): Promise<void> {
  const { log } = context
  const { installationId, repositoryId, runId } = job
  const candidates = await requestsFor(context, repositoryId, runId)
  const ingested = candidates.find(({ state }) => state === 'ingested')
  if (ingested) return passOn(context, ingested)
  // Most runs of a repository are none of ours: they cost no call.
  if (!candidates.some(({ state }) => after(state, 'evidence-ingested') !== null)) return
  const repository = await context.open(installationId, repositoryId)
  const run = await getRun(repository, runId)
  const request = candidates.find(
    ({ id, run: known, spentRuns }) =>
      known?.id === runId || (names(run, id) && !spentRuns?.includes(runId)),
  )
  if (!request?.settings) return
  if (run.status !== 'completed') {
    if (run.run_attempt !== job.attempt) return
    throw new RetryLater(5, `Run ${runId} has ended, and GitHub still shows it as ${run.status}.`)
  }
  const wrong = misfits(run, repository, {
    workflow: request.settings.workflow,
    branch: request.settings.defaultBranch,
    trustedWorkflow: context.limits.trustedWorkflow,
  })
  if (wrong.length > 0) {
    log.warn({ request: request.id, run: runId, wrong }, 'A run was ignored')
    return
  }
  if (request.verification?.attempt === run.run_attempt) return
  await ingest(context, repository, request, run)
}

/**
 * The request that dispatched the run, and those whose run is not known yet: a run may end before
 * its id was recorded. In this order none can slip through, becoming known between the questions.
 */
async function requestsFor(context: JobContext, repositoryId: number, runId: number) {
  const unknown = await context.store.inState(['intended'], repositoryId)
  const known = await context.store.byRun(repositoryId, runId)
  return known ? [known] : unknown
}

async function ingest(
  context: JobContext,
  repository: Repository,
  request: EvidenceRequest,
  run: Run,
): Promise<void> {
  const { store, queue, log, limits } = context
  const { id } = request
  const link = { id: run.id, url: run.html_url }
  const end = async (event: Event, problem: Problem) => {
    const ended = await store.transition(id, event, { problem, run: link })
    if (!ended) return
    log.info({ request: id, run: run.id, event, code: problem.code }, 'A run gave no amendment')
    await queue.send('report', { requestId: id }, { key: id })
  }
  if (run.conclusion === 'cancelled') {
    return end('evidence-missing', await noEvidence(repository, run, 'The run was cancelled.'))
  }
  try {
    const artifact = await fetchArtifact(repository, run, `codicil-evidence-${id}`, {
      maxBytes: limits.archiveBytes,
      timeout: limits.downloadTimeout,
    })
    const files = await unzip(artifact.bytes, limits.unzip)
    const bundle = fromInput(() => readBundle(files, sha256))
    const foreign = notFor(bundle, request, run)
    if (foreign.length > 0) {
      return await end('evidence-rejected', {
        code: 'foreign-bundle',
        message: 'The bundle is not the one of this request, and was not used.',
        details: foreign,
      })
    }
    const infra = infraProblem(bundle)
    if (infra) return await end('machine-unfit', infra)
    const spec = specOf(bundle)
    await store.saveBundle(id, artifact.bytes)
    const verification = verificationOf(repository, run, artifact)
    const change = { problem: null, run: link, verification, spec }
    await store.transition(id, 'evidence-ingested', change)
    log.info({ request: id, run: run.id, sha256: artifact.sha256 }, 'Evidence was ingested')
    await passOn(context, { ...request, spec })
  } catch (error) {
    if (error instanceof NoArtifact) {
      return end('evidence-missing', await noEvidence(repository, run, error.message, error.code))
    }
    if (!(error instanceof InvalidInput)) throw error
    return end('evidence-rejected', {
      code: error.code,
      message: 'The evidence of this run cannot be used.',
      details: error.message.split('\n'),
    })
  }
}

async function passOn({ queue }: JobContext, request: EvidenceRequest): Promise<void> {
  const { id, spec } = request
  if (spec) await queue.send('amend', { requestId: id }, { key: amendKey(request, spec) })
  await queue.send('report', { requestId: id }, { key: id })
}

/** Amendments of one document are drafted one after the other. */
export function amendKey(request: EvidenceRequest, spec: { path: string }): string {
  return `${request.repositoryId}:${spec.path}`
}

async function noEvidence(
  repository: Repository,
  run: Run,
  message: string,
  code = 'cancelled',
): Promise<Problem> {
  const jobs = await jobsOf(repository, run.id, run.run_attempt ?? 1)
  return {
    code,
    message: `${message} When what is wrong is mended, run the workflow again from its page.`,
    details: jobs
      .filter(({ conclusion }) => conclusion !== 'success')
      .map((job) => `job ${job.name}: ${job.conclusion ?? 'no conclusion'}`),
  }
}
