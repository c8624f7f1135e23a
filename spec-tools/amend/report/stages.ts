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
  const left = byTelling(rows.filter((row) => !shown.includes(row)))
  const matching = left.filter((row) => isMatch(row) && !isNear(row))
  const other = left.filter((row) => !matching.includes(row))
  const rest: Inline[][] = [
    ...(other.length > 0 ? [['…', `${other.length} more that do not match`]] : []),
    ...(matching.length > 0 ? [restRow(matching, shown.length > 0, show)] : []),
  ]
  const table = stageTable(judgement, shown, rest, show)
  if (table === undefined) return []
  const counted = other.length > 0
  return [
    ...(counted
      ? [paragraph(`${plural(rows.length, 'stage')}: ${stageCounts(byTelling(rows))}.`)]
      : []),
    table,
  ]
}
