/**
 * What takes more than sums: a histogram of |d|, distances in units in the last place, and the
 * largest element of each row.
 */

/** Counts of |d| by the digits of its bits: 2^18 for the first level, 6 x 2^15 for later ones. */
export const histogram: usize = memory.data(262144 * 4, 64)
/** Leading digits (one f64 each) that later levels look behind; at most six. */
export const prefixes: usize = memory.data(6 * 8, 64)

const FIRST_SHIFT: u64 = 45
const DIGIT: u64 = 15

/**
 * |d| as an f64 has 63 bits that order like the number itself: 18 (exponent and 7 bits of the
 * fraction) for level 0, then 15 a level. Level k > 0 counts the next digit of those numbers whose
 * digits so far equal one of `count` prefixes.
 */
export function histogramOf<T>(pa: usize, pb: usize, n: i32, level: i32, count: i32): void {
  const shift = FIRST_SHIFT - DIGIT * <u64>level
  for (let i: usize = 0, end = <usize>n * sizeof<T>(); i < end; i += sizeof<T>()) {
    const a = <f64>load<T>(pa + i)
    const b = <f64>load<T>(pb + i)
    const d = abs(a - b)
    if (!isFinite(d)) continue
    const bits = reinterpret<u64>(d)
    if (level == 0) {
      bump(<usize>(bits >> FIRST_SHIFT))
      continue
    }
    const prefix = <f64>(bits >> (shift + DIGIT))
    for (let k: usize = 0; k < <usize>count; k++) {
      if (load<f64>(prefixes + (k << 3)) == prefix) {
        bump((k << 15) + <usize>((bits >> shift) & 0x7fff))
      }
    }
  }
}

function bump(bin: usize): void {
  const p = histogram + (bin << 2)
  store<u32>(p, load<u32>(p) + 1)
}

/** {count, largest, sum} by the exponent field of b: 2048 entries of f64s. */
export const ulpTable: usize = memory.data(2048 * 3 * 8, 64)
/** {count, largest, its index, sum, elements within one}. */
export const ulpTotal: usize = memory.data(5 * 8, 64)

/**
 * Distances of stored floats in units in the last place: the bits as integers that order like the
 * numbers, -0 and 0 being the same. `fraction` is the number of fraction bits.
 */
export function ulpsOf<T>(pa: usize, pb: usize, n: i32, fraction: i32, at: f64): void {
  const magnitudes = <u64>(
    (sizeof<T>() == 8
      ? 0x7fffffffffffffff
      : sizeof<T>() == 4
        ? 0x7fffffff
        : sizeof<T>() == 2
          ? 0x7fff
          : 0x7f)
  )
  const special = magnitudes >> (<u64>fraction)
  let counted: f64 = 0
  let sum: f64 = 0
  let close: f64 = 0
  let largest = load<f64>(ulpTotal, 8)
  for (let i = 0; i < n; i++) {
    const a = <u64>load<T>(pa + <usize>i * sizeof<T>())
    const b = <u64>load<T>(pb + <usize>i * sizeof<T>())
    const ma = a & magnitudes
    const mb = b & magnitudes
    const exponent = mb >> (<u64>fraction)
    if (exponent == special || ma >> (<u64>fraction) == special) continue
    const sameSign = a > magnitudes == b > magnitudes
    const distance = sameSign ? <f64>(ma > mb ? ma - mb : mb - ma) : <f64>ma + <f64>mb
    tally(ulpTable + <usize>exponent * 24, distance)
    counted += 1
    sum += distance
    close += distance <= 1 ? 1 : 0
    if (distance > largest) {
      largest = distance
      store<f64>(ulpTotal, at + <f64>i, 16)
    }
  }
  store<f64>(ulpTotal, load<f64>(ulpTotal) + counted)
  store<f64>(ulpTotal, largest, 8)
  store<f64>(ulpTotal, load<f64>(ulpTotal, 24) + sum, 24)
  store<f64>(ulpTotal, load<f64>(ulpTotal, 32) + close, 32)
}

function tally(entry: usize, distance: f64): void {
  store<f64>(entry, load<f64>(entry) + 1)
  store<f64>(entry, max(load<f64>(entry, 8), distance), 8)
  store<f64>(entry, load<f64>(entry, 16) + distance, 16)
}

/**
 * The two largest finite elements of the row at hand, per side: {largest, its index, second}; then
 * the next side's. Infinite indices mean that there is none.
 */
export const tops: usize = memory.data(6 * 8, 64)
/** {rows, undecided, matches, first mismatching row, its a, its b, margin a, row, margin b, row} */
export const argmaxTotal: usize = memory.data(10 * 8, 64)

export function resetTops(): void {
  for (let side = tops; side < tops + 48; side += 24) {
    store<f64>(side, -Infinity)
    store<f64>(side, Infinity, 8)
    store<f64>(side, -Infinity, 16)
  }
}

export function topsOf<T>(p: usize, n: i32, column: f64, side: usize): void {
  let first = load<f64>(side)
  let where = load<f64>(side, 8)
  let second = load<f64>(side, 16)
  for (let i = 0; i < n; i++) {
    const x = <f64>load<T>(p + <usize>i * sizeof<T>())
    if (!(x > second) || x == Infinity) {
      // A first finite element equal to the start value cannot be: -Infinity is left out below.
      continue
    }
    if (x > first) {
      second = first
      first = x
      where = column + <f64>i
    } else second = x
  }
  store<f64>(side, first)
  store<f64>(side, where, 8)
  store<f64>(side, second, 16)
}

/** Adds what another part of the same row has found, which comes later in the row or earlier. */
export function joinTops(first: f64, where: f64, second: f64, side: usize): void {
  const held = load<f64>(side)
  const heldAt = load<f64>(side, 8)
  const wins = first > held || (first == held && where < heldAt)
  store<f64>(side, max(wins ? held : first, max(second, load<f64>(side, 16))), 16)
  if (wins) {
    store<f64>(side, first)
    store<f64>(side, where, 8)
  }
}

/** Enters a whole row. */
export function closeTops(row: f64): void {
  const a = load<f64>(tops, 8)
  const b = load<f64>(tops, 32)
  bumpF64(0)
  if (a == Infinity || b == Infinity) {
    bumpF64(1)
  } else if (a == b) bumpF64(2)
  else if (row < load<f64>(argmaxTotal, 24)) {
    store<f64>(argmaxTotal, row, 24)
    store<f64>(argmaxTotal, a, 32)
    store<f64>(argmaxTotal, b, 40)
  }
  lowest(load<f64>(tops) - load<f64>(tops, 16), row, argmaxTotal + 48)
  lowest(load<f64>(tops, 24) - load<f64>(tops, 40), row, argmaxTotal + 64)
}

function bumpF64(field: usize): void {
  const p = argmaxTotal + (field << 3)
  store<f64>(p, load<f64>(p) + 1)
}

/** NaN (no element) and infinity (only one) are no margins, and fail the comparison. */
function lowest(margin: f64, row: f64, entry: usize): void {
  const best = load<f64>(entry)
  if (margin < best || (margin == best && margin < Infinity && row < load<f64>(entry, 8))) {
    store<f64>(entry, margin)
    store<f64>(entry, row, 8)
  }
}
