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
import { readStatements } from './scoreboard/statements/read.ts'
import { readTotals } from './scoreboard/totals.ts'
import { statusesOf } from './scoreboard/learn.ts'
import type { Scoreboard, Statuses } from './scoreboard/types.ts'

export { followAnchors } from './scoreboard/anchors.ts'
export { changesOf, type CellChange, type LineChange } from './scoreboard/changes.ts'
export { describeScoreboard, type DescribedScoreboard } from './scoreboard/describe.ts'
export { documentWords } from './scoreboard/known.ts'
export { flipCriteria, type Flip, type Flipped } from './scoreboard/flip.ts'
export { followTallies } from './tally/follow.ts'
export { staleTotals } from './tally/stale.ts'
export type * from './scoreboard/types.ts'

/** The statuses of the specifications that the project began with. */
export const defaultStatuses: Statuses = { done: 'DISCHARGED', open: 'PARTIAL' }

/**
 * Reads the criteria and the totals of a spec; statuses are matched in the case they are given.
 * Where the document has none of them, those that its rows do have take their place.
 */
export function readScoreboard(spec: Spec, given: Statuses): Scoreboard {
  const statuses = statusesOf(spec, given)
  const totals = readTotals(spec, statuses)
  const { criteria, unclear } = readCriteria(spec, statuses, totals)
  const counts = countCriteria(criteria, totals)
  const { statements, unread } = readStatements({ spec, criteria, totals }, statuses)
  return {
    statuses,
    criteria,
    unclear,
    totals,
    statements,
    unread,
    ...counts,
    drift: findDrift(counts, totals, statements, statuses),
  }
}
