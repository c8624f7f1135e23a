/** Rows added to tables, and cells set in them. */
import { Refusal, type Row, type Section, type Spec, type Table } from '../../document/index.ts'
import type { Change } from './types.ts'
import type { Intent, Where } from '../intent.ts'
import { ambiguous, missing, sectionsNamed, spellings } from './anchors.ts'
import { learnRows, pad, rowIs, slotOf, writeRow } from './row-text.ts'
import { SUM_NAME } from '../../document/scoreboard/statements/words.ts'
import { comparable, compareSortKeys, sortKey } from './sort-key.ts'

export function addRows(spec: Spec, intent: Intent): Change[] {
  return intent.rows.flatMap((entry) => {
    const tables = tablesUnder(spec, intent, entry.table_under)
    const fitting = tables.filter(
      (table) =>
        hasColumns(table, entry.columns) &&
        [entry.after, entry.before].every(
          (name) => name === undefined || rowsNamed(table, name).length > 0,
        ),
    )
    if (fitting.some((table) => table.rows.some((row) => rowIs(row, entry.cells)))) return []
    const table = onlyTable(spec, entry.table_under, tables, narrow(fitting, entry.cells.length))
    return [rowChange(spec, table, entry.cells, entry, 'row')]
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
    const meant = found.find(({ row }) => row.line === entry.line) ?? first
    if (found.length > 1 && meant.row.line !== entry.line) {
      const lines = found.map(({ row }) => row.line)
      throw ambiguous(`A row "${entry.row}"`, lines, 'Name the columns of the table that is meant')
    }
    return cellChange(
      spec,
      meant.table,
      meant.row,
      columnOf(meant.table, entry.column),
      entry.value,
    )
  })
}

/** A row written into its table: after a given one, sorted in by its number, or at the bottom. */
export function rowChange(
  spec: Spec,
  table: Table,
  cells: readonly string[],
  where: Where,
  part: 'row' | 'history',
): Change {
  refuseCells(table, cells, table.line)
  const place = placeOf(table, where) ?? { after: sortedPlace(table, cells) }
  const style = learnRows(spec, table)
  const row = writeRow(style, cells)
  const what = cells[0] ?? ''
  return insertRow(spec, table, place.after, row, { part, what })
}

/** Cells that would make another row than was meant. */
export function refuseCells(table: Table, cells: readonly string[], line: number): void {
  const unfit = (what: string, remedy: string) =>
    new Refusal({ code: 'unfit-cells', what, line, remedy })
  if (cells.length === 0 || cells.length > table.header.length) {
    throw unfit(
      `A row of ${cells.length} cells does not fit a table of ${table.header.length} columns`,
      'Give one cell a column',
    )
  }
  for (const cell of cells) {
    if (/[\r\n]/.test(cell)) {
      throw unfit(
        `The cell "${cell.split(/[\r\n]/, 1)[0]}" holds a line break`,
        'Write it in one line, with <br> where it must break',
      )
    }
    if (/(?<!\\)(?:\\\\)*\|/.test(cell)) {
      throw unfit(
        `The cell "${cell}" holds a pipe, which would begin another cell`,
        'Write it as \\|, in code, too',
      )
    }
  }
}

/** Puts a row after another, or on top for null. */
export function insertRow(
  spec: Spec,
  table: Table,
  after: Row | null,
  row: string,
  { part, what }: { part: 'row' | 'history' | 'field'; what: string },
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

/** The place that an intent names; undefined where the table decides. */
function placeOf(
  table: Table,
  { after, before, first, last }: Where,
): { after: Row | null } | undefined {
  if (first === true) return { after: null }
  if (last === true) return { after: table.rows.at(-1) ?? null }
  if (before !== undefined) {
    const row = rowNamed(table, before)
    const at = row === null ? -1 : table.rows.indexOf(row)
    return { after: table.rows[at - 1] ?? null }
  }
  return after === undefined ? undefined : { after: rowNamed(table, after) }
}

/** Null for the header. */
function rowNamed(table: Table, name: string): Row | null {
  const rows = rowsNamed(table, name)
  if (rows.length === 0 && table.header[0]?.text === name.trim()) return null
  if (rows.length > 1)
    throw ambiguous(
      `A row "${name}"`,
      rows.map(({ line }) => line),
    )
  return rows[0] ?? null
}

/** The row that a new one follows; null for the top. */
function sortedPlace(table: Table, cells: readonly string[]): Row | null {
  const counted = isTotal(cells[0]) ? table.rows : withoutTotals(table.rows)
  const last = counted.at(-1) ?? null
  const key = sortKey(cells[0])
  const keys = counted.map(({ cells: [first] }) => sortKey(first?.text))
  if (key === null || keys.some((one) => one === null || !comparable(one, key))) return last
  const known = keys.filter((one) => one !== null)
  const order = (at: number) => compareSortKeys(known[at - 1] ?? key, known[at] ?? key)
  const rising = known.every((_, at) => at === 0 || order(at) <= 0)
  if (rising) {
    return counted.findLast((_, at) => compareSortKeys(known[at] ?? key, key) <= 0) ?? null
  }
  if (!known.every((_, at) => at === 0 || order(at) > 0)) return last
  const place = known.findIndex((one) => compareSortKeys(one, key) < 0)
  return place === -1 ? last : (counted[place - 1] ?? null)
}

/** Rows above the sums that close a table; all of them where there is nothing else. */
function withoutTotals(rows: readonly Row[]): readonly Row[] {
  const end = rows.findLastIndex(({ cells }) => !isTotal(cells[0]?.text)) + 1
  return end === 0 ? rows : rows.slice(0, end)
}

function isTotal(cell: string | undefined): boolean {
  const name = (cell ?? '').replaceAll(/[*_`:：]/g, '').trim()
  return SUM_NAME.exec(name)?.[0] === name
}

/** Tables right under a heading, else those under its sub-headings, else below a caption. */
export function tablesUnder(spec: Spec, intent: Intent, anchor: string): Table[] {
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
  const html = htmlTable(spec, named)
  if (html !== null) throw refuseHtmlTable(anchor, html)
  if (named.length > 0) throw missing(spec, `table under "${anchor}"`)
  throw missing(spec, `heading or caption "${anchor}" above a table`)
}

/** Line of an HTML table in one of the sections. */
export function htmlTable({ opaque, text }: Spec, sections: readonly Section[]): number | null {
  const found = opaque.find(
    ({ kind, start, end }) =>
      kind === 'html' &&
      /<table\b/i.test(text.slice(start, end)) &&
      sections.some(({ subtree }) => subtree.start <= start && end <= subtree.end),
  )
  return found?.line ?? null
}

export function refuseHtmlTable(anchor: string, line: number): Refusal {
  return new Refusal({
    code: 'missing-anchor',
    what: `The table under "${anchor}" is written in HTML, and only Markdown tables are amended`,
    line,
    remedy: 'Write it as a Markdown table (| a | b |), or change it with replace',
  })
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

export function hasColumns(table: Table, columns: readonly string[] | undefined): boolean {
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

export function cellChange(
  spec: Spec,
  table: Table,
  row: Row,
  column: number,
  value: string,
): Change[] {
  refuseCells(table, [value], row.line)
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
