/** Finds the totals that a document publishes: tables with a column a status, and prose. */
import type { Cell, Section, Spec, Table } from '../types.ts'
import { compareKeys } from '../key.ts'
import { figureOf } from './figure.ts'
import { SUM_NAME } from './statements/words.ts'
import { findStatuses } from './status.ts'
import type { PublishedNumber, Statuses, Total } from './types.ts'

export function readTotals(spec: Spec, statuses: Statuses): Total[] {
  const tables = spec.tables.flatMap((table) => {
    const columns = totalColumns(table, statuses)
    return columns ? [{ table, columns }] : []
  })
  const current = currentTables(
    spec,
    tables.map(({ table }) => table).filter((table) => !isDrafted(spec, table)),
  )
  return tables.flatMap(({ table, columns }) => readTable(table, columns, !current.includes(table)))
}

interface Columns {
  done: number
  open: number
  percent: number
}

/** Columns headed by the two statuses; undefined for a table that is not one of totals. */
function totalColumns(table: Table, statuses: Statuses): Columns | undefined {
  const standings = table.header.map(({ text }) => {
    const found = findStatuses(text, statuses)
    return found.length === 1 ? found[0]?.standing : undefined
  })
  const done = standings.indexOf('done')
  const open = standings.indexOf('open')
  if (done === -1 || open === -1) return undefined
  return { done, open, percent: table.header.findIndex(({ text }) => /%|per ?cent/i.test(text)) }
}

function readTable(table: Table, columns: Columns, snapshot: boolean): Total[] {
  const label = [0, 1, 2, 3].find((column) => !Object.values(columns).includes(column)) ?? 0
  return table.rows.map((row) => {
    const number = (column: number) => publishedNumber(row.cells[column], row.line, column)
    const name = plain(row.cells[label]?.text ?? '')
    return {
      label: name,
      sum: isSum(name, table),
      snapshot,
      done: number(columns.done),
      open: number(columns.open),
      percent: columns.percent === -1 ? null : number(columns.percent),
      line: row.line,
      table,
      row,
    }
  })
}

/** A row of both or all categories, or the only row of a table that names none. */
function isSum(name: string, { rows }: Table): boolean {
  if (SUM_NAME.test(name)) return true
  return (
    rows.length === 1 && /^(?:count|number|now|current|today|criteria|status|\p{P}?)$/iu.test(name)
  )
}

/**
 * A table that stands in a section of its own is kept up to date. Where each amendment repeats the
 * table in a sub-section instead, the newest one speaks of today: the one in the section with the
 * highest number, and without numbers the first in the document.
 */
function currentTables({ style }: Spec, tables: Table[]): Table[] {
  const kept = tables.filter(
    ({ section }) => section === null || section.level <= style.sectionLevel,
  )
  const newest = tables.reduce<Table | undefined>((best, table) => {
    if (best === undefined) return table
    const key = topSection(table)?.key
    const bestKey = topSection(best)?.key
    return key && bestKey && compareKeys(key, bestKey) > 0 ? table : best
  }, undefined)
  return kept.length > 0 || newest === undefined ? kept : [newest]
}

/** What Codicil drafted can be replayed from its evidence, so what was counted then stays there. */
function isDrafted({ text }: Spec, table: Table): boolean {
  const section = topSection(table)
  if (section === null) return false
  return text.slice(section.subtree.start, section.subtree.end).includes('codicil replay ')
}

/** The outermost section with a number that a table stands in. */
function topSection(table: Table): Section | null {
  let found: Section | null = null
  for (let section = table.section; section !== null; section = section.parent) {
    if (section.key) found = section
  }
  return found
}

function publishedNumber(
  cell: Cell | undefined,
  line: number,
  column: number,
): PublishedNumber | null {
  if (cell === undefined) return null
  const number = /^[*_`~\s]*(?<number>\d+(?:\.\d+)?)\s*%?[*_`\s]*$/d.exec(cell.text)
  const figure = number && figureOf(number, 'number', cell.start)
  return figure && { value: figure.value, text: cell.text, figure, line, column }
}

function plain(text: string): string {
  return text
    .replaceAll(/[*_`]/g, (mark, at: number) => (mark === '_' && isInside(text, at) ? mark : ''))
    .trim()
}

function isInside(text: string, at: number): boolean {
  return /[\p{L}\p{N}]/u.test(text[at - 1] ?? '') && /[\p{L}\p{N}]/u.test(text[at + 1] ?? '')
}
