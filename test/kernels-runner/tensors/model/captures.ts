/** Captures of the model as safetensors files: the inputs of the fault tests. */
import { writeFileSync } from 'node:fs'
import { bytesOf, safetensors, type Stage } from '../write.ts'
import type { Arithmetic } from './arithmetic.ts'
import { firstStageOf, type Fault } from './faults.ts'
import { forward, tokens, weightsDigest, type Capture } from './transformer.ts'

export interface CaptureOptions extends Partial<Arithmetic> {
  fault?: Fault
  /** Layer in which the fault is; 1 unless said. */
  layer?: number
  seed?: number
  /** Type of the elements in the file; that of the computation unless said. */
  stored?: 'F64' | 'F32' | 'BF16'
  /** Keeps only the stages for which it is true: gaps in the captures. */
  keep?: (stage: string) => boolean
  /** Leaves all metadata out. */
  bare?: boolean
}

export interface WrittenCaptures {
  /** Names of all stages in their order, also of those that were not kept. */
  stages: string[]
  /** The stage that the fault changes first; null without a fault. */
  first: string | null
}

/** Runs the model and writes its stages to `path`, with what the metadata should say. */
export function writeCaptures(path: string, options: CaptureOptions = {}): WrittenCaptures {
  const { fault, layer = 1, seed = 7, precision = 'f32', keep = () => true } = options
  const { summation = 'forward', tile = 1024, bare = false } = options
  const arithmetic = { precision, summation, tile }
  const captures = forward(seed, arithmetic, fault && { fault, layer })
  const dtype = options.stored ?? ({ f64: 'F64', f32: 'F32', bf16: 'BF16' } as const)[precision]
  const stages = captures.map(({ name }) => name)
  const held = captures.filter(({ name }) => keep(name)).map((one) => stored(one, dtype))
  const metadata = {
    stages: JSON.stringify(stages),
    compute_dtype: precision,
    tokens: JSON.stringify(tokens),
    selection: 'all',
    weights_sha256: weightsDigest(seed),
  }
  writeFileSync(path, safetensors(held, bare ? undefined : metadata))
  return { stages, first: fault === undefined ? null : firstStageOf(fault, layer) }
}

function stored({ name, shape, values }: Capture, dtype: 'F64' | 'F32' | 'BF16'): Stage {
  if (dtype === 'F64') return { name, shape, dtype, data: bytesOf(values) }
  const singles = Float32Array.from(values)
  if (dtype === 'F32') return { name, shape, dtype, data: bytesOf(singles) }
  const words = new Uint16Array(singles.buffer)
  return {
    name,
    shape,
    dtype,
    data: bytesOf(Uint16Array.from(values, (_, i) => words[2 * i + 1] ?? 0)),
  }
}
