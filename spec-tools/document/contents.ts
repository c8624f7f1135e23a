/** Tables of contents made of links to the document's own headings. */
import type { Block, Contents, ContentsEntry, Lines } from './types.ts'
import { readAt } from './range.ts'

const ENTRY = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:[\w.\\§]+[ \t]+)?[*_]*\[/
const LINK = /\]\(#([^)\s]*)\)/g

export function findContents(text: string, lines: Lines, blocks: readonly Block[]): Contents[] {
  return blocks
    .filter(({ kind }) => kind === 'list' || kind === 'paragraph')
    .flatMap((block) => {
      const entries = entriesOf(text, lines, block)
      const count = lines.at(block.end) - block.line + 1
      if (entries.length < 2 || entries.length * 2 < count) return []
      return [{ start: block.start, end: block.end, line: block.line, entries }]
    })
}

function entriesOf(text: string, lines: Lines, block: Block): ContentsEntry[] {
  const entries: ContentsEntry[] = []
  const last = lines.at(block.end)
  for (let line = block.line; line <= last; line += 1) {
    const { start, end } = lines.get(line)
    const content = text.slice(start, end)
    const lead = ENTRY.exec(content)?.[0]
    if (lead === undefined) continue
    const links = [...content.matchAll(LINK)]
    const [link] = links
    if (links.length !== 1 || link === undefined) continue
    const target = link[1] ?? ''
    const targetStart = start + link.index + 3
    entries.push({
      start,
      end,
      line,
      text: content.slice(lead.length, link.index),
      target,
      textRange: readAt(start + lead.length, start + link.index),
      targetRange: readAt(targetStart, targetStart + target.length),
    })
  }
  return entries
}
