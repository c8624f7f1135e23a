/** Rows of comma-separated values (RFC 4180), a line each. */

/** The cells of a line, unquoted and without padding; null where a quote is not closed. */
export function csvCells(line: string): string[] | null {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim())
  const cells: string[] = []
  const cell = /\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y
  while (cell.lastIndex < line.length || cells.length === 0) {
    const found = cell.exec(line)
    if (found === null) return null
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2]!.trim())
    if (found[3] === '') return cells
  }
  return [...cells, '']
}

/** The cells of a row by the names of a header; null unless there is one for each name. */
export function csvRow(line: string, header: readonly string[]): string[] | null {
  const cells = csvCells(line)
  return cells?.length === header.length ? cells : null
}
