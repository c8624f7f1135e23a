/** Which rows the verdicts flip; where two verdicts disagree about a row, neither is followed. */
import type { Spec } from '../../document/index.ts'
import type { Judgement, PlannedChange } from '../../judge/types.ts'
import type { Flip, Flipped, Scoreboard, Statuses } from '../../document/scoreboard.ts'
import { findRow } from '../in-place/find.ts'

export function agreedFlips(
  { hypotheses }: Judgement,
  statuses: Statuses,
): {
  flips: Flip[]
  disputed: Flipped['unresolved']
} {
  const byRow = Map.groupBy(
    hypotheses.flatMap(({ flips, outcome }) =>
      flips.map(({ row, to }) => ({
        row,
        to: to ?? (outcome === 'REFUTED' ? statuses.open : statuses.done),
      })),
    ),
    ({ row }) => row,
  )
  const rows = [...byRow].map(([row, flips]) => ({
    row,
    to: [...new Set(flips.map((one) => one.to))],
  }))
  return {
    flips: rows.flatMap(({ row, to: [to, ...others] }) =>
      to === undefined || others.length > 0 ? [] : [{ row, to }],
    ),
    disputed: rows
      .filter(({ to }) => to.length > 1)
      .map(({ row, to }) => ({ row, reason: `verdicts disagree: ${to.join(' and ')}` })),
  }
}

/**
 * Cells that verdicts write and that are the status of a criterion. Beside flips of criteria they are
 * flips themselves, so that every total moves once.
 */
export function flipsOfCells(
  spec: Spec,
  { criteria }: Pick<Scoreboard, 'criteria'>,
  changes: readonly PlannedChange[],
): { flips: Flip[]; taken: ReadonlySet<PlannedChange> } {
  const found = changes.flatMap((planned) => {
    const { change, missing } = planned
    if (change.kind !== 'cell' || missing !== null) return []
    const place = findRow(spec, change.row, change.under, change.column)
    if ('reason' in place) return []
    const { row, column } = place.one
    const criterion = criteria.find((one) => one.row === row && one.column === column)
    if (
      criterion === undefined ||
      criteria.filter(({ ids }) => ids.includes(criterion.id)).length > 1
    )
      return []
    return [{ planned, flip: { row: criterion.id, to: change.to } }]
  })
  return {
    flips: found.map(({ flip }) => flip),
    taken: new Set(found.map(({ planned }) => planned)),
  }
}
