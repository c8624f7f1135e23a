/** What a diagnostic may see of the environment, and what must not appear in its output. */
import { realpathSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import type { Sensitive } from './redaction.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The few variables that building and running a diagnostic needs, by their exact names. Everything
 * else stays outside: the runner's tokens and command files, `LD_PRELOAD`, and whatever a later runner
 * may add.
 */
const passed: ReadonlySet<string> = new Set(
  [
    'PATH HOME USER LOGNAME SHELL TZ LANG LANGUAGE XDG_RUNTIME_DIR LD_LIBRARY_PATH',
    'LC_ALL LC_ADDRESS LC_COLLATE LC_CTYPE LC_IDENTIFICATION LC_MEASUREMENT LC_MESSAGES LC_MONETARY LC_NAME LC_NUMERIC LC_PAPER LC_TELEPHONE LC_TIME',
    'CUDA_HOME CUDA_PATH CUDA_ROOT CUDA_VERSION CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER CUDA_LAUNCH_BLOCKING CUDA_MODULE_LOADING CUDA_DEVICE_MAX_CONNECTIONS CUDA_CACHE_DISABLE CUDA_FORCE_PTX_JIT CUDA_DISABLE_PTX_JIT CUDA_MPS_PIPE_DIRECTORY',
    'NVIDIA_VISIBLE_DEVICES NVIDIA_DRIVER_CAPABILITIES NVIDIA_REQUIRE_CUDA NVIDIA_TF32_OVERRIDE',
    'CARGO_HOME RUSTUP_HOME RUSTUP_TOOLCHAIN PYENV_ROOT PYENV_VERSION CONDA_PREFIX CONDA_DEFAULT_ENV VIRTUAL_ENV UV_PYTHON UV_PYTHON_INSTALL_DIR',
    'XDG_CACHE_HOME CCACHE_DIR SCCACHE_DIR POETRY_VIRTUALENVS_PATH',
  ].flatMap((names) => names.split(' ')),
)

/**
 * Names that say that a value is a secret, although nobody listed them. Such a value neither reaches a
 * diagnostic nor may it appear in what one prints. In `TOKENIZERS_PARALLELISM` no word is one of these.
 */
const secretName =
  /(?:TOKENS?|SECRETS?|PASSWORDS?|PASSWD|PASSPHRASE|CREDENTIALS?|KEYS?|(?:^|_)PAT)(?:_|$)/i

export function diagnosticEnvironment(env: Environment): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      passed.has(entry[0]) && !secretName.test(entry[0]) && entry[1] !== undefined,
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

/** What a runner keeps between jobs, else the user's cache. */
export function cacheFolder(env: Environment): string {
  const kept = env['RUNNER_TOOL_CACHE'] || env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return join(kept, 'codicil')
}
