/** Sums of columns, and the steps of block formats: what the worst channel is found by. */
import { columnSums, stepsA, stepsB } from './layout'
import { one, pair } from './lanes'

/** Sum of the squared steps of elements `from` to `from + n` of the tile, on both sides. */
export function stepsOf(from: i32, n: i32): f64 {
  let sum: f64 = 0
  for (let i = from; i < from + n;) {
    const m = min(from + n, (i | 15) + 1) - i
    sum += <f64>m * stepsAt(i)
    i += m
  }
  return sum
}

function stepsAt(i: i32): f64 {
  const at = (<usize>(i >> 4)) << 3
  return load<f64>(stepsA + at) + load<f64>(stepsB + at)
}

/**
 * Adds a segment to the sums of its columns: differences first, then references, then steps. A pair
 * that is not finite on both sides counts nowhere.
 *
 * @param from the first element's place in the tile, `column` its place in the row
 */
export function columnsOf<T>(
  pa: usize,
  pb: usize,
  n: i32,
  from: i32,
  column: i32,
  finite: bool,
  quantised: bool,
): void {
  const dd = columnSums + ((<usize>column) << 3)
  const bb = dd + 65536 * 8
  let i = 0
  if (finite) {
    for (const end = n & ~1; i < end; i += 2) {
      const p = (<usize>i) << 3
      const b = pair<T>(pb, i)
      const d = f64x2.sub(pair<T>(pa, i), b)
      v128.store(dd + p, f64x2.relaxed_madd(d, d, v128.load(dd + p)))
      v128.store(bb + p, f64x2.relaxed_madd(b, b, v128.load(bb + p)))
    }
  }
  for (; i < n; i++) {
    const p = (<usize>i) << 3
    const b = one<T>(pb, i)
    const d = one<T>(pa, i) - b
    if (!isFinite(d)) continue
    store<f64>(dd + p, load<f64>(dd + p) + d * d)
    store<f64>(bb + p, load<f64>(bb + p) + b * b)
  }
  if (!quantised) return
  const ss = bb + 65536 * 8
  for (i = 0; i < n; i++) {
    const p = (<usize>i) << 3
    store<f64>(ss + p, load<f64>(ss + p) + stepsAt(from + i))
  }
}
