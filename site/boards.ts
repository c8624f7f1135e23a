/** The scoreboard of a specification over time. */
import { chart } from './chart.ts'
import { day, el, table, to, type Content } from './page.ts'
import type { Listed } from './types.ts'

/** Moves of the table; the chart has them all. */
const mostRows = 30

/** @param newestFirst amendments of one specification */
export function boards(from: string, newestFirst: readonly Listed[]): Content {
  const moves = newestFirst.flatMap((one) => {
    const { scoreboard } = one.record.ground
    return scoreboard?.moved ? [{ one, scoreboard, moved: scoreboard.moved }] : []
  })
  const [last] = moves
  if (last === undefined) return null
  const { done, open } = last.scoreboard.header
  const inOrder = moves.toReversed()
  const first = inOrder[0]!
  const points = (name: 'done' | 'open') => [
    { value: first.moved.before[name], title: `before ${first.one.record.date}` },
    ...inOrder.map(({ one, moved }) => ({
      value: moved.after[name],
      title: `${moved.after[name]}, ${one.record.date}`,
    })),
  ]
  return [
    chart(
      'Scoreboard over time',
      [
        { name: done, points: points('done') },
        { name: open, points: points('open') },
      ],
      [`before ${first.one.record.date}`, last.one.record.date],
    ),
    table(
      moves.length > mostRows
        ? `The last ${mostRows} moves of the scoreboard`
        : 'Moves of the scoreboard',
      ['Date', { number: done }, { number: open }, 'Criteria', 'Amendment'],
      moves
        .slice(0, mostRows)
        .map(({ one, scoreboard, moved }) => [
          day(one.record.date),
          `${moved.before.done} → ${moved.after.done}`,
          `${moved.before.open} → ${moved.after.open}`,
          scoreboard.flipped
            .map(({ id, to: now }) => [el('code', {}, id), ` ${now}`])
            .flatMap((each, index) => (index === 0 ? each : [', ', ...each])),
          to(from, one.path, one.record.ground.section?.label ?? one.finding),
        ]),
    ),
  ]
}
