/** Tables whose cells are told apart by blanks alone. */

export interface Word {
  text: string
  /** Columns of the line, from 0; `to` is the first behind the word. */
  from: number
  to: number
}

/** The words of a line, and where each stands. */
export function wordsIn(line: string): Word[] {
  return [...line.matchAll(/\S+/g)].map(({ index, 0: text }) => ({
    text,
    from: index,
    to: index + text.length,
  }))
}

/** The words of a row by the names of as many columns; null for any other number of words. */
export function wordsRow(line: string, columns: number): string[] | null {
  const words = line.trim().split(/\s+/)
  return words.length === columns ? words : null
}

/** Labels of a row: what its columns say, without the cells that say nothing. */
export function labelsOf(
  names: readonly string[],
  cells: readonly string[],
  isLabel: (name: string, nth: number) => boolean,
): Record<string, string> {
  const told = names.map((name, nth) => [name, cells[nth] ?? '', nth] as const)
  return Object.fromEntries(told.filter(([name, cell, nth]) => cell !== '' && isLabel(name, nth)))
}

/** Whether a cell says that there is no figure: `-`, `N/A`, `[Not Supported]`. */
export function isAbsent(cell: string): boolean {
  return /^(?:-+|n\/a|not supported|\[(?:n\/a|not supported|unknown error|insufficient permissions|gpu requires reset|gpu is lost)\]|requested functionality has been deprecated|disabled|none)?$/i.test(
    cell,
  )
}
