/** How far a figure may be from what the next run would give, for comparisons of two of them. */
import { leastOf, mostOf } from '../many.ts'
import { conversion } from '../settings/index.ts'
import type { Interval } from './interval.ts'
import { better } from './performance.ts'
import { type Picked, unitOf } from './called.ts'
import { printed } from './quantity.ts'
import { runsOf } from './runs.ts'
import type { Quantity } from './types.ts'

/** What a time or a rate of one run counts as, where nothing says how much it varies: ± 1 %. */
const ofOneRun = 0.01

/** What is known of how a figure varies, in the quantity's unit. */
export function withSpread(quantity: Quantity, picked: readonly Picked[]): Quantity {
  const ends = picked.flatMap(intervalAround)
  if (ends.length > 0) {
    return {
      ...quantity,
      lo: Math.min(quantity.lo, leastOf(ends)),
      hi: Math.max(quantity.hi, mostOf(ends)),
    }
  }
  const stds = stdsOf(picked)
  const most =
    stds.length > 0 ? mostOf(stds) : isOfOneRun(picked) ? Math.abs(quantity.value) * ofOneRun : 0
  return most === 0 ? quantity : { ...quantity, lo: quantity.lo - most, hi: quantity.hi + most }
}

/** The standard deviations printed beside means. */
function stdsOf(picked: readonly Picked[]): number[] {
  return picked.flatMap(({ measurement: { figures }, statistic }) => {
    const std = figures['std']?.value
    return statistic === 'mean' && typeof std === 'number' && std > 0 ? [std] : []
  })
}

/** The standard deviation printed beside a mean; null for none, or for several. */
export function stdBeside(picked: readonly Picked[]): Quantity | null {
  const [only, more] = picked
  const std = only?.measurement.figures['std']
  if (only?.statistic !== 'mean' || more !== undefined || std === undefined) return null
  const quantity = printed(std, 'std', `${only.measurement.id}#std`, unitOf(only.measurement))
  return quantity.value > 0 ? quantity : null
}

/** The ends of the interval that a log prints around an estimate: `time_low`, `time_high`. */
function intervalAround({ measurement: { figures }, statistic }: Picked): number[] {
  return [`${statistic}_low`, `${statistic}_high`].flatMap((name) => {
    const value = figures[name]?.value
    return typeof value === 'number' ? [value] : []
  })
}

/** Whether neither repeats nor the log say how much a time or a rate varies. */
export function isOfOneRun(picked: readonly Picked[]): boolean {
  const [first] = picked
  if (picked.some((one) => intervalAround(one).length > 0)) return false
  if (first === undefined || runsOf(picked.map(({ measurement }) => measurement)).length > 1) {
    return false
  }
  return stdsOf(picked).length === 0 && varies(unitOf(first.measurement))
}

/**
 * The median of repeats with the bounds between which that of all runs lies in 95 of 100 cases: the
 * order statistics n/2 ∓ 0.98 √n (Conover, Practical Nonparametric Statistics, quantile test), or the
 * range of fewer than six.
 */
export function medianWithSpread(quantity: Quantity, values: readonly Interval[]): Quantity {
  const n = values.length
  const reach = Math.floor(n / 2 - 0.98 * Math.sqrt(n))
  const at = n < 6 ? 0 : Math.max(0, reach - 1)
  const los = values.map(({ lo }) => lo).toSorted((a, b) => a - b)
  const his = values.map(({ hi }) => hi).toSorted((a, b) => a - b)
  return {
    ...quantity,
    lo: Math.min(quantity.lo, los[at] ?? quantity.lo),
    hi: Math.max(quantity.hi, his[n - 1 - at] ?? quantity.hi),
  }
}

/** Times and rates differ from run to run; what is counted in bytes may not. */
function varies(unit: string | undefined): boolean {
  return better(unit) !== null && conversion(unit ?? '', 'B') === null
}
