/** Tables with a row a status: `| Verified | 3 |`, `| Pending | 7 |`, `| Total | 10 |`. */
import type { Cell, Row, Table } from '../../types.ts'
import { figureOf } from '../figure.ts'
import type { Figure, Place, Reading, Share, Statement } from '../types.ts'
import { scopeOf, type Groups, type Known } from './scope.ts'
import { SUM_NAME, type Words } from './words.ts'

export function readStatusTables(
  known: Known,
  words: Words,
  groups: Groups,
): { statements: Statement[]; tables: ReadonlySet<Table> } {
  const taken = new Set([...known.criteria, ...known.totals].map(({ table }) => table))
  const found = known.spec.tables
    .filter((table) => !taken.has(table))
    .flatMap((table) => {
      const rows = rowsOf(table, words)
      return rows ? [{ table, rows }] : []
    })
  const statements = found.flatMap(({ table, rows }) =>
    table.header.flatMap((title, column) => {
      const read = readColumn(rows, column, sharesOf(table, rows, column))
      if (read === null) return []
      const place = placeOf(table, rows.done, column)
      const scope = scopeOf(read, place, title.text, known, groups)
      return [{ ...read, text: place.text, line: place.line, place, scope }]
    }),
  )
  return { statements, tables: new Set(found.map(({ table }) => table)) }
}

interface StatusRows {
  done: Row
  open: Row
  all: Row | undefined
}

/** The rows named by the two statuses, and the one of both together. */
function rowsOf(table: Table, words: Words): StatusRows | null {
  const named = (word: string) => {
    const alone = new RegExp(String.raw`^[^\p{L}\p{N}]*${word}[^\p{L}\p{N}]*$`, 'iu')
    const rows = table.rows.filter(({ cells }) => alone.test(cells[0]?.text ?? ''))
    return rows.length === 1 ? rows[0] : undefined
  }
  const [done, open] = [named(words.done), named(words.open)]
  if (done === undefined || open === undefined) return null
  const all = table.rows.find(({ cells }) => SUM_NAME.test(cells[0]?.text ?? ''))
  return { done, open, all }
}

function readColumn(
  { done, open, all }: StatusRows,
  column: number,
  shares: Share[],
): Reading | null {
  if (column === 0) return null
  const [ofDone, ofOpen, ofAll] = [done, open, all].map((row) => whole(row?.cells[column]))
  if (!ofDone || !ofOpen) return null
  return {
    from: 0,
    to: 0,
    done: ofDone,
    open: ofOpen,
    all: ofAll ?? null,
    percents: shares,
    bars: [],
    ordered: true,
    worded: true,
  }
}

/** The percentages of the only column that has them, beside the only column of counts. */
function sharesOf(table: Table, { done, open }: StatusRows, column: number): Share[] {
  const counts = table.header.flatMap((_, at) =>
    at > 0 && whole(done.cells[at]) && whole(open.cells[at]) ? [at] : [],
  )
  if (counts.length !== 1 || counts[0] !== column) return []
  return (
    [
      ['done', done],
      ['open', open],
    ] as const
  ).flatMap(([of, { cells }]) =>
    cells.flatMap((cell) => {
      const match = /^[*_\s]*(?<share>\d{1,3}(?:[.,]\d+)?)\s?%[*_\s]*$/d.exec(cell.text)
      const figure = match && figureOf(match, 'share', cell.start)
      return figure ? [{ of, figure }] : []
    }),
  )
}

function whole(cell: Cell | undefined): Figure | null {
  const match = cell && /^[*_`\s]*(?<count>\d{1,6})[*_`\s]*$/d.exec(cell.text)
  return match && cell ? figureOf(match, 'count', cell.start) : null
}

function placeOf(table: Table, row: Row, column: number): Place {
  const cell = row.cells[column]
  return {
    start: cell?.start ?? row.start,
    end: cell?.end ?? row.end,
    kind: 'cell',
    text: `${row.cells[0]?.text ?? ''} ${cell?.text ?? ''}`,
    line: row.line,
    section: table.section,
    about: '',
    bare: false,
    cell: { table, row, column },
  }
}
