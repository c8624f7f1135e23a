/** The arithmetic that a model runs in: how results are rounded, and in which order sums are taken. */

export type Precision = 'f64' | 'f32' | 'bf16'
export type Summation = 'forward' | 'backward' | 'pairwise'

export interface Arithmetic {
  /** Type in which each result of an operation is kept. */
  precision: Precision
  summation: Summation
  /** Elements summed before partial sums are added up, as kernels do that depend on the batch size. */
  tile: number
}

export function round(x: number, precision: Precision): number {
  if (precision === 'f64') return x
  return precision === 'f32' ? Math.fround(x) : toBf16(x)
}

/** Nearest bf16, ties to even. */
export function toBf16(x: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, x)
  const bits = view.getUint32(0)
  if (!Number.isFinite(x)) return x
  view.setUint32(0, (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000)
  return view.getFloat32(0)
}

/** Sum of x[i] y[i], accumulated in f32 (f64 for f64), rounded to the precision at the end. */
export function dot(x: ArrayLike<number>, y: ArrayLike<number>, arithmetic: Arithmetic): number {
  const { precision, summation, tile } = arithmetic
  const keep = precision === 'f64' ? (value: number) => value : Math.fround
  const part = (from: number, to: number): number => {
    if (summation === 'pairwise' && to - from > 8) {
      const middle = from + ((to - from) >> 1)
      return keep(part(from, middle) + part(middle, to))
    }
    let sum = 0
    for (let i = 0; i < to - from; i++) {
      const at = summation === 'backward' ? to - 1 - i : from + i
      sum = keep(sum + keep((x[at] ?? 0) * (y[at] ?? 0)))
    }
    return sum
  }
  let sum = 0
  for (let from = 0; from < x.length; from += tile) {
    sum = keep(sum + part(from, Math.min(from + tile, x.length)))
  }
  return round(sum, precision)
}
