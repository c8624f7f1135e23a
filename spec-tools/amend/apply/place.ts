/** Where a section goes. */
import {
  backMatter,
  type Block,
  compareKeys,
  type History,
  isBackMatter,
  type Key,
  type Numbered,
  type Offset,
  orderOf,
  parseKey,
  partOf,
  Refusal,
  sameKind,
  type Section,
  siblingsOf,
  type Spec,
} from '../../document/index.ts'
import type { Intent } from '../intent.ts'
import { ambiguous, findSection, missing, sectionsNamed, spellings } from './anchors.ts'
import type { SectionEntry, Place, Placement } from './types.ts'

/** The place of each section of the intent, in the order of the list. */
export function placeSections(
  spec: Spec,
  intent: Intent,
  entries: readonly SectionEntry[],
): Placement[] {
  const placed: Placement[] = []
  for (const entry of entries) {
    placed.push({ entry, place: placeSection(spec, intent, entry, placed) })
  }
  return placed
}

function placeSection(
  spec: Spec,
  intent: Intent,
  entry: SectionEntry,
  placed: readonly Placement[],
): Place {
  const parent = parentOf(spec, intent, entry)
  const siblings = siblingsOf(spec, parent, entry.level)
  const at = (end: Offset, where: string): Place => ({
    end,
    parent,
    before: siblings.findLast(({ headingRange }) => headingRange.start < end) ?? null,
    after: siblings.find(({ headingRange }) => headingRange.start >= end) ?? null,
    where,
    hinted: parent !== null || entry.before !== undefined || entry.after !== undefined,
  })
  if (entry.before !== undefined) {
    return at(beforeAnchor(spec, intent, entry, entry.before), `before "${entry.before}"`)
  }
  if (entry.after !== undefined) {
    return at(afterAnchor(spec, intent, entry, entry.after, placed), `after "${entry.after}"`)
  }
  refuseLevel(entry, parent)
  const edge =
    entry.first === true ? siblings[0] : entry.last === true ? siblings.at(-1) : undefined
  if (edge) {
    const end = entry.first === true ? endBefore(spec, edge) : contentEnd(spec, edge)
    return at(end, `${entry.first === true ? 'before' : 'after'} "${edge.heading}"`)
  }
  const key = parseKey(entry.heading, spec.style.numbering === 'roman')
  const numbered = key ? siblings.filter((section) => sameKind(section, key)) : []
  const sorted = key ? sortIn(spec, numbered as Numbered[], key, entry.level) : null
  if (sorted) return at(sorted.end, sorted.where)
  const previous = placed.at(-1)
  if (previous && previous.entry.level === entry.level && previous.entry.parent === entry.parent) {
    return at(previous.place.end, `after "${previous.entry.heading}"`)
  }
  const larger = key
    ? numbered.find((section) => section.key && compareKeys(section.key, key) > 0)
    : undefined
  if (larger) return at(endBefore(spec, larger), `before "${larger.heading}"`)
  return endOfParent(spec, parent, entry, at)
}

/** Beside the numbered siblings: after the last smaller one, or before it where they descend. */
function sortIn(spec: Spec, numbered: readonly Numbered[], key: Key, level: number) {
  const smaller = numbered.filter((section) => compareKeys(section.key, key) < 0)
  const last = smaller.at(-1)
  if (last === undefined) return null
  const own = level === spec.style.sectionLevel && key.kind === spec.style.numbering
  const order = own ? spec.style.order : orderOf(numbered)
  const top = order === 'descending' ? smaller[0] : order === 'mixed' && newest(numbered, smaller)
  if (top) return { end: endBefore(spec, top), where: `before "${top.heading}", newest first` }
  return { end: contentEnd(spec, last), where: `after "${last.heading}"` }
}

/** In a mixed order, the largest number leads if it and two more or all after it descend. */
function newest(numbered: readonly Numbered[], smaller: readonly Numbered[]): Numbered | null {
  const [largest] = smaller.toSorted((one, other) => compareKeys(other.key, one.key))
  if (largest === undefined) return null
  const run = numbered.slice(numbered.indexOf(largest))
  return run.length >= 3 && orderOf(run) === 'descending' ? largest : null
}

function endOfParent(
  spec: Spec,
  parent: Section | null,
  entry: SectionEntry,
  at: (end: Offset, where: string) => Place,
): Place {
  const above = shallowerChild(spec, parent, entry.level)
  if (above)
    return at(endBefore(spec, above), `before "${above.heading}", which is of a higher level`)
  if (parent !== null && parent !== spec.title) {
    return at(contentEnd(spec, parent), `at the end of "${parent.heading}"`)
  }
  const [back] = backMatter(spec, entry.level).sections
  if (back && !isBackMatter(entry.heading))
    return at(endBefore(spec, back), `before "${back.heading}"`)
  return at(documentEnd(spec), 'at the end of the document')
}

/** Behind a child of a higher level, the new section would be that child's own. */
function shallowerChild(spec: Spec, parent: Section | null, level: number): Section | undefined {
  const children =
    (parent ?? spec.title)?.children ?? spec.sections.filter((one) => one.parent === null)
  return children.find((child) => child.level < level)
}

function refuseLevel({ heading, level }: SectionEntry, parent: Section | null): void {
  if (parent === null || level > parent.level) return
  throw new Refusal({
    code: 'unfit-section',
    what: `A section of level ${level} cannot stand below "${parent.heading}", which is of level ${parent.level}`,
    line: parent.line,
    remedy: `Give "${heading}" a level from ${parent.level + 1} to 6, or another parent`,
  })
}

function parentOf(
  spec: Spec,
  intent: Intent,
  { parent, level, heading }: SectionEntry,
): Section | null {
  if (parent === null) return null
  return findSection(spec, intent, parent, (section) => {
    // Of equal headings, the one that is just above in level and numbered alike.
    const key = parseKey(heading)
    const mine = section.key?.written ?? ''
    return section.level === level - 1 && (key === null || key.written.startsWith(mine))
  })
}

function beforeAnchor(spec: Spec, intent: Intent, entry: SectionEntry, anchor: string): Offset {
  const named = sectionsNamed(spec, intent, anchor)
  if (named.length > 0) {
    const section = findSection(spec, intent, anchor, (one) => isInside(intent, entry, one))
    return endBefore(spec, section)
  }
  const wanted = spellings(intent, anchor)
  const lines: number[] = []
  for (let line = 1; line <= spec.lines.count; line += 1) {
    const { start, end } = spec.lines.get(line)
    if (wanted.includes(trimmed(spec.text.slice(start, end)))) lines.push(line)
  }
  const [line] = lines
  if (line === undefined) throw missing(spec, `heading or line "${anchor}"`)
  if (lines.length > 1) throw ambiguous(`The line "${anchor}"`, lines)
  // A thematic break in front of the line leads it, as it would lead a heading.
  const { start } = spec.lines.get(line)
  const above = spec.blocks[blockIndex(spec.blocks, start) - 1]
  return endBeforeOffset(spec, above?.kind === 'break' ? above.start : start)
}

function afterAnchor(
  spec: Spec,
  intent: Intent,
  entry: SectionEntry,
  anchor: string,
  placed: readonly Placement[],
): Offset {
  const earlier = placed.findLast((one) => spellings(intent, anchor).includes(one.entry.heading))
  if (earlier && sectionsNamed(spec, intent, anchor).length === 0) return earlier.place.end
  const section = findSection(spec, intent, anchor, (one) => isInside(intent, entry, one))
  return contentEnd(spec, section)
}

function isInside(intent: Intent, entry: SectionEntry, section: Section): boolean {
  if (entry.parent === null) return section.level === entry.level
  const above = section.parent?.heading
  return above !== undefined && spellings(intent, entry.parent).includes(above)
}

/** Where a new entry of a history made of headings goes. */
export function placeHistorySection(
  spec: Spec,
  history: History,
  after: string | undefined,
): Place {
  const section = history.section
  const entries = history.entries.flatMap((entry) => entry.section ?? [])
  const named =
    after === undefined ? undefined : entries.find(({ heading }) => heading === after.trim())
  const at = (end: Offset, where: string): Place => ({
    end,
    parent: section,
    before: entries.findLast(({ headingRange }) => headingRange.start < end) ?? null,
    after: entries.find(({ headingRange }) => headingRange.start >= end) ?? null,
    where,
    hinted: true,
  })
  if (named) return at(contentEnd(spec, named), `after "${named.heading}"`)
  const [first] = entries
  const last = entries.at(-1)
  if (history.order === 'descending' && first)
    return at(endBefore(spec, first), 'on top of the history')
  if (last) return at(contentEnd(spec, last), 'at the end of the history')
  return at(section ? contentEnd(spec, section) : documentEnd(spec), 'below the history')
}

/**
 * End of the last content line of a section's subtree. Blank lines, thematic break and anchors in
 * front of the next heading belong to that one.
 */
export function contentEnd(spec: Spec, { subtree, headingRange }: Section): Offset {
  const next = spec.sections.find(({ headingRange: { start } }) => start === subtree.end)
  const end = next ? endBefore(spec, next) : documentEnd(spec)
  return end > headingRange.end ? end : headingRange.end
}

/** End of the content before a heading, with what leads the heading left to it. */
export function endBefore(spec: Spec, section: Section): Offset {
  return endBeforeOffset(spec, leadStart(spec, section))
}

/** Where a heading with its thematic break and anchors begins. */
export function leadStart(spec: Spec, section: Section): Offset {
  const { blocks } = spec
  let start = section.headingRange.start
  let index = blockIndex(blocks, start) - 1
  let block = blocks[index]
  while (block && isAnchor(spec, block)) {
    start = block.start
    index -= 1
    block = blocks[index]
  }
  return block?.kind === 'break' ? block.start : start
}

/** The thematic break that leads a heading; null if none does. */
export function leadingBreak(spec: Spec, section: Section): Block | null {
  const start = leadStart(spec, section)
  const block = spec.blocks[blockIndex(spec.blocks, start)]
  return block?.kind === 'break' ? block : null
}

/** End of the document's content: before link definitions and end marker. */
function documentEnd(spec: Spec): Offset {
  const { closing, definitions } = backMatter(spec)
  const limit = Math.min(closing?.start ?? spec.text.length, definitions?.start ?? spec.text.length)
  return endBeforeOffset(spec, limit)
}

function endBeforeOffset({ blocks, bom, text, lines }: Spec, offset: number): Offset {
  const block = blocks[blockIndex(blocks, offset) - 1]
  if (block === undefined) return partOf(lines.get(1), 0, bom ? 1 : 0).end
  if (block.end <= offset) return block.end
  // The offset is inside a block, such as a line between two others of one paragraph.
  let end = offset
  while (end > block.start && /\s/.test(text[end - 1] ?? '')) end -= 1
  return partOf(block, 0, end - block.start).end
}

/** Index of the first block that starts at an offset or after it. */
function blockIndex(blocks: readonly Block[], offset: number): number {
  let low = 0
  let high = blocks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((blocks[middle]?.start ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** A line that is nothing but an anchor: HTML, or a paragraph if the tag is closed in it. */
function isAnchor({ text }: Spec, { kind, start, end }: Block): boolean {
  if ((kind !== 'html' && kind !== 'paragraph') || end - start > 200) return false
  return /^[ \t]*<a[ \t]+(?:name|id)=[^<>]*>[ \t]*(?:<\/a>)?[ \t]*$/.test(text.slice(start, end))
}

function trimmed(line: string): string {
  return line.replace(/^[ \t\uFEFF]+|[ \t]+$/g, '')
}
