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

/** The table whose header stands on `lines[at]`, or null. */
export function markdownTable(lines: readonly string[], at: number): MarkdownTable | null {
  const header = markdownCells(lines[at] ?? '')
  if (header === null) return null
  const rule = markdownCells(lines[at + 1] ?? '')
  if (rule?.length !== header.length || !rule.every((cell) => /^:?-+:?$/.test(cell))) return null
  const table: MarkdownTable = { header, rows: [], broken: [], end: at + 2 }
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
