/** Sums of a column of numbers: `| Total | 37/40 |` below `8/8`, `7/8` and the like. */
import type { Edit } from '../scoreboard/changes.ts'
import { editOf, figureOf, withValue } from '../scoreboard/figure.ts'
import type { Figure } from '../scoreboard/types.ts'
import { seen } from '../said.ts'
import type { Cell, Row, Spec, Table } from '../types.ts'
import { isSum, nameOf, textOf, type Board, type Renewed } from './rows.ts'

export function followSums(
  spec: Spec,
  board: Board,
  renewed: Renewed,
): Omit<Sum, 'cell'> & { cells: ReadonlySet<number> } {
  const found = board.tables.flatMap((table) => sumsOf(spec, board, table, renewed))
  return {
    cells: new Set(found.map(({ cell }) => cell)),
    edits: found.flatMap(({ edits }) => edits),
    apart: found.flatMap(({ apart }) => apart),
  }
}

interface Sum {
  /** Where its cell begins. */
  cell: number
  edits: Edit[]
  apart: { line: number; reason: string }[]
}

function sumsOf(
  spec: Spec,
  { column, totalsOf, rows: all }: Board,
  table: Table,
  renewed: Renewed,
): Sum[] {
  const rows = all.filter((one) => one.table === table).map(({ row }) => row)
  const changed = rows.filter((row) => renewed(row, column) !== undefined)
  const before = rows.map((row) => numbersIn(textOf(row, column)))
  const after = rows.map((row) => numbersIn(renewed(row, column) ?? textOf(row, column)))
  if (changed.length === 0 || rows.length < 2 || before.some((one) => one === null)) return []
  const totals = totalsOf(table).filter((row) => isSum(nameOf(row)))
  return totals.flatMap((row: Row): Sum[] => {
    const cell = row.cells[column]
    const written = cell && figuresOf(cell)
    if (!cell || !written || written.length !== before[0]?.length) return []
    const add = (numbers: readonly (number[] | null)[], at: number) =>
      numbers.reduce((sum, one) => sum + (one?.[at] ?? NaN), 0)
    const [text, line] = [seen(cell.text), spec.lines.at(cell.start)]
    const sums = written.map((_, at) => add(before, at))
    if (!written.every((figure, at) => isNear(figure.value, sums[at] ?? NaN))) {
      const counted = sums.map((sum) => Number(sum.toFixed(6))).join('/')
      const reason = `it says “${text}”, while the rows add up to ${counted}`
      return [{ cell: cell.start, edits: [], apart: [{ line, reason }] }]
    }
    const next = written.map((_, at) => add(after, at))
    if (next.some(Number.isNaN)) {
      const reason = `“${text}” adds up cells of which one is no number any more`
      return [{ cell: cell.start, edits: [], apart: [{ line, reason }] }]
    }
    const edits = written.flatMap((figure, at) => editOf(figure, withValue(figure, next[at] ?? 0)))
    return [{ cell: cell.start, edits, apart: [] }]
  })
}

const NUMBERS = /^[*_`\s]*(?<one>\d+(?:\.\d+)?)(?:\s*(?:\/|of)\s*(?<other>\d+))?[*_`\s]*$/d

function figuresOf({ text, start }: Cell): Figure[] | null {
  const match = NUMBERS.exec(text)
  if (match === null) return null
  return ['one', 'other'].flatMap((group) => figureOf(match, group, start) ?? [])
}

function numbersIn(text: string): number[] | null {
  const match = NUMBERS.exec(text)
  if (match === null) return null
  return [match.groups?.one, match.groups?.other].flatMap((one) => (one ? [Number(one)] : []))
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < 1e-9 * Math.max(1, Math.abs(one))
}
