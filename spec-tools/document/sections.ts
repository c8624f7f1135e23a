/** Headings as a tree of sections with the ranges that an amendment needs. */
import { leastOf } from '../many.ts'
import { parseKey } from './key.ts'
import type { ScannedHeading } from './scanned.ts'
import type { Block, Key, Lines, Section } from './types.ts'
import { readAt } from './range.ts'

export function buildSections(text: string, lines: Lines, headings: ScannedHeading[]): Section[] {
  const roman = numbersInRoman(headings.map((heading) => rawHeading(text, heading)))
  const open: Section[] = []
  const sections = headings.map((heading, index) => {
    const section = bareSection(text, lines, heading, index, roman)
    while (open.length > 0 && (open.at(-1)?.level ?? 0) >= heading.level) {
      closeAt(open.pop(), section.headingRange.start)
    }
    section.parent = open.at(-1) ?? null
    section.parent?.children.push(section)
    open.push(section)
    return section
  })
  for (const section of open) closeAt(section, text.length)
  for (const section of sections) {
    const next = sections[section.index + 1]?.headingRange.start ?? text.length
    section.own = readAt(section.own.start, Math.min(next, section.subtree.end))
  }
  return sections
}

/** The section that holds an offset; null before the first heading. */
export function sectionAt(sections: readonly Section[], offset: number): Section | null {
  let low = 0
  let high = sections.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sections[middle]?.headingRange.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return sections[low - 1] ?? null
}

/**
 * The title: the only heading of the highest level, or the first of several where nothing but
 * pictures and markup stands before it and no front matter names the document.
 */
export function findTitle(
  sections: readonly Section[],
  blocks: readonly Block[],
  titled: boolean,
): Section | null {
  const first = sections[0]
  if (first === undefined) return null
  const top = leastOf(sections.map(({ level }) => level))
  if (first.level !== top) return null
  const peers = sections.filter(({ level }) => level === top)
  if (peers.length === 1) return sections.length > 1 || top === 1 ? first : null
  const before = blocks.filter(({ start }) => start < first.headingRange.start)
  const decoration = before.every(({ kind, start, end }) => {
    return kind === 'html' || kind === 'break' || (kind === 'paragraph' && end - start < 300)
  })
  const opens = before.length <= 2 && decoration
  return !titled && opens && top === 1 && first.key === null ? first : null
}

function bareSection(
  text: string,
  lines: Lines,
  { level, form, line, lastLine, text: headingText }: ScannedHeading,
  index: number,
  roman: boolean,
): Section {
  const heading = text.slice(headingText.start, headingText.end)
  const key = parseKey(heading, roman)
  const start = lines.get(line).start
  const last = lines.get(lastLine)
  return {
    index,
    heading,
    name: nameOf(heading, key),
    level,
    form,
    key: key && shifted(key, headingText.start),
    line,
    parent: null,
    children: [],
    headingRange: { start, end: last.end },
    headingText,
    own: readAt(last.next, text.length),
    subtree: readAt(start, text.length),
  }
}

function nameOf(heading: string, key: Key | null): string {
  return key === null ? heading : heading.slice(key.range.end + key.close.length).trim()
}

function shifted(key: Key, by: number): Key {
  return { ...key, range: readAt(key.range.start + by, key.range.end + by) }
}

function closeAt(section: Section | undefined, end: number): void {
  if (section) section.subtree = readAt(section.subtree.start, end)
}

function rawHeading(text: string, { text: range }: ScannedHeading): string {
  return text.slice(range.start, range.end)
}

/** `I.`, `V.` and `X.` are letters unless other headings show a numeral such as `II.`. */
function numbersInRoman(headings: string[]): boolean {
  return headings.some((heading) =>
    /^(?:[IVX]{2,5}(?:[.):]|[ \t][–—-])|[ivx]{2,5}[.)])/.test(heading),
  )
}
