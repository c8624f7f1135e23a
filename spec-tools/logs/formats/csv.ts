/** Rows of comma-separated values (RFC 4180), a line each. */

/** The cells of a line, unquoted and without padding; null where a quote is not closed. */
export function csvCells(line: string): string[] | null {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim())
  const cells: string[] = []
  const cell = /[ \t]*"((?:[^"]|"")*)"[ \t]*(?:,|$)|([^",]*)(?:,|$)/y
  do {
    const from = cell.lastIndex
    const found = cell.exec(line)
    if (found === null) return null
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2]!.trim())
    // The end of the line ends the last cell, unless a comma has just promised one more.
    if (cell.lastIndex === from || line[cell.lastIndex - 1] !== ',') return cells
  } while (cell.lastIndex < line.length)
  return [...cells, '']
}

/** The cells of a row by the names of a header; null unless there is one for each name. */
export function csvRow(line: string, header: readonly string[]): string[] | null {
  const cells = csvCells(line)
  return cells?.length === header.length ? cells : null
}
