/** Captures of the model as safetensors files, with what their metadata should say. */
import { writeFileSync } from 'node:fs'
import { bytesOf, safetensors } from '../kernels-runner/tensors/write.ts'
import { plain, type Arithmetic } from './arithmetic.ts'
import { forward, type Capture, type Plant, type Size } from './decoder.ts'

const dtypes = { f32: 'F32', bf16: 'BF16', f16: 'F16' } as const

export interface Captured {
  size: Size
  seed: number
  arithmetic?: Partial<Arithmetic>
  plant?: Plant
}

export function writeCaptures(path: string, { size, seed, arithmetic, plant }: Captured): void {
  const used = { ...plain, ...arithmetic }
  const captures = forward(size, seed, used, plant)
  const dtype = dtypes[used.precision]
  writeFileSync(
    path,
    safetensors(
      captures.map(({ name, shape, values }) => ({
        name,
        shape,
        dtype,
        data: stored[dtype](values),
      })),
      metadata(captures),
    ),
  )
}

function metadata(captures: readonly Capture[]) {
  return { stages: JSON.stringify(captures.map(({ name }) => name)) }
}

const stored = {
  F32: (values: Float64Array) => bytesOf(Float32Array.from(values)),
  F16: (values: Float64Array) => bytesOf(Float16Array.from(values)),
  BF16: (values: Float64Array) => {
    const words = new Uint16Array(Float32Array.from(values).buffer)
    return bytesOf(words.filter((_, i) => i % 2 === 1))
  },
}
