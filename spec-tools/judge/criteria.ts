/**
 * Bounds that a diagnostic states beside its own figures: where a record of a pair holds `x` and
 * `x_limit`, x is to be at most x_limit. The comparison is made here; what the diagnostic prints about
 * it (`passed`, PASS) is a claim. The bound itself is the diagnostic's word, and is shown as that.
 */
import { cell } from './cell.ts'
import { contrast } from './quantity.ts'
import type { Known } from './side.ts'
import type { Cell, Quantity, Reason } from './types.ts'

export interface Criterion {
  name: string
  value: Quantity
  limit: Quantity
}

const suffix = '_limit'

export function criteriaOf(pair: Known | null): Criterion[] {
  const figures = pair?.figures ?? {}
  return Object.entries(figures).flatMap(([statistic, limit]) => {
    const name = statistic.endsWith(suffix) ? statistic.slice(0, -suffix.length) : ''
    const value = figures[name]
    return value && !Number.isNaN(limit.value) ? [{ name, value, limit }] : []
  })
}

/** Values that are not numbers; these say so whatever else is missing for a comparison. */
export function nonFiniteCriteria(criteria: readonly Criterion[]): Reason[] {
  return criteria
    .filter(({ value }) => !Number.isFinite(value.value))
    .map(({ name, value }) => ({ about: 'nonfinite', text: `${name} ${value.text}` }))
}

/** The bounds as a sentence's part; null where none is stated. */
export function boundText(criteria: readonly Criterion[]): string | null {
  const stated = [
    ...new Set(
      criteria.map(({ name, limit }) => `${name} ≤ ${Number(limit.value.toPrecision(4))}`),
    ),
  ]
  return stated.length === 0 ? null : `${stated.join(', ')}, declared by the diagnostic`
}

/**
 * DIVERGENT if a bound is exceeded in any run, and MATCH if all hold; null where none is stated. The
 * printed values count as they are: a bound is met by the value that equals it.
 */
export function cellOfCriteria(criteria: readonly Criterion[]): Cell | null {
  const nonFinite = nonFiniteCriteria(criteria)
  if (nonFinite.length > 0) return cell('NONFINITE', nonFinite)
  const exceeded = criteria.filter(({ value, limit }) => value.value > limit.value)
  if (exceeded.length > 0) return cell('DIVERGENT', reasonsOf(exceeded, '>'))
  return criteria.length === 0 ? null : cell('MATCH', reasonsOf(criteria, '≤'))
}

/** One reason a criterion: that of the run which is furthest. */
function reasonsOf(criteria: readonly Criterion[], sign: '>' | '≤'): Reason[] {
  const byName = Map.groupBy(criteria, ({ name }) => name)
  return [...byName.values()].flatMap((runs) => {
    const worst = runs.toSorted((a, b) => b.value.value - a.value.value)[0]
    if (!worst) return []
    const [value, limit] = contrast(worst.value.value, worst.limit.value)
    return [
      {
        about: 'criterion' as const,
        text: `${worst.name} ${value}${sign}${limit}`,
        compared: {
          name: worst.name,
          value: worst.value.value,
          limit: worst.limit.value,
          bound: 'exactly' as const,
          from: [...worst.value.from, ...worst.limit.from],
        },
      },
    ]
  })
}
