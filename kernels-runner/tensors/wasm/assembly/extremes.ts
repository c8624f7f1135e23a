/** Smallest and largest elements, zeros, and the largest |d|, with their places. */
import {
  A,
  B,
  MAX,
  MAX_ABS,
  MAX_ABS_AT,
  MAX_AT,
  MIN,
  MIN_AT,
  ZERO,
  get,
  put,
  segmentRecord,
  total,
} from './layout'
import { closer, countEqual, counted, holdsZero, largest, one, pair, smallest } from './lanes'

/** Extremes and zeros of both sides, all finite; `widest` is the largest |d|, whose place is to be found. */
export function extremes<T>(pa: usize, pb: usize, n: i32, at: f64, widest: f64, exact: bool): void {
  let minA = v128.splat<T>(<T>Infinity),
    maxA = v128.splat<T>(<T>-Infinity)
  let minB = minA,
    maxB = maxA
  let leastA = minA,
    leastB = minA
  const lanes = 16 / sizeof<T>()
  const end = n & ~(<i32>lanes - 1)
  for (let i: usize = 0, stop = <usize>end * sizeof<T>(); i < stop; i += 16) {
    const a = v128.load(pa + i)
    const b = v128.load(pb + i)
    minA = v128.pmin<T>(minA, a)
    maxA = v128.pmax<T>(maxA, a)
    leastA = closer<T>(leastA, a)
    minB = v128.pmin<T>(minB, b)
    maxB = v128.pmax<T>(maxB, b)
    leastB = closer<T>(leastB, b)
  }
  let lowA = smallest<T>(minA),
    highA = largest<T>(maxA)
  let lowB = smallest<T>(minB),
    highB = largest<T>(maxB)
  // Zeros are looked for again only where there are any: most tensors have none.
  let zerosA = holdsZero<T>(leastA) ? zeros<T>(pa, end) : 0
  let zerosB = holdsZero<T>(leastB) ? zeros<T>(pb, end) : 0
  for (let i = end; i < n; i++) {
    const a = one<T>(pa, i)
    const b = one<T>(pb, i)
    lowA = min(lowA, a)
    highA = max(highA, a)
    lowB = min(lowB, b)
    highB = max(highB, b)
    if (a == 0) zerosA++
    if (b == 0) zerosB++
  }
  place<T>(pa, n, at, A, lowA, highA, exact)
  place<T>(pb, n, at, B, lowB, highB, exact)
  put(segmentRecord, A + ZERO, zerosA)
  put(segmentRecord, B + ZERO, zerosB)
  if (exact || widest > get(total, MAX_ABS)) farthest<T>(pa, pb, n, at)
}

/** Zeros among `n` elements, which fill whole vectors. */
function zeros<T>(p: usize, n: i32): f64 {
  const zero = v128.splat<T>(<T>0)
  let count = zero
  for (const stop = p + <usize>n * sizeof<T>(); p < stop; p += 16) {
    count = countEqual<T>(count, v128.load(p), zero)
  }
  return counted<T>(count)
}

/** Enters the extremes of a side; their places only where they count. */
export function place<T>(
  p: usize,
  n: i32,
  at: f64,
  side: i32,
  low: f64,
  high: f64,
  exact: bool,
): void {
  put(segmentRecord, side + MIN, low)
  put(segmentRecord, side + MAX, high)
  if (exact || low < get(total, side + MIN)) {
    put(segmentRecord, side + MIN_AT, at + <f64>find<T>(p, n, low))
  }
  if (exact || high > get(total, side + MAX)) {
    put(segmentRecord, side + MAX_AT, at + <f64>find<T>(p, n, high))
  }
}

/** Place of the first element that equals `value`, which is among them. */
export function find<T>(p: usize, n: i32, value: f64): i32 {
  const lanes = <i32>(16 / sizeof<T>())
  const wanted = v128.splat<T>(<T>value)
  let i = 0
  while (
    i + lanes <= n &&
    !v128.any_true(v128.eq<T>(v128.load(p + <usize>i * sizeof<T>()), wanted))
  ) {
    i += lanes
  }
  while (one<T>(p, i) != value) i++
  return i
}

/** The largest |d| of elements finite on both sides, and its first place. */
export function farthest<T>(pa: usize, pb: usize, n: i32, at: f64): void {
  let best: f64 = -1
  let where = 0
  for (let i = 0; i < n;) {
    // Most of a segment is passed over four at a time: nothing in it exceeds the best so far.
    const limit = f64x2.splat(best)
    while (i + 4 <= n) {
      const d0 = f64x2.abs(f64x2.sub(pair<T>(pa, i), pair<T>(pb, i)))
      const d1 = f64x2.abs(f64x2.sub(pair<T>(pa, i + 2), pair<T>(pb, i + 2)))
      if (v128.any_true(v128.or(f64x2.gt(d0, limit), f64x2.gt(d1, limit)))) break
      i += 4
    }
    for (const stop = min(i + 4, n); i < stop; i++) {
      const a = one<T>(pa, i)
      const b = one<T>(pb, i)
      const d = abs(a - b)
      if (d > best && isFinite(a) && isFinite(b)) {
        best = d
        where = i
      }
    }
  }
  put(segmentRecord, MAX_ABS, best)
  put(segmentRecord, MAX_ABS_AT, at + <f64>where)
}
