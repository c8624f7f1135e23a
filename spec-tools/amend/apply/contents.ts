/** Lines of a table of contents for new sections. */
import { slug } from 'github-slugger'
import {
  parseKey,
  siblingsOf,
  type Contents,
  type ContentsEntry,
  type Section,
  type Spec,
} from '../../document/index.ts'
import type { Change } from '../apply.ts'
import { leadStart, type Placement } from './place.ts'

/** A line for each section whose siblings a list of links names. */
export function listInContents(spec: Spec, placements: readonly Placement[]): Change[] {
  if (placements.length === 0 || spec.contents.length === 0) return []
  const targets = targetsOf(spec)
  return spec.contents.flatMap((contents) => {
    const listed = new Map<Section, ContentsEntry>()
    for (const entry of contents.entries) {
      const section = targets.get(entry.target)
      if (section && !listed.has(section)) listed.set(section, entry)
    }
    return placements.flatMap((placement, index) => {
      return entryFor(spec, contents, listed, placements.slice(0, index), placement)
    })
  })
}

function entryFor(
  spec: Spec,
  contents: Contents,
  listed: ReadonlyMap<Section, ContentsEntry>,
  earlier: readonly Placement[],
  { entry, place }: Placement,
): Change[] {
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
  const line = entryLine(spec, model, modelEntry, entry.heading, step)
  if (contents.entries.some((one) => names(one, line, listed))) return []
  const placed = { part: 'contents', what: entry.heading, line: modelEntry.line } as const
  const eol = spec.eol.text
  if (before) {
    const last = lastWithin(spec, contents, listed, before, modelEntry)
    const edit = { start: last.end, end: last.end, text: eol + line.written }
    return [{ edit, placed: { ...placed, where: `after "${last.text}"` } }]
  }
  const edit = { start: modelEntry.start, end: modelEntry.start, text: line.written + eol }
  return [{ edit, placed: { ...placed, where: `before "${modelEntry.text}"` } }]
}

/** The line of `model` with another text, target and number. */
function entryLine(
  spec: Spec,
  model: Section,
  entry: ContentsEntry,
  heading: string,
  step: number,
) {
  const { text } = spec
  const key = parseKey(heading, spec.style.numbering === 'roman')
  const name = key === null ? heading : heading.slice(key.range.end + key.close.length).trim()
  const full = plain(entry.text).length >= plain(model.heading).length
  const mark = /^([*_]{1,3})[^*_]+\1$/.exec(entry.text)?.[1] ?? ''
  const shown = mark + plain(full || model.key === null ? heading : name) + mark
  const target = targetFor(model, entry, heading, name)
  const lead = text.slice(entry.start, entry.textRange.start)
  const numbered = leadFor(lead, model, key?.written, step)
  const between = text.slice(entry.textRange.end, entry.targetRange.start)
  const tail = text.slice(entry.targetRange.end, entry.end)
  return { written: numbered + shown + between + target + tail, text: shown, target }
}

/** List number and section number in front of the link. */
function leadFor(lead: string, model: Section, written: string | undefined, step: number): string {
  const old = model.key?.written
  const escaped = old && lead.includes(old) ? old : undefined
  if (escaped !== undefined && written !== undefined) return lead.replace(escaped, () => written)
  return lead.replace(/\d+(?=[.)][ \t])/, (number) => String(Number(number) + step))
}

function targetFor(
  model: Section,
  { target }: ContentsEntry,
  heading: string,
  name: string,
): string {
  const id = ownId(heading)
  if (id !== undefined) return id
  return target === slug(plain(model.heading)) || target !== slug(plain(model.name))
    ? slug(plain(heading))
    : slug(plain(name))
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
  const resolved = new Set(listed.values())
  const indentOf = ({ start, textRange }: ContentsEntry) => {
    return /^[ \t>]*/.exec(text.slice(start, textRange.start))?.[0].length ?? 0
  }
  const indent = indentOf(entry)
  let last = entry
  for (const next of entries.slice(entries.indexOf(entry) + 1)) {
    // A line whose target is unknown goes with the section if it is indented below it.
    if (!within.has(next) && (resolved.has(next) || indentOf(next) <= indent)) break
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
    const base = slug(plain(section.heading))
    const count = counts.get(base) ?? 0
    counts.set(base, count + 1)
    const anchors = [
      count === 0 ? base : `${base}-${count}`,
      ownId(section.heading),
      ownId(spec.text.slice(leadStart(spec, section), section.headingRange.start)),
      slug(plain(section.name)),
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

/** A heading's text without ids and markup. */
function plain(heading: string): string {
  return heading
    .replace(
      /(`+)([^]*?)\1|<[^<>]*>|\{#[\w.-]+\}/g,
      (_, _ticks, code: string | undefined) => code ?? '',
    )
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`]|(?<!\w)_|_(?!\w)/g, '')
    .trim()
}
