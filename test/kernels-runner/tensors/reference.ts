/**
 * The metrics of the divergence page once more, plainly: two passes, compensated sums, no SIMD. What
 * the kernel gives is held against this.
 */
export interface ReferenceSide {
  nFinite: number
  nNan: number
  nPosInf: number
  nNegInf: number
  nZero: number
  mean: number
  std: number
  l2: number
  min: number
  minAt: number
  max: number
  maxAt: number
  /** Mean of |x|: the scale of rounding in the mean. */
  meanAbs: number
}

export function referenceSide(values: readonly number[]): ReferenceSide {
  const finite = values.filter((x) => Number.isFinite(x))
  const count = (test: (x: number) => boolean) => values.filter(test).length
  const mean = sum(finite) / finite.length
  const min = finite.reduce((low, x) => Math.min(low, x), Infinity)
  const max = finite.reduce((high, x) => Math.max(high, x), -Infinity)
  return {
    nFinite: finite.length,
    nNan: count((x) => Number.isNaN(x)),
    nPosInf: count((x) => x === Infinity),
    nNegInf: count((x) => x === -Infinity),
    nZero: count((x) => x === 0),
    mean,
    std: Math.sqrt(sum(finite.map((x) => (x - mean) ** 2)) / finite.length),
    l2: norm(finite),
    min,
    minAt: values.findIndex((x) => x === min),
    max,
    maxAt: values.findIndex((x) => x === max),
    meanAbs: sum(finite.map(Math.abs)) / finite.length,
  }
}

export interface ReferencePair {
  n: number
  maxAbs: number
  maxAbsAt: number
  rms: number
  bias: number
  meanAbsDiff: number
  relativeL2: number
  cosine: number
  oneMinusCosine: number
  worstRow: number
  worstRelativeL2: number
  firstMismatch: number
}

export function referencePair(
  a: readonly number[],
  b: readonly number[],
  rowWidth: number,
): ReferencePair {
  const both = a.map((x, i) => Number.isFinite(x) && Number.isFinite(b[i]))
  const x = a.filter((_, i) => both[i])
  const y = b.filter((_, i) => both[i])
  const d = a.map((value, i) => (both[i] ? Math.abs(value - at(b, i)) : -1))
  const differences = x.map((value, i) => value - at(y, i))
  const maxAbs = d.reduce((high, value) => Math.max(high, value), -1)
  const normA = norm(x)
  const normB = norm(y)
  let worstRow = -1
  let worstRelativeL2 = -1
  for (let row = 0; row * rowWidth < a.length; row++) {
    const places = Array.from({ length: rowWidth }, (_, i) => row * rowWidth + i).filter(
      (i) => both[i],
    )
    const relative =
      norm(places.map((i) => at(a, i) - at(b, i))) / norm(places.map((i) => at(b, i)))
    if (Number.isFinite(relative) && relative > worstRelativeL2) {
      worstRow = row
      worstRelativeL2 = relative
    }
  }
  return {
    n: x.length,
    maxAbs,
    maxAbsAt: d.indexOf(maxAbs),
    rms: Math.sqrt(sum(differences.map((value) => value ** 2)) / x.length),
    bias: sum(differences) / x.length,
    meanAbsDiff: sum(differences.map(Math.abs)) / x.length,
    relativeL2: norm(differences) / normB,
    cosine: sum(x.map((value, i) => value * at(y, i))) / (normA * normB),
    oneMinusCosine: sum(x.map((value, i) => (value / normA - at(y, i) / normB) ** 2)) / 2,
    worstRow,
    worstRelativeL2,
    firstMismatch: a.findIndex((value, i) => kind(value) !== kind(at(b, i))),
  }
}

/** NumPy's default: linear interpolation between order statistics. */
export function referenceQuantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((x, y) => x - y)
  const place = (sorted.length - 1) * share
  const low = at(sorted, Math.floor(place))
  return low + (at(sorted, Math.ceil(place)) - low) * (place - Math.floor(place))
}

/** Neumaier's compensated sum. */
export function sum(values: readonly number[]): number {
  let total = 0
  let lost = 0
  for (const value of values) {
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  return total + lost
}

export function norm(values: readonly number[]): number {
  return Math.sqrt(sum(values.map((x) => x * x)))
}

function kind(x: number): string {
  return Number.isFinite(x) ? 'finite' : String(x)
}

function at(values: readonly number[], i: number): number {
  return values[i] ?? Number.NaN
}
