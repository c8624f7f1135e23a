/** Text tables whose columns are drawn by a rule of dashes: `------  -----  ----`. */

import { longestLine } from './block.ts'

export interface RuledTable {
  header: string[]
  /** Whole rows, and the index of the line that each stands on. */
  rows: { at: number; cells: string[] }[]
  /** Lines between the rules that do not fit their columns. */
  broken: number[]
  /** Index of the first line after the last row, or after the rule that closes the table. */
  end: number
}

interface Span {
  from: number
  to: number
}

/** The columns that a rule of at least three runs of dashes draws; null for any other line. */
export function ruleSpans(line: string): Span[] | null {
  if (line.length > longestLine || !/^\s*-+(?:\s+-+){2,}\s*$/.test(line)) return null
  return [...line.matchAll(/-+/g)].map(({ index, 0: run }) => ({
    from: index,
    to: index + run.length,
  }))
}

/**
 * The table whose header stands on `lines[at]` above a rule; null where the header does not fit it.
 * It ends at a blank line, at a second rule, or with the log.
 */
export function ruledTable(lines: readonly string[], at: number): RuledTable | null {
  const spans = ruleSpans(lines[at + 1] ?? '')
  const header = spans && cellsIn(lines[at] ?? '', spans)
  if (header === null || header.includes('')) return null
  const table: RuledTable = { header, rows: [], broken: [], end: at + 2 }
  for (; table.end < lines.length; table.end++) {
    const line = lines[table.end]!
    if (line.trim() === '') break
    if (ruleSpans(line) !== null) {
      table.end++
      break
    }
    const cells = cellsIn(line, spans!)
    if (cells === null) table.broken.push(table.end)
    else table.rows.push({ at: table.end, cells })
  }
  return table
}

/**
 * The cells of a line below each run of the rule. A cell that is wider than its column pushes the
 * rest aside; then the cells are told apart by two blanks, and must be as many as the columns.
 */
function cellsIn(line: string, spans: readonly Span[]): string[] | null {
  let past = 0
  let fits = true
  for (const { from, to } of spans) {
    if (line.slice(past, from).trim() !== '') fits = false
    past = to
  }
  if (fits && line.slice(past).trim() === '') {
    return spans.map(({ from, to }) => line.slice(from, to).trim())
  }
  const cells = line.trim().split(/\s{2,}/)
  return cells.length === spans.length ? cells : null
}
