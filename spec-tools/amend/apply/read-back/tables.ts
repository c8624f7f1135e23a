import type { Table } from '../../../document/index.ts'
import { lineOf, type Misread, type Read } from './types.ts'

/** Tables keep their columns and rows, and new rows have the cells that were meant. */
export function rows({ spec, after, intent, edits, shift }: Read): Misread[] {
  const tables = new Map<number | undefined, Table>(
    after.tables.map((table) => [table.header[0]?.start, table]),
  )
  const found: Misread[] = []
  const meant = [...intent.rows, ...intent.history].flatMap((entry) =>
    'cells' in entry ? [entry.cells] : [],
  )
  for (const table of spec.tables) {
    const start = shift(table.header[0]?.start ?? 0)
    const now = start === null ? undefined : tables.get(start)
    const touched = edits.filter(
      (edit) => edit.start <= table.range.end && edit.end >= table.range.start,
    )
    if (now === undefined) {
      if (touched.length === 0)
        found.push({ what: 'A table is no longer read as one', line: lineOf(after, start) })
      continue
    }
    if (now.header.length !== table.header.length || now.rows.length < table.rows.length) {
      found.push({ what: 'A table has lost a column or a row', line: now.line })
    }
    if (now.rows.length === table.rows.length && touched.length === 0) continue
    const old = new Set(table.rows.map(({ cells }) => key(cells)))
    for (const row of now.rows) {
      if (old.has(key(row.cells)) || row.cells.length <= table.header.length) continue
      found.push({
        what: `A row has ${row.cells.length} cells in a table of ${table.header.length} columns`,
        line: row.line,
      })
    }
  }
  const present = new Set(
    after.tables.flatMap((table) => table.rows.map(({ cells }) => key(cells))),
  )
  for (const cells of meant) {
    const wanted = cells.map((text) => ({ text: text.trim() }))
    while (wanted.at(-1)?.text === '') wanted.pop()
    if (intent.cells.length > 0 || present.has(key(wanted))) continue
    if (![...present].some((one) => one.startsWith(key(wanted)))) {
      found.push({
        what: `The new row "${cells[0] ?? ''}" is not read as a row of these cells`,
        line: 1,
      })
    }
  }
  return found
}

function key(cells: readonly { text: string }[]): string {
  return cells.map(({ text }) => text).join('\u0000')
}
