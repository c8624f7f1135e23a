/** Edits of a document in the terms of an intent: whole cells of tables, and numbers of lines. */
import { asMarkdown, type Markdown } from '../../markdown.ts'
import type { Row, Spec, Table } from '../types.ts'
import type { Range } from '../range.ts'

/** A part of the document and the Markdown that takes its place. */
export interface Edit extends Range {
  text: Markdown
}

/** A cell to be written. */
export interface CellChange {
  row: string
  under: string
  column: number
  columns: string[]
  value: Markdown
  /** Line of the row, which is the one that is meant. */
  line: number
}

/** Parts of a line to be written, each where it was read. */
export interface LineChange {
  line: number
  /** The line as it stands. */
  text: string
  /** Columns from 1, in the order of the line. */
  set: { column: number; old: string; new: Markdown }[]
}

export function changesOf(
  spec: Spec,
  edits: readonly Edit[],
): { cells: CellChange[]; lines: LineChange[] } {
  const byCell = new Map<string, { table: Table; row: Row; column: number; edits: Edit[] }>()
  const byLine = new Map<number, Edit[]>()
  for (const edit of edits) {
    const cell = cellAt(spec, edit)
    if (cell === null) {
      const line = spec.lines.at(edit.start)
      byLine.set(line, [...(byLine.get(line) ?? []), edit])
      continue
    }
    const key = `${cell.row.line}:${cell.column}`
    byCell.set(key, { ...cell, edits: [...(byCell.get(key)?.edits ?? []), edit] })
  }
  return {
    cells: [...byCell.values()].map((one) => cellChange(spec, one)),
    lines: [...byLine].map(([line, own]) => lineChange(spec, line, own)),
  }
}

function cellAt(
  spec: Spec,
  { start, end }: Edit,
): { table: Table; row: Row; column: number } | null {
  const table = spec.tables.find(({ range }) => range.start <= start && end <= range.end)
  const row = table?.rows.find((one) => one.start <= start && end <= one.end)
  const column = row?.cells.findIndex((cell) => cell.start <= start && end <= cell.end)
  return table && row && column !== undefined && column !== -1 ? { table, row, column } : null
}

function cellChange(
  spec: Spec,
  { table, row, column, edits }: { table: Table; row: Row; column: number; edits: Edit[] },
): CellChange {
  const cell = row.cells[column]
  if (cell === undefined) throw new Error(`Line ${row.line} has no cell ${column}.`)
  return {
    row: row.cells[0]?.text ?? '',
    under: table.section?.heading ?? table.caption ?? spec.title?.heading ?? '',
    column,
    columns: table.header.map(({ text }) => text),
    value: spliced(cell.text, cell.start, edits),
    line: row.line,
  }
}

function lineChange(spec: Spec, line: number, edits: readonly Edit[]): LineChange {
  const { start, end } = spec.lines.get(line)
  return {
    line,
    text: spec.text.slice(start, end),
    set: inOrder(edits).map((edit) => ({
      column: edit.start - start + 1,
      old: spec.text.slice(edit.start, edit.end),
      new: edit.text,
    })),
  }
}

function spliced(text: string, from: number, edits: readonly Edit[]): Markdown {
  return asMarkdown(
    inOrder(edits).reduceRight(
      (whole, { start, end, text: inner }) =>
        whole.slice(0, start - from) + inner + whole.slice(end - from),
      text,
    ),
  )
}

function inOrder(edits: readonly Edit[]): Edit[] {
  return edits.toSorted((one, other) => one.start - other.start)
}
