/** Which rows the verdicts flip; where two verdicts disagree about a row, neither is followed. */
import type { Judgement } from '../../judge/types.ts'
import type { Flip, Flipped, Statuses } from '../../document/scoreboard.ts'

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
