/** Keeps generated lists and tables readable, however much a run has to say. */
import type { Inline } from '../render/markdown/index.ts'
import { type DivergenceRow, isMatch } from '../judge/index.ts'

/** The first items, and how many are left out. */
export function firstOf(items: readonly Inline[], limit: number): Inline[] {
  const more = items.length - limit
  return more > 0 ? [...items.slice(0, limit), `… and ${more} more.`] : [...items]
}

/** The stages that found something before those that match, in the order of the computation. */
export function tellingRows(rows: readonly DivergenceRow[], limit: number): DivergenceRow[] {
  if (rows.length <= limit) return [...rows]
  const telling = rows.filter((row) => !isMatch(row))
  const matching = rows.filter(isMatch)
  const chosen = new Set([...telling, ...matching].slice(0, limit))
  return rows.filter((row) => chosen.has(row))
}
