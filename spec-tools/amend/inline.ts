/** Inline Markdown for the places where an intent takes raw Markdown: headings, fields, cells. */
import { paragraph, table, toMarkdown, type Inline } from '../render/markdown/index.ts'

export function inlineMarkdown(...content: Inline[]): string {
  return toMarkdown([paragraph(...content)]).trimEnd()
}

/** The same for a table cell, where a pipe would end it. */
export function cellMarkdown(...content: Inline[]): string {
  const [, , row = ''] = toMarkdown([table([null], ['-'], [[content]])]).split('\n')
  return row.slice(1, -1).trim()
}
