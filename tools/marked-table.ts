/** Tables that are made from sources and stand between marks in a document. */

export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** A text that fits into a cell. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
}

/** The document with what stands between `<!-- mark -->` and `<!-- /mark -->` replaced. */
export function between(text: string, mark: string, content: string): string {
  const start = `<!-- ${mark} -->`
  const end = `<!-- /${mark} -->`
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from === -1 || to < from) {
    throw new Error(`The document has no ${start} … ${end} for the generated table.`)
  }
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`
}
