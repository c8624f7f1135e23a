/**
 * How the figures of a pair follow from what was printed, for equal n and identical pairing. With the
 * root mean square r of a side, r^2 = s^2 + m^2:
 *
 *   <a,b>/n = (ra^2 + rb^2 - RMS^2) / 2
 *   1 - cos = (RMS^2 - (ra - rb)^2) / (2 ra rb)
 *   relative L2 = norm(d)/norm(b) = RMS / rb
 *
 * The last but one is how the cosine is computed: it does not cancel where the cosine is near 1.
 */
import { type PairMetricKey, pairMetricKeys, pairMetrics } from '../evidence/index.ts'
import { type Comparable, type GateSide, ratio } from './gate.ts'
import { add, divide, type Interval, multiply, point, root, square, subtract } from './interval.ts'
import { derived, notApplicable } from './quantity.ts'
import type { PairFigures, Quantity } from './types.ts'

/** What a figure of a pair may follow from; of a pair whose comparison passed the gate. */
interface PairParts {
  sides: Comparable
  a: Moments
  b: Moments
  /** The figure itself, where it was printed of this pair. */
  printed: Quantity | null
  rms: Quantity | null
}

const derivations: Readonly<Record<PairMetricKey, (parts: PairParts) => Quantity | null>> = {
  ratio: ({ sides }) => ratio(sides),
  maxAbsDiff: ({ printed }) => printed,
  rmsDiff: ({ printed }) => printed,
  relativeL2: ({ printed, rms, b }) => printed ?? relativeOf(rms, b),
  cosine: ({ printed, rms, a, b }) => printed ?? cosineOf(rms, a, b),
}

/**
 * @param pair the figures that were printed of both sides, by the names of `pairMetrics`
 * @param reversed whether they were printed of reference against candidate
 */
export function pairFigures(
  sides: Comparable,
  [a, b]: readonly [Moments, Moments],
  pair: Readonly<Record<string, Quantity>>,
  reversed: boolean,
): PairFigures {
  const rms = finite(pair[pairMetrics.rmsDiff.name])
  return perMetric((key) => {
    const { name, ordered } = pairMetrics[key]
    const printed = reversed && ordered ? null : finite(pair[name])
    return derivations[key]({ sides, a, b, printed, rms })
  })
}

/** One figure a metric, in their order. */
export function perMetric(figure: (key: PairMetricKey) => Quantity | null): PairFigures {
  return Object.fromEntries(pairMetricKeys.map((key) => [key, figure(key)])) as PairFigures
}

/** Those of a pair that was not compared. */
export const noFigures: PairFigures = perMetric(() => null)

/** Root mean square of a side, and what it is made of. */
export interface Moments {
  mean: Quantity | null
  std: { value: number; range: Interval; from: Quantity } | null
  size: { value: number; range: Interval; parts: Quantity[] } | null
  min: Quantity | null
  max: Quantity | null
}

export function moments({ figures, facts }: GateSide, n: number | null): Moments {
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

export function finite(quantity: Quantity | undefined): Quantity | null {
  return quantity && Number.isFinite(quantity.value) ? quantity : null
}
