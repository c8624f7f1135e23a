/** What two readers of Markdown must agree on before an edit may rest on it. */
import type { Nodes, Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { visit } from 'unist-util-visit'
import { indexLines } from '../../spec-tools/document/lines.ts'
import { cellRanges } from '../../spec-tools/document/ranges.ts'
import { scanBlocks } from '../../spec-tools/document/scan.ts'

/** Headings with level, lines and text; tables with their cells; code with its lines. */
export function outlineByScan(text: string): string[] {
  const lines = indexLines(text)
  const { headings, tables, opaque } = scanBlocks(text, lines)
  const all = linesOf(text)
  const show = (start: number, end: number) => JSON.stringify(text.slice(start, end))
  return [
    ...headings.map((heading) => {
      const { level, line, lastLine, text: range } = heading
      return `${line}-${lastLine} heading ${level} ${show(range.start, range.end)}`
    }),
    ...tables.map(({ line, lastLine, rows }) => {
      const cells = rows
        .filter((_, index) => index !== 1)
        .map((row) => cellRanges(text, row).map(({ start, end }) => show(start, end)))
      return `${line}-${lastLine} table ${JSON.stringify(padded(cells))}`
    }),
    ...opaque
      .filter(({ kind }) => kind === 'fence' || kind === 'indented')
      .flatMap(({ line, end }) => codeLines(all, line, lines.at(end))),
  ].sort(byLine)
}

/** The same by the full parser of remark, or any other tree with mdast's positions. */
export function outlineByTree(text: string, tree: Root = parseFully(text)): string[] {
  const outline: string[] = []
  const all = linesOf(text)
  visit(tree, (node, _, parent) => {
    const { position } = node
    if (position === undefined) return
    // A fence that never ends reaches behind the last line ending for the tree.
    const { start, end } = position
    const last = end.column === 1 && end.line > start.line ? end.line - 1 : end.line
    const range = `${start.line}-${last}`
    if (node.type === 'heading' && parent?.type === 'root') {
      // The tree lets a heading start with the link definitions above it.
      const first = node.children[0]?.position?.start.line ?? start.line
      outline.push(
        `${first}-${last} heading ${node.depth} ${JSON.stringify(sourceOf(text, node.children))}`,
      )
    } else if (node.type === 'table') {
      const cells = node.children.map((row) =>
        row.children.map((cell) => JSON.stringify(sourceOf(text, cell.children))),
      )
      outline.push(`${range} table ${JSON.stringify(padded(cells))}`)
    } else if (node.type === 'code') {
      outline.push(...codeLines(all, start.line, last))
    }
  })
  return outline.sort(byLine)
}

export function parseFully(text: string): Root {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
}

/**
 * Code line by line, without blank ones: whether two blocks of indented code that touch are one,
 * and whether white space behind them belongs to them, changes no edit.
 */
function codeLines(all: string[], first: number, last: number): string[] {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return numbers
    .filter((number) => /[^\s>]/.test(all[number - 1] ?? ''))
    .map((number) => `${number}-${number} code`)
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/)
}

function sourceOf(text: string, children: readonly Nodes[]): string {
  const start = children[0]?.position?.start.offset
  const end = children.at(-1)?.position?.end.offset
  return start === undefined || end === undefined ? '' : text.slice(start, end)
}

/** Rows may have fewer or more cells than the header; only those below a header count. */
function padded(rows: string[][]): string[][] {
  const width = rows[0]?.length ?? 0
  return rows.map((row) => Array.from({ length: width }, (_, index) => row[index] ?? '""'))
}

function byLine(one: string, other: string): number {
  return Number.parseInt(one, 10) - Number.parseInt(other, 10) || (one < other ? -1 : 1)
}
