/** The one place where generated Markdown becomes text. */
import type { RootContent, Table } from 'mdast'
import { gfmToMarkdown } from 'mdast-util-gfm'
import type { Handle } from 'mdast-util-to-markdown'
import remarkStringify, { type Options } from 'remark-stringify'
import { unified } from 'unified'
import { asMarkdown, type Markdown } from '../../markdown.ts'

/** Markdown of the blocks, with a final line feed; empty for no blocks. */
export function toMarkdown(nodes: readonly RootContent[]): Markdown {
  return asMarkdown(writer.stringify({ type: 'root', children: [...nodes] }))
}

/** Rows as people type them: one blank around each cell, columns not padded to one width. */
const table: Handle = (node: Table, _, state, info) => {
  const exit = state.enter('table')
  const rows = node.children.map(({ children }, row) =>
    children.map((cell) => state.handle(cell, node.children[row], state, info)),
  )
  exit()
  const rule = (node.align ?? []).map((align) => delimiters[align ?? 'left'])
  const [header = [], ...body] = rows
  return [header, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const delimiters = { left: '---', right: '---:', center: ':---:' }

const options: Readonly<Options> = {
  bullet: '-',
  emphasis: '*',
  fence: '`',
  fences: true,
  listItemIndent: 'one',
  resourceLink: true,
  rule: '-',
  strong: '*',
  handlers: { table },
}

const writer = unified()
  .data('toMarkdownExtensions', [gfmToMarkdown()])
  .use(remarkStringify, options)
  .freeze()
