/** Rows that change and the totals before and after, in one line. */
import type { RootContent } from 'mdast'
import { code, paragraph, strong, type Inline } from '../../render/markdown/index.ts'
import type { GroundScoreboard } from '../ground/index.ts'

/** Rows that are named. */
const shown = 4

export function scoreboardLine(board: GroundScoreboard | null): RootContent[] {
  if (board === null || board.flipped.length === 0) return []
  const { moved, flipped } = board
  const groups = [...Map.groupBy(flipped.slice(0, shown), ({ to }) => to)]
  const rows = groups.flatMap(([to, group], at): Inline[] => [
    at === 0 ? '' : ', ',
    ...group.flatMap(({ id }, index): Inline[] => (index === 0 ? [code(id)] : [', ', code(id)])),
    ` now ${to}`,
  ])
  const more = flipped.length > shown ? ` and ${flipped.length - shown} more` : ''
  const totals: Inline[] = moved
    ? [
        ` (${moved.before.done} + ${moved.before.open} → `,
        strong(`${moved.after.done} + ${moved.after.open}`),
        ')',
      ]
    : []
  return [paragraph('Scoreboard: ', ...rows, more, ...totals, '.')]
}
