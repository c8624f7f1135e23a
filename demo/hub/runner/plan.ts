import type { Job, Permissions, WorkflowRun } from '../model.ts'
import { holdsCondition, resolveValue, type Contexts } from '../workflows/expressions.ts'
import {
  callOutputs,
  triggerInputs,
  type JobFile,
  type WorkflowFile,
} from '../workflows/workflow.ts'
import { runJob } from './job.ts'
import { timeLimit } from './process.ts'
import { permissionsOf } from './permissions.ts'
import { parseReference, type LoadedWorkflow, type WorkflowOrigin } from './sources.ts'
import type { JobSetting, Outcome } from './state.ts'

/** A workflow with all that its jobs need to run. */
export interface WorkflowSetting extends Pick<
  JobSetting,
  'stage' | 'run' | 'sources' | 'node' | 'machineEnv' | 'signal' | 'patience'
> {
  file: WorkflowFile
  origin: WorkflowOrigin
  contexts: Contexts
  /** Falls where the time limits of the jobs under way are to be over at once. */
  overtime: AbortSignal
  /** Before the name of every job: `caller / ` within a reusable workflow. */
  prefix: string
  /** What the caller allows; nothing at the top. */
  allowed: Permissions | undefined
  /** A folder for each job. */
  workFolder: (job: Job) => string
  /** Labels of jobs that this runner takes. */
  accepts: (labels: string[]) => boolean
  /** Called before each job that runs; the first one starts the run. */
  onStart: () => Promise<void>
  onLine: (job: Job, line: string) => void
}

interface JobEnd {
  result: Outcome
  outputs: Record<string, string>
}

/** Runs a workflow's jobs, each as soon as those that it needs have ended. */
export async function runWorkflow(setting: WorkflowSetting): Promise<JobEnd> {
  const { file, contexts } = setting
  const ends = new Map<string, Promise<JobEnd>>()
  const begin = (id: string): Promise<JobEnd> => {
    const known = ends.get(id)
    if (known) return known
    const job = file.jobs[id]
    if (!job) throw new Error(`A job needs '${id}', which the workflow does not have.`)
    const end = Promise.all(
      needsOf(job).map(async (need) => [need, await begin(need)] as const),
    ).then((needs) => runOne(setting, id, job, Object.fromEntries(needs)))
    ends.set(id, end)
    return end
  }
  const ids = Object.keys(file.jobs)
  const settled = await Promise.allSettled(ids.map(begin))
  const jobs: Record<string, JobEnd> = {}
  for (const [index, end] of settled.entries()) {
    if (end.status === 'rejected') throw end.reason
    jobs[ids[index] ?? ''] = end.value
  }
  const outcomes = Object.values(jobs).map(({ result }) => result)
  return {
    result: worst(outcomes),
    outputs: Object.fromEntries(
      Object.entries(callOutputs(file)).map(([name, { value }]) => [
        name,
        String(resolveValue(value, { ...contexts, jobs }) ?? ''),
      ]),
    ),
  }
}

async function runOne(
  setting: WorkflowSetting,
  id: string,
  file: JobFile,
  needs: Record<string, JobEnd>,
): Promise<JobEnd> {
  const contexts = { ...setting.contexts, needs, strategy: {}, matrix: {} }
  const outcomes = Object.values(needs).map(({ result }) => result)
  const before = setting.signal.aborted ? 'cancelled' : worst(outcomes)
  const functions = {
    success: () => before === 'success' && !outcomes.includes('skipped'),
    failure: () => outcomes.includes('failure'),
    cancelled: () => setting.signal.aborted,
    always: () => true,
  }
  const name = setting.prefix + (file.name ? String(resolveValue(file.name, contexts)) : id)
  if (!holdsCondition(file.if, contexts, functions)) {
    addJob(setting, name, [], 'skipped')
    return { result: 'skipped', outputs: {} }
  }
  const permissions = permissionsOf(
    file.permissions ?? setting.file.permissions,
    setting.allowed,
    name,
  )
  return file.uses === undefined
    ? runHere(setting, file, name, contexts, permissions)
    : runCalled(setting, file, name, contexts, permissions)
}

async function runCalled(
  setting: WorkflowSetting,
  caller: JobFile,
  name: string,
  contexts: Contexts,
  permissions: Permissions,
): Promise<JobEnd> {
  const called = await loadCalled(setting, caller.uses ?? '')
  const declared = triggerInputs(called.file, 'workflow_call')
  if (!declared) throw new Error(`${caller.uses} has no 'workflow_call' trigger.`)
  setting.run.referencedWorkflows.push(called.reference)
  const given = resolveValue(caller.with ?? {}, contexts) as Record<string, unknown>
  const unknown = Object.keys(given).filter((input) => !(input in declared))
  if (unknown.length > 0) {
    throw new Error(`Invalid input, ${unknown.join(', ')} is not defined in ${caller.uses}.`)
  }
  const inputs: Record<string, unknown> = {}
  for (const [input, { type, required, default: otherwise }] of Object.entries(declared)) {
    const value = given[input] ?? resolveValue(otherwise, contexts)
    if (required && value === undefined) {
      throw new Error(`Input ${input} is required, but not provided while calling ${caller.uses}.`)
    }
    inputs[input] = typed(value, type)
  }
  return runWorkflow({
    ...setting,
    file: called.file,
    origin: called,
    contexts: { github: contexts.github, vars: contexts.vars, inputs },
    prefix: `${name} / `,
    allowed: permissions,
  })
}

async function loadCalled(setting: WorkflowSetting, uses: string): Promise<LoadedWorkflow> {
  if (!uses.startsWith('./')) return setting.sources.workflow(parseReference(uses))
  const { path, sha } = setting.origin.reference
  const [owner = '', repo = ''] = path.split('/')
  return setting.sources.workflow({ owner, repo, path: uses.slice(2), ref: sha })
}

async function runHere(
  setting: WorkflowSetting,
  file: JobFile,
  name: string,
  contexts: Contexts,
  permissions: Permissions,
): Promise<JobEnd> {
  const { stage } = setting
  for (const key of ['concurrency', 'strategy', 'container', 'services'] as const) {
    if (file[key] !== undefined)
      throw new Error(`Job '${name}' has '${key}', which this runner does not know.`)
  }
  const runsOn = resolveValue(file['runs-on'], contexts)
  const labels = labelsOf(runsOn)
  const kept = keptJob(setting.run, name)
  if (kept) {
    setting.run.jobs.push(kept)
    return { result: 'success', outputs: kept.outputs }
  }
  const job = addJob(setting, name, labels)
  job.group = groupOf(runsOn)
  if (isForeign(setting) && !labels.every(isHosted)) {
    return refuseForeign(setting, job, labels)
  }
  if (!setting.accepts(labels)) {
    await aborted(setting.signal)
    return endJob(setting, job, { result: 'cancelled', outputs: {} })
  }
  await setting.onStart()
  job.status = 'in_progress'
  job.startedAt = stage.world.now()
  const limit = timeLimit(
    AbortSignal.any([setting.signal, setting.overtime]),
    resolveValue(file['timeout-minutes'], contexts) ?? 360,
  )
  const end = await runJob({
    stage,
    run: setting.run,
    job,
    file,
    workflowEnv: setting.file.env ?? {},
    defaults: { ...setting.file.defaults?.run, ...file.defaults?.run },
    contexts,
    permissions,
    origin: setting.origin,
    sources: setting.sources,
    work: setting.workFolder(job),
    node: setting.node,
    machineEnv: setting.machineEnv,
    patience: setting.patience,
    selfHosted: labels.includes('self-hosted'),
    signal: limit.signal,
    onLine: (line) => setting.onLine(job, line),
  })
  limit.clear()
  const forgiven = resolveValue(file['continue-on-error'], contexts) === true
  endJob(setting, job, end)
  return forgiven && end.result === 'failure' ? { ...end, result: 'success' } : end
}

/** What the job left in the attempt before, where only what failed is run again. */
function keptJob({ failedOnly, pastJobs }: WorkflowRun, name: string): Job | undefined {
  const before = failedOnly ? pastJobs.at(-1) : []
  return before?.find((job) => job.name === name && job.conclusion === 'success')
}

/** Whether the workflow is of another owner than the repository that the run is of. */
function isForeign({ origin, run }: WorkflowSetting): boolean {
  const [owner = ''] = origin.reference.path.split('/')
  return owner.toLowerCase() !== run.repository.owner.login.toLowerCase()
}

function isHosted(label: string): boolean {
  return /^(?:ubuntu|windows|macos)-/.test(label)
}

/** GitHub gives no self-hosted runner to a workflow that is called from another organisation. */
function refuseForeign(setting: WorkflowSetting, job: Job, labels: string[]): JobEnd {
  const message =
    'Called workflows cannot be queued onto self-hosted runners across organizations/enterprises. ' +
    `Failed to queue this job. Labels: '${labels.join(' , ')}'.`
  job.log = `##[error]${message}\n`
  job.annotations.push({ level: 'error', message, properties: {} })
  return endJob(setting, job, { result: 'failure', outputs: {} })
}

function addJob(
  { run, stage }: WorkflowSetting,
  name: string,
  labels: string[],
  conclusion?: Outcome,
): Job {
  const at = stage.world.now()
  const job: Job = {
    id: stage.world.nextId(),
    backendId: stage.world.nextGuid('job'),
    name,
    labels,
    status: conclusion ? 'completed' : 'queued',
    conclusion: conclusion ?? null,
    outputs: {},
    createdAt: at,
    startedAt: at,
    completedAt: conclusion ? at : null,
    steps: [],
    log: '',
    annotations: [],
    summary: '',
  }
  run.jobs.push(job)
  return job
}

function endJob({ stage }: WorkflowSetting, job: Job, end: JobEnd): JobEnd {
  job.status = 'completed'
  job.conclusion = end.result
  job.outputs = end.outputs
  job.completedAt = stage.world.now()
  return end
}

function needsOf({ needs = [] }: JobFile): string[] {
  return typeof needs === 'string' ? [needs] : needs
}

function labelsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String)
  if (typeof value === 'object' && value !== null && 'labels' in value)
    return labelsOf(value.labels)
  return [String(value)]
}

function groupOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'group' in value
    ? String(value.group)
    : undefined
}

function worst(outcomes: Outcome[]): Outcome {
  for (const outcome of ['failure', 'cancelled'] as const) {
    if (outcomes.includes(outcome)) return outcome
  }
  return outcomes.length > 0 && outcomes.every((each) => each === 'skipped') ? 'skipped' : 'success'
}

function typed(value: unknown, type: string | undefined): unknown {
  if (type === 'boolean') return value === true || value === 'true'
  if (type === 'number') return Number(value ?? 0)
  return value === undefined || value === null ? '' : String(value)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
