/**
 * The stand-in's runner: it plays GitHub and a self-hosted runner for what was dispatched. Real git,
 * real processes, GitHub's own expression evaluator; what it does not know (matrices, containers,
 * composite actions) fails with a message that says so.
 *
 *   const runner = startRunner(hub, { sources: { 'codicil/codicil': repositoryRoot } })
 *   … dispatch …
 *   await runner.idle()
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hub } from './index.ts'
import type { Job, WorkflowRun } from './model.ts'
import { runPayload } from './payloads.ts'
import { ConcurrencyGroups } from './runner/concurrency.ts'
import { runWorkflow } from './runner/plan.ts'
import { Sources, type WorkflowOrigin } from './runner/sources.ts'
import type { Patience } from './runner/state.ts'
import { githubContext } from './workflows/dispatch.ts'
import { interpolate, resolveValue, type Contexts } from './workflows/expressions.ts'
import { parseWorkflow, type WorkflowFile } from './workflows/workflow.ts'

export interface RunnerOptions {
  /**
   * Local folders that stand for repositories: `owner/repo@ref` or `owner/repo` -> folder. What is
   * not listed is looked for on the stand-in itself.
   */
  sources?: Record<string, string>
  /** The Node that runs actions; this process's own unless told. */
  node?: string
  /** The machine's environment beneath what GitHub sets; PATH alone unless told. */
  env?: Record<string, string>
  /** Labels of this runner. A self-hosted job that asks for another one waits; all run unless told. */
  labels?: string[]
  /** How long a cancelled process has; GitHub's own times unless told. */
  patience?: Patience
  onLine?: (line: string, job: Job, run: WorkflowRun) => void
}

/** From SIGINT to SIGTERM, and from there to the end of the whole tree of processes. */
const githubPatience: Patience = { interrupted: 7500, terminated: 2500 }

export interface StandInRunner {
  /** Resolves when every run that was handed over has completed, and its webhooks were answered. */
  idle: () => Promise<void>
  /** Lets the time limit of each job that a run has under way be over. */
  expire: (run: WorkflowRun) => void
  /** Cancels what runs, waits for it, and removes the work folders. */
  stop: () => Promise<void>
}

export function startRunner(hub: Hub, options: RunnerOptions = {}): StandInRunner {
  const under = new Map<WorkflowRun, { ended: Promise<void> } & Pick<Desk, 'abort' | 'overtime'>>()
  const groups = new ConcurrencyGroups()
  let folder: Promise<string> | undefined

  hub.attachRunner({
    start(run) {
      const abort = new AbortController()
      const overtime = new AbortController()
      folder ??= mkdtemp(join(tmpdir(), 'codicil-runner-'))
      const ended = folder
        .then((work) => execute(hub, run, options, { work, groups, abort, overtime }))
        .finally(() => under.delete(run))
      under.set(run, { ended, abort, overtime })
    },
    cancel(run) {
      run.cancelRequested = true
      under.get(run)?.abort.abort()
    },
  })

  const idle = async () => {
    await hub.settled()
    while (under.size > 0) {
      await Promise.all([...under.values()].map(({ ended }) => ended))
      await hub.settled()
    }
  }

  return {
    idle,
    expire: (run) => under.get(run)?.overtime.abort(),
    async stop() {
      hub.attachRunner(undefined)
      for (const { abort } of under.values()) abort.abort()
      await idle()
      if (folder) await rm(await folder, { recursive: true, force: true })
    },
  }
}

/** What a run works with on this runner. */
interface Desk {
  work: string
  groups: ConcurrencyGroups
  abort: AbortController
  /** That the time of a job is over, before it is. */
  overtime: AbortController
}

async function execute(
  hub: Hub,
  run: WorkflowRun,
  options: RunnerOptions,
  desk: Desk,
): Promise<void> {
  const { stage } = hub
  const announce = async (action: 'in_progress' | 'completed') =>
    stage.webhooks.event(run.repository, 'workflow_run', await runPayload(stage, run, action))
  const begin = async () => {
    if (run.status === 'in_progress') return
    run.status = 'in_progress'
    run.updatedAt = stage.world.now()
    await announce('in_progress')
  }
  run.conclusion = await conclude(hub, run, options, desk, begin)
  run.status = 'completed'
  run.updatedAt = stage.world.now()
  await announce('completed')
}

/** Runs the workflow's jobs when its `concurrency` group lets it. @returns the conclusion */
async function conclude(
  hub: Hub,
  run: WorkflowRun,
  options: RunnerOptions,
  { work, groups, abort, overtime }: Desk,
  begin: () => Promise<void>,
): Promise<string> {
  const { stage } = hub
  const { labels } = options
  const { signal } = abort
  const sources = new Sources(options.sources ?? {}, stage.world, run.repository)
  let leave = () => {}
  try {
    const text = await sources.readHosted(run.repository, run.headSha, run.workflow.path)
    const file = parseWorkflow(text)
    const contexts = { github: githubContext(stage, run), inputs: run.inputs, vars: {} }
    leave = await enterGroup(groups, run, file, contexts, abort)
    if (signal.aborted) return 'cancelled'
    const { result } = await runWorkflow({
      stage,
      run,
      sources,
      node: options.node ?? process.execPath,
      patience: options.patience ?? githubPatience,
      machineEnv: { PATH: process.env.PATH ?? '', ...options.env },
      signal,
      overtime: overtime.signal,
      file,
      origin: originOf(run),
      contexts,
      prefix: '',
      allowed: undefined,
      workFolder: (job) => join(work, String(run.id), String(job.id)),
      accepts: (wanted) =>
        labels === undefined ||
        !wanted.includes('self-hosted') ||
        wanted.every((label) => labels.includes(label)),
      onStart: begin,
      onLine: (job, line) => options.onLine?.(line, job, run),
    })
    return result
  } catch (error) {
    explain(hub, run, error)
    return 'failure'
  } finally {
    leave()
  }
}

async function enterGroup(
  groups: ConcurrencyGroups,
  { repository }: WorkflowRun,
  { concurrency }: WorkflowFile,
  contexts: Contexts,
  abort: AbortController,
): Promise<() => void> {
  if (concurrency === undefined) return () => {}
  const named = typeof concurrency === 'string' ? { group: concurrency } : concurrency
  const group = interpolate(named.group, contexts).toLowerCase()
  const cancelInProgress = resolveValue(named['cancel-in-progress'], contexts) === true
  return groups.enter(`${repository.id} ${group}`, abort, { cancelInProgress })
}

function originOf({ repository, workflow, ref, headSha }: WorkflowRun): WorkflowOrigin {
  const path = `${repository.owner.login}/${repository.name}/${workflow.path}@${ref}`
  return { reference: { path, sha: headSha }, home: { repository, commit: headSha } }
}

/** A run that could not be carried out at all says why in the log of a job of its own. */
function explain({ stage }: Hub, run: WorkflowRun, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const at = stage.world.now()
  run.jobs.push({
    id: stage.world.nextId(),
    backendId: stage.world.nextGuid('job'),
    name: 'Set up job',
    labels: [],
    status: 'completed',
    conclusion: 'failure',
    outputs: {},
    createdAt: at,
    startedAt: at,
    completedAt: at,
    steps: [],
    log: `##[error]${message}\n`,
    annotations: [{ level: 'error', message, properties: {} }],
    summary: '',
  })
}
