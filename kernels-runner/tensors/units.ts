/** Sums of rows and of channels -> the few of each by which a confined fault is told from noise. */
import type { Unit, UnitSums } from './types.ts'

/** Kept by each way of ranking. */
const kept = 4

/**
 * @param sum {sum d^2, sum b^2, sum of squared steps} of a unit, by their number
 * @param scale what the elements were multiplied by
 */
export function unitSums(
  count: number,
  sum: (unit: number, of: number) => number,
  scale: number,
): UnitSums {
  const all = Array.from({ length: count }, (_, index): Unit => {
    const root = (of: number) => Math.sqrt(sum(index, of)) / scale
    return { index, error: root(0), size: root(1), steps: root(2) }
  })
  const sizes = Float64Array.from(all, ({ size }) => size).toSorted()
  const median = sizes[count >> 1] ?? 0
  const ways: ((unit: Unit) => number)[] = [
    ({ error, size }) => error / size,
    ({ error, size }) => error / Math.max(size, median),
    ({ error, steps }) => (steps > 0 ? error / steps : 0),
  ]
  const apart = all.filter(({ error }) => error > 0)
  const worst = new Set(ways.flatMap((ratio) => largest(apart, ratio)))
  return { count, median, worst: [...worst] }
}

/** The few largest, in one walk over all. */
function largest(units: readonly Unit[], ratio: (unit: Unit) => number): Unit[] {
  const found: { unit: Unit; by: number }[] = []
  for (const unit of units) {
    const by = ratio(unit)
    if (found.length === kept && by <= (found.at(-1)?.by ?? 0)) continue
    const at = found.findIndex((other) => by > other.by)
    found.splice(at < 0 ? found.length : at, 0, { unit, by })
    found.length = Math.min(found.length, kept)
  }
  return found.map(({ unit }) => unit)
}
