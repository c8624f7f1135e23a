/** Progress bars of symbols: `███░░░`, `🟩🟩⬜⬜`, `[####----]`. */
import { readAt } from '../../range.ts'
import { asMarkdown, type Markdown } from '../../../markdown.ts'
import type { Bar } from '../types.ts'

/** Symbols that stand for a filled cell, and those that may stand for an empty one beside them. */
const PAIRS: readonly (readonly [full: string, empty: string])[] = [
  ['█▓▰■●◼⬛★◉⣿', '░▒▱□○◻⬜☆·◯⣀'],
  ['🟩🟢✅🟦🔵🟪🟨🟧⬛🟥', '⬜⬛🔲◻⚪🔴❌⬛🟥☐⏳🟨'],
  ['#=x*', '-. _'],
  ['█▓■●', ' ._-'],
]

const GRAPHEME = /[\s\S]\uFE0F?/gu
const SYMBOLS = /([█▓▰■●◼⬛★◉⣿░▒▱□○◻⬜☆◯⣀🟩🟢✅🟦🔵🟪🟨🟧🟥🔲⚪🔴❌☐⏳]\uFE0F?){3,}/gu
const BRACKETED = /(?<=[[|])(?:[#=x*]+[-. _]*|[-._]+|[█▓■●]+[ ._-]+)(?=[\]|])/gu

/** All bars of a text, in order. `from` is where it starts in the document. */
export function readBars(text: string, from: number): Bar[] {
  const symbols = [...text.matchAll(SYMBOLS)].flatMap((match) => barOf(match, from))
  const bracketed = [...text.matchAll(BRACKETED)]
    .filter(({ 0: inner, index }) => inner.length > 3 && text[index + inner.length + 1] !== '(')
    .flatMap((match) => barOf(match, from))
  return [...symbols, ...bracketed].sort((one, other) => one.start - other.start)
}

/** The bar with another number of filled cells; null where a cell that it needs was never seen. */
export function drawBar({ cells, filled, full, empty }: Bar, wanted: number): Markdown | null {
  if (wanted === filled) return null
  const head = wanted > 0 ? full : ''
  const tail = wanted < cells ? empty : ''
  return head === null || tail === null
    ? null
    : asMarkdown(head.repeat(wanted) + tail.repeat(cells - wanted))
}

function barOf({ 0: written, index }: RegExpExecArray, from: number): Bar[] {
  const cells = written.match(GRAPHEME) ?? []
  const [first, last] = [cells[0] ?? '', cells.at(-1) ?? '']
  const filled = cells.findIndex((cell) => cell !== first)
  const range = readAt(from + index, from + index + written.length)
  const bar = (count: number, full: string | null, empty: string | null): Bar[] => [
    { ...range, cells: cells.length, filled: count, full, empty },
  ]
  if (filled !== -1) {
    const right = isPair(first, last) && cells.slice(filled).every((cell) => cell === last)
    return right ? bar(filled, first, last) : []
  }
  const partners = PAIRS.flatMap(([full, empty]) => [
    ...(full.includes(first) ? [{ full: true }] : []),
    ...(empty.includes(first) ? [{ full: false }] : []),
  ])
  if (partners.length === 0 || new Set(partners.map((one) => one.full)).size > 1) return []
  const certain = PARTNERS.get(first) ?? null
  return partners[0]?.full === true ? bar(cells.length, first, certain) : bar(0, certain, first)
}

/** The other symbol of a bar that shows one kind of cell, where only one is usual. */
const PARTNERS: ReadonlyMap<string, string> = new Map(
  ['█░', '▰▱', '■□', '●○', '★☆'].flatMap((pair) => {
    const [full = '', empty = ''] = pair
    return [
      [full, empty],
      [empty, full],
    ]
  }),
)

function isPair(one: string, other: string): boolean {
  const bare = (cell: string) => cell.replace('\uFE0F', '')
  return PAIRS.some(([full, empty]) => full.includes(bare(one)) && empty.includes(bare(other)))
}
