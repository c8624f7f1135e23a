/** The stages that a reader must know of, one row for those that match, and how many came out how. */
import type { RootContent } from 'mdast'
import {
  byTelling,
  isMatch,
  isNear,
  type DivergenceRow,
  type Judgement,
} from '../../judge/index.ts'
import {
  paragraph,
  plainly,
  restRow,
  stageCounts,
  stageTable,
  type Inline,
  type Show,
} from '../../render/markdown/index.ts'
import { plural } from '../headline.ts'

export function stagesShown(
  judgement: Judgement,
  shown: readonly DivergenceRow[],
  show: Show = plainly,
): RootContent[] {
  const { rows } = judgement
  const stands = new Set(shown)
  const left = byTelling(rows.filter((row) => !stands.has(row)))
  const [matching = [], other = []] = [true, false].map((is) =>
    left.filter((row) => (isMatch(row) && !isNear(row)) === is),
  )
  // One row more says more than that there is one.
  const lone = matching.length === 1 ? matching : []
  const rest: Inline[][] = [
    ...(other.length > 0 ? [['…', `${other.length} more that do not match`]] : []),
    ...(matching.length > 1 ? [restRow(matching, shown.length > 0, show)] : []),
  ]
  const table = stageTable(judgement, [...shown, ...lone], rest, show)
  if (table === undefined) return []
  const counted = other.length > 0
  return [
    ...(counted
      ? [paragraph(`${plural(rows.length, 'stage')}: ${stageCounts(byTelling(rows))}.`)]
      : []),
    table,
  ]
}
