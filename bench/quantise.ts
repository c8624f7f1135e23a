/**
 * Weights rounded to the formats that people store them in, as their programs round them, in GGUF.
 * Block layouts: ggml's `block_q8_0`, `block_q4_0` and `block_q4_K`.
 */
import { gguf } from '../test/kernels-runner/tensors/write.ts'

/** Type number in GGUF, and a row of values as bytes; a row is a multiple of 256 values. */
interface Format {
  type: number
  bytesOf: (row: Float64Array) => Buffer
}

export const formats: Readonly<Record<string, Format>> = {
  F32: { type: 0, bytesOf: (row) => Buffer.from(Float32Array.from(row).buffer) },
  BF16: { type: 30, bytesOf: bf16 },
  Q8_0: { type: 8, bytesOf: (row) => blocks(row, 32, q8) },
  Q4_0: { type: 2, bytesOf: (row) => blocks(row, 32, q4) },
  Q4_K: { type: 12, bytesOf: (row) => blocks(row, 256, q4k) },
}

/** A GGUF file of one tensor with rows of equal length. */
export function ggufOf(name: string, rows: readonly Float64Array[], format: string): Buffer {
  const { type, bytesOf } = formats[format] ?? formats['F32']!
  const data = Buffer.concat(rows.map((row) => bytesOf(row)))
  return gguf([{ name, dims: [rows[0]?.length ?? 0, rows.length], type, data }])
}

function blocks(row: Float64Array, size: number, block: (values: Float64Array) => Buffer): Buffer {
  const count = row.length / size
  return Buffer.concat(
    Array.from({ length: count }, (_, i) => block(row.subarray(i * size, (i + 1) * size))),
  )
}

/** Rounded to nearest, ties to even. */
function bf16(row: Float64Array): Buffer {
  const bits = new Uint32Array(Float32Array.from(row).buffer)
  const halves = Uint16Array.from(bits, (one) => (one + 0x7fff + ((one >>> 16) & 1)) >>> 16)
  return Buffer.from(halves.buffer)
}

function half(value: number): Buffer {
  return Buffer.from(Float16Array.of(value).buffer)
}

function q8(values: Float64Array): Buffer {
  const step = Math.max(...values.map(Math.abs)) / 127
  const inverse = step === 0 ? 0 : 1 / step
  const levels = Int8Array.from(values, (value) => Math.round(value * inverse))
  return Buffer.concat([half(step), Buffer.from(levels.buffer)])
}

function q4(values: Float64Array): Buffer {
  const most = values.reduce((far, value) => (Math.abs(value) > Math.abs(far) ? value : far), 0)
  const step = most / -8
  const inverse = step === 0 ? 0 : 1 / step
  const levels = Array.from(values, (value) => Math.min(15, Math.trunc(value * inverse + 8.5)))
  const packed = Uint8Array.from({ length: 16 }, (_, i) => levels[i]! | (levels[i + 16]! << 4))
  return Buffer.concat([half(step), packed])
}

/** Eight blocks of 32 with a scale and a minimum of 6 bits each. */
function q4k(values: Float64Array): Buffer {
  const parts = Array.from({ length: 8 }, (_, i) => values.subarray(i * 32, (i + 1) * 32))
  const ranges = parts.map((part) => {
    const low = Math.min(0, ...part)
    return { scale: (Math.max(...part) - low) / 15, low: -low }
  })
  const d = Math.fround(Math.max(...ranges.map(({ scale }) => scale)) / 63)
  const dmin = Math.fround(Math.max(...ranges.map(({ low }) => low)) / 63)
  const six = (value: number, unit: number) =>
    unit === 0 ? 0 : Math.min(63, Math.round(value / unit))
  const coded = ranges.map(({ scale, low }) => ({ s: six(scale, d), m: six(low, dmin) }))
  const scales = new Uint8Array(12)
  for (const [j, { s, m }] of coded.entries()) {
    if (j < 4) {
      scales[j] = s
      scales[j + 4] = m
    } else {
      scales[j + 4] = (s & 15) | ((m & 15) << 4)
      scales[j - 4]! |= (s >> 4) << 6
      scales[j]! |= (m >> 4) << 6
    }
  }
  const levels = parts.flatMap((part, j) => {
    const { s, m } = coded[j]!
    const inverse = d * s === 0 ? 0 : 1 / (d * s)
    return Array.from(part, (value) =>
      Math.max(0, Math.min(15, Math.round((value + dmin * m) * inverse))),
    )
  })
  const packed = Uint8Array.from({ length: 128 }, (_, i) => {
    const at = Math.floor(i / 32) * 64 + (i % 32)
    return levels[at]! | (levels[at + 32]! << 4)
  })
  return Buffer.concat([half(d), half(dmin), scales, packed])
}
