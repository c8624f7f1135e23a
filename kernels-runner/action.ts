/** The story of the Action: inputs, declarations, run, outputs, summary, artifact. */
import { setFailed, setOutput } from '@actions/core'
import { randomUUID } from 'node:crypto'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { artifactName, explained, type Evidence } from '../spec-tools/index.ts'
import { readDeclarations, refuseOtherCommit, settingsDiffer } from './declarations.ts'
import { cacheFolder, type Environment } from './environment.ts'
import { holdModules } from './module-snapshot.ts'
import { readInputs, type Inputs } from './inputs.ts'
import { actionsLog, type RunLog } from './job-log.ts'
import { kernelCache } from './kernels/suite.ts'
import { runDiagnostics, type RunResult } from './run.ts'

/** Sources of the built-in programs: beside `dist/`, from where the Action is run. */
const kernelSources = join(import.meta.dirname, '../kernels-runner/kernels')

/** Runs the Action in this process's environment; what goes wrong fails the step with its reason. */
export async function act(): Promise<void> {
  const { env } = process
  const log = actionsLog((text) => process.stdout.write(text), randomUUID)
  try {
    const inputs = readInputs(env)
    const result = await run(inputs, env, log)
    await publish(inputs, result, env, log)
    failIfAsked(inputs, result)
  } catch (error) {
    setFailed(explained(error) ?? (error as Error))
  }
}

async function run(inputs: Inputs, env: Environment, log: RunLog): Promise<RunResult> {
  await refuseOtherCommit(inputs.source, inputs.sha)
  const { settings, investigation } = await readDeclarations({
    ...inputs,
    named: inputs.investigation,
  })
  const replaced = inputs.builtin.length > 0
  if (!replaced && (await settingsDiffer(inputs.source, inputs.settings, settings))) {
    log.warn(`The pull request changes ${inputs.settings}; the default branch's settings are used.`)
  }
  const diagnostics = replaced ? `, with the built-in ${inputs.builtin.join(', ')}` : ''
  log.say(`Settings ${inputs.settings}${diagnostics}: sha256 ${settings.sha256}`)
  log.say(
    investigation
      ? `Investigation ${investigation.slug}: sha256 ${investigation.sha256}`
      : 'No investigation is declared: all diagnostics are run.',
  )
  if (settings.value.isolation === 'none') holdModules(import.meta.dirname)
  return runDiagnostics(
    {
      request: requestOf(inputs, env),
      run: {
        id: positive(env['GITHUB_RUN_ID']),
        attempt: positive(env['GITHUB_RUN_ATTEMPT']),
      },
      settings,
      investigation,
      source: inputs.source,
      out: inputs.output,
      allowNoGpu: inputs.allowNoGpu,
      mask: inputs.mask,
    },
    {
      env,
      now: () => new Date(),
      log,
      signal: cancellation(log),
      nvidiaSmi: inputs.nvidiaSmi,
      kernels: { sources: kernelSources, cache: kernelCache(env), architecture: null },
      cache: cacheFolder(env),
      temp: env['RUNNER_TEMP'] ?? '/tmp',
    },
  )
}

async function publish(
  inputs: Inputs,
  result: RunResult,
  env: Environment,
  log: RunLog,
): Promise<void> {
  const { folder, evidence, files } = result
  await emptyCommandFiles(env)
  for (const reason of evidence.partial) log.warn(`The bundle is not whole. ${reason}.`)
  log.say(`Bundle: ${folder}, ${files.size} files, ${evidence.measurements.length} measurements`)
  setOutput('bundle', folder)
  if (inputs.upload) {
    const name = artifactName(inputs.request)
    const { uploadBundle } = await import('./upload.ts')
    const { id, digest } = await uploadBundle(name, folder, files)
    setOutput('artifact-id', id ?? '')
    setOutput('artifact-digest', digest ?? '')
    log.say(`Artifact ${name}: id ${id}, ${digest}`)
  }
  // Last: whatever a strange log does to the judgement, the evidence is safe.
  const { writeSummary } = await import('./summary.ts')
  const verdict = await writeSummary(result, inputs)
  setOutput('verdict', verdict)
  log.say(verdict)
}

/** SIGINT, then SIGTERM seconds later, is how a runner cancels a job. */
function cancellation(log: RunLog): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) log.say(`${signal}: stopping, and keeping what was measured.`)
      controller.abort()
    })
  }
  return controller.signal
}

/**
 * The diagnostics may have found the files through which a step sets variables and paths of later
 * steps. Nothing was written to them by us yet, so whatever is there is not ours.
 */
async function emptyCommandFiles(env: Environment): Promise<void> {
  const names = ['ENV', 'PATH', 'OUTPUT', 'STATE', 'STEP_SUMMARY'].map((name) => `GITHUB_${name}`)
  for (const file of names.flatMap((name) => env[name] ?? [])) {
    if (file !== '') await truncate(file).catch(() => undefined)
  }
}

function requestOf(inputs: Inputs, env: Environment): Evidence['request'] {
  const id = positive(env['GITHUB_REPOSITORY_ID'])
  const name = env['GITHUB_REPOSITORY']
  return {
    id: inputs.request,
    repository: id !== null && name ? { id, name } : null,
    pullRequest: inputs.pullRequest,
    sha: inputs.sha,
  }
}

function failIfAsked({ failOnDiagnostic }: Inputs, { evidence }: RunResult): void {
  const failed = evidence.diagnostics.filter(({ exit }) => exit.code !== 0).map(({ id }) => id)
  if (failOnDiagnostic && failed.length > 0) {
    setFailed(`Failed: ${failed.join(', ')}. The bundle was left all the same.`)
  }
}

function positive(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null
}
