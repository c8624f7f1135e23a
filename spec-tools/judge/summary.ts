/**
 * What summaries (mean, std, extremes) and printed differences say about how far two sides are apart,
 * for equal n and identical pairing. With d = a - b:
 *
 *   dmean^2 + (sa - sb)^2 <= RMS(d)^2 <= dmean^2 + (sa + sb)^2
 *   max|d| >= |max a - max b|, |min a - min b|
 *   RMS <= max|d| <= sqrt(n) RMS
 *   <a,b>/n = (ra^2 + rb^2 - RMS^2) / 2, with r^2 = s^2 + m^2
 *   1 - cos = (RMS^2 - (ra - rb)^2) / (2 ra rb)
 *   relative L2 = norm(d)/norm(b) = RMS / rb
 *
 * The last but one is how the cosine is computed: it does not cancel where the cosine is near 1.
 */
import type { Comparable, GateSide } from './gate.ts'
import {
  abs,
  add,
  divide,
  type Interval,
  isKnown,
  multiply,
  point,
  root,
  square,
  subtract,
} from './interval.ts'
import { contrast, derived, notApplicable } from './quantity.ts'
import type { Quantity, Reason } from './types.ts'

export interface SummaryMetrics {
  maxAbsDiff: Quantity | null
  rmsDiff: Quantity | null
  relativeL2: Quantity | null
  cosine: Quantity | null
  /** Where the relative L2 must lie, as far as figures bound it; null where none do. */
  within: (Interval & { value?: number }) | null
  /** Printed figures that contradict each other. */
  inconsistent: Reason[]
}

/**
 * @param pair the printed figures of the pair: `max_abs_diff`, `rms_diff`, `relative_l2`, `cosine`
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
  const rms = finite(pair['rms_diff'])
  const max = finite(pair['max_abs_diff'])
  const bound = rmsBounds(a, b, n)
  const printedL2 = reversed ? null : finite(pair['relative_l2'])
  const relativeL2 = printedL2 ?? relativeOf(rms, b)
  return {
    maxAbsDiff: max,
    rmsDiff: rms,
    relativeL2,
    cosine: finite(pair['cosine']) ?? cosineOf(rms, a, b),
    within: known(relativeL2) ?? known(b.size && divide(withLargest(bound, max, n), b.size.range)),
    inconsistent: [
      ...contradictions(rms, max, bound, n),
      ...impossible(sides.candidate, 'A'),
      ...impossible(sides.reference, 'B'),
    ],
  }
}

/** Root mean square of a side, and what it is made of. */
interface Moments {
  mean: Quantity | null
  std: { value: number; range: Interval; from: Quantity } | null
  size: { value: number; range: Interval; parts: Quantity[] } | null
  min: Quantity | null
  max: Quantity | null
}

function moments({ figures, facts }: GateSide, n: number | null): Moments {
  const mean = finite(figures['mean'])
  const std = populationStd(finite(figures['std']), facts.ddof, n)
  const l2 = finite(figures['l2'])
  const extremes = { min: finite(figures['min']), max: finite(figures['max']) }
  if (l2 && n !== null && n > 0) {
    const by = point(Math.sqrt(n))
    const size = { value: l2.value / by.lo, range: divide(l2, by), parts: [l2] }
    return { mean, std, size, ...extremes }
  }
  const size = mean &&
    std && {
      value: Math.hypot(std.value, mean.value),
      range: root(add(square(std.range), square(mean))),
      parts: [std.from, mean],
    }
  return { mean, std, size, ...extremes }
}

/**
 * The population std behind a printed one. Where the log does not say whether it divided by n or by
 * n - 1, both stay possible.
 */
function populationStd(std: Quantity | null, ddof: number | undefined, n: number | null) {
  if (!std) return null
  const factor = n !== null && n > 0 ? Math.sqrt((n - 1) / n) : 1
  if (ddof === 0) return { value: std.value, range: std, from: std }
  const sample = multiply(std, point(factor))
  if (ddof === 1) return { value: std.value * factor, range: sample, from: std }
  return { value: std.value, range: { lo: sample.lo, hi: std.hi }, from: std }
}

function relativeOf(rms: Quantity | null, b: Moments): Quantity | null {
  if (!rms || !b.size) return null
  const how = 'RMS / sqrt(std^2 + mean^2) of the reference'
  const parts = [rms, ...b.size.parts]
  if (b.size.range.lo <= 0) {
    return notApplicable(
      parts.flatMap(({ from }) => from),
      `${how}: the reference may be 0`,
    )
  }
  return derived(rms.value / b.size.value, divide(rms, b.size.range), how, parts)
}

function cosineOf(rms: Quantity | null, a: Moments, b: Moments): Quantity | null {
  if (!rms || !a.size || !b.size) return null
  const how = '1 - (RMS^2 - (ra - rb)^2) / (2 ra rb), r^2 = std^2 + mean^2'
  const parts = [rms, ...a.size.parts, ...b.size.parts]
  const [ra, rb] = [a.size, b.size]
  if (ra.range.lo <= 0 || rb.range.lo <= 0) {
    return notApplicable(
      parts.flatMap(({ from }) => from),
      `${how}: a side may be 0`,
    )
  }
  const value = 1 - (rms.value ** 2 - (ra.value - rb.value) ** 2) / (2 * ra.value * rb.value)
  const apart = subtract(square(rms), square(subtract(ra.range, rb.range)))
  const bounds = subtract(point(1), divide(apart, multiply(point(2), multiply(ra.range, rb.range))))
  return derived(
    Math.min(1, Math.max(-1, value)),
    { lo: Math.max(-1, bounds.lo), hi: Math.min(1, bounds.hi) },
    how,
    parts,
  )
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
  return { lo: Math.max(...gaps) }
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

function finite(quantity: Quantity | undefined): Quantity | null {
  return quantity && Number.isFinite(quantity.value) ? quantity : null
}
