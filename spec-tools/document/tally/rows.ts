/** The rows of tables that a total may count, and the rows that are totals themselves. */
import { SUM_NAME } from '../scoreboard/statements/words.ts'
import { seen } from '../said.ts'
import type { Row, Spec, Table } from '../types.ts'
import { formsOf } from './forms.ts'
import { vocabularyOf, type Vocabulary } from './words.ts'

export interface Column {
  table: Table
  column: number
}

/** A row with the word that its cell has, and the one that it will have. */
export interface CountedRow extends Column {
  row: Row
  was: string
  is: string
}

/** Tables with the same columns, the column that is counted, and its rows. */
export interface Board {
  column: number
  tables: readonly Table[]
  rows: readonly CountedRow[]
  /** Rows of other tables with a column of the same name. */
  beside: readonly CountedRow[]
  vocabulary: Vocabulary
  /** Rows of a table that are totals, in order. */
  totalsOf(table: Table): readonly Row[]
}

/** Text that a cell gets; undefined where it stays. */
export type Renewed = (row: Row, column: number) => string | undefined

export function boardOf(spec: Spec, { table, column }: Column, renewed: Renewed): Board {
  const tables = spec.tables.filter((one) => headerOf(one) === headerOf(table))
  const title = titleOf(table, column)
  const others = spec.tables.flatMap((one): Column[] => {
    if (tables.includes(one)) return []
    const at = one.header.findIndex((_, index) => titleOf(one, index) === title)
    return at === -1 || title === '' ? [] : [{ table: one, column: at }]
  })
  const own = tables.map((one): Column => ({ table: one, column }))
  const all = [...own, ...others]
  const vocabulary = vocabularyOf(
    all.flatMap((one) =>
      plainRows(one).flatMap((row) => [textOf(row, one.column), renewed(row, one.column) ?? '']),
    ),
  )
  const totals = new Map(all.map((one) => [one.table, totalRows(one, vocabulary)]))
  const rowsOf = (columns: readonly Column[]) =>
    columns.flatMap((one) => {
      const sums = totals.get(one.table)
      return one.table.rows
        .filter((row) => !sums?.has(row) && !isGroupHeader(row))
        .map((row): CountedRow => {
          const text = textOf(row, one.column)
          const was = vocabulary.of(text)
          const next = renewed(row, one.column)
          return { ...one, row, was, is: next === undefined ? was : vocabulary.of(next) }
        })
    })
  return {
    column,
    tables,
    rows: rowsOf(own),
    beside: rowsOf(others),
    vocabulary,
    totalsOf: (of) => [...(totals.get(of) ?? [])],
  }
}

export function headerOf({ header }: Table): string {
  return header.map(({ text }) => seen(text)).join('|')
}

/** Rows that add up others: named so, or with a count where the others have a word. */
function totalRows({ table, column }: Column, vocabulary: Vocabulary): ReadonlySet<Row> {
  const read = formsOf(vocabulary)
  const numbered = table.rows.filter((row) => /\d/.test(textOf(row, column))).length
  const wordy = numbered * 2 < table.rows.length
  return new Set(
    table.rows.filter((row) => {
      const text = textOf(row, column)
      const name = nameOf(row)
      if (isSum(name)) return true
      if (vocabulary.words.includes(vocabulary.of(text)) && (!wordy || !/\d/.test(text)))
        return false
      if (SUM_NAME.test(name) || /^sub-?total/i.test(name)) return true
      const counts = (cell: string) =>
        read(cell, 0, { kind: 'total' }).statements.some(({ parts }) =>
          parts.some(({ word, all }) => word !== null || all !== null),
        )
      if (text !== '') return wordy && counts(text)
      return row.cells.some((cell) => read(cell.text, 0, null).statements.length > 0)
    }),
  )
}

/** Rows that may be counted by their texts alone, before the words are known. */
function plainRows({ table, column }: Column): Row[] {
  const numbered = table.rows.filter((row) => /\d/.test(textOf(row, column))).length
  const wordy = numbered * 2 < table.rows.length
  return table.rows.filter(
    (row) => !isSum(nameOf(row)) && !(wordy && /\d/.test(textOf(row, column))),
  )
}

/** The first text of a row. */
export function nameOf({ cells }: Row): string {
  return seen(cells.find(({ text }) => seen(text) !== '')?.text ?? '')
}

/** `Total`, `Σ`, `Sum (5 models):` */
export function isSum(name: string): boolean {
  const bare = name.replaceAll(/[*_`:：]|\([^()]*\)/g, '').trim()
  return bare !== '' && (SUM_NAME.exec(bare)?.[0] === bare || /^sub-?totals?$/i.test(bare))
}

/** A name that stands above rows: `| **FP8** | | |`. */
function isGroupHeader({ cells }: Row): boolean {
  return cells.length > 1 && cells.filter(({ text }) => seen(text) !== '').length <= 1
}

export function textOf({ cells }: Row, column: number): string {
  return cells[column]?.text ?? ''
}

export function titleOf({ header }: Table, column: number): string {
  return seen(header[column]?.text ?? '')
    .replace(/\s*\([^()]*\)$/, '')
    .toLowerCase()
}
