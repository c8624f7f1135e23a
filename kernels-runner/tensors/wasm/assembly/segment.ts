/**
 * Statistics of one segment: at most a tile of decoded elements of one row, in two passes over what
 * lies in the first-level cache.
 *
 * Sums are taken about zero, with d = a - b and b as the two variables. Where that would cancel
 * (the result is less than a sixteenth of what it is the difference of), the sum is taken again
 * about the segment's own mean or slope, so no figure loses more than four bits.
 */
import { extremes, farthest, place } from './extremes'
import { both, largest, one, pair } from './lanes'
import {
  A,
  B,
  FINITE,
  M2,
  M2_D,
  MEAN,
  MEAN_D,
  MISMATCHES,
  MISMATCH_A,
  MISMATCH_AT,
  MISMATCH_B,
  N,
  NAN_COUNT,
  NONFINITE_AT,
  PAIRS,
  RESIDUAL,
  SAA,
  SAB,
  SBB,
  SDB,
  ZERO,
  get,
  packedA,
  packedB,
  packedPairA,
  packedPairB,
  put,
  segmentRecord,
} from './layout'
import { reset } from './record'

let sumB: f64 = 0
let sumD: f64 = 0
let sumBB: f64 = 0
let sumDD: f64 = 0
let sumDB: f64 = 0
let maxD: f64 = 0
let sumA: f64 = 0
let sumAA: f64 = 0
let sumAB: f64 = 0
/** Whether a is much smaller than b, so that d says nothing of it. */
let smallA: bool = false

/**
 * Fills `segmentRecord` from `n` elements, the first of which has index `at`. `exact` asks for the
 * places of extremes even where the span's accumulator has larger ones.
 */
export function segment<T>(pa: usize, pb: usize, n: i32, at: f64, exact: bool): void {
  reset(segmentRecord)
  put(segmentRecord, N, n)
  sums<T>(pa, pb, n)
  if (isFinite(sumBB) && isFinite(sumDD)) {
    put(segmentRecord, PAIRS, n)
    put(segmentRecord, A + FINITE, n)
    put(segmentRecord, B + FINITE, n)
    extremes<T>(pa, pb, n, at, maxD, exact)
    sideB<T>(pb, n)
    sideA<T>(pa, pb, n)
    difference<T>(pa, pb, n)
    return
  }
  masked<T>(pa, pb, n, at)
}

/** Five sums and the largest |d| in one pass; two accumulators each, because additions wait for one another. */
function sums<T>(pa: usize, pb: usize, n: i32): void {
  const zero = f64x2.splat(0)
  let b0 = zero,
    d0 = zero,
    bb0 = zero,
    dd0 = zero,
    db0 = zero
  let b1 = zero,
    d1 = zero,
    bb1 = zero,
    dd1 = zero,
    db1 = zero,
    far = zero
  let i = 0
  for (const end = n & ~3; i < end; i += 4) {
    let b = pair<T>(pb, i)
    let d = f64x2.sub(pair<T>(pa, i), b)
    b0 = f64x2.add(b0, b)
    d0 = f64x2.add(d0, d)
    far = f64x2.pmax(far, f64x2.abs(d))
    bb0 = f64x2.relaxed_madd(b, b, bb0)
    dd0 = f64x2.relaxed_madd(d, d, dd0)
    db0 = f64x2.relaxed_madd(d, b, db0)
    b = pair<T>(pb, i + 2)
    d = f64x2.sub(pair<T>(pa, i + 2), b)
    b1 = f64x2.add(b1, b)
    d1 = f64x2.add(d1, d)
    far = f64x2.pmax(far, f64x2.abs(d))
    bb1 = f64x2.relaxed_madd(b, b, bb1)
    dd1 = f64x2.relaxed_madd(d, d, dd1)
    db1 = f64x2.relaxed_madd(d, b, db1)
  }
  sumB = both(f64x2.add(b0, b1))
  sumD = both(f64x2.add(d0, d1))
  sumBB = both(f64x2.add(bb0, bb1))
  sumDD = both(f64x2.add(dd0, dd1))
  sumDB = both(f64x2.add(db0, db1))
  maxD = largest<f64>(far)
  for (; i < n; i++) {
    const b = one<T>(pb, i)
    const d = one<T>(pa, i) - b
    sumB += b
    sumD += d
    sumBB += b * b
    sumDD += d * d
    sumDB += d * b
    maxD = max(maxD, abs(d))
  }
}

function sideB<T>(pb: usize, n: i32): void {
  const mean = sumB / <f64>n
  put(segmentRecord, B + MEAN, mean)
  put(segmentRecord, B + M2, spread<T>(pb, n, sumBB, sumB))
  put(segmentRecord, SBB, sumBB)
}

function sideA<T>(pa: usize, pb: usize, n: i32): void {
  sumsOfA<T>(pa, pb, n)
  put(segmentRecord, A + MEAN, sumA / <f64>n)
  put(segmentRecord, A + M2, spread<T>(pa, n, sumAA, sumA))
}

/** Sums with a: they follow from those of b and d, unless a is much smaller than these. */
function sumsOfA<T>(pa: usize, pb: usize, n: i32): void {
  sumA = sumB + sumD
  sumAA = sumDD + 2 * sumDB + sumBB
  sumAB = sumDB + sumBB
  smallA = sumAA < 0.25 * sumBB || sumAA < 0.25 * sumDD
  if (!smallA) return
  let s = f64x2.splat(0)
  let q = s
  let r = s
  const end = n & ~1
  for (let i = 0; i < end; i += 2) {
    const a = pair<T>(pa, i)
    s = f64x2.add(s, a)
    q = f64x2.relaxed_madd(a, a, q)
    r = f64x2.relaxed_madd(a, pair<T>(pb, i), r)
  }
  sumA = both(s)
  sumAA = both(q)
  sumAB = both(r)
  if (end < n) {
    const a = one<T>(pa, end)
    sumA += a
    sumAA += a * a
    sumAB += a * one<T>(pb, end)
  }
}

/** Sum of squared deviations from the mean, from the sums or, where these cancel, once more. */
function spread<T>(p: usize, n: i32, squares: f64, sum: f64): f64 {
  const mean = sum / <f64>n
  const m2 = squares - sum * mean
  return m2 * 16 >= squares ? m2 : aboutLine<T>(p, p, n, 1, 0, mean)
}

function difference<T>(pa: usize, pb: usize, n: i32): void {
  const mean = sumD / <f64>n
  put(segmentRecord, MEAN_D, mean)
  const m2 = sumDD - sumD * mean
  put(segmentRecord, M2_D, m2 * 16 >= sumDD ? m2 : aboutLine<T>(pa, pb, n, 1, 1, mean))
  put(segmentRecord, SAA, sumAA)
  put(segmentRecord, SDB, sumDB)
  put(segmentRecord, SAB, sumAB)
  put(segmentRecord, RESIDUAL, residual<T>(pa, pb, n))
}

/** What of a is at a right angle to b, squared: from d where a and b are close, else from a. */
function residual<T>(pa: usize, pb: usize, n: i32): f64 {
  const squares = smallA ? sumAA : sumDD
  if (sumBB == 0) return squares
  const product = smallA ? sumAB : sumDB
  const slope = product / sumBB
  const rest = squares - product * slope
  return rest * 16 >= squares ? rest : aboutSlope<T>(pa, pb, n, smallA ? 0 : 1, slope)
}

/** Sum of (u a - v b - c)^2, less what the rounding of c has added. */
function aboutLine<T>(pa: usize, pb: usize, n: i32, u: f64, v: f64, c: f64): f64 {
  const vu = f64x2.splat(u),
    vv = f64x2.splat(v),
    vc = f64x2.splat(c)
  let s = f64x2.splat(0),
    q = s
  const end = n & ~1
  for (let i = 0; i < end; i += 2) {
    const scaled = f64x2.sub(f64x2.mul(vu, pair<T>(pa, i)), f64x2.mul(vv, pair<T>(pb, i)))
    const x = f64x2.sub(scaled, vc)
    s = f64x2.add(s, x)
    q = f64x2.relaxed_madd(x, x, q)
  }
  let sum = both(s),
    squares = both(q)
  if (end < n) {
    const x = u * one<T>(pa, end) - v * one<T>(pb, end) - c
    sum += x
    squares += x * x
  }
  return max(squares - (sum * sum) / <f64>n, 0)
}

/** Sum of (a - v b - slope b)^2, v being 0 or 1. */
function aboutSlope<T>(pa: usize, pb: usize, n: i32, v: f64, slope: f64): f64 {
  const k = f64x2.splat(slope)
  const vv = f64x2.splat(v)
  let q = f64x2.splat(0)
  const end = n & ~1
  for (let i = 0; i < end; i += 2) {
    const b = pair<T>(pb, i)
    const x = f64x2.sub(f64x2.sub(pair<T>(pa, i), f64x2.mul(vv, b)), f64x2.mul(k, b))
    q = f64x2.relaxed_madd(x, x, q)
  }
  let squares = both(q)
  if (end < n) {
    const b = one<T>(pb, end)
    const x = one<T>(pa, end) - v * b - slope * b
    squares += x * x
  }
  return squares
}

function classOf(x: f64): i32 {
  if (isNaN(x)) return 1
  return x == Infinity ? 2 : x == -Infinity ? 3 : 0
}

/**
 * The segment holds elements that are not finite (or squares that overflow): classes are compared
 * first, then the finite elements are packed together and measured: each side's own, and the pairs.
 */
function masked<T>(pa: usize, pb: usize, n: i32, at: f64): void {
  let na = 0
  let nb = 0
  let np = 0
  for (let i = 0; i < n; i++) {
    const a = one<T>(pa, i)
    const b = one<T>(pb, i)
    const ca = classOf(a)
    const cb = classOf(b)
    if (ca == 0) na = append(packedA, na, a)
    else count(A, ca)
    if (cb == 0) nb = append(packedB, nb, b)
    else count(B, cb)
    if ((ca | cb) == 0) {
      append(packedPairA, np, a)
      np = append(packedPairB, np, b)
    } else if (get(segmentRecord, NONFINITE_AT) == Infinity) {
      put(segmentRecord, NONFINITE_AT, at + <f64>i)
    }
    if (ca != cb) {
      if (get(segmentRecord, MISMATCHES) == 0) {
        put(segmentRecord, MISMATCH_AT, at + <f64>i)
        put(segmentRecord, MISMATCH_A, ca)
        put(segmentRecord, MISMATCH_B, cb)
      }
      put(segmentRecord, MISMATCHES, get(segmentRecord, MISMATCHES) + 1)
    }
  }
  finiteSide<T>(pa, packedA, na, n, at, A)
  finiteSide<T>(pb, packedB, nb, n, at, B)
  if (np == 0) return
  put(segmentRecord, PAIRS, np)
  sums<f64>(packedPairA, packedPairB, np)
  put(segmentRecord, SBB, sumBB)
  sumsOfA<f64>(packedPairA, packedPairB, np)
  difference<f64>(packedPairA, packedPairB, np)
  farthest<T>(pa, pb, n, at)
}

function append(packed: usize, length: i32, x: f64): i32 {
  store<f64>(packed + ((<usize>length) << 3), x)
  return length + 1
}

function count(side: i32, kind: i32): void {
  const field = side + NAN_COUNT + kind - 1
  put(segmentRecord, field, get(segmentRecord, field) + 1)
}

function finiteSide<T>(p: usize, packed: usize, m: i32, n: i32, at: f64, side: i32): void {
  put(segmentRecord, side + FINITE, m)
  if (m == 0) return
  let low = Infinity,
    high = -Infinity
  let zeros = 0
  for (let i = 0; i < m; i++) {
    const x = one<f64>(packed, i)
    low = min(low, x)
    high = max(high, x)
    if (x == 0) zeros++
  }
  sums<f64>(packed, packed, m)
  put(segmentRecord, side + ZERO, zeros)
  put(segmentRecord, side + MEAN, sumB / <f64>m)
  put(segmentRecord, side + M2, spread<f64>(packed, m, sumBB, sumB))
  place<T>(p, n, at, side, low, high, true)
}
