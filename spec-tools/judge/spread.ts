/** How far a figure may be from what the next run would give, for comparisons of two of them. */
import { leastOf, mostOf } from '../many.ts'
import { conversion } from '../settings/index.ts'
import type { Interval } from './interval.ts'
import { better } from './performance.ts'
import { type Picked, unitOf } from './called.ts'
import { printed, realValue } from './quantity.ts'
import { runsOf } from './runs.ts'
import type { Quantity } from './types.ts'

/** What a time or a rate of one run counts as, where nothing says how much it varies: ± 1 %. */
const ofOneRun = 0.01

/** Stands before the rules in what is said of how a quantity came about. */
export const ofSpread = ', with its spread: '

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
  const widths = picked.flatMap((one) => widthOf(one)?.width ?? [])
  const most =
    widths.length > 0
      ? mostOf(widths)
      : isOfOneRun(picked)
        ? Math.abs(quantity.value) * ofOneRun
        : 0
  return most === 0 ? quantity : { ...quantity, lo: quantity.lo - most, hi: quantity.hi + most }
}

/** What a figure is taken to be uncertain by, in words; null where that is its printed precision. */
export function ruleOfSpread(picked: readonly Picked[]): string | null {
  const [first] = picked.flatMap((one) => widthOf(one) ?? [])
  return (
    first?.rule ??
    (isOfOneRun(picked) ? 'a single run that states no spread counts as ± 1 %' : null)
  )
}

/**
 * Half the width that is printed beside a figure. Of the mean of n runs with the standard deviation s
 * it is t s / √n, the 95 % interval of the mean (Student 1908); of a standard error 1.96 of it. Times
 * and rates differ from start to start, too: theirs is no less than 1 %, if s is not.
 */
function widthOf({
  measurement,
  statistic,
  figure,
}: Picked): { width: number; rule: string } | null {
  const { figures, facts } = measurement
  const stated = (name: string) => {
    const value = figures[name]?.value
    return typeof value === 'number' && value > 0 ? value : null
  }
  if (statistic !== 'mean' && statistic !== 'value') return null
  const [error, apart, std] = ['stderr', 'plus_minus', 'std'].map(stated)
  if (error) return { width: 1.96 * error, rule: 'a standard error counts 1.96 times' }
  if (apart) return { width: apart, rule: 'the ± that is printed counts' }
  if (!std || statistic !== 'mean') return null
  const { n } = facts
  if (n === undefined || n < 2) return { width: std, rule: 'the standard deviation counts' }
  const ofMean = (student(n - 1) * std) / Math.sqrt(n)
  const varying = varies(unitOf(measurement))
  const least = varying ? Math.min(std, ofOneRun * Math.abs(realValue(figure.value))) : 0
  const width = Math.max(ofMean, least)
  const atLeast = varying ? ', or 1 % (or σ) if that is more' : ''
  return { width, rule: `of a mean of ${n} its 95 % interval counts, t·σ/√n${atLeast}` }
}

/** Student's t for 95 % on both sides; of more degrees of freedom that of the next fewer. */
function student(freedom: number): number {
  return quantiles.findLast(([least]) => least <= freedom)?.[1] ?? 12.71
}

const quantiles: readonly (readonly [freedom: number, t: number])[] = [
  [1, 12.71],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [5, 2.571],
  [6, 2.447],
  [7, 2.365],
  [8, 2.306],
  [9, 2.262],
  [10, 2.228],
  [15, 2.131],
  [20, 2.086],
  [30, 2.042],
  [60, 2],
  [120, 1.98],
]

/** What is printed beside a mean, or beside another estimate with its error; null for none. */
export function stdBeside(picked: readonly Picked[]): Quantity | null {
  const [only, more] = picked
  if (only === undefined || more !== undefined || widthOf(only) === null) return null
  const { id, figures } = only.measurement
  const name = ['stderr', 'plus_minus', 'std'].find((one) => Object.hasOwn(figures, one))
  const std = name === undefined ? undefined : figures[name]
  return std && name ? printed(std, name, `${id}#${name}`, unitOf(only.measurement)) : null
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
  return picked.every((one) => widthOf(one) === null) && varies(unitOf(first.measurement))
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
