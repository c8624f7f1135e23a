/** Text from outside as Markdown for headings, fields, items and cells. */
import { asMarkdown, type Markdown } from '../markdown.ts'
import { paragraph, table, toMarkdown, type Inline } from '../render/markdown/index.ts'

export function inlineMarkdown(...content: Inline[]): Markdown {
  return asMarkdown(toMarkdown([paragraph(...content)]).trimEnd())
}

/** The same for a table cell, where a pipe would end it. */
export function cellMarkdown(...content: Inline[]): Markdown {
  const [, , row = ''] = toMarkdown([table([null], ['-'], [[content]])]).split('\n')
  return asMarkdown(row.slice(1, -1).trim())
}
