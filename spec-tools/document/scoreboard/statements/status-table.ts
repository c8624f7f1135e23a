/** Tables with a row a status: `| Verified | 3 |`, `| Pending | 7 |`, `| Total | 10 |`. */
import type { Cell, Row, Table } from '../../types.ts'
import { figureOf } from '../figure.ts'
import type { Figure, Place, Reading, Share, Statement } from '../types.ts'
import { scopeOf, type Groups, type Known } from './scope.ts'
import { PROGRESS, SUM_NAME, type Words } from './words.ts'

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
      const shares = [...sharesOf(table, rows, column), ...sharesWithin(table, rows, column)]
      const read = readColumn(rows, column, shares)
      if (read === null) return []
      const place = placeOf(table, rows.done, column)
      const scope = scopeOf(read, place, title.text, known, groups)
      return [{ ...read, text: place.text, line: place.line, place, scope }]
    }),
  )
  // Where no column could be read, its cells are read one by one.
  return { statements, tables: new Set(statements.flatMap(({ place }) => place.cell?.table ?? [])) }
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
      const match = SHARE.exec(cell.text)
      const figure = match && figureOf(match, 'share', cell.start)
      return figure ? [{ of, figure }] : []
    }),
  )
}

/** Percentages in the column itself: behind a count, and in a row that is named for them. */
function sharesWithin(table: Table, { done, open, all }: StatusRows, column: number): Share[] {
  const behind = (
    [
      ['done', done],
      ['open', open],
    ] as const
  ).flatMap(([of, { cells }]) => {
    const cell = cells[column]
    const match = cell && COUNT.exec(cell.text)
    const figure = match && cell ? figureOf(match, 'share', cell.start) : null
    return figure ? [{ of, figure }] : []
  })
  const named = table.rows.flatMap((row): Share[] => {
    const [name, cell] = [row.cells[0]?.text ?? '', row.cells[column]]
    if (row === done || row === open || row === all || !NAMED.test(name)) return []
    const match = cell && SHARE.exec(cell.text)
    const figure = match && cell ? figureOf(match, 'share', cell.start) : null
    return figure ? [{ of: 'done', figure }] : []
  })
  return [...behind, ...named]
}

const NAMED = new RegExp(
  String.raw`^[^\p{L}]*(?:${PROGRESS}|coverage|rate|ratio|%)[^\p{L}]*$`,
  'iu',
)
const SHARE = /^[*_\s]*(?<share>\d{1,3}(?:[.,]\d+)?)\s?[%％][*_\s]*$/d
/** `3`, `3 / 10`, `3 of 10 (30 %)` */
const COUNT =
  /^[*_`\s]*(?<count>\d{1,6})[*_`]*(?:\s*(?:\/|of|out of|von|sur|de|из)\s*\d{1,6})?(?:\s*[(（](?<share>\d{1,3}(?:[.,]\d+)?)\s?[%％][)）])?[*_`\s]*$/d

function whole(cell: Cell | undefined): Figure | null {
  const match = cell && COUNT.exec(cell.text)
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
