/** Builders of the few Markdown constructs that generated text uses. Strings are data. */
import type {
  AlignType,
  BlockContent,
  Code,
  Emphasis,
  Heading,
  Image,
  InlineCode,
  Link,
  List,
  ListItem,
  Paragraph,
  PhrasingContent,
  RootContent,
  Strong,
  Table,
} from 'mdast'
import { literal } from './inert.ts'
import { oneLine, visible } from './visible.ts'

/** Text, which is always data, or something that a builder made; side by side as given. */
export type Inline = string | PhrasingContent | readonly Inline[]

export function heading(depth: number, ...content: Inline[]): Heading {
  const within = Math.min(6, Math.max(1, depth)) as Heading['depth']
  return { type: 'heading', depth: within, children: phrasing(content) }
}

export function paragraph(...content: Inline[]): Paragraph {
  return { type: 'paragraph', children: phrasing(content) }
}

export function strong(...content: Inline[]): Strong {
  return { type: 'strong', children: phrasing(content) }
}

export function emphasis(...content: Inline[]): Emphasis {
  return { type: 'emphasis', children: phrasing(content) }
}

/** A code span: a name or a quotation, on one line. */
export function code(value: string): InlineCode {
  return { type: 'inlineCode', value: oneLine(value) }
}

/** A sentence in which backticks mark code, as judgements write them; all of it is data. */
export function prose(text: string): Inline {
  return text
    .split(/(`[^`]+`)/)
    .map((piece) => (/^`[^`]+`$/.test(piece) ? code(piece.slice(1, -1)) : piece))
}

/** A fenced block; the fence is longer than any that the text holds. */
export function codeBlock(value: string, lang: string | null = null): Code {
  return { type: 'code', lang, value: visible(value).replace(/\n+$/, '') }
}

/** A link to an address of our own making; other schemes than https and http are refused. */
export function link(url: string, ...content: Inline[]): Link {
  if (!/^https?:\/\/[^\s<>]+$/.test(url)) {
    throw new TypeError(`Cannot link to ${JSON.stringify(url)}: expected an http(s) address.`)
  }
  return { type: 'link', url, children: phrasing(content) as Link['children'] }
}

/** A picture that lies beside the page: a plain file name, so that nothing is fetched from elsewhere. */
export function image(file: string, alt: string): Image {
  if (!/^[a-z0-9-]+\.svg$/.test(file)) {
    throw new TypeError(`Cannot show ${JSON.stringify(file)}: expected the name of an SVG file.`)
  }
  return { type: 'image', url: file, alt: oneLine(alt) }
}

export function list(items: readonly Inline[], { ordered = false } = {}): List {
  return {
    type: 'list',
    ordered,
    spread: false,
    children: items.map((item) => listItem(item)),
  }
}

export function tasks(items: readonly { done: boolean; text: Inline }[]): List {
  const children = items.map(({ done, text }) => ({ ...listItem(text), checked: done }))
  return { type: 'list', ordered: false, spread: false, children }
}

export function table(
  align: readonly AlignType[],
  header: readonly Inline[],
  rows: readonly (readonly Inline[])[],
): Table {
  return {
    type: 'table',
    align: [...align],
    children: [header, ...rows].map((cells) => ({
      type: 'tableRow',
      children: cells.map((cell) => ({ type: 'tableCell', children: cellContent(cell) })),
    })),
  }
}

/** A block that is folded away on GitHub: the only HTML that is ever written. */
export function details(summary: string, children: readonly RootContent[]): RootContent[] {
  return [
    { type: 'html', value: `<details>\n<summary>${html(summary)}</summary>` },
    ...children,
    { type: 'html', value: '</details>' },
  ]
}

function listItem(item: Inline): ListItem {
  const children: BlockContent[] = [paragraph(item)]
  return { type: 'listItem', spread: false, children }
}

/**
 * Readers of tables disagree about a backslash before a pipe inside a code span: to some it ends the
 * cell. Such a span is parted so that its pipes are text, which all read alike.
 */
function cellContent(cell: Inline): PhrasingContent[] {
  return phrasing([cell]).flatMap((node): PhrasingContent[] => {
    if (node.type !== 'inlineCode' || !node.value.includes('\\|')) return [node]
    return node.value
      .split(/(\|)/)
      .filter((piece) => piece !== '')
      .map((value) => ({ type: value === '|' ? 'text' : 'inlineCode', value }))
  })
}

/** Flat, without blanks at the ends, and so that no two code spans touch. */
function phrasing(content: readonly Inline[]): PhrasingContent[] {
  const nodes: PhrasingContent[] = []
  for (const node of flatten(content)) {
    const last = nodes.at(-1)
    if (last?.type === 'text' && node.type === 'text') {
      nodes[nodes.length - 1] = { type: 'text', value: `${last.value}${node.value}` }
    } else if (last?.type === 'inlineCode' && node.type === 'inlineCode') {
      nodes.push({ type: 'text', value: ' ' }, node)
    } else {
      nodes.push(node)
    }
  }
  return trim(nodes)
}

function flatten(content: Inline): PhrasingContent[] {
  if (typeof content === 'string') return literal(content)
  if ('type' in content) return [content]
  return content.flatMap((one) => flatten(one))
}

function trim(nodes: PhrasingContent[]): PhrasingContent[] {
  return nodes
    .map((node, index) => {
      if (node.type !== 'text') return node
      const start = index === 0 ? node.value.trimStart() : node.value
      return { ...node, value: index === nodes.length - 1 ? start.trimEnd() : start }
    })
    .filter((node) => !('value' in node) || node.value !== '')
}

/** HTML text; words that GitHub would act on stand in `<code>`. */
function html(text: string): string {
  return literal(text)
    .map((node) => {
      const value = 'value' in node ? escapeHtml(node.value) : ''
      return node.type === 'inlineCode' ? `<code>${value}</code>` : value
    })
    .join('')
    .trim()
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replaceAll(/[&<>"]/g, (character) => names[character] ?? character)
}
