/** What a diagnostic may see of the environment, and what must not appear in its output. */
import { realpathSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Sensitive } from './redaction.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The few variables that building and running a diagnostic needs. Everything else stays outside: the
 * runner's tokens and command files, `LD_PRELOAD`, and whatever a later runner may add.
 */
const passed =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|LD_LIBRARY_PATH|CUDA_[A-Z0-9_]+|NVIDIA_[A-Z0-9_]+|CARGO_HOME|RUSTUP_HOME|RUSTUP_TOOLCHAIN|CONDA_PREFIX|VIRTUAL_ENV|XDG_RUNTIME_DIR)$/

/** Names that say that a value is a secret, although nobody listed them. */
const secretName =
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|(?:^|_)PAT)$/i

export function diagnosticEnvironment(env: Environment): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => passed.test(entry[0]) && entry[1] !== undefined,
  )
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', ...Object.fromEntries(kept) }
}

/**
 * Secrets and places of this machine.
 *
 * @param masked Names of variables whose values are secrets, beyond those that their name gives away.
 * @param folders Folder -> what is shown instead.
 */
export function sensitive(
  env: Environment,
  masked: readonly string[],
  folders: Readonly<Record<string, string>>,
): Sensitive {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && (masked.includes(name) || secretName.test(name)) ? [value] : [],
  )
  const runner = {
    GITHUB_WORKSPACE: '<workspace>',
    RUNNER_TEMP: '<runner temp>',
    RUNNER_TOOL_CACHE: '<runner tools>',
    RUNNER_WORKSPACE: '<runner workspace>',
    HOME: '<home>',
  }
  const places = [
    ...Object.entries(folders),
    ...Object.entries(runner).map(([name, shown]) => [env[name] ?? '', shown] as const),
  ]
  const host = hostname()
  return {
    secrets,
    places: [
      ...places.flatMap(([folder, shown]) => spellings(folder).map((one) => [one, shown] as const)),
      ...(host === 'localhost' ? [] : [[host, '<host>'] as const]),
    ],
  }
}

/** A folder as it was named and as the kernel names it. */
function spellings(folder: string): string[] {
  const named = folder.replace(/\/+$/, '')
  if (!named.startsWith('/')) return []
  try {
    return [...new Set([named, realpathSync(named)])]
  } catch {
    return [named]
  }
}
