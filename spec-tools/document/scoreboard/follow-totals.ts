/** What the rows of tables of totals become when criteria are flipped. */
import type { Edit } from './changes.ts'
import { percentOf } from './count.ts'
import { countFor, percentFollows, sumOfRows } from './drift.ts'
import { editOf, withValue } from './figure.ts'
import type { Counts, PublishedNumber, Scoreboard, Standing, Total } from './types.ts'

/** Category rows first, since sums and percentages follow from what the rows will say. */
export function followTotals(
  before: Scoreboard,
  after: Counts,
): { edits: Edit[]; after: ReadonlyMap<Total, Total> } {
  const renewed = new Map<Total, Total>()
  for (const sum of [false, true]) {
    for (const total of before.totals) {
      if (total.sum === sum && !total.snapshot) {
        const rows = before.totals.map((one) => renewed.get(one) ?? one)
        renewed.set(total, followTotal(total, before, after, rows))
      }
    }
  }
  const edits = [...renewed].flatMap(([old, now]) =>
    (['done', 'open', 'percent'] as const).flatMap((part) => {
      const [was, is] = [old[part], now[part]]
      return was && is ? editOf(was.figure, is.figure) : []
    }),
  )
  return { edits, after: renewed }
}

function followTotal(total: Total, before: Scoreboard, after: Counts, rows: Total[]): Total {
  const count = countFor(total, before)
  const next = countFor(total, after)
  const follow = (standing: Standing): PublishedNumber | null => {
    const published = total[standing]
    if (published === null) return null
    const was = total.sum ? sumOfRows(total, before.totals, standing) : null
    const is = total.sum ? sumOfRows(total, rows, standing) : null
    const byRows = was === null || is === null ? 0 : is - was
    const byCriteria = count === null || next === null ? 0 : next[standing] - count[standing]
    // A sum that agrees with its rows follows them, whatever criteria stand outside of them.
    const moved = published.value === was ? byRows : byCriteria || byRows
    return withNumber(published, Math.max(0, published.value + moved))
  }
  const done = follow('done')
  const open = follow('open')
  return { ...total, done, open, percent: followPercent(total, done, open) }
}

function followPercent(
  { percent, done: oldDone, open: oldOpen }: Total,
  done: PublishedNumber | null,
  open: PublishedNumber | null,
): PublishedNumber | null {
  if (!percent || !oldDone || !oldOpen || !done || !open) return percent
  if (!percentFollows(percent, oldDone.value, oldOpen.value)) return percent
  const exact = percentOf(done.value, open.value)
  return exact === null ? percent : withNumber(percent, exact)
}

/** The same cell with another number: bold and `%` stay. */
function withNumber(published: PublishedNumber, value: number): PublishedNumber {
  const figure = withValue(published.figure, value)
  if (figure === published.figure) return published
  const text = published.text.replace(published.figure.written, figure.written)
  return { ...published, value: figure.value, text, figure }
}
