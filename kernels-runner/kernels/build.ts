/**
 * Compiles a built-in diagnostic for the GPUs that are there, once for each state of its sources.
 *
 * Programs are kept in a cache folder by a hash of everything that they were made from. Whoever can
 * write that folder decides what is run from it: it must not be one that diagnostics can write.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { ask, type Answer } from '../process/command.ts'
import type { Environment } from '../environment.ts'
import { firstExecutable } from '../files.ts'
import { BuildRefusal } from './refusal.ts'

export interface Nvcc {
  /** Absolute path. */
  file: string
  /** What `nvcc --version` prints. */
  version: string
}

export interface BuildOrder {
  /** Of the diagnostic: its source is `<name>.cu`, the program `<name>`. */
  name: string
  /** Folder of the sources. */
  sources: string
  /** Folder of the cache; made if it is not there. */
  cache: string
  nvcc: Nvcc
  /** What to compile for, such as `sm_89`; at least one. */
  architectures: readonly string[]
}

export interface Built {
  /** Absolute folder with the program in it, and nothing else. */
  folder: string
  /** Whether it was in the cache. */
  reused: boolean
}

/** Where toolkits are installed; newer ones are reached by the first, which the installer links. */
export const usualNvcc: readonly string[] = [
  '/usr/local/cuda/bin/nvcc',
  '/opt/cuda/bin/nvcc',
  '/usr/lib/cuda/bin/nvcc',
  '/usr/bin/nvcc',
]

const header = 'kernels.cuh'

/** Without fast-math: the error bounds rest on IEEE arithmetic. Several architectures at a time. */
const flags = ['-O3', '-std=c++17', '--threads=0']

const compileMs = 5 * 60_000
const askMs = 30_000

/**
 * The compiler: that of `CUDA_HOME` or `CUDA_PATH`, else the first of the usual places, else the first
 * on `PATH`.
 *
 * @throws BuildRefusal if there is none, or it does not answer
 */
export async function findNvcc(env: Environment, usual = usualNvcc): Promise<Nvcc> {
  const homes = [env['CUDA_HOME'], env['CUDA_PATH']].flatMap((home) =>
    home ? [join(home, 'bin/nvcc')] : [],
  )
  const onPath = (env['PATH'] ?? '').split(':').map((folder) => join(folder, 'nvcc'))
  const tried = [...homes, ...usual, ...onPath].filter((file) => isAbsolute(file))
  const file = await firstExecutable(tried)
  if (file === undefined) {
    throw new BuildRefusal(
      'no-nvcc',
      `The built-in diagnostics are compiled where they run, but there is no nvcc at ${[...homes, ...usual].join(', ')} or on PATH. Install the CUDA toolkit, or set CUDA_HOME to its folder.`,
    )
  }
  const answer = await ask(file, ['--version'], askMs)
  if (answer.code !== 0) {
    throw new BuildRefusal('no-nvcc', `${file} --version failed: ${said(answer)}`)
  }
  return { file, version: answer.stdout }
}

/**
 * The architectures of the GPUs that are there, each once: `sm_90` for compute capability 9.0.
 *
 * @param nvidiaSmi Absolute paths of nvidia-smi; the first that exists is asked.
 * @throws BuildRefusal if there is no GPU, or its driver does not say
 */
export async function architecturesHere(nvidiaSmi: readonly string[]): Promise<string[]> {
  const file = await firstExecutable(nvidiaSmi)
  if (file === undefined) {
    throw new BuildRefusal(
      'no-gpu',
      `The built-in diagnostics need an NVIDIA GPU, but there is no nvidia-smi at ${nvidiaSmi.join(', ')}. Run on a machine with a GPU and its driver.`,
    )
  }
  const args = ['--query-gpu=compute_cap', '--format=csv,noheader']
  const answer = await ask(file, args, askMs)
  const capabilities = answer.stdout.split('\n').map((line) => /^(\d+)\.(\d)$/.exec(line.trim()))
  const found = capabilities.flatMap((match) => (match ? [`sm_${match[1]}${match[2]}`] : []))
  if (answer.code !== 0 || found.length === 0) {
    throw new BuildRefusal(
      'no-gpu',
      `${file} ${args.join(' ')} names no GPU: ${said(answer)} Drivers before 510 do not know the field: update the driver, or name the architecture yourself, such as sm_89.`,
    )
  }
  return [...new Set(found)].sort()
}

/** @throws BuildRefusal with the compiler's first errors if it fails */
export async function buildKernel(order: BuildOrder): Promise<Built> {
  const { name, sources, cache, nvcc } = order
  const targets = order.architectures.map(target)
  const source = join(sources, `${name}.cu`)
  const made = await madeFrom(order)
  const folder = join(cache, digest([...made, nvcc.version]))
  const program = join(folder, name)
  if ((await firstExecutable([program])) !== undefined) return { folder, reused: true }

  await mkdir(folder, { recursive: true })
  // Beside the program and not in its place: a compilation that is cut off leaves no half program,
  // and of two at a time the last one stays whole.
  const unfinished = join(cache, `unfinished-${randomUUID()}`)
  try {
    const answer = await ask(nvcc.file, [...flags, ...targets, '-o', unfinished, source], compileMs)
    if (answer.code !== 0) throw notCompiled(order, answer)
    await rename(unfinished, program)
    await symlink(basename(folder), unfinished)
    await rename(unfinished, join(cache, `latest-${digest(made)}`))
  } finally {
    await rm(unfinished, { force: true })
  }
  return { folder, reused: false }
}

/** The newest program that any compiler made from these sources; null if none is in the cache. */
export async function cachedKernel(order: Omit<BuildOrder, 'nvcc'>): Promise<Built | null> {
  const latest = join(order.cache, `latest-${digest(await madeFrom(order))}`)
  const folder = await realpath(latest).catch(() => null)
  if (folder === null || (await firstExecutable([join(folder, order.name)])) === undefined) {
    return null
  }
  return { folder, reused: true }
}

/** All but the compiler that a program depends on. */
async function madeFrom(order: Omit<BuildOrder, 'nvcc'>): Promise<(string | Uint8Array)[]> {
  const { name, sources } = order
  const files = [`${name}.cu`, header].map((file) => readFile(join(sources, file)))
  return [name, ...(await Promise.all(files)), ...flags, ...order.architectures.map(target)]
}

function target(architecture: string): string {
  const number = /^sm_(\d{2,3}[a-z]?)$/.exec(architecture)?.[1]
  if (number === undefined) {
    throw new BuildRefusal(
      'unknown-architecture',
      `${JSON.stringify(architecture)} is no GPU architecture. Write sm_ and the compute capability without its dot: sm_89 for 8.9.`,
    )
  }
  return `-gencode=arch=compute_${number},code=sm_${number}`
}

/** Of parts with their lengths, so that no two lists of parts run together to the same bytes. */
function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex')
}

function notCompiled({ name, nvcc, architectures }: BuildOrder, answer: Answer): BuildRefusal {
  const release = /release ([\d.]+)/.exec(nvcc.version)?.[1] ?? 'of unknown version'
  const unknown = /unsupported gpu architecture/i.test(answer.stderr)
  const advice = unknown
    ? ` This toolkit does not know ${architectures.join(', ')}: install one that does.`
    : ''
  return new BuildRefusal(
    'compile-failed',
    `${nvcc.file} (${release}) could not compile ${name} for ${architectures.join(', ')}: ${said(answer)}${advice}`,
  )
}

function said({ code, stdout, stderr, timedOut }: Answer): string {
  if (timedOut) return 'it did not end in time.'
  const text = `${stderr}\n${stdout}`.trim().split('\n').slice(0, 8).join('\n').slice(0, 2000)
  return text === '' ? `exit code ${code ?? 'none'}, and it said nothing.` : text
}
