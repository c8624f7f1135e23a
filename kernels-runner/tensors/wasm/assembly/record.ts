/**
 * Accumulators that merge: means and squared deviations after Chan, Golub and LeVeque. Merging is
 * symmetric but for rounding, so spans may be split anywhere.
 */
import {
  A,
  B,
  DIFFERENT,
  DIFFERENT_AT,
  FIELDS,
  FINITE,
  M2,
  M2_D,
  MAX,
  MAX_ABS,
  MAX_ABS_AT,
  MAX_AT,
  MEAN,
  MEAN_D,
  MIN,
  MIN_AT,
  MISMATCHES,
  MISMATCH_A,
  MISMATCH_AT,
  MISMATCH_B,
  N,
  NAN_COUNT,
  NEG_INF,
  NONFINITE_AT,
  PAIRS,
  POS_INF,
  RESIDUAL,
  SAA,
  SAB,
  SBB,
  SDB,
  STEPS,
  WORST_RATIO,
  WORST_ROW,
  ZERO,
  ZERO_ROWS,
  get,
  put,
} from './layout'

/** Makes the accumulator that has seen nothing. */
export function reset(record: usize): void {
  memory.fill(record, 0, FIELDS << 3)
  resetSide(record, A)
  resetSide(record, B)
  put(record, MAX_ABS, -1)
  put(record, MAX_ABS_AT, Infinity)
  put(record, MISMATCH_AT, Infinity)
  put(record, NONFINITE_AT, Infinity)
  put(record, WORST_RATIO, -1)
  put(record, WORST_ROW, Infinity)
  put(record, DIFFERENT_AT, Infinity)
}

function resetSide(record: usize, side: i32): void {
  put(record, side + MIN, Infinity)
  put(record, side + MIN_AT, Infinity)
  put(record, side + MAX, -Infinity)
  put(record, side + MAX_AT, Infinity)
}

/** Adds what `from` has seen to `into`. */
export function merge(into: usize, from: usize): void {
  add(into, from, N)
  mergeSide(into, from, A)
  mergeSide(into, from, B)
  mergePairs(into, from)
  if (get(from, MISMATCHES) > 0) {
    add(into, from, MISMATCHES)
    if (get(from, MISMATCH_AT) < get(into, MISMATCH_AT)) {
      copy(into, from, MISMATCH_AT)
      copy(into, from, MISMATCH_A)
      copy(into, from, MISMATCH_B)
    }
  }
  if (get(from, NONFINITE_AT) < get(into, NONFINITE_AT)) copy(into, from, NONFINITE_AT)
  add(into, from, ZERO_ROWS)
  add(into, from, STEPS)
  add(into, from, DIFFERENT)
  if (get(from, DIFFERENT_AT) < get(into, DIFFERENT_AT)) copy(into, from, DIFFERENT_AT)
  takeLarger(into, from, WORST_RATIO, WORST_ROW)
}

function mergeSide(into: usize, from: usize, side: i32): void {
  add(into, from, side + NAN_COUNT)
  add(into, from, side + POS_INF)
  add(into, from, side + NEG_INF)
  add(into, from, side + ZERO)
  const nb = get(from, side + FINITE)
  if (nb == 0) return
  mergeMoments(into, from, side + FINITE, side + MEAN, side + M2)
  takeLarger(into, from, side + MAX, side + MAX_AT)
  const min = get(from, side + MIN)
  const best = get(into, side + MIN)
  if (min < best || (min == best && get(from, side + MIN_AT) < get(into, side + MIN_AT))) {
    copy(into, from, side + MIN)
    copy(into, from, side + MIN_AT)
  }
}

function mergePairs(into: usize, from: usize): void {
  if (get(from, PAIRS) == 0) return
  mergeMoments(into, from, PAIRS, MEAN_D, M2_D)
  takeLarger(into, from, MAX_ABS, MAX_ABS_AT)
  // Slopes of d on b differ between the parts: the same step as for means, with weights b^2.
  const s1 = get(into, SBB)
  const s2 = get(from, SBB)
  let residual = get(into, RESIDUAL) + get(from, RESIDUAL)
  if (s1 > 0 && s2 > 0) {
    const slope = slopeOf(into, s1, from, s2)
    residual += slope * slope * (s1 * (s2 / (s1 + s2)))
  }
  put(into, RESIDUAL, residual)
  add(into, from, SAA)
  add(into, from, SBB)
  add(into, from, SDB)
  add(into, from, SAB)
}

/**
 * Difference of the slopes. That of a on b and that of d on b differ by 1: the smaller one is known
 * better, which matters where a is tiny beside b, or all but equal to it.
 */
function slopeOf(into: usize, s1: f64, from: usize, s2: f64): f64 {
  const small = abs(get(into, SAB)) < 0.5 * s1 && abs(get(from, SAB)) < 0.5 * s2
  const product = small ? SAB : SDB
  return get(into, product) / s1 - get(from, product) / s2
}

function mergeMoments(into: usize, from: usize, count: i32, mean: i32, m2: i32): void {
  const na = get(into, count)
  const nb = get(from, count)
  const n = na + nb
  const delta = get(from, mean) - get(into, mean)
  const share = nb / n
  put(into, count, n)
  put(into, mean, na == 0 ? get(from, mean) : get(into, mean) + delta * share)
  put(into, m2, get(into, m2) + get(from, m2) + (na == 0 ? 0 : delta * delta * na * share))
}

/** The larger value wins with its place; of equal values the one that comes first. */
function takeLarger(into: usize, from: usize, value: i32, place: i32): void {
  const x = get(from, value)
  const best = get(into, value)
  if (x > best || (x == best && get(from, place) < get(into, place))) {
    copy(into, from, value)
    copy(into, from, place)
  }
}

function add(into: usize, from: usize, field: i32): void {
  put(into, field, get(into, field) + get(from, field))
}

function copy(into: usize, from: usize, field: i32): void {
  put(into, field, get(from, field))
}
