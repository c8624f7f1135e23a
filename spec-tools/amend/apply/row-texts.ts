/** Rows that are known by all their cells, and get others. */
import type { Row, Spec } from '../../document/index.ts'
import type { Change } from './types.ts'
import type { Intent } from '../intent.ts'
import { ambiguous, missing } from './anchors.ts'
import { cellChange, hasColumns, tablesUnder } from './rows.ts'

export function setRowTexts(spec: Spec, intent: Intent): Change[] {
  return intent.row_texts.flatMap((entry) => {
    const tables = tablesUnder(spec, intent, entry.under).filter((table) =>
      hasColumns(table, entry.columns),
    )
    const found = tables.flatMap((table) =>
      table.rows.filter((row) => holds(row, entry.old)).map((row) => ({ table, row })),
    )
    const [first] = found
    if (first === undefined) {
      if (tables.some(({ rows }) => rows.some((row) => holds(row, entry.new)))) return []
      throw missing(spec, `row "${entry.old.join(' | ')}" under "${entry.under}"`)
    }
    if (found.length > 1) {
      throw ambiguous(
        `The row "${entry.old.join(' | ')}"`,
        found.map(({ row }) => row.line),
      )
    }
    return entry.new.flatMap((value, column) =>
      value === (entry.old[column] ?? '')
        ? []
        : cellChange(spec, first.table, first.row, column, value),
    )
  })
}

/** Whether a row has these cells; empty ones at its end may be left out. */
function holds({ cells }: Row, wanted: readonly string[]): boolean {
  const length = Math.max(cells.length, wanted.length)
  return Array.from({ length }, (_, at) => (cells[at]?.text ?? '') === (wanted[at] ?? '')).every(
    Boolean,
  )
}
