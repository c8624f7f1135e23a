/**
 * The scoreboard of a living spec: criteria counted by status, always from their rows, and held
 * against every total that the document publishes.
 *
 * Criteria rows and published totals are separate sources. Where they disagree both are reported;
 * nothing is corrected in silence.
 */
import type { Spec } from './types.ts'
import { readCriteria } from './scoreboard/criteria.ts'
import { countCriteria } from './scoreboard/count.ts'
import { findDrift } from './scoreboard/drift.ts'
import { readTotals } from './scoreboard/totals.ts'
import type { Scoreboard, Statuses } from './scoreboard/types.ts'

export { flipCriteria, type Flip, type Flipped } from './scoreboard/flip.ts'
export type * from './scoreboard/types.ts'

/** Reads the criteria and the totals of a spec; statuses are matched in the case they are given. */
export function readScoreboard(spec: Spec, statuses: Statuses): Scoreboard {
  const totals = readTotals(spec, statuses)
  const { criteria, unclear } = readCriteria(spec, statuses, totals)
  const counts = countCriteria(criteria, totals)
  return {
    statuses,
    criteria,
    unclear,
    totals,
    ...counts,
    drift: findDrift(counts, totals, statuses),
  }
}
