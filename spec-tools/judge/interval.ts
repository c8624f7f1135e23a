/**
 * Closed intervals of reals. Rounding of IEEE operations is monotone, so that for values inside the
 * operands the computed result lies inside the computed interval. NaN bounds mean: nothing is known.
 */
import { leastOf, mostOf } from '../many.ts'

export interface Interval {
  lo: number
  hi: number
}

export const unknown: Interval = { lo: Number.NaN, hi: Number.NaN }

export function point(value: number): Interval {
  return { lo: value, hi: value }
}

export function isKnown({ lo, hi }: Interval): boolean {
  return !Number.isNaN(lo) && !Number.isNaN(hi)
}

export function add(a: Interval, b: Interval): Interval {
  return { lo: a.lo + b.lo, hi: a.hi + b.hi }
}

export function subtract(a: Interval, b: Interval): Interval {
  return { lo: a.lo - b.hi, hi: a.hi - b.lo }
}

export function multiply(a: Interval, b: Interval): Interval {
  return hull([a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi])
}

/** Unknown where the divisor may be zero. */
export function divide(a: Interval, b: Interval): Interval {
  if (!(b.lo > 0 || b.hi < 0)) return unknown
  return hull([a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi])
}

export function abs(a: Interval): Interval {
  if (a.lo <= 0 && a.hi >= 0) return { lo: 0, hi: Math.max(-a.lo, a.hi) }
  return hull([Math.abs(a.lo), Math.abs(a.hi)])
}

/** The square; unlike a product of two unrelated intervals it is never negative. */
export function square(a: Interval): Interval {
  const { lo, hi } = abs(a)
  return { lo: lo * lo, hi: hi * hi }
}

/** The root of what is not negative in an interval; unknown where all of it is negative. */
export function root(a: Interval): Interval {
  return { lo: Math.sqrt(Math.max(0, a.lo)), hi: Math.sqrt(a.hi) }
}

/** What two statements about one value leave, or null where they contradict each other. */
export function intersect(a: Interval, b: Interval): Interval | null {
  const lo = Math.max(a.lo, b.lo)
  const hi = Math.min(a.hi, b.hi)
  return lo <= hi ? { lo, hi } : null
}

function hull(values: readonly number[]): Interval {
  return { lo: leastOf(values), hi: mostOf(values) }
}
