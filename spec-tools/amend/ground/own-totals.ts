/** Totals in the tables of flipped criteria that say no status, such as `| Sum | | 1 of 3 |`. */
import type { Spec } from '../../document/index.ts'
import {
  changesOf,
  followTallies,
  type CellChange,
  type Flipped,
} from '../../document/scoreboard.ts'

export function ownTotals(
  spec: Spec,
  { flipped, cells }: Pick<Flipped, 'flipped' | 'cells'>,
): { cells: CellChange[]; missed: { by: string; what: string; reason: string }[] } {
  const lines = new Set(flipped.map(({ line }) => line))
  const status = cells.filter(({ line }) => lines.has(line))
  const values = new Map(status.map(({ line, column, value }) => [`${line}:${column}`, value]))
  const columns = status.flatMap(({ line, column }) =>
    spec.tables
      .filter(({ rows }) => rows.some((row) => row.line === line))
      .map((table) => ({ table, column })),
  )
  const { edits, apart } = followTallies(spec, columns, ({ line }, column) =>
    values.get(`${line}:${column}`),
  )
  // Whatever names a status was read with the criteria, and followed them.
  const read = new Set(cells.map(({ line }) => line))
  const isOwn = (line: number) =>
    !read.has(line) && columns.some(({ table }) => table.rows.some((row) => row.line === line))
  const own = edits.filter(({ start }) => isOwn(spec.lines.at(start)))
  return {
    cells: changesOf(spec, own).cells,
    missed: apart
      .filter(({ line }) => isOwn(line))
      .map(({ line, reason }) => ({ by: 'total', what: `the total in line ${line}`, reason })),
  }
}
