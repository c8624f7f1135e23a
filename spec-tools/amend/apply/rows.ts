/** Rows added to tables, and cells set in them. */
import { Refusal, type Row, type Spec, type Table } from '../../document/index.ts'
import type { Change } from '../apply.ts'
import type { Intent } from '../intent.ts'
import { ambiguous, missing, sectionsNamed, spellings } from './anchors.ts'
import { learnRows, pad, rowIs, slotOf, writeRow } from './row-text.ts'

export function addRows(spec: Spec, intent: Intent): Change[] {
  return intent.rows.flatMap((entry) => {
    const tables = tablesUnder(spec, intent, entry.table_under)
    const fitting = tables.filter(
      (table) =>
        hasColumns(table, entry.columns) &&
        (entry.after === undefined || rowsNamed(table, entry.after).length > 0),
    )
    if (fitting.some((table) => table.rows.some((row) => rowIs(row, entry.cells)))) return []
    const table = onlyTable(spec, entry.table_under, tables, narrow(fitting, entry.cells.length))
    return [rowChange(spec, table, entry.cells, entry.after, 'row')]
  })
}

export function setCells(spec: Spec, intent: Intent): Change[] {
  return intent.cells.flatMap((entry) => {
    const tables = tablesUnder(spec, intent, entry.under)
    const candidates = tables.filter(
      (table) => hasColumns(table, entry.columns) && columnOf(table, entry.column) !== -1,
    )
    const found = candidates.flatMap((table) => {
      return rowsNamed(table, entry.row).map((row) => ({ table, row }))
    })
    const [first] = found
    if (first === undefined) {
      if (candidates.some((table) => isDone(table, entry))) return []
      throw missing(
        spec,
        `row "${entry.row}" with a column "${entry.column}" under "${entry.under}"`,
      )
    }
    if (found.length > 1) {
      const lines = found.map(({ row }) => row.line)
      throw ambiguous(`A row "${entry.row}"`, lines, 'Name the columns of the table that is meant')
    }
    return cellChange(
      spec,
      first.table,
      first.row,
      columnOf(first.table, entry.column),
      entry.value,
    )
  })
}

/** A row written into its table: after a given one, sorted in by its number, or at the bottom. */
export function rowChange(
  spec: Spec,
  table: Table,
  cells: readonly string[],
  after: string | undefined,
  part: 'row' | 'history',
): Change {
  if (cells.length === 0 || cells.some((cell) => /[\r\n]/.test(cell))) {
    throw new Refusal({
      code: 'unfit-cells',
      what: `A row of ${cells.length} cells with line breaks or none at all fits no table`,
      line: table.line,
      remedy: 'Write each cell in one line',
    })
  }
  const place = after === undefined ? sortedPlace(table, cells) : placeAfter(table, after)
  const style = learnRows(spec, table)
  const row = writeRow(style, cells)
  const what = cells[0] ?? ''
  return insertRow(spec, table, place, row, { part, what })
}

/** Puts a row after another, or on top for null. */
export function insertRow(
  spec: Spec,
  table: Table,
  after: Row | null,
  row: string,
  { part, what }: { part: 'row' | 'history'; what: string },
): Change {
  const line = after?.line ?? table.line + 1
  const { end } = spec.lines.get(line)
  const where = after === null ? 'on top of the table' : `after row "${after.cells[0]?.text ?? ''}"`
  return {
    edit: { start: end, end, text: spec.eol.text + row },
    placed: { part, what, line, where },
  }
}

export function rowsNamed(table: Table, first: string): Row[] {
  return table.rows.filter(({ cells }) => cells[0]?.text === first.trim())
}

function placeAfter(table: Table, after: string): Row | null {
  const rows = rowsNamed(table, after)
  if (rows.length === 0 && table.header[0]?.text === after.trim()) return null
  if (rows.length > 1)
    throw ambiguous(
      `A row "${after}"`,
      rows.map(({ line }) => line),
    )
  return rows[0] ?? null
}

/** The row that a new one follows; null for the top. */
function sortedPlace(table: Table, cells: readonly string[]): Row | null {
  const last = table.rows.at(-1) ?? null
  const key = numberOf(cells[0])
  const keys = table.rows.map(({ cells: [first] }) => numberOf(first?.text))
  if (key === null || keys.some((one) => one === null)) return last
  const numbers = keys.filter((one) => one !== null)
  const rising = numbers.every((one, at) => at === 0 || compare(numbers[at - 1] ?? [], one) <= 0)
  if (rising) return table.rows.findLast((_, at) => compare(numbers[at] ?? [], key) <= 0) ?? null
  const falling = numbers.every((one, at) => at === 0 || compare(numbers[at - 1] ?? [], one) > 0)
  if (!falling) return last
  const place = numbers.findIndex((one) => compare(one, key) < 0)
  return place === -1 ? last : (table.rows[place - 1] ?? null)
}

/** The number in a first column; single letters come after all numbers. */
function numberOf(cell: string | undefined): number[] | null {
  const bare = (cell ?? '').replace(/^[*_`#§\s]+|[*_`.)\s]+$/g, '')
  if (/^\d+(?:\.\d+)*$/.test(bare)) return bare.split('.').map(Number)
  return /^[A-Za-z]$/.test(bare)
    ? [Number.MAX_SAFE_INTEGER, bare.toUpperCase().charCodeAt(0)]
    : null
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const order = (one[at] ?? -1) - (other[at] ?? -1)
    if (order !== 0) return order
  }
  return 0
}

/** Tables right under a heading, else those under its sub-headings, else below a caption. */
function tablesUnder(spec: Spec, intent: Intent, anchor: string): Table[] {
  const named = sectionsNamed(spec, intent, anchor)
  const own = spec.tables.filter(({ section }) => section !== null && named.includes(section))
  if (own.length > 0) return own
  const within = spec.tables.filter(({ range }) =>
    named.some(({ subtree }) => subtree.start <= range.start && range.end <= subtree.end),
  )
  if (within.length > 0) return within
  const captions = spellings(intent, anchor)
  const captioned = spec.tables.filter(
    ({ caption }) => caption !== null && captions.includes(caption),
  )
  if (captioned.length > 0) return captioned
  if (named.length > 0) throw missing(spec, `table under "${anchor}"`)
  throw missing(spec, `heading or caption "${anchor}" above a table`)
}

/** Of several tables, those with as many columns as the row has cells. */
function narrow(tables: Table[], cells: number): Table[] {
  if (tables.length < 2) return tables
  const wide = tables.filter(({ header }) => header.length === cells)
  return wide.length > 0 ? wide : tables
}

function onlyTable(spec: Spec, anchor: string, all: Table[], fitting: Table[]): Table {
  const [table] = fitting
  if (table === undefined) {
    const shown = all.map(
      ({ line, header }) => `line ${line}: ${header.map(({ text }) => text).join(' | ')}`,
    )
    throw missing(spec, `such table under "${anchor}" (there: ${shown.join('; ')})`)
  }
  if (fitting.length > 1) {
    const lines = fitting.map(({ line }) => line)
    throw ambiguous(
      `A table under "${anchor}"`,
      lines,
      'Name the columns of the table that is meant',
    )
  }
  return table
}

function hasColumns(table: Table, columns: readonly string[] | undefined): boolean {
  if (columns === undefined) return true
  return (
    columns.length === table.header.length &&
    columns.every((column, at) => table.header[at]?.text === column.trim())
  )
}

function columnOf(table: Table, column: string | number): number {
  if (typeof column === 'number') return column < table.header.length ? column : -1
  const wanted = column.trim()
  const exact = table.header.findIndex(({ text }) => text === wanted)
  if (exact !== -1) return exact
  const bare = (text: string) => text.replace(/[*_`]/g, '').trim()
  return table.header.findIndex(({ text }) => bare(text) === bare(wanted))
}

/** Whether the amendment has been made already and changed the row's first cell. */
function isDone(table: Table, { column, value }: Intent['cells'][number]): boolean {
  return columnOf(table, column) === 0 && rowsNamed(table, value).length > 0
}

function cellChange(spec: Spec, table: Table, row: Row, column: number, value: string): Change[] {
  if (/[\r\n]/.test(value)) {
    throw new Refusal({
      code: 'unfit-cells',
      what: 'A cell with a line break fits no table',
      line: row.line,
      remedy: 'Write it in one line, with <br> where it must break',
    })
  }
  const name = table.header[column]?.text ?? String(column)
  const placed = { part: 'cell', what: value, line: row.line, where: `column "${name}"` } as const
  const cell = row.cells[column]
  const style = learnRows(spec, table)
  if (cell === undefined) {
    const fill = row.cells.map(({ text }) => text)
    while (fill.length < column) fill.push('')
    const text = writeRow({ ...style, lead: '', widths: null }, [...fill, value])
    return [{ edit: { start: row.start, end: row.end, text }, placed }]
  }
  if (cell.text === value) return []
  const slot = slotOf(spec.text, cell, row)
  const width = style.widths?.[column]
  if (width !== undefined && !row.loose) {
    const text = pad(value, width, style.blank, style.align[column] ?? '')
    return [{ edit: { ...slot, text }, placed }]
  }
  if (cell.text === '') {
    return [{ edit: { ...slot, text: style.blank + value + style.blank }, placed }]
  }
  return [{ edit: { start: cell.start, end: cell.end, text: value }, placed }]
}
