/**
 * Markdown of the repository as HTML. It is hostile: HTML in it is text, addresses that act are
 * dropped, and only pictures that the site drew itself are shown.
 */
import type { Element, ElementContent, Root } from 'hast'
import { sanitize } from 'hast-util-sanitize'
import type { Nodes, Root as Markdown, RootContent } from 'mdast'
import { toHast } from 'mdast-util-to-hast'
import { markdownToMdast } from 'satteri'

export interface Surroundings {
  /** Where a relative link of the text leads; null for nowhere, so that its words alone stay. */
  link(target: string): string | null
  /** What is drawn for a picture; null where the site has none. */
  picture(target: string, alternative: string): ElementContent | null
  /** Level of the first heading. */
  level: 2 | 3
}

/** Characters that are parsed; GitHub's comments are no longer. */
const longest = 65_536
/** Text that is nested more deeply is shown as it was written: each level costs stack. */
const deepest = 60

export function fromMarkdown(text: string, around: Surroundings): ElementContent[] {
  const tree = parsed(text.slice(0, longest))
  if (depthOf(tree) > deepest) return asWritten(text)
  const folded: Markdown = { type: 'root', children: fold(tree.children) }
  const html = sanitize(toHast(folded)) as Root
  const levels = headings(html).map(rank)
  const shift = around.level - Math.min(...levels, 6)
  const shown = html.children.flatMap((node) => settle(node as ElementContent, around, shift))
  return text.length > longest
    ? [...shown, { type: 'text', value: 'The rest is left out here.' }]
    : shown
}

/** The first heading of a comment, as text, and the text without it. */
export function headed(text: string): { heading: string | null; rest: string } {
  const [, heading, rest] = /^(?:<!--[^]*?-->\s*)?#{1,6} (.*)\n([^]*)$/.exec(text) ?? []
  return heading === undefined || rest === undefined
    ? { heading: null, rest: text }
    : { heading: words(parsed(heading)), rest }
}

/** By a parser whose time grows with the text, whatever it holds. */
function parsed(text: string): Markdown {
  return markdownToMdast(text, { position: false, features: { frontmatter: false } }) as Markdown
}

function depthOf(tree: Markdown): number {
  let level: readonly Nodes[] = [tree]
  let depth = 0
  for (; level.length > 0; depth += 1) {
    level = level.flatMap((node): readonly Nodes[] => ('children' in node ? node.children : []))
  }
  return depth
}

function asWritten(text: string): ElementContent[] {
  const value = text.slice(0, longest)
  return [{ type: 'element', tagName: 'pre', properties: {}, children: [{ type: 'text', value }] }]
}

function words(node: Nodes): string {
  if ('value' in node) return node.value
  return 'children' in node ? node.children.map(words).join('') : ''
}

const opening = /^<details(?: open)?>\s*<summary>([^<>]*)<\/summary>$/

/** Folds become nodes of their own; all other HTML is shown as the text that it is. */
function fold(nodes: readonly RootContent[]): RootContent[] {
  const stack: RootContent[][] = [[]]
  for (const node of nodes) {
    const html = node.type === 'html' ? node.value.trim() : ''
    const summary = opening.exec(html)?.[1]
    const open = stack.at(-1)!
    if (summary !== undefined) {
      const children: RootContent[] = [
        {
          type: 'paragraph',
          data: { hName: 'summary' },
          children: [{ type: 'text', value: summary }],
        },
      ]
      const details = { type: 'blockquote', data: { hName: 'details' }, children }
      open.push(details as RootContent)
      stack.push(children)
    } else if (html === '</details>' && stack.length > 1) stack.pop()
    else if (/^<!--[^]*-->$/.test(html)) continue
    else open.push(plainHtml(node))
  }
  return stack[0]!
}

function plainHtml<Node extends RootContent>(node: Node): Node {
  if (node.type === 'html') {
    const text = { type: 'text', value: node.value }
    return { type: 'paragraph', children: [text] } as unknown as Node
  }
  if (!('children' in node)) return node
  const children = (node.children as RootContent[]).map((child) =>
    child.type === 'html' ? { type: 'text', value: child.value } : plainHtml(child),
  )
  return { ...node, children }
}

function headings(tree: Root | Element): Element[] {
  return tree.children.flatMap((node) => {
    if (node.type !== 'element') return []
    return /^h[1-6]$/.test(node.tagName) ? [node] : headings(node)
  })
}

function rank({ tagName }: Element): number {
  return Number(tagName[1])
}

/** Links and pictures where they belong, headings at their level, tables in a box. */
function settle(node: ElementContent, around: Surroundings, shift: number): ElementContent[] {
  if (node.type !== 'element') return [node]
  if (node.tagName === 'img') {
    const { src = '', alt = '' } = node.properties
    const drawn = around.picture(String(src), String(alt))
    return [drawn ?? { type: 'text', value: String(alt) }]
  }
  const children = node.children.flatMap((child) => settle(child, around, shift))
  if (node.tagName === 'a') {
    const href = leads(String(node.properties['href'] ?? ''), around)
    if (href === null) return children
    return [{ ...node, properties: { href, rel: ['noreferrer'] }, children }]
  }
  if (/^h[1-6]$/.test(node.tagName)) {
    const level = Math.min(6, Math.max(2, rank(node) + shift))
    return [{ type: 'element', tagName: `h${level}`, properties: {}, children }]
  }
  if (node.tagName === 'input')
    return [{ type: 'text', value: node.properties['checked'] ? '☑' : '☐' }]
  const element = { ...node, children }
  if (node.tagName === 'table') {
    const properties = { className: ['box'], tabIndex: 0, role: 'group', ariaLabel: 'Table' }
    return [{ type: 'element', tagName: 'div', properties, children: [named(element)] }]
  }
  return [element]
}

function leads(href: string, around: Surroundings): string | null {
  if (/^(?:https?:|mailto:)/i.test(href)) return href
  return href === '' || href.startsWith('#') || /^[a-z][a-z0-9+.-]*:|^\/\//i.test(href)
    ? null
    : around.link(href)
}

/** A table whose first column has no name says a verdict there, which stays on one line. */
function named(table: Element): Element {
  const first = headCells(table)[0]
  if (first === undefined || first.children.length > 0) return table
  first.tagName = 'td'
  return { ...table, properties: { ...table.properties, className: ['verdicts'] } }
}

function headCells(node: Element): Element[] {
  return node.children.flatMap((child) => {
    if (child.type !== 'element') return []
    return child.tagName === 'th' ? [child] : headCells(child)
  })
}
