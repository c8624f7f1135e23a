import {
  readScoreboard,
  staleTotals,
  type Scoreboard,
  type Total,
} from '../../document/scoreboard.ts'
import { sumOfRows } from '../../document/scoreboard/drift.ts'
import type { Edit, Spec } from '../../document/index.ts'
import type { Problem, Rule } from '../types.ts'

/** Published totals follow from their rows, and these from the criteria. */
export const scoreboardAddsUp: Rule = {
  name: 'scoreboard-adds-up',
  about: 'Sums, percentages and category rows agree with the criteria that they count.',
  check(spec, { statuses }) {
    const scoreboard = readScoreboard(spec, statuses)
    const drift = scoreboard.drift.map(({ text, lines }): Problem => {
      const fix = certainFix(spec, scoreboard, text)
      return { ...lineRange(spec, lines[0] ?? 1), message: `${text}.`, ...(fix && { fix }) }
    })
    const unclear = scoreboard.unclear.map(({ id, line, reason }): Problem => ({
      ...lineRange(spec, line),
      severity: 'warning',
      message: `${id} is not counted: ${reason}.`,
    }))
    // With statuses that were only learnt, what they do not explain may be about something else.
    const given = scoreboard.statuses.done === statuses.done
    const unread = scoreboard.unread
      .filter(({ past }) => given && !past)
      .map(({ text, line, reason }): Problem => ({
        ...lineRange(spec, line),
        severity: 'warning',
        message: `“${text}” is not held against the rows: ${reason}.`,
      }))
    const read = new Set([...scoreboard.criteria, ...scoreboard.totals].map(({ table }) => table))
    const stale = staleTotals(spec, read).map(({ start, end, line, reason }): Problem => ({
      start,
      end,
      message: `The total in line ${line} does not follow from its rows: ${reason}.`,
    }))
    return [...drift, ...stale, ...unclear, ...unread]
  },
}

/** A sum is certain where its rows add up to what the criteria count, too. */
function certainFix(spec: Spec, scoreboard: Scoreboard, text: string): Edit | undefined {
  for (const total of scoreboard.totals.filter(isCurrentSum)) {
    for (const standing of ['done', 'open'] as const) {
      const published = total[standing]
      const counted = sumOfRows(total, scoreboard.totals, standing)
      const about = text.startsWith(
        `${total.label}, ${scoreboard.statuses[standing]}: published as ${published?.value}`,
      )
      if (!about || !published || counted === null || counted !== scoreboard.total[standing])
        continue
      const cell = total.row.cells[published.column]
      if (cell === undefined) continue
      return {
        start: cell.start,
        end: cell.end,
        text: spec.text.slice(cell.start, cell.end).replace(/\d+/, String(counted)),
      }
    }
  }
  return undefined
}

function isCurrentSum({ sum, snapshot }: Total): boolean {
  return sum && !snapshot
}

function lineRange({ lines }: Spec, line: number): { start: number; end: number } {
  const { start, end } = lines.get(line)
  return { start, end }
}
