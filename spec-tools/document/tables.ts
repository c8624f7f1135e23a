/** Tables with the text and place of every cell. */
import { append } from '../many.ts'
import { cellRanges } from './ranges.ts'
import type { ScannedTable } from './scanned.ts'
import { sectionAt } from './sections.ts'
import type { Block, Cell, Lines, Row, Section, Table } from './types.ts'
import { type Range, readAt, type Span } from './range.ts'

export function buildTables(
  text: string,
  lines: Lines,
  scanned: readonly ScannedTable[],
  blocks: readonly Block[],
  sections: readonly Section[],
): Table[] {
  const blockAt = new Map(blocks.map((block, index) => [block.line, index]))
  return scanned
    .toSorted((one, other) => one.line - other.line)
    .map(({ line, lastLine, rows, depth }) => {
      const [head, delimiter, ...body] = rows
      const header = head === undefined ? [] : readCells(text, head)
      const index = depth === 0 ? blockAt.get(line) : undefined
      // Rows and captions are read when somebody asks for them: most tables are never asked.
      const readRows = (): Row[] => [
        ...body.map((row, at) => readRow(text, row, line + 2 + at, false)),
        ...(index === undefined ? [] : looseRows(text, lines, blocks, index + 1, header.length)),
      ]
      let found: Row[] | null = null
      return {
        header,
        get align() {
          return delimiter === undefined ? [] : readCells(text, delimiter).map((cell) => cell.text)
        },
        get rows() {
          found ??= readRows()
          return found
        },
        range: { start: lines.get(line).start, end: lines.get(lastLine).end },
        line,
        section: sectionAt(sections, head?.start ?? 0),
        get caption() {
          return index === undefined ? null : captionAbove(text, lines, blocks, index)
        },
        depth,
      }
    })
}

/**
 * Rows that follow a blank line: a parser sees a paragraph of pipes, the author sees the table go
 * on. They count if they have the table's number of cells.
 */
function looseRows(
  text: string,
  lines: Lines,
  blocks: readonly Block[],
  from: number,
  columns: number,
): Row[] {
  const rows: Row[] = []
  for (let index = from; blocks[index]?.kind === 'paragraph'; index += 1) {
    const block = blocks[index]
    if (block === undefined) break
    const found: Row[] = []
    for (let line = block.line; line <= lines.at(block.end); line += 1) {
      const range = trimmedLine(text, lines, line)
      if (text[range.start] !== '|') return rows
      const row = readRow(text, range, line, true)
      if (row.cells.length !== columns) return rows
      found.push(row)
    }
    append(rows, found)
  }
  return rows
}

function captionAbove(
  text: string,
  lines: Lines,
  blocks: readonly Block[],
  index: number,
): string | null {
  const above = blocks[index - 1]
  if (above?.kind !== 'paragraph') return null
  const { start, end } = trimmedLine(text, lines, lines.at(above.end))
  return text.slice(start, end)
}

function trimmedLine(text: string, lines: Lines, line: number): Range {
  let { start, end }: Span = lines.get(line)
  while (start < end && ' \t\uFEFF'.includes(text[start] ?? '')) start += 1
  while (end > start && ' \t'.includes(text[end - 1] ?? '')) end -= 1
  return readAt(start, end)
}

function readRow(text: string, range: Range, line: number, loose: boolean): Row {
  return { start: range.start, end: range.end, cells: readCells(text, range), line, loose }
}

function readCells(text: string, row: Range): Cell[] {
  return cellRanges(text, row).map(({ start, end }) => ({
    start,
    end,
    text: text.slice(start, end),
  }))
}
