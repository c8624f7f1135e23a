/** How a new section is written: heading form, blank lines, thematic break. */
import { insertAt, type Offset, type Section, type Spec } from '../../document/index.ts'
import type { Change, Placed, Place } from './types.ts'
import { leadingBreak, leadStart } from './place.ts'

export interface WrittenSection {
  heading: string
  level: number
  body: string
  rule_before?: boolean | undefined
  rule_after?: boolean | undefined
}

/** All that goes into one gap, as one edit: surplus blank lines of the gap go with it. */
export function sectionChange(
  spec: Spec,
  place: Place,
  sections: readonly WrittenSection[],
  part: Placed['part'] = 'section',
): Change {
  const eol = spec.eol.text
  const gap = readGap(spec, place.end, gapOf(spec))
  const spaced = blankBefore(spec, sections[0]?.level ?? 2)
  const empty = place.end === (spec.bom ? 1 : 0)
  const between = eol.repeat(1 + gapOf(spec))
  let text = ''
  let rule = ''
  for (const section of sections) {
    const lead = section.rule_before ?? (rule === '' && leadsWithBreak(spec, place, section.level))
    const separator = lead || rule !== '' ? eol + eol : spaced ? between : eol
    if (rule !== '') text += between + rule
    if (lead) text += between + ruleText(spec, place)
    text += separator + writeSection(spec, section)
    rule = section.rule_after === true ? ruleText(spec, place) : ''
  }
  if (rule !== '') text += between + rule
  if (empty) text = text.replace(/^[\r\n]+/, '') + (spec.text.length > place.end ? eol + eol : eol)
  else if (gap.blanks === 0 && !gap.atEnd && spaced) text += eol
  const what = sections.map(({ heading }) => heading).join('; ')
  return {
    edit: { ...insertAt(place.end), text },
    placed: {
      part,
      what,
      line: spec.lines.at(place.end),
      where: place.where,
      hinted: place.hinted,
    },
    ...(gap.surplus > 0 && {
      edit: { start: place.end, end: gap.until, text: text + gap.text },
    }),
  }
}

function writeSection(spec: Spec, { heading, level, body }: WrittenSection): string {
  const eol = spec.eol.text
  const content = body.replace(/^(?:[ \t]*(?:\r\n|\r|\n))+|[\r\n]+$/g, '')
  const written = writeHeading(spec, heading, level)
  if (content === '') return written
  return written + (blankAfter(spec, level) ? eol + eol : eol) + content
}

function writeHeading(spec: Spec, heading: string, level: number): string {
  const peers = spec.sections.filter((section) => section.level === level)
  const setext = peers.filter(({ form }) => form === 'setext')
  if (setext.length * 2 > peers.length)
    return heading + spec.eol.text + underline(spec, setext, heading)
  const hashes = '#'.repeat(level)
  const closed = peers.filter((section) => isClosed(spec, section)).length * 2 > peers.length
  return closed ? `${hashes} ${heading} ${hashes}` : `${hashes} ${heading}`
}

/** As long as the heading, unless the document's underlines have a length of their own. */
function underline({ text }: Spec, peers: readonly Section[], heading: string): string {
  const underlines = peers.map(({ headingRange, headingText }) => {
    return text.slice(headingText.end, headingRange.end).trim()
  })
  const sign = underlines[0]?.[0] ?? '-'
  const lengths = new Set(underlines.map(({ length }) => length))
  const [fixed] = lengths
  const fits = peers.every((peer, at) => peer.heading.length === underlines[at]?.length)
  if (lengths.size === 1 && fixed !== undefined && !fits) return sign.repeat(fixed)
  return sign.repeat(Math.max(3, heading.length))
}

/** Blank lines between sections: one, or the larger number that every gap of the document has. */
function gapOf(spec: Spec): number {
  const gaps = spec.sections
    .filter((section) => section !== spec.sections[0])
    .map((section) => {
      const line = spec.lines.at(leadStart(spec, section))
      let blanks = 0
      while (line - 1 - blanks > 0 && isBlank(spec, line - 1 - blanks)) blanks += 1
      return blanks
    })
  const [gap = 1] = gaps
  return gap > 1 && gaps.length > 1 && gaps.every((one) => one === gap) ? gap : 1
}

/** The white space after the place up to the next content. */
function readGap({ text, lines }: Spec, end: Offset, usual: number) {
  let line = lines.at(end)
  let blanks = 0
  let kept = lines.get(line).next - end
  const first = kept
  let next = lines.get(line).next
  let surplus = 0
  while (line < lines.count) {
    line += 1
    const { start, end: lineEnd, next: after } = lines.get(line)
    if (text.slice(start, lineEnd).trim() !== '') break
    blanks += 1
    if (blanks <= usual) kept = after - end
    else surplus = after - (end + kept)
    next = after
  }
  const atEnd = next >= text.length
  if (atEnd || end + first > text.length) return { blanks, atEnd, surplus: 0, until: end, text: '' }
  return { blanks, atEnd, surplus, until: next, text: text.slice(end, end + kept) }
}

/**
 * A break leads a section if one leads the sibling before it; if that one is a first child or
 * missing, the sibling after it decides, and then most headings of the level.
 */
function leadsWithBreak(spec: Spec, { before, after, parent }: Place, level: number): boolean {
  const first = (parent ?? spec.title)?.children[0] ?? spec.sections[0]
  const model = before && before !== first ? before : after
  if (model) return leadingBreak(spec, model) !== null
  const peers = spec.sections.filter((section) => section.level === level && section !== spec.title)
  const led = peers.filter((section) => leadingBreak(spec, section) !== null)
  return led.length * 2 > peers.length
}

/** The thematic break that the document uses before its headings. */
function ruleText(spec: Spec, { before, after }: Place): string {
  for (const section of [before, after, ...spec.sections]) {
    const block = section && leadingBreak(spec, section)
    if (block) return spec.text.slice(block.start, block.end).trim()
  }
  const any = spec.blocks.find(({ kind }) => kind === 'break')
  return any ? spec.text.slice(any.start, any.end).trim() : '---'
}

function blankBefore(spec: Spec, level: number): boolean {
  const peers = peersOf(spec, level)
  const tight = peers.filter((section) => {
    const line = spec.lines.at(leadStart(spec, section))
    return line > 1 && !isBlank(spec, line - 1)
  })
  return tight.length * 2 <= peers.length || peers.some(({ form }) => form === 'setext')
}

function blankAfter(spec: Spec, level: number): boolean {
  const peers = peersOf(spec, level).filter(
    ({ own }) => spec.text.slice(own.start, own.end).trim() !== '',
  )
  const tight = peers.filter(({ headingRange }) => {
    const line = spec.lines.at(headingRange.end) + 1
    return line <= spec.lines.count && !isBlank(spec, line)
  })
  return tight.length * 2 <= peers.length
}

/** Headings of the level, or of all levels where there is none. */
function peersOf({ sections, title }: Spec, level: number): Section[] {
  const others = sections.filter((section) => section !== title)
  const peers = others.filter((section) => section.level === level)
  return peers.length > 0 ? peers : others
}

function isBlank({ text, lines }: Spec, line: number): boolean {
  const { start, end } = lines.get(line)
  return text.slice(start, end).trim() === ''
}

function isClosed({ text }: Spec, { form, headingText, headingRange }: Section): boolean {
  return form === 'atx' && /^[ \t]+#+/.test(text.slice(headingText.end, headingRange.end))
}
