/** Finds the acceptance criteria: rows of tables that carry an id and a status. */
import { mostOf } from '../../many.ts'
import type { Row, Spec, Table } from '../types.ts'
import { findIds, findStatuses, plainStatus } from './status.ts'
import type { Criterion, Statuses, Total, UnclearRow } from './types.ts'

export function readCriteria(
  spec: Spec,
  statuses: Statuses,
  totals: Total[],
): { criteria: Criterion[]; unclear: UnclearRow[] } {
  const categories = [...new Set(totals.filter(({ sum }) => !sum).map(({ label }) => label))]
  const totalTables = new Set(totals.map(({ table }) => table))
  const criteria: Criterion[] = []
  const unclear: UnclearRow[] = []
  for (const table of spec.tables.filter((one) => !totalTables.has(one))) {
    const column = statusColumn(table, statuses)
    if (column === -1) continue
    for (const row of table.rows) {
      const read = readRow(table, row, column, statuses, categories)
      if (read === undefined) continue
      if ('reason' in read) unclear.push(read)
      else criteria.push(read)
    }
  }
  return { criteria, unclear }
}

/** The column in which most rows state a status; -1 where no row does. */
function statusColumn(table: Table, statuses: Statuses): number {
  const stated = table.header.map(
    (_, column) =>
      table.rows.filter((row) => findStatuses(row.cells[column]?.text ?? '', statuses).length > 0)
        .length,
  )
  const most = Math.max(0, mostOf(stated))
  return most === 0 ? -1 : stated.indexOf(most)
}

function readRow(
  table: Table,
  row: Row,
  column: number,
  statuses: Statuses,
  categories: string[],
): Criterion | UnclearRow | undefined {
  const cell = row.cells[column]
  const ids = idsOf(row, column)
  const [id] = ids
  if (cell === undefined || id === undefined) return undefined
  const found = findStatuses(cell.text, statuses)
  const [status] = found
  if (status === undefined && plainStatus(cell.text) === '') return undefined
  if (found.some(({ standing }) => standing !== status?.standing)) {
    const words = found.map(({ text }) => text).join(' and ')
    return { id, line: row.line, reason: `its status cell says ${words}` }
  }
  return {
    id,
    ids,
    status: status?.text ?? plainStatus(cell.text),
    standing: status?.standing ?? 'neither',
    category: categoryOf(table, id, categories),
    line: row.line,
    table,
    row,
    column,
    cell,
  }
}

/** Ids of the first cell that has any, and those in the status cell: the row answers to all. */
function idsOf(row: Row, column: number): string[] {
  const first = row.cells.map(({ text }) => findIds(text)).find((ids) => ids.length > 0) ?? []
  return [...new Set([...first, ...findIds(row.cells[column]?.text ?? '')])]
}

/** The category named by the caption, else by the nearest heading above, else by the id. */
function categoryOf(table: Table, id: string, categories: string[]): string | null {
  const named = (text: string) => categories.find((category) => mentions(text, category))
  if (table.caption !== null) {
    const category = named(table.caption)
    if (category !== undefined) return category
  }
  for (let section = table.section; section !== null; section = section.parent) {
    const category = named(section.heading)
    if (category !== undefined) return category
  }
  return named(id) ?? null
}

function mentions(text: string, category: string): boolean {
  const at = text.toLowerCase().indexOf(category.toLowerCase())
  if (at === -1) return false
  const before = text[at - 1] ?? ' '
  const after = text[at + category.length] ?? ' '
  return !/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)
}
