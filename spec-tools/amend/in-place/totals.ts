/** Totals that follow cells which verdicts change, in the terms of an intent. */
import { seen, type Row, type Spec, type Table } from '../../document/index.ts'
import { changesOf, followAnchors, followTallies } from '../../document/scoreboard.ts'
import type { Markdown } from '../../markdown.ts'
import type { DraftedIntent } from '../intent.ts'

/** A cell that changes, and its text afterwards. */
export interface CellFlip {
  table: Table
  row: Row
  column: number
  to: string
}

export interface TotalsAfter {
  cells: { table: Table; row: Row; column: number; value: Markdown }[]
  lines: DraftedIntent['lines'][number][]
  /** Each total that follows, as a reader sees it before and afterwards. */
  told: { what: string; from: string; to: string; line: number }[]
  /** Totals that do not follow, and why. */
  apart: { what: string; reason: string }[]
}

/** @param isTaken whether a verdict writes a line itself */
export function totalsAfter(
  spec: Spec,
  flips: readonly CellFlip[],
  isTaken: (line: number) => boolean,
): TotalsAfter {
  const texts = new Map(flips.map(({ row, column, to }) => [`${row.start}:${column}`, to]))
  const { edits, apart } = followTallies(spec, flips, (row, column) =>
    texts.get(`${row.start}:${column}`),
  )
  const own = edits.filter(({ start }) => !isTaken(spec.lines.at(start)))
  const { cells, lines } = changesOf(spec, [...own, ...followAnchors(spec, own)])
  const placed = cells.flatMap(({ line, column, value }) =>
    spec.tables.flatMap((table) =>
      table.rows.filter((row) => row.line === line).map((row) => ({ table, row, column, value })),
    ),
  )
  return {
    cells: placed,
    lines,
    told: [
      ...lines.map(({ line, text, set }) => {
        const after = set.reduceRight(
          (all, { column, old, new: now }) =>
            all.slice(0, column - 1) + now + all.slice(column - 1 + old.length),
          text,
        )
        return { what: `line ${line}`, from: seen(text), to: seen(after), line }
      }),
      ...placed.map(({ row, column, value }) => ({
        what: seen(row.cells.find(({ text }) => seen(text) !== '')?.text ?? ''),
        from: seen(row.cells[column]?.text ?? ''),
        to: seen(value),
        line: row.line,
      })),
    ],
    apart: apart.map(({ line, reason }) => ({ what: `the total in line ${line}`, reason })),
  }
}
