import type { Job, Permissions, WorkflowRun } from '../model.ts'
import { runtimeToken } from '../results.ts'
import type { Stage } from '../stage.ts'
import type { Contexts, Functions } from '../workflows/expressions.ts'
import type { JobFile, RunDefaults } from '../workflows/workflow.ts'
import type { CommandFiles, StepCommands } from './command-files.ts'
import type { JobLog } from './log.ts'
import { contextVariables, type Machine } from './machine.ts'
import type { Sources, WorkflowOrigin } from './sources.ts'

export type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped'

/** Milliseconds that a cancelled process has after SIGINT, and then after SIGTERM. */
export interface Patience {
  interrupted: number
  terminated: number
}

/** What a job needs from around it. */
export interface JobSetting {
  stage: Stage
  run: WorkflowRun
  job: Job
  file: JobFile
  workflowEnv: Record<string, unknown>
  defaults: RunDefaults
  /** `github`, `inputs`, `needs`, `vars`, `strategy` and `matrix`. */
  contexts: Contexts
  permissions: Permissions
  origin: WorkflowOrigin
  sources: Sources
  work: string
  node: string
  machineEnv: Record<string, string>
  selfHosted: boolean
  patience: Patience
  signal: AbortSignal
  onLine: (line: string) => void
}

/** The state that steps share while a job runs. */
export interface JobState {
  setting: JobSetting
  machine: Machine
  log: JobLog
  token: string
  contexts: Contexts & { github: Record<string, unknown> }
  env: Record<string, string>
  path: string[]
  status: Exclude<Outcome, 'skipped'>
  /** What runs after the last step, newest first. */
  posts: Array<{ name: string; condition: string; run: () => Promise<Outcome> }>
}

/** `success()`, `failure()`, `always()` and `cancelled()` as a step sees them. */
export function statusFunctions({ status }: { status: Outcome }): Functions {
  return {
    success: () => status === 'success',
    failure: () => status === 'failure',
    cancelled: () => status === 'cancelled',
    always: () => true,
  }
}

/** Takes over what a step wrote into its command files. */
export function takeOver(state: JobState, commands: StepCommands): void {
  Object.assign(state.env, commands.env)
  state.path.unshift(...commands.path.toReversed())
  if (commands.summary) state.setting.job.summary += `${commands.summary}\n`
  for (const error of commands.errors) state.log.print(`##[error]${error}`)
}

/** The environment of a step's process: the machine's, GitHub's, then what workflow and steps set. */
export function stepEnvironment(
  state: JobState,
  files: CommandFiles,
  stepEnv: Record<string, string>,
): Record<string, string> {
  const { machine, contexts, setting } = state
  const path = [...state.path, setting.machineEnv.PATH ?? process.env.PATH ?? ''].join(':')
  return {
    LANG: 'C.UTF-8',
    ...setting.machineEnv,
    HOME: machine.home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    ...contextVariables('GITHUB', contexts.github),
    // The official artifact client refuses servers that are not github.com.
    GITHUB_SERVER_URL: 'https://github.com',
    ...contextVariables('RUNNER', contexts.runner as Record<string, unknown>),
    ...state.env,
    ...stepEnv,
    ...files.variables,
    PATH: path,
  }
}

/** What GitHub gives to actions and not to `run:` steps. */
export function actionEnvironment({ setting }: JobState): Record<string, string> {
  const { run, job, stage } = setting
  const hour = new Date(Date.now() + 3_600_000)
  return {
    ACTIONS_RUNTIME_TOKEN: runtimeToken(run, job, hour),
    ACTIONS_RUNTIME_URL: `${stage.links.api}/`,
    ACTIONS_RESULTS_URL: `${stage.links.api}/`,
  }
}

export function texts(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === null ? '' : String(value)]),
  )
}
