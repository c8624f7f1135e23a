/** Lines of a table of contents for new sections. */
import GithubSlugger, { slug } from 'github-slugger'
import {
  parseKey,
  plainHeading,
  readSpec,
  siblingsOf,
  type Contents,
  type ContentsEntry,
  type Section,
  type Spec,
} from '../../document/index.ts'
import type { Change, Placement } from './types.ts'
import { leadStart } from './place.ts'

/** A line for each section whose siblings a list of links names. */
export function listInContents(spec: Spec, placements: readonly Placement[]): Change[] {
  if (placements.length === 0 || spec.contents.length === 0) return []
  const targets = targetsOf(spec)
  const anchors = newAnchors(spec, placements)
  return spec.contents.flatMap((contents) => {
    const listed = new Map<Section, ContentsEntry>()
    for (const entry of contents.entries) {
      const section = targets.get(entry.target)
      if (section && !listed.has(section)) listed.set(section, entry)
    }
    return placements.flatMap((placement, index) => {
      const list = { contents, listed, anchors: anchors.get(placement) ?? [] }
      return entryFor(spec, list, placements.slice(0, index), placement)
    })
  })
}

interface Listing {
  contents: Contents
  /** The line of each section that the list names. */
  listed: ReadonlyMap<Section, ContentsEntry>
  /** Anchors of the new section's heading and of those inside its body. */
  anchors: readonly string[]
}

function entryFor(
  spec: Spec,
  list: Listing,
  earlier: readonly Placement[],
  { entry, place }: Placement,
): Change[] {
  const { contents, listed, anchors } = list
  const depth = keyDepth(entry.heading)
  const peers = siblingsOf(spec, place.parent, entry.level).filter(
    (section) => keyDepth(section.heading) === depth && !holds(section, contents),
  )
  const siblings = peers.filter((section) => listed.has(section))
  // A few links to some of the sections are no table of contents of them.
  if (siblings.length * 2 < peers.length) return []
  const before = siblings.findLast(({ headingRange }) => headingRange.start < place.end)
  const after = siblings.find(({ headingRange }) => headingRange.start >= place.end)
  const model = before ?? after
  const modelEntry = model && listed.get(model)
  if (model === undefined || modelEntry === undefined) return []
  const step = before
    ? 1 +
      earlier.filter((one) => one.place.end === place.end && one.entry.level === entry.level).length
    : 0
  const like = { section: model, entry: modelEntry, marked: keepsMarkup(listed) }
  const line = entryLine(spec, like, { heading: entry.heading, anchor: anchors[0] }, step)
  if (contents.entries.some((one) => names(one, line, listed))) return []
  const placed = { part: 'contents', what: entry.heading, line: modelEntry.line } as const
  const eol = spec.eol.text
  const within = linesWithin(spec, list, siblings, entry)
  if (before) {
    const last = lastWithin(spec, contents, listed, before, modelEntry)
    const edit = {
      start: last.end,
      end: last.end,
      text: [line.written, ...within].map((one) => eol + one).join(''),
    }
    return [{ edit, placed: { ...placed, where: `after "${last.text}"` } }]
  }
  const edit = {
    start: modelEntry.start,
    end: modelEntry.start,
    text: [line.written, ...within].map((one) => one + eol).join(''),
  }
  return [{ edit, placed: { ...placed, where: `before "${modelEntry.text}"` } }]
}

/** Lines for the headings inside a new section, at each depth that the list goes down to. */
function linesWithin(
  spec: Spec,
  { listed, anchors }: Listing,
  siblings: readonly Section[],
  { level, body }: Placement['entry'],
): string[] {
  const inside = readSpec(`\n${body}`, {}).sections
  return inside.flatMap((heading, at) => {
    const peers = spec.sections.filter(
      (section) =>
        section.level === heading.level &&
        siblings.some(
          ({ subtree }) =>
            subtree.start < section.headingRange.start && section.headingRange.start < subtree.end,
        ),
    )
    const known = peers.filter((section) => listed.has(section))
    const model = known.at(-1)
    const entry = model && listed.get(model)
    if (heading.level <= level || model === undefined || entry === undefined) return []
    if (known.length * 2 < peers.length) return []
    const like = { section: model, entry, marked: keepsMarkup(listed) }
    const line = { heading: heading.heading, anchor: anchors[at + 1] }
    const rank = rankOf(inside, at)
    return [entryLine(spec, like, line, rank - (listNumber(spec, entry) ?? rank)).written]
  })
}

/** Which of the headings of its level below the one above it is, from 1. */
function rankOf(headings: readonly Section[], at: number): number {
  const level = headings[at]?.level ?? 0
  const above = headings.findLastIndex((one, index) => index < at && one.level < level)
  return headings.slice(above + 1, at + 1).filter((one) => one.level === level).length
}

/** The number of an entry in its list; undefined for a list without numbers. */
function listNumber({ text }: Spec, { start, textRange }: ContentsEntry): number | undefined {
  const written = /\d+(?=[.)][ \t])/.exec(text.slice(start, textRange.start))?.[0]
  return written === undefined ? undefined : Number(written)
}

/** Whether the list writes the markup of headings, such as back-ticks. */
function keepsMarkup(listed: ReadonlyMap<Section, ContentsEntry>): boolean {
  return [...listed].some(
    ([{ heading }, { text }]) =>
      withoutIds(heading).includes(text) &&
      text !== plainHeading(text) &&
      !/^([*_]{1,3}).*\1$/.test(text),
  )
}

interface Model {
  section: Section
  entry: ContentsEntry
  /** Whether the list writes the markup of headings. */
  marked: boolean
}

/** The line of a model with another text, target and number. */
function entryLine(
  spec: Spec,
  { section: model, entry, marked }: Model,
  { heading, anchor }: { heading: string; anchor: string | undefined },
  step: number,
) {
  const { text } = spec
  const key = parseKey(heading, spec.style.numbering === 'roman')
  const name = key === null ? heading : heading.slice(key.range.end + key.close.length).trim()
  const full = plainHeading(entry.text).length >= plainHeading(model.heading).length
  const mark = /^([*_]{1,3})[^*_]+\1$/.exec(entry.text)?.[1] ?? ''
  const label = full || model.key === null ? heading : name
  const shown = mark + (marked ? withoutIds(label) : plainHeading(label)) + mark
  const target = targetFor(spec, model, entry, { heading, name, anchor })
  const lead = text.slice(entry.start, entry.textRange.start)
  const numbered = leadFor(lead, model, key?.written, step)
  const between = text.slice(entry.textRange.end, entry.targetRange.start)
  const tail = text.slice(entry.targetRange.end, entry.end)
  return { written: numbered + shown + between + target + tail, text: shown, target }
}

/** List number and section number in front of the link. */
function leadFor(lead: string, model: Section, written: string | undefined, step: number): string {
  const old = model.key?.written
  // The last number in front of the link: `2. 2 [Kernels](…)` has the list's number first.
  const own = old && new RegExp(`(?<![\\d.])${RegExp.escape(old)}(?![\\d]|\\.\\d)(?!.*\\d)`)
  if (own && own.test(lead) && written !== undefined) {
    return lead.replace(own, () => written)
  }
  return lead.replace(/\d+(?=[.)][ \t])/, (number) => String(Number(number) + step))
}

/**
 * The anchor that the new heading will have: an id of its own, else the one that GitHub gives it.
 * Lists of other renderers, which leave out the number, go on doing so.
 */
function targetFor(
  spec: Spec,
  model: Section,
  { target }: ContentsEntry,
  { heading, name, anchor }: { heading: string; name: string; anchor: string | undefined },
): string {
  const id = ownId(heading)
  if (id !== undefined) return id
  const byName = target === slug(plainHeading(model.name))
  const elsewhere =
    byName && target !== slug(plainHeading(model.heading)) && ownIdOf(spec, model) === undefined
  return elsewhere ? slug(plainHeading(name)) : (anchor ?? slug(plainHeading(heading)))
}

/** The anchors of new headings, counted with those of the document in the order of the result. */
function newAnchors(spec: Spec, placements: readonly Placement[]): Map<Placement, string[]> {
  const slugger = new GithubSlugger()
  const anchors = new Map<Placement, string[]>()
  let at = 0
  for (const placement of placements.toSorted((one, other) => one.place.end - other.place.end)) {
    for (; (spec.sections[at]?.headingRange.start ?? Infinity) < placement.place.end; at += 1) {
      slugger.slug(plainHeading(spec.sections[at]?.heading ?? ''))
    }
    const { heading, body } = placement.entry
    const inside = readSpec(`\n${body}`).sections.map((section) => section.heading)
    anchors.set(
      placement,
      [heading, ...inside].map((one) => slugger.slug(plainHeading(one))),
    )
  }
  return anchors
}

/** A heading without ids, its other markup kept. */
function withoutIds(heading: string): string {
  return heading
    .replaceAll(/<a\b[^<>]*>[ \t]*(?:<\/a>)?|\{#[\w.:;-]+\}$/g, '')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
}

/** The last entry of the section's subtree, so that a new line does not part it. */
function lastWithin(
  { text }: Spec,
  { entries }: Contents,
  listed: ReadonlyMap<Section, ContentsEntry>,
  section: Section,
  entry: ContentsEntry,
): ContentsEntry {
  const within = new Set<ContentsEntry>()
  for (const [one, its] of listed) {
    if (
      one.headingRange.start >= section.subtree.start &&
      one.headingRange.start < section.subtree.end
    ) {
      within.add(its)
    }
  }
  const indentOf = ({ start, textRange }: ContentsEntry) => {
    return /^[ \t>]*/.exec(text.slice(start, textRange.start))?.[0].length ?? 0
  }
  const indent = indentOf(entry)
  let last = entry
  for (const next of entries.slice(entries.indexOf(entry) + 1)) {
    // What is indented below the section's line goes with it, wherever it leads.
    if (!within.has(next) && indentOf(next) <= indent) break
    last = next
  }
  return last
}

/** Sections by what links to them may say: slug with GitHub's counting, own ids, bare names. */
function targetsOf(spec: Spec): Map<string, Section> {
  const { sections } = spec
  const targets = new Map<string, Section>()
  const counts = new Map<string, number>()
  for (const section of sections) {
    const base = slug(plainHeading(section.heading))
    const count = counts.get(base) ?? 0
    counts.set(base, count + 1)
    const anchors = [
      count === 0 ? base : `${base}-${count}`,
      ownIdOf(spec, section),
      slug(plainHeading(section.name)),
    ]
    for (const name of anchors) {
      if (name !== undefined && !targets.has(name)) targets.set(name, section)
    }
  }
  return targets
}

/** Whether a line leads to the new section already: to its target, or by its text to nowhere else. */
function names(
  entry: ContentsEntry,
  { text, target }: { text: string; target: string },
  listed: ReadonlyMap<Section, ContentsEntry>,
): boolean {
  return entry.target === target || (entry.text === text && ![...listed.values()].includes(entry))
}

/** A table of contents does not list itself. */
function holds({ own }: Section, { start }: Contents): boolean {
  return own.start <= start && start < own.end
}

/** The id in a heading, or of the anchor line in front of it. */
function ownIdOf(spec: Spec, section: Section): string | undefined {
  const lead = spec.text.slice(leadStart(spec, section), section.headingRange.start)
  return ownId(section.heading) ?? ownId(lead)
}

function ownId(heading: string): string | undefined {
  return (
    /<a\b[^<>]*\b(?:id|name)=["']?([^"'\s<>]+)/.exec(heading)?.[1] ??
    /\{#([\w.-]+)\}/.exec(heading)?.[1]
  )
}

/** How many numbers deep a heading is numbered; 0 without a number. */
function keyDepth(heading: string): number {
  return parseKey(heading)?.parts.length ?? 0
}
