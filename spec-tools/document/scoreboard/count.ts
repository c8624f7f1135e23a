/** Counts criteria by status, per category and in all. */
import type { Count, Counts, Criterion, Total } from './types.ts'

export function countCriteria(criteria: Criterion[], totals: Total[]): Counts {
  const published = totals
    .filter(({ sum, snapshot }) => !sum && !snapshot)
    .map(({ label }) => label)
  const present = new Set(criteria.flatMap(({ category }) => category ?? []))
  const order = [...new Set([...published, ...present])].filter((label) => present.has(label))
  return {
    categories: new Map(
      order.map((label) => [label, count(criteria.filter(({ category }) => category === label))]),
    ),
    total: count(criteria),
  }
}

function count(criteria: Criterion[]): Count {
  const done = criteria.filter(({ standing }) => standing === 'done').length
  const open = criteria.filter(({ standing }) => standing === 'open').length
  return { done, open, percent: percentOf(done, open) }
}

/** 100 · done / (done + open); null when there is nothing to count. */
export function percentOf(done: number, open: number): number | null {
  return done + open === 0 ? null : (100 * done) / (done + open)
}
