/**
 * What summaries (mean, std, extremes) and printed differences say about how far two sides are apart,
 * for equal n and identical pairing. With d = a - b:
 *
 *   dmean^2 + (sa - sb)^2 <= RMS(d)^2 <= dmean^2 + (sa + sb)^2
 *   max|d| >= |max a - max b|, |min a - min b|
 *   RMS <= max|d| <= sqrt(n) RMS
 */
import { mostOf } from '../many.ts'
import { pairMetrics } from '../evidence/index.ts'
import type { Comparable, GateSide } from './gate.ts'
import { abs, add, divide, type Interval, isKnown, root, square, subtract } from './interval.ts'
import { finite, type Moments, moments, pairFigures } from './metrics.ts'
import { contrast } from './quantity.ts'
import type { PairFigures, Quantity, Reason } from './types.ts'

export interface SummaryMetrics {
  figures: PairFigures
  /** Where the relative L2 must lie, as far as figures bound it; null where none do. */
  within: (Interval & { value?: number }) | null
  /** Printed figures that contradict each other. */
  inconsistent: Reason[]
}

/**
 * @param pair the printed figures of the pair, by the names of `pairMetrics`
 * @param reversed whether the pair was printed as reference against candidate
 */
export function summaryMetrics(
  sides: Comparable,
  pair: Readonly<Record<string, Quantity>>,
  reversed = false,
): SummaryMetrics {
  const n = sides.candidate.facts.n ?? sides.reference.facts.n ?? null
  const a = moments(sides.candidate, n)
  const b = moments(sides.reference, n)
  const rms = finite(pair[pairMetrics.rmsDiff.name])
  const max = finite(pair[pairMetrics.maxAbsDiff.name])
  const bound = rmsBounds(a, b, n)
  const figures = pairFigures(sides, [a, b], pair, reversed)
  return {
    figures,
    within:
      known(figures.relativeL2) ??
      known(b.size && divide(withLargest(bound, max, n), b.size.range)),
    inconsistent: [
      ...contradictions(rms, max, bound, n),
      ...impossible(sides.candidate, 'A'),
      ...impossible(sides.reference, 'B'),
    ],
  }
}

/** Between what the RMS of the difference must lie if nothing but summaries is known. */
function rmsBounds(a: Moments, b: Moments, n: number | null): Interval {
  let { lo, hi } = { lo: 0, hi: Infinity }
  if (a.std && b.std) {
    const gap = square(subtract(a.std.range, b.std.range))
    const sum = square(add(a.std.range, b.std.range))
    const shift = a.mean && b.mean ? square(subtract(a.mean, b.mean)) : { lo: 0, hi: Infinity }
    lo = root(add(gap, shift)).lo
    hi = root(add(sum, shift)).hi
  } else if (a.mean && b.mean) {
    lo = abs(subtract(a.mean, b.mean)).lo
  }
  if (n !== null && n > 0) lo = Math.max(lo, extremesApart(a, b).lo / Math.sqrt(n))
  return { lo, hi }
}

/** RMS <= max|d| <= sqrt(n) RMS. */
function withLargest({ lo, hi }: Interval, max: Quantity | null, n: number | null): Interval {
  if (!max) return { lo, hi }
  const least = n !== null && n > 0 ? max.lo / Math.sqrt(n) : 0
  return { lo: Math.max(lo, least), hi: Math.min(hi, max.hi) }
}

/** The least that max|d| can be by the extremes of the sides. */
function extremesApart(a: Moments, b: Moments): { lo: number } {
  const gaps = [
    a.max && b.max ? abs(subtract(a.max, b.max)).lo : 0,
    a.min && b.min ? abs(subtract(a.min, b.min)).lo : 0,
    a.mean && b.mean ? abs(subtract(a.mean, b.mean)).lo : 0,
  ]
  return { lo: mostOf(gaps) }
}

function contradictions(
  rms: Quantity | null,
  max: Quantity | null,
  bound: Interval,
  n: number | null,
): Reason[] {
  const reasons: Reason[] = []
  const above = (left: number, right: number, names: [string, string]) => {
    if (!(left > right)) return
    const [a, b] = contrast(left, right)
    reasons.push({ about: 'bounds', text: `${names[0]} ${a}>${names[1]} ${b}` })
  }
  if (rms && max) {
    above(rms.lo, max.hi, ['RMS', 'max'])
    if (n !== null) above(max.lo, Math.sqrt(n) * rms.hi, ['max', '√n·RMS'])
  }
  if (rms) {
    above(rms.lo, bound.hi, ['RMS', 'bound'])
    above(bound.lo, rms.hi, ['bound', 'RMS'])
  }
  if (max) above(bound.lo, max.hi, ['bound', 'max'])
  return reasons
}

/** Summaries that no tensor has: a mean outside of the extremes, a std above half of their range. */
function impossible({ figures }: GateSide, side: string): Reason[] {
  const [mean, std, min, max] = ['mean', 'std', 'min', 'max'].map((name) => finite(figures[name]))
  if (!min || !max) return []
  const wrong =
    min.lo > max.hi ||
    (mean && (mean.hi < min.lo || mean.lo > max.hi)) ||
    // Popoviciu's inequality; sqrt(2) allows for a std over n - 1 at n = 2.
    (std && std.lo > (Math.SQRT2 * (max.hi - min.lo)) / 2)
  return wrong ? [{ about: 'bounds', text: `${side}: impossible summary` }] : []
}

function known<T extends Interval>(interval: T | null): T | null {
  return interval && isKnown(interval) ? interval : null
}
