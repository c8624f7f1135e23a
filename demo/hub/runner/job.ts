import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { JobStep } from '../model.ts'
import {
  holdsCondition,
  interpolate,
  resolveValue,
  type Contexts,
} from '../workflows/expressions.ts'
import type { StepFile } from '../workflows/workflow.ts'
import { CommandFiles } from './command-files.ts'
import { JobLog } from './log.ts'
import { prepareMachine, runnerContext } from './machine.ts'
import { statusFunctions, texts, type JobSetting, type JobState, type Outcome } from './state.ts'
import { runStep } from './steps.ts'

/** Runs the steps of one job on this machine. @returns how it went and what it put out */
export async function runJob(
  setting: JobSetting,
): Promise<{ result: Outcome; outputs: Record<string, string> }> {
  const state = await beginJob(setting)
  const { log } = state
  const steps: Record<
    string,
    { outputs: Record<string, string>; outcome: Outcome; conclusion: Outcome }
  > = {}
  state.contexts.steps = steps
  const setUp = newStep(setting, 'Set up job')
  endStep(setting, setUp, 'success')
  for (const [index, step] of (setting.file.steps ?? []).entries()) {
    const record = newStep(setting, stepName(step, state))
    const ended = await attemptStep(state, step, record)
    steps[step.id ?? `__${index + 1}`] = ended
    endStep(setting, record, ended.conclusion)
    if (ended.conclusion === 'failure' && state.status === 'success') state.status = 'failure'
    if (setting.signal.aborted) state.status = 'cancelled'
  }
  for (const post of state.posts) {
    if (!holdsCondition(post.condition, state.contexts, statusFunctions(state))) continue
    const record = newStep(setting, `Post ${post.name}`)
    const outcome = await post.run()
    endStep(setting, record, outcome)
    if (outcome === 'failure' && state.status === 'success') state.status = 'failure'
  }
  endStep(setting, newStep(setting, 'Complete job'), 'success')
  setting.stage.credentials.revoke(state.token)
  setting.job.annotations = log.annotations
  return { result: state.status, outputs: jobOutputs(state) }
}

async function beginJob(setting: JobSetting): Promise<JobState> {
  const { stage, run, job, file } = setting
  const machine = await prepareMachine(setting.work, run.repository.name)
  const log = new JobLog((line) => {
    job.log += `${line}\n`
    setting.onLine(line)
  })
  const token = stage.credentials.jobToken(run, setting.permissions)
  log.mask(token)
  const eventPath = join(machine.temp, '_github_workflow', 'event.json')
  const github: Record<string, unknown> = {
    ...(setting.contexts.github as Record<string, unknown>),
    token,
    job: job.name.split(' / ').at(-1),
    workspace: machine.workspace,
    event_path: eventPath,
  }
  await prepareEvent(eventPath, github.event)
  const contexts: JobState['contexts'] = {
    ...setting.contexts,
    github,
    runner: runnerContext(machine, setting.selfHosted ? 'self-hosted' : 'github-hosted'),
    secrets: { GITHUB_TOKEN: token },
    job: jobContext(setting, 'success'),
    env: {},
    steps: {},
  }
  const declared = { ...setting.workflowEnv, ...file.env }
  const env = resolveValue(declared, contexts) as Record<string, unknown>
  const state: JobState = {
    setting,
    machine,
    log,
    token,
    contexts,
    env: texts(env),
    path: [],
    status: 'success',
    posts: [],
  }
  contexts.env = state.env
  return state
}

async function prepareEvent(path: string, event: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify(event, null, 2))
}

async function attemptStep(state: JobState, step: StepFile, record: JobStep) {
  const { log } = state
  const nothing = { outputs: {}, outcome: 'skipped' as Outcome, conclusion: 'skipped' as Outcome }
  state.contexts.job = jobContext(state.setting, state.status)
  try {
    if (!holdsCondition(step.if, state.contexts, statusFunctions(state))) return nothing
    log.print(`##[group]${record.name}`)
    const files = await CommandFiles.create(state.machine.temp)
    const ended = await runStep(state, step, files)
    log.print('##[endgroup]')
    const forgiven = resolveValue(step['continue-on-error'], state.contexts) === true
    const conclusion = ended.outcome === 'failure' && forgiven ? 'success' : ended.outcome
    return { outputs: ended.outputs, outcome: ended.outcome, conclusion }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    log.print(`##[error]${message}`)
    log.annotations.push({ level: 'error', message, properties: {} })
    return { outputs: {}, outcome: 'failure' as Outcome, conclusion: 'failure' as Outcome }
  }
}

/** The `job` context: how it goes, and which workflow file it is of. */
function jobContext({ origin }: JobSetting, status: Outcome) {
  const { path, sha } = origin.reference
  const [file = ''] = path.split('@')
  const [owner, repo, ...rest] = file.split('/')
  return {
    status,
    workflow_ref: path,
    workflow_sha: sha,
    workflow_repository: `${owner}/${repo}`,
    workflow_file_path: rest.join('/'),
  }
}

function jobOutputs({ setting, contexts }: JobState): Record<string, string> {
  return Object.fromEntries(
    Object.entries(setting.file.outputs ?? {}).map(([name, expression]) => [
      name,
      interpolate(String(expression), contexts),
    ]),
  )
}

function stepName(step: StepFile, { contexts }: JobState): string {
  if (step.name) return safeInterpolate(step.name, contexts)
  if (step.uses) return `Run ${step.uses}`
  return safeInterpolate(`Run ${(step.run ?? '').trim().split('\n')[0]}`, contexts)
}

/** A step's name is shown even when its expression has no value yet. */
function safeInterpolate(text: string, contexts: Contexts): string {
  try {
    return interpolate(text, contexts)
  } catch {
    return text
  }
}

function newStep({ job, stage }: JobSetting, name: string): JobStep {
  const step: JobStep = {
    number: job.steps.length + 1,
    name,
    status: 'in_progress',
    conclusion: null,
    startedAt: stage.world.now(),
    completedAt: null,
  }
  job.steps.push(step)
  return step
}

function endStep({ stage }: JobSetting, step: JobStep, conclusion: Outcome): void {
  step.status = 'completed'
  step.conclusion = conclusion
  step.completedAt = stage.world.now()
}
