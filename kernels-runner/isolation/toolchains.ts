/** Compilers, interpreters and their stores that the runner has: what of them is seen, and how told. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { caches } from './caches.ts'
import type { Built, Place } from './isolation.ts'
import { isRunner, ownFolders, real } from './own-folders.ts'

export interface Toolchains {
  /** Folders and files, seen read-only under their own names. */
  seen: string[]
  /** Read-only too, under another name: those of a writable folder. */
  stores: (readonly [from: string, seenAs: string])[]
  /** Where the tools find what is seen, and where they may write. */
  variables: Record<string, string>
}

export function toolchains(place: Place): Toolchains {
  const { env, source, scratch } = place
  const home = env['HOME'] ?? '/nonexistent'
  const rustup = env['RUSTUP_HOME'] ?? join(home, '.rustup')
  const pyenv = env['PYENV_ROOT'] ?? join(home, '.pyenv')
  const uv = env['UV_PYTHON_INSTALL_DIR'] ?? join(home, '.local/share/uv/python')
  const kept = caches(place)
  const named = ['PATH', 'LD_LIBRARY_PATH', 'CONDA_PREFIX', 'VIRTUAL_ENV', 'CUDA_HOME', 'CUDA_PATH']
  const folders = named
    .flatMap((name) => env[name]?.split(':') ?? [])
    .concat(rustup, pyenv, uv, kept.seen)
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => resolve(folder))
  const all = folders
    .concat(ofLoader())
    .flatMap((folder) => [...new Set([folder, real(folder)])])
    .flatMap((folder) => [folder, ...wholeOf(folder)])
  const cargoHome = place.built?.writable
    ? join(place.built.seenAs, 'cargo-home')
    : join(scratch, 'cargo')
  // Its program and work are nothing that a diagnostic may see.
  const own = [process.execPath, ...process.argv.slice(1, 2), ...ownFolders()]
  const apart = [home, source, scratch, ...own].flatMap((path) => [path, real(path)])
  return {
    seen: [...new Set(all)]
      // bubblewrap passes over what is not there, and stops at what the runner may not look into.
      .filter((folder) => existsSync(folder))
      .filter((folder) => !/^\/(?:(?:usr|bin|sbin)(?:\/|$)|(?:opt|srv|mnt|media)$)/.test(folder))
      .filter((folder) => !isRunner(folder))
      // A folder above these would bring the runner's own into sight.
      .filter((folder) => !apart.some((inside) => holds(real(folder), inside))),
    stores: cargoStores(env['CARGO_HOME'] ?? join(home, '.cargo'), cargoHome, place.built),
    variables: {
      ...(existsSync(rustup) && { RUSTUP_HOME: rustup }),
      ...(existsSync(pyenv) && { PYENV_ROOT: pyenv }),
      ...(existsSync(uv) && { UV_PYTHON_INSTALL_DIR: uv }),
      CARGO_HOME: cargoHome,
      ...kept.variables,
      ...(place.network ? {} : { CARGO_NET_OFFLINE: 'true', UV_OFFLINE: '1', PIP_NO_INDEX: '1' }),
    },
  }
}

export function holds(folder: string, path: string): boolean {
  return folder === '/' || `${path}/`.startsWith(`${folder}/`)
}

/** What is only found in the folder of a whole toolchain: conda, venv, pyenv, CUDA. */
const marks = ['conda-meta', 'pyvenv.cfg', 'libexec/pyenv', 'nvvm']

/** Below /opt each program has a folder of its own: /opt/rocm/bin, /opt/tools/python/3.12/bin. */
const program = /^(\/opt\/.+)\/(?:bin|sbin|lib|lib64)$/

/** A program's folder may need what lies beside it, and a virtual environment what it was made of. */
function wholeOf(folder: string): string[] {
  const whole =
    [folder, dirname(folder)].find((one) => marks.some((mark) => existsSync(join(one, mark)))) ??
    program.exec(folder)?.[1]
  if (whole === undefined) return []
  const base = interpreterOf(join(whole, 'pyvenv.cfg'))
  return base === null ? [whole] : [whole, base]
}

/** Folders below /opt where the loader looks for libraries. */
function ofLoader(): string[] {
  const folder = '/etc/ld.so.conf.d'
  if (!existsSync(folder)) return []
  const lines = readdirSync(folder).flatMap((name) => readLines(join(folder, name)))
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('/opt/'))
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

/** The folder of the Python that a virtual environment was made of: above the `home` that it names. */
function interpreterOf(configuration: string): string | null {
  if (!existsSync(configuration)) return null
  const bin = /^home *= *(\/.*)$/m.exec(readFileSync(configuration, 'utf8'))?.[1]?.trim()
  return bin !== undefined && existsSync(join(bin, 'python3')) ? dirname(realpathSync(bin)) : null
}

const fetched = ['registry/index', 'registry/cache', 'git/db']

/**
 * What cargo has fetched, by `setup` or else on the runner; never its credentials, nor a configuration
 * that holds one. `setup` fetches for itself.
 */
function cargoStores(from: string, to: string, built: Built | null): Toolchains['stores'] {
  const configuration = ['config.toml', 'config'].filter((name) => {
    const path = join(from, name)
    return (
      existsSync(path) && !/token|secret|password|credential|key/i.test(readFileSync(path, 'utf8'))
    )
  })
  const own =
    built && existsSync(join(built.path, 'cargo-home')) ? join(built.path, 'cargo-home') : from
  const stores = built?.writable
    ? []
    : fetched.map((name) => [join(own, name), join(to, name)] as const)
  return [...stores, ...configuration.map((name) => [join(from, name), join(to, name)] as const)]
}
