/** The built-in diagnostics: which there are, and how a run comes by them. */
import { join } from 'node:path'
import type { DiagnosticSettings } from '../../spec-tools/index.ts'
import { cacheFolder, type Environment } from '../environment.ts'
import { canaryName, type CanaryProgram } from '../gpu/canary.ts'
import { architecturesHere, buildKernel, cachedKernel, findNvcc } from './build.ts'
import { BuildRefusal } from './refusal.ts'

/** Name -> what it is about, in the order in which they run: health first, it vouches for the rest. */
export const builtins = {
  'd5-health': 'memory bandwidth, clocks, temperature and throttling',
  'd1-q4k': 'Q4_K products with F32 and Q8_K activations against f64',
  'd2-f32': 'RMSNorm, RoPE and softmax in F32 against f64',
  'd3-qkv': 'which step of a QKV projection with bias and RoPE is wrong',
  'd4-determinism': 'whether sums give the same bits in 100 runs',
} as const

export type BuiltinName = keyof typeof builtins

/** Sources of the built-in diagnostics, where this file is run as it stands. */
export const kernelSources: string = import.meta.dirname

/**
 * The built-in diagnostics that a list names, each once.
 *
 * @param text `all`, or names with commas between them
 * @throws BuildRefusal naming all that are unknown
 */
export function namedBuiltins(text: string): BuiltinName[] {
  const names = text.split(',').map((name) => name.trim())
  const all = Object.keys(builtins) as BuiltinName[]
  const unknown = names.filter((name) => name !== 'all' && !Object.hasOwn(builtins, name))
  if (unknown.length > 0) {
    throw new BuildRefusal(
      'unknown-builtin',
      `There is no built-in diagnostic ${unknown.map((name) => `"${name}"`).join(', ')}. There are: all, ${all.join(', ')}.`,
    )
  }
  return all.filter((name) => names.includes(name) || names.includes('all'))
}

/**
 * Diagnostics as settings declare them. Their command is the program's bare name: evidence then does
 * not say where this machine keeps its programs, and the isolation shows what is on `PATH`.
 */
export function builtinDiagnostics(names: readonly BuiltinName[]) {
  return Object.fromEntries(names.map((name) => [name, { builtin: name, timeout: '2m' }]))
}

/**
 * The built-in diagnostics among those that were chosen, each once.
 *
 * @throws BuildRefusal naming all that are unknown
 */
export function builtinsAmong(
  chosen: readonly (readonly [id: string, settings: DiagnosticSettings])[],
): BuiltinName[] {
  const names = chosen.flatMap(([, { builtin }]) => builtin ?? [])
  return names.length === 0 ? [] : namedBuiltins(names.join(','))
}

/** Where the programs come from, and where they go. */
export interface KernelPlace {
  /** Folder of the sources. */
  sources: string
  /** Folder of compiled programs; must not be one that diagnostics can write. */
  cache: string
  /** Such as `sm_89`, or null for that of the GPUs that are there. */
  architecture: string | null
}

export interface SuiteOrder extends KernelPlace {
  names: readonly BuiltinName[]
  env: Environment
  /** Absolute paths of nvidia-smi, tried in turn. */
  nvidiaSmi: readonly string[]
}

export interface Suite {
  /** The environment given, with the programs first on `PATH`. */
  env: Environment
  architectures: readonly string[]
  /** What had to be compiled; the rest was in the cache. */
  compiled: BuiltinName[]
}

/**
 * Compiles what is not in the cache yet, and says how to run it.
 *
 * @throws BuildRefusal before anything is compiled if there is no GPU or no compiler, or if one of
 *   them cannot be compiled
 */
export async function buildSuite(order: SuiteOrder): Promise<Suite> {
  const { names, env, architecture } = order
  const architectures = architecture ? [architecture] : await architecturesHere(order.nvidiaSmi)
  const nvcc = await findNvcc(env)
  const built = await Promise.all(
    names.map(async (name) => ({
      name,
      ...(await buildKernel({ ...order, name, nvcc, architectures })),
    })),
  )
  return {
    env: built.reduceRight<Environment>((found, { folder }) => onPath(folder, found), env),
    architectures,
    compiled: built.filter(({ reused }) => !reused).map(({ name }) => name),
  }
}

/**
 * The canary's program: compiled now, or by an earlier run where there is no compiler any more. Without
 * one the run goes on, and the bundle says why.
 */
export async function buildCanary(order: Omit<SuiteOrder, 'names'>): Promise<CanaryProgram> {
  const { env, architecture } = order
  try {
    const architectures = architecture ? [architecture] : await architecturesHere(order.nvidiaSmi)
    const kernel = { ...order, name: canaryName, architectures }
    const nvcc = await findNvcc(env).catch((error: Error) => error)
    if (!(nvcc instanceof Error)) return await buildKernel({ ...kernel, nvcc })
    const cached = await cachedKernel(kernel)
    if (cached === null) throw nvcc
    return cached
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

/** An environment in which the programs of a folder are found first. */
export function onPath(folder: string, env: Environment): Environment {
  return { ...env, PATH: `${folder}:${env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}` }
}

/** Where programs are kept: what a runner keeps between jobs, else the user's cache. */
export function kernelCache(env: Environment): string {
  return join(cacheFolder(env), 'kernels')
}
