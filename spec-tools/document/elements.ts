/** Elements of HTML that a document opens and does not close: a browser puts all that follows into them. */
import { within } from './prose.ts'
import type { Spec } from './types.ts'

export interface OpenElement {
  name: string
  line: number
}

const TAG =
  /(?<!\\)<(\/?)(details|div|table|ul|ol|section|article|aside|blockquote|center|figure|pre)\b[^<>]*?(\/?)>/gi

/** The first element that stays open; null where each is closed. Tags in code are text. */
export function openElement({ text, opaque, blocks, lines }: Spec): OpenElement | null {
  const code = opaque.filter(({ kind }) => kind !== 'html')
  const spans = blocks
    .filter(({ kind }) => kind !== 'fence' && kind !== 'indented' && kind !== 'html')
    .flatMap(({ start, end }) =>
      [...text.slice(start, end).matchAll(/(`+)[^`][^]*?(?<!`)\1(?!`)/g)].map(
        ({ index, 0: span }) => ({
          start: start + index,
          end: start + index + span.length,
        }),
      ),
    )
  const comments = [...text.matchAll(/<!--[^]*?-->/g)].map(({ index, 0: comment }) => ({
    start: index,
    end: index + comment.length,
  }))
  const silent = [...code, ...spans, ...comments].sort((one, other) => one.start - other.start)
  const open: OpenElement[] = []
  for (const match of text.matchAll(TAG)) {
    if (within(silent, match.index) || match[3] === '/') continue
    const name = (match[2] ?? '').toLowerCase()
    if (match[1] === '') open.push({ name, line: lines.at(match.index) })
    else {
      const at = open.findLastIndex((one) => one.name === name)
      // HTML lets rows and cells end with their table.
      if (at !== -1) open.splice(at)
    }
  }
  return open[0] ?? null
}
