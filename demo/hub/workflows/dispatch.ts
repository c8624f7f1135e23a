import type { Repository, User, Workflow, WorkflowRun } from '../model.ts'
import { runPayload } from '../payloads.ts'
import { Refusal } from '../reply.ts'
import type { Stage } from '../stage.ts'
import type { World } from '../world.ts'
import { interpolate } from './expressions.ts'
import {
  readWorkflow,
  triggerInputs,
  type InputDeclaration,
  type WorkflowFile,
} from './workflow.ts'

/** GitHub's limits of a dispatch: inputs, and characters of all of them. */
const mostInputs = 25
const mostCharacters = 65_535

export interface DispatchRequest {
  ref: string
  inputs?: Record<string, unknown>
}

/** Starts a run of a workflow by hand. @throws Refusal 404 and 422, worded as GitHub words them */
export async function dispatch(
  stage: Stage,
  repository: Repository,
  workflow: Workflow,
  request: DispatchRequest,
  actor: User,
): Promise<WorkflowRun> {
  const { ref, headSha } = await resolveRef(repository, request.ref)
  const file = await readWorkflow(repository, headSha, workflow.path)
  const declared = file && triggerInputs(file, 'workflow_dispatch')
  if (!file || !declared) {
    throw new Refusal(422, "Workflow does not have 'workflow_dispatch' trigger")
  }
  const inputs = checkedInputs(declared, request.inputs ?? {})
  const from = { event: 'workflow_dispatch', ref, headSha, inputs, actor }
  return begin(stage, repository, workflow, file, from)
}

/** The workflow of a file, as the repository knows it from then on. */
export function registered(
  world: World,
  { workflows }: Repository,
  path: string,
  file: WorkflowFile | undefined,
): Workflow {
  const known = workflows.get(path)
  const workflow = known ?? { id: world.nextId(), path, name: path, createdAt: world.now() }
  workflow.name = file?.name ?? path
  workflows.set(path, workflow)
  return workflow
}

/** Starts a run of a workflow, for whatever reason. */
export async function begin(
  stage: Stage,
  repository: Repository,
  workflow: Workflow,
  file: WorkflowFile,
  from: Pick<WorkflowRun, 'event' | 'ref' | 'headSha' | 'inputs' | 'payload' | 'actor'>,
): Promise<WorkflowRun> {
  const { world } = stage
  const at = world.now()
  const run: WorkflowRun = {
    id: world.nextId(),
    backendId: world.nextGuid('run'),
    number: [...repository.runs.values()].filter((each) => each.workflow === workflow).length + 1,
    attempt: 1,
    workflow,
    repository,
    ...from,
    triggeringActor: from.actor,
    displayTitle: '',
    status: 'queued',
    conclusion: null,
    referencedWorkflows: [],
    jobs: [],
    pastJobs: [],
    failedOnly: false,
    cancelRequested: false,
    createdAt: at,
    updatedAt: at,
  }
  // The check suite of a run takes the next id.
  world.nextId()
  run.displayTitle = displayTitle(file, run, stage)
  repository.runs.set(run.id, run)
  stage.webhooks.event(repository, 'workflow_run', await runPayload(stage, run, 'requested'))
  stage.queueRun(run)
  return run
}

/** Starts another attempt of a run that has ended. */
export function rerun(
  { world, blobs, queueRun }: Stage,
  run: WorkflowRun,
  { failedOnly, by }: { failedOnly: boolean; by: User },
): void {
  if (!failedOnly) {
    const { artifacts } = run.repository
    for (const artifact of [...artifacts.values()].filter((each) => each.run === run)) {
      artifacts.delete(artifact.id)
      blobs.delete(artifact.blob)
    }
  }
  run.attempt += 1
  run.triggeringActor = by
  run.pastJobs.push(run.jobs)
  run.jobs = []
  run.failedOnly = failedOnly
  run.referencedWorkflows = []
  run.status = 'queued'
  run.conclusion = null
  run.cancelRequested = false
  run.updatedAt = world.now()
  queueRun(run)
}

/** The `github` context of a run, as `run-name` and every job may use it. */
export function githubContext(stage: Stage, run: WorkflowRun): Record<string, unknown> {
  const { repository } = run
  return {
    event_name: run.event,
    event: run.payload ?? { inputs: run.inputs, ref: run.ref, workflow: run.workflow.path },
    repository: `${repository.owner.login}/${repository.name}`,
    repository_id: String(repository.id),
    repository_owner: repository.owner.login,
    repository_owner_id: String(repository.owner.id),
    ref: run.ref,
    ref_name: run.ref.replace(/^refs\/(heads|tags)\//, ''),
    ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: false,
    head_ref: '',
    base_ref: '',
    sha: run.headSha,
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    triggering_actor: run.triggeringActor.login,
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    workflow: run.workflow.name,
    workflow_ref: `${repository.owner.login}/${repository.name}/${run.workflow.path}@${run.ref}`,
    workflow_sha: run.headSha,
    server_url: stage.links.web,
    api_url: stage.links.api,
    graphql_url: `${stage.links.api}/graphql`,
    retention_days: '90',
    secret_source: 'Actions',
  }
}

function displayTitle(file: WorkflowFile, run: WorkflowRun, stage: Stage): string {
  const title = file['run-name']
  if (title === undefined) return run.workflow.name
  const contexts = { github: githubContext(stage, run), inputs: run.inputs, vars: {} }
  return interpolate(title, contexts).trim() || run.workflow.name
}

async function resolveRef(repository: Repository, name: string) {
  for (const ref of [name, `refs/heads/${name}`, `refs/tags/${name}`]) {
    if (!/^refs\/(heads|tags)\//.test(ref)) continue
    const commit = await repository.git.commit(ref)
    if (commit) return { ref, headSha: commit.id }
  }
  throw new Refusal(422, `No ref found for: ${name}`)
}

function checkedInputs(
  declared: Record<string, InputDeclaration>,
  given: Record<string, unknown>,
): Record<string, string> {
  const unexpected = Object.keys(given).filter((name) => !(name in declared))
  if (unexpected.length > 0) {
    throw new Refusal(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`)
  }
  const inputs: Record<string, string> = {}
  for (const [name, { required, default: otherwise, type, options }] of Object.entries(declared)) {
    const value = given[name] ?? otherwise
    if (required && (value === undefined || value === '')) {
      throw new Refusal(422, `Required input '${name}' not provided`)
    }
    const text = value === undefined || value === null ? '' : String(value)
    if (type === 'choice' && !options?.includes(text)) {
      throw new Refusal(
        422,
        `Provided value '${text}' for input '${name}' not in the list of allowed values`,
      )
    }
    inputs[name] = text
  }
  if (Object.keys(given).length > mostInputs) {
    throw new Refusal(
      422,
      `you may only define up to ${mostInputs} \`inputs\` for a workflow_dispatch event`,
    )
  }
  if (JSON.stringify(inputs).length > mostCharacters) {
    throw new Refusal(422, 'inputs are too large.')
  }
  return inputs
}
