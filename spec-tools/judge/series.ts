/** One number of a series: its ends, extremes, and whether it still moves. */
import { leastOf, mostOf } from '../many.ts'
import type { SeriesFunction } from '../settings/index.ts'
import { divide, type Interval, subtract } from './interval.ts'
import { derived } from './quantity.ts'
import type { Quantity } from './types.ts'

/**
 * @param values in the order of the log, in one unit
 * @returns null where there is nothing to say it of
 */
export function overSeries(how: SeriesFunction, values: readonly Quantity[]): Quantity | null {
  const sorted = values.toSorted((a, b) => a.value - b.value)
  const [first, last] = [values[0], values.at(-1)]
  const [least, most] = [sorted[0], sorted.at(-1)]
  if (!first || !last || !least || !most) return null
  const los = values.map(({ lo }) => lo)
  const his = values.map(({ hi }) => hi)
  const count = `of ${values.length} figures`
  switch (how) {
    case 'first':
      return first
    case 'last':
      return last
    case 'min':
      return {
        ...derived(
          least.value,
          { lo: leastOf(los), hi: leastOf(his) },
          `smallest ${count}`,
          values,
        ),
        text: least.text,
      }
    case 'max':
      return {
        ...derived(most.value, { lo: mostOf(los), hi: mostOf(his) }, `largest ${count}`, values),
        text: most.text,
      }
    case 'median': {
      const middle = (all: readonly number[]) => {
        const order = all.toSorted((a, b) => a - b)
        return (
          (order[Math.floor((order.length - 1) / 2)]! + order[Math.ceil((order.length - 1) / 2)]!) /
          2
        )
      }
      return derived(
        middle(values.map((one) => one.value)),
        { lo: middle(los), hi: middle(his) },
        `median ${count}`,
        values,
      )
    }
    case 'plateau': {
      if (values.length < 2) return null
      const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length
      const height = { lo: mean(los), hi: mean(his) }
      const gap = subtract(
        { lo: mostOf(los), hi: mostOf(his) },
        { lo: leastOf(los), hi: leastOf(his) },
      )
      const bounds = divide({ lo: Math.max(0, gap.lo), hi: gap.hi }, magnitude(height))
      const level = Math.abs(mean(values.map((one) => one.value)))
      return derived(
        (most.value - least.value) / level,
        bounds,
        `(max - min) / |mean| ${count}, ${least.text} to ${most.text}`,
        values,
      )
    }
    case 'rises':
    case 'falls': {
      const pairs = values.slice(1).map((next, index) => [values[index]!, next] as const)
      const up = how === 'rises' ? pairs : pairs.map(([a, b]) => [b, a] as const)
      const bounds = {
        lo: up.filter(([a, b]) => b.lo > a.hi).length,
        hi: up.filter(([a, b]) => b.hi > a.lo).length,
      }
      return derived(
        up.filter(([a, b]) => b.value > a.value).length,
        bounds,
        `${how} between neighbours ${count}`,
        values,
      )
    }
    default:
      return null
  }
}

function magnitude({ lo, hi }: Interval): Interval {
  return lo <= 0 && hi >= 0
    ? { lo: 0, hi: Math.max(-lo, hi) }
    : lo > 0
      ? { lo, hi }
      : { lo: -hi, hi: -lo }
}
