/** Tables in Markdown, as programs print them: `| a | b |`, a rule, and rows of as many cells. */

export interface MarkdownTable {
  header: string[]
  /** Whole rows, and the index of the line that each stands on. */
  rows: { at: number; cells: string[] }[]
  /** Lines of the table whose cells are not as many as its columns. */
  broken: number[]
  /** Index of the first line after the table. */
  end: number
}

/** Other lines that may stand between two rows of a table, such as messages of a library. */
const interruption = 64

/** The table whose header stands on `lines[at]`, or null. */
export function markdownTable(lines: readonly string[], at: number): MarkdownTable | null {
  const header = headerAt(lines, at)
  return header && rowsOf(header, lines, at + 2)
}

/** The rest of a table, from a row at `lines[at]` that other lines keep apart from the rows above. */
export function interruptedTable(lines: readonly string[], at: number): MarkdownTable | null {
  const cells = markdownCells(lines[at] ?? '')
  if (cells === null || (lines[at - 1] ?? '|').startsWith('|')) return null
  for (let above = at - 2; above >= Math.max(0, at - interruption); above--) {
    if (!lines[above]!.startsWith('|')) continue
    const header = headerAt(lines, above)
    if (header !== null) return header.length === cells.length ? rowsOf(header, lines, at) : null
  }
  return null
}

function headerAt(lines: readonly string[], at: number): string[] | null {
  const header = markdownCells(lines[at] ?? '')
  const rule = header && markdownCells(lines[at + 1] ?? '')
  const fits = rule?.length === header?.length && rule?.every((cell) => /^:?-+:?$/.test(cell))
  return fits ? header : null
}

/** Read when first asked for: every format asks each line whether its header stands there. */
function rowsOf(header: string[], lines: readonly string[], from: number): MarkdownTable {
  let read: Omit<MarkdownTable, 'header'> | null = null
  const whole = () => (read ??= readRows(header, lines, from))
  return {
    header,
    get rows() {
      return whole().rows
    },
    get broken() {
      return whole().broken
    },
    get end() {
      return whole().end
    },
  }
}

function readRows(header: string[], lines: readonly string[], from: number) {
  const table: Omit<MarkdownTable, 'header'> = { rows: [], broken: [], end: from }
  for (; table.end < lines.length; table.end++) {
    const line = lines[table.end]!
    if (!line.trimStart().startsWith('|')) break
    const cells = markdownCells(line)
    if (cells?.length === header.length) table.rows.push({ at: table.end, cells })
    else table.broken.push(table.end)
  }
  return table
}

/** The cells of a row without padding; null for a line that is none. `\|` is no end of a cell. */
export function markdownCells(line: string): string[] | null {
  const row = line.trim()
  if (row.length < 3 || row[0] !== '|' || !/(?:^|[^\\])\|$/.test(row.slice(1))) return null
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}
