/** Each element type against a plain decoder, by comparing the stored tensor with its values in F64. */
import { expect, test } from 'vitest'
import { compareFiles, type TensorPair } from '../../../kernels-runner/tensors/index.ts'
import { seeded } from './data.ts'
import { Folder, bytesOf, f64, gguf, npy, safetensors } from './write.ts'

const everyHalf = Uint16Array.from({ length: 65_536 }, (_, i) => i)
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i)

test.each<[string, Uint8Array, number[]]>([
  ['F16', bytesOf(everyHalf), [...everyHalf].map((bits) => float(bits, 5, 10))],
  ['BF16', bytesOf(everyHalf), [...everyHalf].map((bits) => float(bits, 8, 7))],
  ['F8_E5M2', everyByte, [...everyByte].map((bits) => float(bits, 5, 2))],
  ['F8_E4M3', everyByte, [...everyByte].map(e4m3)],
  ['U8', everyByte, [...everyByte]],
  ['BOOL', everyByte.slice(0, 2), [0, 1]],
  ['I8', everyByte, [...new Int8Array(everyByte.buffer)]],
  ['I16', bytesOf(everyHalf), [...new Int16Array(everyHalf.buffer)]],
  ['U16', bytesOf(everyHalf), [...everyHalf]],
  ['I32', bytesOf(Int32Array.of(-(2 ** 31), -1, 2 ** 31 - 1)), [-(2 ** 31), -1, 2 ** 31 - 1]],
  ['U32', bytesOf(Uint32Array.of(0, 2 ** 32 - 1)), [0, 2 ** 32 - 1]],
  ['I64', bytesOf(BigInt64Array.of(-(2n ** 63n), 2n ** 53n)), [-(2 ** 63), 2 ** 53]],
  ['U64', bytesOf(BigUint64Array.of(2n ** 64n - 1n, 7n)), [2 ** 64, 7]],
])('every %s decodes to its value', async (dtype, data, values) => {
  using folder = new Folder()
  const stored = { name: 'x', dtype, shape: [values.length], data }
  const pair = await compare(
    folder.file('a.safetensors', safetensors([stored])),
    folder.file('b.safetensors', safetensors([f64('x', values)])),
  )
  expect(pair).toMatchObject(sameAs(values))
})

test.each<[string, number, number, number, Decoder]>([
  ['Q4_0', 2, 18, 32, q4_0],
  ['Q4_1', 3, 20, 32, q4_1],
  ['Q5_0', 6, 22, 32, q5_0],
  ['Q5_1', 7, 24, 32, q5_1],
  ['Q8_0', 8, 34, 32, q8_0],
  ['Q4_K', 12, 144, 256, q4_k],
  ['Q5_K', 13, 176, 256, q5_k],
  ['Q6_K', 14, 210, 256, q6_k],
  ['Q2_K', 10, 84, 256, q2_k],
  ['Q3_K', 11, 110, 256, q3_k],
  ['IQ4_NL', 20, 18, 32, (block) => nonlinear(block, 2, half(block, 0))],
  ['IQ4_XS', 23, 136, 256, iq4_xs],
  ['MXFP4', 39, 17, 32, mxfp4],
  ['TQ1_0', 34, 54, 256, tq1_0],
  ['TQ2_0', 35, 66, 256, tq2_0],
])(
  'random %s blocks decode as their definition says',
  async (_name, type, bytes, block, decode) => {
    using folder = new Folder()
    const random = seeded(type)
    const blocks = 4 * 256
    const data = Uint8Array.from({ length: blocks * bytes }, () => Math.floor(256 * random()))
    const values = Array.from({ length: blocks }, (_, i) =>
      decode(new DataView(data.buffer, i * bytes, bytes)),
    ).flat()
    expect(values).toHaveLength(blocks * block)
    const shape = [values.length / 256, 256]
    const pair = await compare(
      folder.file('a.gguf', gguf([{ name: 'x', dims: [256, shape[0] ?? 0], type, data }])),
      folder.file('b.safetensors', safetensors([f64('x', values, shape)])),
    )
    expect(pair).toMatchObject(sameAs(values))
  },
)

test('big-endian arrays decode to their values', async () => {
  using folder = new Folder()
  const values = [1, -2.5, 3e-300, 4e200]
  const data = Buffer.alloc(32)
  for (const [i, value] of values.entries()) data.writeDoubleBE(value, 8 * i)
  const pair = await compare(
    folder.file('a.npy', npy("'>f8'", [4], data)),
    folder.file('b.npy', npy("'<f8'", [4], bytesOf(Float64Array.from(values)))),
  )
  expect(pair).toMatchObject(sameAs(values))
})

test('column-major arrays are compared in logical order', async () => {
  using folder = new Folder()
  const [depth, height, width] = [7, 50, 300]
  const values = Float32Array.from({ length: depth * height * width }, (_, i) => Math.sin(i))
  const columns = Float32Array.from({ length: values.length }, (_, at) => {
    const [i, j, k] = [at % depth, Math.floor(at / depth) % height, Math.floor(at / depth / height)]
    return values[(i * height + j) * width + k] ?? NaN
  })
  const shape = [depth, height, width]
  const pair = await compare(
    folder.file('a.npy', npy("'<f4'", shape, bytesOf(columns), true)),
    folder.file('b.npy', npy("'<f4'", shape, bytesOf(values))),
  )
  expect(pair.a?.tensor.layout).toBe('column-major')
  expect(pair).toMatchObject(sameAs([...values]))
})

type Decoder = (block: DataView) => number[]

function float(
  bits: number,
  exponentBits: number,
  fractionBits: number,
  hasInfinity = true,
): number {
  const sign = bits >> (exponentBits + fractionBits) ? -1 : 1
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1)
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits
  const bias = 2 ** (exponentBits - 1) - 1
  if (hasInfinity && exponent === 2 ** exponentBits - 1)
    return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0
    ? sign * fraction * 2 ** (1 - bias)
    : sign * (1 + fraction) * 2 ** (exponent - bias)
}

function e4m3(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x80 ? -1 : 1, (bits >> 3) & 15, bits & 7]
  if (exponent === 15 && fraction === 7) return NaN
  return exponent === 0 ? (sign * fraction) / 512 : sign * (1 + fraction / 8) * 2 ** (exponent - 7)
}

const half = (block: DataView, at: number) => float(block.getUint16(at, true), 5, 10)
const sixteen = Array.from({ length: 16 }, (_, i) => i)
const low = (block: DataView, at: number) => sixteen.map((i) => block.getUint8(at + i) & 15)
const high = (block: DataView, at: number) => sixteen.map((i) => block.getUint8(at + i) >> 4)
const nibbles = (block: DataView, at: number) => [...low(block, at), ...high(block, at)]
const fifth = (block: DataView, at: number) =>
  Array.from({ length: 32 }, (_, i) => ((block.getUint8(at + (i >> 3)) >> (i & 7)) & 1) * 16)

function q4_0(block: DataView): number[] {
  return nibbles(block, 2).map((q) => half(block, 0) * (q - 8))
}

function q4_1(block: DataView): number[] {
  return nibbles(block, 4).map((q) => half(block, 0) * q + half(block, 2))
}

function q5_0(block: DataView): number[] {
  const bits = fifth(block, 2)
  return nibbles(block, 6).map((q, i) => half(block, 0) * (q + (bits[i] ?? 0) - 16))
}

function q5_1(block: DataView): number[] {
  const bits = fifth(block, 4)
  return nibbles(block, 8).map((q, i) => half(block, 0) * (q + (bits[i] ?? 0)) + half(block, 2))
}

function q8_0(block: DataView): number[] {
  return Array.from({ length: 32 }, (_, i) => half(block, 0) * block.getInt8(2 + i))
}

/** Scale and minimum of sub-block j from twelve bytes of 6-bit numbers. */
function scaleAndMinimum(block: DataView, j: number): [number, number] {
  const s = (i: number) => block.getUint8(4 + i)
  if (j < 4) return [s(j) & 63, s(j + 4) & 63]
  return [(s(j + 4) & 15) | ((s(j - 4) >> 6) << 4), (s(j + 4) >> 4) | ((s(j) >> 6) << 4)]
}

function superBlock(block: DataView, quant: (j: number, i: number) => number): number[] {
  return Array.from({ length: 256 }, (_, at) => {
    const [j, i] = [at >> 5, at & 31]
    const [scale, minimum] = scaleAndMinimum(block, j)
    return half(block, 0) * scale * quant(j, i) - half(block, 2) * minimum
  })
}

function q4_k(block: DataView): number[] {
  return superBlock(block, (j, i) => (block.getUint8(16 + 32 * (j >> 1) + i) >> (4 * (j & 1))) & 15)
}

function q5_k(block: DataView): number[] {
  return superBlock(block, (j, i) => {
    const four = (block.getUint8(48 + 32 * (j >> 1) + i) >> (4 * (j & 1))) & 15
    return four + 16 * ((block.getUint8(16 + i) >> j) & 1)
  })
}

function q6_k(block: DataView): number[] {
  return Array.from({ length: 256 }, (_, at) => {
    const [part, group, l] = [at >> 7, (at >> 5) & 3, at & 31]
    const byte = block.getUint8(64 * part + 32 * (group & 1) + l)
    const four = group < 2 ? byte & 15 : byte >> 4
    const two = (block.getUint8(128 + 32 * part + l) >> (2 * group)) & 3
    return half(block, 208) * block.getInt8(192 + (at >> 4)) * (four + 16 * two - 32)
  })
}

/** What is measured of two sides that hold the same numbers, of the same classes: `values`. */
function sameAs(values: readonly number[]) {
  const finite = values.filter(Number.isFinite)
  const largest = finite.reduce((most, x) => Math.max(most, x), -Infinity)
  return {
    b: { stats: { max: { value: largest } } },
    pair: { nonFiniteMismatch: null, nFinite: finite.length, maxAbsDiff: { value: 0 } },
  }
}

/** Rows of `bytes` bytes; of each the first field of `bits` bits of all bytes, then the second. */
function fields(block: DataView, at: number, rows: number, bytes: number, bits: number): number[] {
  return Array.from({ length: rows }, (_r, row) =>
    Array.from({ length: 8 / bits }, (_f, field) =>
      Array.from({ length: bytes }, (_b, i) => {
        return (block.getUint8(at + row * bytes + i) >> (field * bits)) & (2 ** bits - 1)
      }),
    ),
  ).flat(2)
}

function q2_k(block: DataView): number[] {
  const [d, least] = [half(block, 80), half(block, 82)]
  return fields(block, 16, 2, 32, 2).map((q, i) => {
    const scale = block.getUint8(Math.floor(i / 16))
    return d * (scale % 16) * q - least * Math.floor(scale / 16)
  })
}

/** Sixteen 6-bit scales: lower nibbles of eight bytes, then the upper ones; pairs of bits of four. */
function q3_k(block: DataView): number[] {
  const lower = fields(block, 96, 1, 8, 4)
  const upper = fields(block, 104, 1, 4, 2)
  const scales = lower.map((bits, i) => bits + 16 * (upper[i] ?? 0) - 32)
  const third = fields(block, 0, 1, 32, 1)
  return fields(block, 32, 2, 32, 2).map((q, i) => {
    return half(block, 108) * (scales[Math.floor(i / 16)] ?? 0) * (q + 4 * (third[i] ?? 0) - 4)
  })
}

const levels = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

function nonlinear(block: DataView, at: number, scale: number): number[] {
  return nibbles(block, at).map((q) => scale * (levels[q] ?? 0))
}

function iq4_xs(block: DataView): number[] {
  const lower = [0, 1, 2, 3].flatMap((i) => {
    const byte = block.getUint8(4 + i)
    return [byte % 16, Math.floor(byte / 16)]
  })
  return lower.flatMap((bits, j) => {
    const upper = Math.floor(block.getUint16(2, true) / 4 ** j) % 4
    return nonlinear(block, 8 + 16 * j, half(block, 0) * (bits + 16 * upper - 32))
  })
}

/** E2M1: sign, two bits of exponent with bias 1, one of the fraction. */
function mxfp4(block: DataView): number[] {
  const scale = 2 ** (block.getUint8(0) - 127)
  return nibbles(block, 1).map((bits) => scale * float(bits, 2, 1, false))
}

/** The digits of floor(byte 243 / 256) rounded up, in base 3, highest first. */
function tq1_0(block: DataView): number[] {
  const digits = (from: number, bytes: number, count: number) =>
    Array.from({ length: count }, (_, digit) =>
      Array.from({ length: bytes }, (_b, i) => {
        const fraction = block.getUint8(from + i) * 3 ** digit
        return Math.floor(((fraction % 256) * 3) / 256) - 1
      }),
    ).flat()
  const all = [...digits(0, 32, 5), ...digits(32, 16, 5), ...digits(48, 4, 4)]
  return all.map((digit) => half(block, 52) * digit)
}

function tq2_0(block: DataView): number[] {
  return fields(block, 0, 2, 32, 2).map((q) => half(block, 64) * (q - 1))
}

async function compare(a: string, b: string): Promise<TensorPair> {
  const [pair] = await Array.fromAsync(compareFiles(a, b))
  if (pair === undefined) throw new Error('the files have no stage')
  return pair
}
