/** Data that statistics go wrong on, each with what is special about it. */

/** Uniform in [0, 1) from a 32-bit generator: the same data every time. */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Case {
  name: string
  a: number[]
  b: number[]
  rowWidth: number
}

const make = (n: number, value: (random: () => number, i: number) => number, seed = 1) => {
  const random = seeded(seed)
  return Array.from({ length: n }, (_, i) => Math.fround(value(random, i)))
}
const near = (values: readonly number[], relative: number, seed = 2) => {
  const random = seeded(seed)
  return values.map((x) => Math.fround(x * (1 + relative * (random() - 0.5))))
}

const uniform = make(10_000, (random) => random() - 0.5)
const ranges = make(9_000, (random) => (random() - 0.5) * 10 ** (60 * random() - 30))
const offset = make(8_192, (random) => 1e6 + random())
const denormal = make(5_000, (random) => (random() - 0.5) * 1e-40)
const jump = make(8_000, (random, i) => (i < 4_000 ? 0 : 1e8) + random())
const rectified = make(9_001, (random) => Math.max(random() - 0.5, random() < 0.5 ? 0 : -0))
const holes = make(6_000, (random, i) => [random(), NaN, Infinity, -Infinity, -0, 0][i % 6] ?? 0)

/** All values are representable in f32. */
export const cases: readonly Case[] = [
  { name: 'uniform numbers', a: near(uniform, 1e-3), b: uniform, rowWidth: 100 },
  { name: 'unrelated numbers', a: make(10_000, (r) => r(), 9), b: uniform, rowWidth: 2_500 },
  { name: 'opposite numbers', a: uniform.map((x) => -x), b: uniform, rowWidth: 5_000 },
  { name: 'a range of 60 powers of ten', a: near(ranges, 1e-2), b: ranges, rowWidth: 3 },
  { name: 'a large offset', a: near(offset, 1e-6), b: offset, rowWidth: 8_192 },
  { name: 'a jump after a block of small numbers', a: near(jump, 1e-6), b: jump, rowWidth: 4_000 },
  { name: 'denormals', a: near(denormal, 0.1), b: denormal, rowWidth: 1_000 },
  { name: 'one scaled copy', a: uniform.map((x) => 2 * x), b: uniform, rowWidth: 10_000 },
  { name: 'a tiny against a huge side', a: denormal, b: offset.slice(0, 5_000), rowWidth: 5_000 },
  { name: 'a constant', a: Array(4_097).fill(3), b: Array(4_097).fill(2.5), rowWidth: 17 },
  { name: 'equal sides', a: uniform, b: uniform, rowWidth: 7 },
  { name: 'many zeros of both signs', a: near(rectified, 0.1), b: rectified, rowWidth: 9_001 },
  { name: 'one element', a: [1.5], b: [-2], rowWidth: 1 },
  { name: 'holes that are not finite', a: near(holes, 0.1), b: holes, rowWidth: 60 },
  { name: 'one NaN at the end', a: [...uniform, NaN], b: [...uniform, 1], rowWidth: 10_001 },
]
