/** Where a document's own prose stands: not in code, HTML, front matter or the target of a link. */
import type { Spec } from './types.ts'
import type { Span } from './range.ts'

/** Ranges that no reference and no figure of the prose is looked for in, in order. */
export function silentRanges(spec: Spec): Span[] {
  const { text, opaque, blocks } = spec
  const inline = blocks
    .filter(({ kind }) => kind !== 'fence' && kind !== 'indented' && kind !== 'html')
    .flatMap(({ start, end }) => [
      ...matches(text, start, end, /(?<!`)(`+)(?!`)(?:[^`]|(?!\1(?!`))`+)*?\1(?!`)/g),
      ...matches(text, start, end, /<[a-z/!][^<>]*>/gi),
      ...matches(text, start, end, /(?<=\]\()[^()\s]*(?:\([^()\s]*\)[^()\s]*)*/g),
      ...matches(text, start, end, /\bhttps?:\/\/[^\s<>)\]]+/g),
    ])
  return [...opaque, ...inline].sort((one, other) => one.start - other.start)
}

/** Whether an offset lies in one of the ranges, which are in order of their starts. */
export function within(ranges: readonly Span[], offset: number): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  // Ranges may nest, so a few before the nearest may reach further.
  for (let index = low - 1; index >= Math.max(0, low - 8); index -= 1) {
    if (offset < (ranges[index]?.end ?? 0)) return true
  }
  return false
}

function matches(text: string, start: number, end: number, pattern: RegExp): Span[] {
  return [...text.slice(start, end).matchAll(pattern)].map(({ index, 0: match }) => ({
    start: start + index,
    end: start + index + match.length,
  }))
}
