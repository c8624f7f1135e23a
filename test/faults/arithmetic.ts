/** How the model computes: in which type results are kept, and in which order sums are taken. */
export type Precision = 'f32' | 'bf16' | 'f16'

export interface Arithmetic {
  /** Type in which each result of an operation is kept; sums are accumulated in f32. */
  precision: Precision
  summation: 'forward' | 'backward' | 'pairwise'
  /** Elements summed before partial sums are added up, as kernels do that depend on the batch size. */
  tile: number
}

export const plain: Arithmetic = { precision: 'f32', summation: 'forward', tile: 4096 }

/** One row a token, or a head and token. */
export type Matrix = Float64Array[]

const single = new Float32Array(1)
const bits = new Uint32Array(single.buffer)

export const rounding: Readonly<Record<Precision, (x: number) => number>> = {
  f32: Math.fround,
  bf16: toBf16,
  f16: Math.f16round,
}

export function rounded(row: ArrayLike<number>, { precision }: Arithmetic): Float64Array {
  return Float64Array.from(row, rounding[precision])
}

export function map(
  rows: Matrix,
  value: (x: number, row: number, column: number, values: Float64Array) => number,
  { precision }: Arithmetic,
): Matrix {
  const round = rounding[precision]
  return rows.map((row, t) => row.map((x, i) => round(value(x, t, i, row))))
}

export function add(x: Matrix, y: Matrix, arithmetic: Arithmetic): Matrix {
  return map(x, (a, t, i) => a + (y[t]?.[i] ?? 0), arithmetic)
}

/** Sum of x[i] y[i]: accumulated in `accumulator`, rounded to the precision at the end. */
export function dot(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { precision, summation, tile }: Arithmetic,
  accumulator: (x: number) => number = Math.fround,
): number {
  const part = (from: number, to: number): number => {
    if (summation === 'pairwise' && to - from > 8) {
      const middle = from + ((to - from) >> 1)
      return accumulator(part(from, middle) + part(middle, to))
    }
    let sum = 0
    for (let i = 0; i < to - from; i++) {
      const at = summation === 'backward' ? to - 1 - i : from + i
      sum = accumulator(sum + accumulator((x[at] ?? 0) * (y[at] ?? 0)))
    }
    return sum
  }
  let sum = 0
  for (let from = 0; from < x.length; from += tile) {
    sum = accumulator(sum + part(from, Math.min(from + tile, x.length)))
  }
  return rounding[precision](sum)
}

/** Nearest bf16, ties to even. */
function toBf16(x: number): number {
  if (!Number.isFinite(x)) return x
  single[0] = x
  const word = bits[0] ?? 0
  bits[0] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000
  return single[0] ?? Number.NaN
}
