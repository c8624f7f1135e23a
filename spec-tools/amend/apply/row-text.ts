/** How a table writes its rows: pipes at the ends, blanks inside, columns that line up. */
import {
  type Cell,
  partOf,
  type Range,
  type Row,
  type Span,
  type Spec,
  type Table,
} from '../../document/index.ts'

export interface RowStyle {
  /** What stands before the row in its line: indentation, `> `. */
  lead: string
  opens: boolean
  closes: boolean
  blank: string
  /** Width of each column between the pipes, where all rows line up. */
  widths: number[] | null
  align: string[]
}

export function learnRows({ text, lines }: Spec, table: Table): RowStyle {
  const model = table.rows.findLast(({ loose }) => !loose) ?? table.rows.at(-1)
  const range = model ?? headerRange(text, table.header)
  const line = lines.get(lines.at(range.start))
  const row = text.slice(range.start, range.end)
  const segments = segmentsOf(row)
  return {
    lead: text.slice(line.start, range.start).replace('\uFEFF', ''),
    opens: row.startsWith('|'),
    closes: /(?:^|[^\\])(?:\\\\)*\|[ \t]*$/.test(row),
    blank: segments.some((segment) => /^[ \t]|[ \t]$/.test(segment)) ? ' ' : '',
    widths: alignedWidths(text, table),
    align: table.align,
  }
}

export function writeRow(style: RowStyle, cells: readonly string[]): string {
  const { blank, widths, align } = style
  const written = cells.map((cell, index) => {
    return pad(cell, widths?.[index] ?? 0, blank, align[index] ?? '')
  })
  const row = written.join('|')
  return (
    style.lead +
    (style.opens ? `|${row}` : row.trimStart()) +
    (style.closes ? '|' : '')
  ).trimEnd()
}

/** A cell with its blanks, filled up to a width in columns. */
export function pad(cell: string, width: number, blank: string, align: string): string {
  const room = width - displayWidth(cell) - 2 * blank.length
  if (room <= 0) return blank + cell + blank
  const left = align.startsWith(':')
  const right = align.endsWith(':')
  if (left && right) {
    const before = Math.floor(room / 2)
    return blank + ' '.repeat(before) + cell + ' '.repeat(room - before) + blank
  }
  return right ? blank + ' '.repeat(room) + cell + blank : blank + cell + ' '.repeat(room) + blank
}

/** The whole space between the pipes on either side of a cell. */
export function slotOf(text: string, cell: Cell, row: Range): Range {
  let { start, end }: Span = cell
  while (start > row.start && ' \t'.includes(text[start - 1] ?? '')) start -= 1
  while (end < row.end && ' \t'.includes(text[end] ?? '')) end += 1
  return partOf(row, start - row.start, end - row.start)
}

/** The rows' own text, without the continuation that a blank line cut off. */
function rowsOf(text: string, { rows, header, align }: Table): string[] {
  const range = headerRange(text, header)
  const head = text.slice(range.start, range.end)
  const body = rows.filter(({ loose }) => !loose).map(({ start, end }) => text.slice(start, end))
  return align.length === 0 ? body : [head, ...body]
}

/** Column widths if every row has the same ones and some cell was filled up to reach them. */
function alignedWidths(text: string, table: Table): number[] | null {
  const rows = rowsOf(text, table).map(segmentsOf)
  const [first] = rows
  if (first === undefined || rows.length < 2) return null
  const widths = first.map(displayWidth)
  const even = rows.every(
    (row) =>
      row.length === widths.length &&
      row.every((cell, index) => displayWidth(cell) === widths[index]),
  )
  const filled = rows.some((row) => row.some((cell) => /\S {2,}$|^ {2,}\S/.test(cell)))
  return even && filled ? widths : null
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u

/** Columns that a text takes in a fixed-width font: wide characters take two, marks none. */
function displayWidth(text: string): number {
  let width = 0
  for (const character of text) {
    if (/\p{M}|\u200d/u.test(character)) continue
    width += WIDE.test(character) ? 2 : 1
  }
  return width
}

/** What stands between the unescaped pipes. */
function segmentsOf(row: string): string[] {
  const segments: string[] = []
  let from = row.startsWith('|') ? 1 : 0
  for (let at = from; at < row.length; at += 1) {
    if (row[at] === '\\') at += 1
    else if (row[at] === '|') {
      segments.push(row.slice(from, at))
      from = at + 1
    }
  }
  if (from < row.length && row.slice(from).trim() !== '') segments.push(row.slice(from))
  return segments
}

function headerRange(text: string, header: readonly Cell[]): Span {
  let start: number = header[0]?.start ?? 0
  const end = header.at(-1)?.end ?? start
  while (start > 0 && ' \t'.includes(text[start - 1] ?? '')) start -= 1
  if (text[start - 1] === '|') start -= 1
  else start = header[0]?.start ?? 0
  const tail = /^[ \t]*\|/.exec(text.slice(end, end + 200))?.[0].length ?? 0
  return { start, end: end + tail }
}

export function rowIs(row: Row, cells: readonly string[]): boolean {
  return row.cells.length === cells.length && row.cells.every(({ text }, at) => text === cells[at])
}
