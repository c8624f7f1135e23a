import type { Call, Routes } from '../call.ts'
import { actorOf, inRepository } from '../call.ts'
import { entryAt } from '../git/index.ts'
import type { Artifact, Job, Repository, Workflow, WorkflowRun } from '../model.ts'
import { noContent, notFound, ok, page, Refusal, type Reply } from '../reply.ts'
import { artifactRecord, jobRecord, runRecord, workflowRecord } from '../represent/actions.ts'
import { dispatch, registered, rerun, type DispatchRequest } from '../workflows/dispatch.ts'
import { readWorkflow } from '../workflows/workflow.ts'

/** Runs that a filtered list can show. */
const mostFiltered = 1000

/** Workflows, their runs, and what they leave. */
export const actionRoutes: Routes = {
  'actions/create-workflow-dispatch': inRepository(['actions:write'], async (call, repository) => {
    const workflow = await namedWorkflow(call, repository)
    const request = call.body as unknown as DispatchRequest & { return_run_details?: boolean }
    if (call.stage.world.enterpriseVersion !== null && 'return_run_details' in request) {
      throw new Refusal(422, 'Invalid request.\n\n"return_run_details" is not a permitted key.')
    }
    const run = await dispatch(call.stage, repository, workflow, request, actorOf(call))
    if (!request.return_run_details) return noContent()
    const { url, html_url: htmlUrl } = (await record(call, run)) ?? {}
    return ok({ workflow_run_id: run.id, run_url: url, html_url: htmlUrl })
  }),

  'actions/get-workflow': inRepository(['actions:read'], async (call, repository) =>
    ok(workflowRecord(call.stage.links, { repository }, await namedWorkflow(call, repository))),
  ),

  'actions/list-workflow-runs-for-repo': inRepository(['actions:read'], (call, repository) =>
    listRuns(call, [...repository.runs.values()]),
  ),

  'actions/list-workflow-runs': inRepository(['actions:read'], async (call, repository) => {
    const workflow = await namedWorkflow(call, repository)
    return listRuns(
      call,
      [...repository.runs.values()].filter((run) => run.workflow === workflow),
    )
  }),

  'actions/get-workflow-run': inRepository(['actions:read'], async (call, repository) =>
    ok(await record(call, namedRun(call, repository))),
  ),

  'actions/get-workflow-run-attempt': inRepository(['actions:read'], async (call, repository) => {
    const run = namedRun(call, repository)
    if (run.attempt !== Number(call.params.attempt_number)) throw notFound()
    return ok(await record(call, run))
  }),

  'actions/list-jobs-for-workflow-run': inRepository(['actions:read'], listJobs),

  'actions/list-jobs-for-workflow-run-attempt': inRepository(['actions:read'], listJobs),

  'actions/get-job-for-workflow-run': inRepository(['actions:read'], (call, repository) => {
    const { run, job } = namedJob(call, repository)
    return ok(jobRecord(call.stage.links, run, job))
  }),

  'actions/download-job-logs-for-workflow-run': inRepository(
    ['actions:read'],
    (call, repository) => {
      const { job } = namedJob(call, repository)
      const { blobs } = call.stage
      const name = `log-${job.backendId}`
      blobs.put(name, Buffer.from(job.log), 'text/plain')
      return { status: 302, headers: { location: blobs.signedUrl(name, 'r') } }
    },
  ),

  'actions/list-workflow-run-artifacts': inRepository(['actions:read'], (call, repository) => {
    const run = namedRun(call, repository)
    const name = call.url.searchParams.get('name')
    const found = [...repository.artifacts.values()]
      .filter((artifact) => artifact.run === run && artifact.finalized)
      .filter((artifact) => name === null || artifact.name === name)
      .sort((a, b) => b.id - a.id)
    const { links, world } = call.stage
    return page(
      call.url,
      found.map((artifact) => artifactRecord(links, artifact, world.now())),
      (artifacts) => ({ total_count: found.length, artifacts }),
    )
  }),

  'actions/get-artifact': inRepository(['actions:read'], (call, repository) => {
    const { links, world } = call.stage
    return ok(artifactRecord(links, namedArtifact(call, repository), world.now()))
  }),

  'actions/download-artifact': inRepository(['actions:read'], (call, repository) => {
    const artifact = namedArtifact(call, repository)
    if (call.params.archive_format !== 'zip') throw notFound()
    if (artifact.expiresAt <= call.stage.world.now()) {
      throw new Refusal(410, 'Artifact has expired')
    }
    const fileName = `${artifact.name}.zip`
    const location = call.stage.blobs.signedUrl(artifact.blob, 'r', fileName)
    return { status: 302, headers: { location } }
  }),

  'actions/delete-artifact': inRepository(['actions:write'], (call, repository) => {
    const artifact = namedArtifact(call, repository)
    repository.artifacts.delete(artifact.id)
    call.stage.blobs.delete(artifact.blob)
    return noContent()
  }),

  'actions/cancel-workflow-run': inRepository(['actions:write'], (call, repository) => {
    const run = namedRun(call, repository)
    if (run.status === 'completed') {
      throw new Refusal(409, 'Cannot cancel a workflow run that is completed.')
    }
    call.stage.cancelRun(run)
    return { status: 202, body: {} }
  }),

  'actions/re-run-workflow': inRepository(['actions:write'], (call, repository) =>
    runAgain(call, namedRun(call, repository), { failedOnly: false }),
  ),

  'actions/re-run-workflow-failed-jobs': inRepository(['actions:write'], (call, repository) =>
    runAgain(call, namedRun(call, repository), { failedOnly: true }),
  ),
}

/** Another attempt: of all jobs, and what the run had left is gone, or of those that failed. */
function runAgain({ stage, ...call }: Call, run: WorkflowRun, how: { failedOnly: boolean }): Reply {
  if (run.status !== 'completed') {
    throw new Refusal(403, 'The workflow run is still in progress and cannot be run again.')
  }
  rerun(stage, run, { ...how, by: actorOf({ stage, ...call }) })
  return { status: 201, body: {} }
}

function listJobs(call: Call, repository: Repository): Reply {
  const run = namedRun(call, repository)
  const { attempt_number: attempt = run.attempt } = call.params
  const ofAttempt = [...run.pastJobs, run.jobs][Number(attempt) - 1]
  if (!ofAttempt) throw notFound()
  const jobs = ofAttempt.map((job) => jobRecord(call.stage.links, run, job))
  return page(call.url, jobs, (cut) => ({ total_count: jobs.length, jobs: cut }))
}

async function listRuns(call: Call, runs: WorkflowRun[]): Promise<Reply> {
  const asked = (name: string) => call.url.searchParams.get(name)
  const wanted: Array<[string, (run: WorkflowRun) => string]> = [
    ['event', (run) => run.event],
    ['head_sha', (run) => run.headSha],
    ['actor', (run) => run.actor.login],
    ['branch', (run) => run.ref.replace(/^refs\/(heads|tags)\//, '')],
  ]
  const status = asked('status')
  const filtered = ['actor', 'branch', 'event', 'status', 'created', 'head_sha'].some(asked)
  const { filterLag, now } = call.stage.world
  // Filters are answered by a search index, which lags behind.
  const youngest = now().getTime() - (filtered ? filterLag : 0)
  const found = runs
    .filter(({ createdAt }) => createdAt.getTime() <= youngest)
    .filter((run) => wanted.every(([name, of]) => asked(name) === null || asked(name) === of(run)))
    .filter((run) => status === null || status === run.status || status === run.conclusion)
    .filter((run) => createdWithin(run.createdAt, asked('created')))
    .sort((a, b) => b.id - a.id)
    .slice(0, filtered ? mostFiltered : undefined)
  const records = await Promise.all(found.map((run) => record(call, run)))
  return page(call.url, records, (cut) => ({ total_count: found.length, workflow_runs: cut }))
}

/** GitHub's date search: `2026-01-02`, `>=…`, `<…`, `a..b`; dates without a time are whole days. */
function createdWithin(created: Date, search: string | null): boolean {
  if (search === null) return true
  const [from, to] = search.split('..')
  if (to !== undefined) {
    return (
      createdWithin(created, from === '*' ? null : `>=${from}`) &&
      createdWithin(created, to === '*' ? null : `<=${to}`)
    )
  }
  const [, operator = '', text = ''] = /^(>=|<=|>|<)?(.*)$/.exec(search) ?? []
  const day = /^\d{4}-\d\d-\d\d$/.test(text)
  const start = Date.parse(text)
  const end = day ? start + 86_399_999 : start
  const at = Math.floor(created.getTime() / 1000) * 1000
  if (operator === '>=') return at >= start
  if (operator === '>') return at > end
  if (operator === '<=') return at <= end
  if (operator === '<') return at < start
  return at >= start && at <= end
}

async function record(call: Call, run: WorkflowRun) {
  const commit = await run.repository.git.commit(run.headSha)
  return commit && runRecord(call.stage.links, run, commit)
}

function namedRun(call: Call, repository: Repository): WorkflowRun {
  const run = repository.runs.get(Number(call.params.run_id))
  if (!run) throw notFound()
  return run
}

function namedJob(call: Call, repository: Repository): { run: WorkflowRun; job: Job } {
  for (const run of repository.runs.values()) {
    const job = run.jobs.find((each) => each.id === Number(call.params.job_id))
    if (job) return { run, job }
  }
  throw notFound()
}

function namedArtifact(call: Call, repository: Repository): Artifact {
  const artifact = repository.artifacts.get(Number(call.params.artifact_id))
  if (!artifact?.finalized) throw notFound()
  return artifact
}

/** A workflow by id or file name; it exists once its file is on the default branch. */
async function namedWorkflow(call: Call, repository: Repository): Promise<Workflow> {
  const { workflow_id: name = '' } = call.params
  const byId = [...repository.workflows.values()].find((each) => String(each.id) === name)
  const path = byId?.path ?? `.github/workflows/${name}`
  const tip = await repository.git.commit(`refs/heads/${repository.defaultBranch}`)
  if (!tip || !(await entryAt(repository.git, tip.tree, path))) throw notFound()
  const file = await readWorkflow(repository, tip.id, path)
  return registered(call.stage.world, repository, path, file)
}
