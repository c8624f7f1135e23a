/** The Action's inputs, checked before anything is done with them. */
import { getInput } from '@actions/core'
import { resolve } from 'node:path'
import { bundlePath, commitSha, settingsPath } from '../spec-tools/index.ts'
import type { Environment } from './environment.ts'
import { usualPaths } from './gpu/probe.ts'
import { namedBuiltins, type BuiltinName } from './kernels/suite.ts'
import { RunRefusal } from './refusal.ts'

export interface Inputs {
  request: string
  pullRequest: number | null
  sha: string
  /** Absolute folders. */
  base: string
  source: string
  output: string
  /** Relative to `base`. */
  settings: string
  /** Slug or path, or null to find it. */
  investigation: string | null
  /** Built-in diagnostics to run in place of those of the settings. */
  builtin: BuiltinName[]
  allowNoGpu: boolean
  upload: boolean
  failOnDiagnostic: boolean
  /** Names of variables whose values are secrets. */
  mask: string[]
  nvidiaSmi: string[]
}

/**
 * @param env The Action's environment; inputs are its `INPUT_*` variables.
 * @throws RunRefusal naming the first input that is not acceptable, BuildRefusal for built-in
 *   diagnostics that are not known.
 */
export function readInputs(env: Environment): Inputs {
  const workspace = env['GITHUB_WORKSPACE'] ?? process.cwd()
  const folder = (name: string, fallback: string) => resolve(workspace, text(name) || fallback)
  const nvidiaSmi = text('nvidia-smi')
  if (!['', 'diagnose'].includes(text('mode'))) {
    throw refused('mode', text('mode'), 'diagnose or amend')
  }
  if (text('token') !== '') {
    throw new RunRefusal(
      'bad-input',
      'Input "token" is for mode amend. The diagnostics are code of a pull request and get no token.',
    )
  }
  return {
    request: matching('request', /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'letters, digits, . _ -'),
    pullRequest: text('pull-request') === '' ? null : whole('pull-request'),
    sha: accepted('sha', commitSha),
    base: folder('base', '.'),
    source: folder('source', '.'),
    output: folder('output', `${env['RUNNER_TEMP'] ?? workspace}/codicil-evidence`),
    settings: text('settings') || settingsPath,
    investigation: text('investigation') || null,
    builtin: text('builtin') === '' ? [] : namedBuiltins(text('builtin')),
    allowNoGpu: flag('allow-no-gpu'),
    upload: flag('upload'),
    failOnDiagnostic: flag('fail-on-diagnostic'),
    mask: text('mask')
      .split(/[\s,]+/)
      .filter((name) => name !== ''),
    nvidiaSmi: nvidiaSmi === '' ? [...usualPaths] : [absolute('nvidia-smi', nvidiaSmi)],
  }
}

function text(name: string): string {
  const value = getInput(name, { trimWhitespace: false })
  // Such a value was meant for a shell or for the workflow's expressions, not for us.
  // eslint-disable-next-line no-control-regex
  const foreign = /[\r\n\0]|\$\{\{|\$\(|`/.exec(value)
  if (foreign) {
    throw refused(name, value, 'a single line without ${{, $( or a backtick')
  }
  return value.trim()
}

function matching(name: string, pattern: RegExp, wanted: string): string {
  const value = text(name)
  if (!pattern.test(value)) throw refused(name, value, wanted)
  return value
}

function accepted(name: string, schema: typeof commitSha | typeof bundlePath): string {
  const value = text(name)
  const { success, data, error } = schema.safeParse(value)
  if (!success) throw refused(name, value, error.issues[0]?.message ?? 'another value')
  return data
}

function whole(name: string): number {
  return Number(matching(name, /^[1-9]\d{0,9}$/, 'a whole number from 1'))
}

function flag(name: string): boolean {
  const value = text(name).toLowerCase()
  if (!['true', 'false', ''].includes(value)) throw refused(name, value, 'true or false')
  return value === 'true'
}

function absolute(name: string, value: string): string {
  if (!value.startsWith('/')) throw refused(name, value, 'an absolute path')
  return value
}

function refused(name: string, received: string, wanted: string): RunRefusal {
  return new RunRefusal(
    'bad-input',
    `Input "${name}" must be ${wanted.replace(/^must be /, '')}; received ${JSON.stringify(received)}.`,
  )
}
