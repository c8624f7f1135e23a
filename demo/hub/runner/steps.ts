import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { interpolate, resolveValue } from '../workflows/expressions.ts'
import type { StepFile } from '../workflows/workflow.ts'
import { checkout } from './checkout.ts'
import { CommandFiles } from './command-files.ts'
import {
  actionEnvironment,
  stepEnvironment,
  takeOver,
  texts,
  type JobState,
  type Outcome,
} from './state.ts'
import type { WorkflowCommand } from './log.ts'
import { runProcess, timeLimit } from './process.ts'
import { loadAction, parseReference, type LoadedAction } from './sources.ts'

interface StepEnd {
  outcome: Outcome
  outputs: Record<string, string>
}

/** Runs one step: a script, a checkout, or a JavaScript action. */
export async function runStep(
  state: JobState,
  step: StepFile,
  files: CommandFiles,
): Promise<StepEnd> {
  const env = texts(resolveValue(step.env ?? {}, state.contexts) as Record<string, unknown>)
  const scoped: JobState = {
    ...state,
    contexts: { ...state.contexts, env: { ...state.env, ...env } },
  }
  const limit = timeLimit(
    state.setting.signal,
    resolveValue(step['timeout-minutes'], scoped.contexts),
  )
  try {
    if (step.run !== undefined)
      return await runScript(state, scoped, step, env, files, limit.signal)
    return await runUses(state, scoped, step, env, files, limit.signal)
  } finally {
    limit.clear()
  }
}

const shells: Record<string, string> = {
  bash: 'bash --noprofile --norc -eo pipefail {0}',
  sh: 'sh -e {0}',
  unspecified: 'bash -e {0}',
}

async function runScript(
  state: JobState,
  scoped: JobState,
  step: StepFile,
  env: Record<string, string>,
  files: CommandFiles,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { machine, setting } = state
  const script = join(machine.temp, `${crypto.randomUUID()}.sh`)
  const text = interpolate(step.run ?? '', scoped.contexts)
  await writeFile(script, text)
  for (const line of text.trimEnd().split('\n')) state.log.print(line)
  const shell = step.shell ?? setting.defaults.shell ?? 'unspecified'
  const [file = 'bash', ...args] = (shells[shell] ?? shell)
    .split(' ')
    .map((word) => (word === '{0}' ? script : word))
  const folder = step['working-directory'] ?? setting.defaults['working-directory'] ?? ''
  const cwd = join(machine.workspace, interpolate(folder, scoped.contexts))
  const environment = stepEnvironment(state, files, env)
  const { patience } = setting
  const code = await runProcess({
    file,
    args,
    cwd,
    env: environment,
    log: state.log,
    signal,
    patience,
  })
  return endOf(state, files, code, signal)
}

async function runUses(
  state: JobState,
  scoped: JobState,
  step: StepFile,
  env: Record<string, string>,
  files: CommandFiles,
  signal: AbortSignal,
): Promise<StepEnd> {
  const uses = step.uses ?? ''
  const given = texts(resolveValue(step.with ?? {}, scoped.contexts) as Record<string, unknown>)
  if (uses.startsWith('actions/checkout@')) return runCheckout(state, given, signal)
  const action = uses.startsWith('./')
    ? await loadAction(join(state.machine.workspace, uses))
    : await state.setting.sources.action(parseReference(usedBy(state, uses)), state.machine.actions)
  return runAction(state, scoped, { uses, action, given, env, files, signal })
}

/** `$/path` is an action of the repository of the running workflow, at the workflow's own commit. */
function usedBy({ setting }: JobState, uses: string): string {
  if (!uses.startsWith('$/')) return uses
  const { path, sha } = setting.origin.reference
  const [owner, repo] = path.split('/')
  return `${owner}/${repo}${uses.slice(1).replace(/\/$/, '')}@${sha}`
}

async function runCheckout(
  state: JobState,
  inputs: Record<string, string>,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { run, stage, sources } = state.setting
  const { owner, name } = run.repository
  const outputs = await checkout(inputs, {
    server: stage.links.web,
    workspace: state.machine.workspace,
    repository: `${owner.login}/${name}`,
    sha: run.headSha,
    token: state.token,
    folderOf: (repository, ref) => {
      const [checkedOwner = '', repo = ''] = repository.split('/')
      return sources.folder({ owner: checkedOwner, repo, ref })
    },
    env: {
      PATH: state.setting.machineEnv.PATH ?? process.env.PATH ?? '',
      HOME: state.machine.home,
    },
    log: state.log,
    signal,
    patience: state.setting.patience,
  })
  return { outcome: signal.aborted ? 'cancelled' : 'success', outputs }
}

interface ActionStep {
  uses: string
  action: LoadedAction
  given: Record<string, string>
  env: Record<string, string>
  files: CommandFiles
  signal: AbortSignal
}

async function runAction(state: JobState, scoped: JobState, step: ActionStep): Promise<StepEnd> {
  const { action, files, signal, uses } = step
  const { runs } = action.file
  if (!/^node\d+$/.test(runs.using) || runs.main === undefined) {
    throw new Error(
      `${uses} runs using '${runs.using}'; this runner knows JavaScript actions only.`,
    )
  }
  const inputs = inputVariables(action, step.given, scoped)
  const identity = actionIdentity(uses)
  const saved: Record<string, string> = {}
  const start = async (entry: string, entryFiles: CommandFiles, entrySignal: AbortSignal) =>
    runProcess({
      file: state.setting.node,
      args: [join(action.folder, entry)],
      cwd: state.machine.workspace,
      env: {
        ...stepEnvironment(state, entryFiles, step.env),
        ...actionEnvironment(state),
        ...identity,
        ...inputs,
        ...Object.fromEntries(Object.entries(saved).map(([key, value]) => [`STATE_${key}`, value])),
      },
      log: state.log,
      signal: entrySignal,
      patience: state.setting.patience,
      onCommand: (command) => saveState(saved, command),
    })
  const code = await start(runs.main, files, signal)
  Object.assign(saved, (await files.read()).state)
  const { post } = runs
  if (post !== undefined) {
    state.posts.unshift({
      name: uses,
      condition: runs['post-if'] ?? 'always()',
      run: async () => {
        const postFiles = await CommandFiles.create(state.machine.temp)
        const postCode = await start(post, postFiles, AbortSignal.timeout(60_000))
        return (await endOf(state, postFiles, postCode, signal)).outcome
      },
    })
  }
  return endOf(state, files, code, signal)
}

async function endOf(
  state: JobState,
  files: CommandFiles,
  code: number | undefined,
  signal: AbortSignal,
): Promise<StepEnd> {
  const commands = await files.read()
  takeOver(state, commands)
  if (signal.aborted) return { outcome: abortedOutcome(state), outputs: commands.outputs }
  if (code !== 0) {
    const message = `Process completed with exit code ${code ?? 'unknown'}.`
    state.log.print(`##[error]${message}`)
    state.log.annotations.push({ level: 'error', message, properties: {} })
  }
  const failed = code !== 0 || commands.errors.length > 0
  return { outcome: failed ? 'failure' : 'success', outputs: commands.outputs }
}

/** A step that ran out of time failed; one whose run was cancelled was cancelled. */
function abortedOutcome({ setting, log }: JobState): Outcome {
  if (setting.signal.aborted) {
    log.print('##[error]The operation was canceled.')
    return 'cancelled'
  }
  log.print('##[error]The step has timed out.')
  return 'failure'
}

function inputVariables(
  { file }: LoadedAction,
  given: Record<string, string>,
  { contexts }: JobState,
): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, { default: otherwise }] of Object.entries(file.inputs ?? {})) {
    if (otherwise !== undefined) values[name] = interpolate(String(otherwise), contexts)
  }
  return Object.fromEntries(
    Object.entries({ ...values, ...given }).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  )
}

function actionIdentity(uses: string): Record<string, string> {
  if (uses.startsWith('./') || uses.startsWith('$/'))
    return { GITHUB_ACTION: '__self', GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' }
  const { owner, repo, ref } = parseReference(uses)
  return {
    GITHUB_ACTION: `__${owner}_${repo}`,
    GITHUB_ACTION_REPOSITORY: `${owner}/${repo}`,
    GITHUB_ACTION_REF: ref,
  }
}

function saveState(
  saved: Record<string, string>,
  { name, properties, message }: WorkflowCommand,
): void {
  if (name === 'save-state' && properties.name) saved[properties.name] = message
}
