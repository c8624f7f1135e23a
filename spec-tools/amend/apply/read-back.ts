/**
 * Reads an amended document again and holds it against the intent: exactly what was meant has
 * changed, and all else is what it was. It knows nothing of how the edits were found.
 */
import {
  openElement,
  readSpec,
  type Edit,
  type Overrides,
  type Section,
  type Spec,
} from '../../document/index.ts'
import { anchorsOf, findReferences } from '../../document/references.ts'
import type { Intent } from '../intent.ts'
import type { Placement } from './place.ts'

export interface Amended {
  /** The document as it was read before. */
  spec: Spec
  intent: Intent
  overrides: Overrides
  /** The document that is to be returned, and the edits that made it. */
  text: string
  edits: readonly Edit[]
  /** Sections that are new, with their places in the old document. */
  placements: readonly Placement[]
}

/** A way in which the result is not what was meant. */
export interface Misread {
  what: string
  /** Line of the result. */
  line: number
}

/** All that does not hold, in the order in which it is looked for; empty for a good amendment. */
export function readBack(amended: Amended): Misread[] {
  const { spec, intent, overrides, text, edits } = amended
  if (edits.length === 0)
    return text === spec.text ? [] : [{ what: 'The text changed without an edit', line: 1 }]
  const shift = shiftOf(edits)
  const after = readSpec(text, overrides)
  const read = { ...amended, after, shift }
  return [
    ...otherText(read),
    ...openEnds(read),
    ...blocks(read),
    ...headings(read),
    ...version(read),
    ...fields(read),
    ...rows(read),
    ...(intent.replace.length > 0 ? [] : links(read)),
    ...contents(read),
  ]
}

interface Read extends Amended {
  after: Spec
  shift: Shift
}

/** Where an offset of the old document is in the new one; null inside of what was replaced, its start apart. */
type Shift = (offset: number) => number | null

function shiftOf(edits: readonly Edit[]): Shift {
  return (offset) => {
    let by = 0
    for (const { start, end, text } of edits) {
      if (offset < start || (offset === start && end > start)) break
      if (offset < end) return null
      by += text.length - (end - start)
    }
    return offset + by
  }
}

/** Every character outside the edits stands where the edits leave it. */
function otherText({ spec, text, edits }: Read): Misread[] {
  let was = 0
  let is = 0
  for (const edit of [...edits, { start: spec.text.length, end: spec.text.length, text: '' }]) {
    const kept = spec.text.slice(was, edit.start)
    if (!text.startsWith(kept, is) || !text.startsWith(edit.text, is + kept.length)) {
      return [{ what: 'Text outside of the edits is another', line: spec.lines.at(was) }]
    }
    is += kept.length + edit.text.length
    was = edit.end
  }
  return is === text.length ? [] : [{ what: 'Text was added outside of the edits', line: 1 }]
}

/** Nothing is open at the end that was not open before. */
function openEnds({ spec, after }: Read): Misread[] {
  const open = after.opaque.find(({ closed }) => !closed)
  if (open && spec.opaque.every(({ closed }) => closed)) {
    return [{ what: `A ${open.kind} is opened and never ends`, line: open.line }]
  }
  const element = openElement(after)
  return element && openElement(spec) === null
    ? [{ what: `<${element.name}> is opened and never ends`, line: element.line }]
    : []
}

/** Each block that no edit touches is still a block of its kind, from its first to its last character. */
function blocks({ spec, after, edits, shift }: Read): Misread[] {
  const now = new Map(after.blocks.map((block) => [block.start, block]))
  let at = 0
  for (const block of spec.blocks) {
    while ((edits[at]?.end ?? Infinity) < block.start) at += 1
    const edit = edits[at]
    if (edit && edit.start <= block.end && edit.end >= block.start) continue
    const start = shift(block.start)
    const found = start === null ? undefined : now.get(start)
    const same =
      found?.kind === block.kind && start !== null && found.end === start + block.end - block.start
    if (!same)
      return [
        {
          what: `A ${block.kind} of the document is read as something else`,
          line: lineOf(after, start),
        },
      ]
  }
  return []
}

/** The headings are the old ones in their old order with the new ones at their places. */
function headings({ spec, after, intent, edits, placements, shift }: Read): Misread[] {
  const old = new Map<number, Section>()
  for (const section of spec.sections) {
    const start = shift(section.headingText.start)
    if (start !== null) old.set(start, section)
  }
  const counterparts = new Map<Section, Section>()
  const added: Section[] = []
  for (const section of after.sections) {
    const was = old.get(section.headingText.start)
    if (was) counterparts.set(was, section)
    else added.push(section)
  }
  const found: Misread[] = []
  for (const section of spec.sections) {
    const now = counterparts.get(section)
    const touched = edits.some(
      ({ start, end }) => start <= section.headingRange.end && end > section.headingRange.start,
    )
    if (now === undefined) {
      if (!touched) found.push({ what: `The heading "${section.heading}" is gone`, line: 1 })
      continue
    }
    const renamed = touched || (section === spec.title && intent.title !== null)
    if (now.level !== section.level || (!renamed && now.heading !== section.heading)) {
      found.push({
        what: `The heading "${section.heading}" is read as "${now.heading}"`,
        line: now.line,
      })
    } else if (
      section.parent &&
      counterparts.get(section.parent) !== now.parent &&
      now.parent !== null &&
      counterparts.has(section.parent)
    ) {
      found.push({
        what: `"${section.heading}" no longer stands below "${section.parent.heading}"`,
        line: now.line,
      })
    }
  }
  return [...found, ...newSections(spec, added, counterparts, placements, intent)]
}

function newSections(
  spec: Spec,
  added: readonly Section[],
  counterparts: ReadonlyMap<Section, Section>,
  placements: readonly Placement[],
  { replace, history }: Intent,
): Misread[] {
  const wanted = placements.map(({ entry, place }) => ({
    heading: entry.heading.trim(),
    level: entry.level,
    parent: place.parent ?? spec.title,
    inside: readSpec(`\n${entry.body}`).sections.map(({ heading }) => heading),
  }))
  const found: Misread[] = []
  const left = [...added]
  for (const { heading, level, parent, inside } of wanted) {
    const at = left.findIndex((section) => section.heading === heading && section.level === level)
    const section = left[at]
    if (section === undefined) {
      found.push({
        what: `The new section "${heading}" is not read as a section of level ${level}`,
        line: 1,
      })
      continue
    }
    const under = parent === null ? null : (counterparts.get(parent) ?? parent)
    const right =
      section.parent === under ||
      (section.parent === null && level <= (parent?.level ?? 0)) ||
      (parent === spec.title &&
        (section.parent?.level ?? 0) < level &&
        section.parent?.level === under?.level)
    if (!right) {
      found.push({
        what: `The new section "${heading}" stands below "${section.parent?.heading ?? 'nothing'}"`,
        line: section.line,
      })
    }
    const own = left.slice(at + 1, at + 1 + inside.length).map((one) => one.heading)
    if (own.some((one, index) => one !== inside[index])) {
      found.push({
        what: `The headings inside "${heading}" are read as others`,
        line: section.line,
      })
    }
    left.splice(at, 1 + inside.length)
  }
  const entries = history.flatMap((entry) => ('heading' in entry ? [entry.heading.trim()] : []))
  const stranger = left.find(({ heading }) => !entries.includes(heading))
  if (stranger && replace.length === 0 && entries.length === 0) {
    found.push({
      what: `"${stranger.heading}" is read as a heading and was not meant as one`,
      line: stranger.line,
    })
  }
  return found
}

function version({ spec, after, intent, overrides }: Read): Misread[] {
  const bare = (token: string | undefined) => token?.replace(/^v(?=\d)/i, '')
  // A version that a line number names may have moved, and one in a replaced text is the intent's own.
  if (overrides.version?.line !== undefined || intent.replace.length > 0) return []
  const own = spec.version
  const [was, is, wanted] = [own?.token, after.version?.token, intent.version ?? undefined].map(
    bare,
  )
  const line = after.version?.line ?? 1
  if (isGivenWhole(spec, intent) || own === null) return []
  if (wanted === undefined) {
    return is === was ? [] : [{ what: `The version reads "${is}" without being raised`, line }]
  }
  return is === wanted ? [] : [{ what: `The version reads "${is}", not "${wanted}"`, line }]
}

/** Whether the field or the title that holds the version is given in full by the intent. */
function isGivenWhole({ version: own, fields: all, title }: Spec, intent: Intent): boolean {
  if (own === null) return false
  if (title !== null && intent.title !== null && own.line === title.line) return true
  return all.some(
    ({ name, valueRange }) =>
      valueRange.start <= own.range.start &&
      own.range.start <= valueRange.end &&
      Object.keys(intent.fields).some((given) => same(given, name)),
  )
}

/** Each named field holds its value once, and no other field has changed. */
function fields({ spec, after, intent, edits, shift }: Read): Misread[] {
  const now = [...after.fields, ...(after.frontMatter?.entries ?? [])]
  const byValue = new Map(now.map((field) => [field.valueRange.start, field]))
  const found: Misread[] = []
  for (const field of [...spec.fields, ...(spec.frontMatter?.entries ?? [])]) {
    const touched = edits.some(
      ({ start, end }) => start <= field.range.end && end >= field.range.start,
    )
    if (touched) continue
    const start = shift(field.valueRange.start)
    const same = start === null ? undefined : byValue.get(start)
    if (same === undefined || (same.name === field.name && same.value === field.value)) continue
    found.push({ what: `The field "${field.name}" reads "${same.value}"`, line: same.line })
  }
  for (const [name, value] of Object.entries(intent.fields)) {
    if (/[\r\n]/.test(value)) continue
    const own = now.filter((field) => same(field.name, name))
    if (own.length === 0 || own.some((field) => field.value === value.trim())) continue
    found.push({
      what: `The field "${name}" reads "${own[0]?.value ?? ''}", not "${value}"`,
      line: own[0]?.line ?? 1,
    })
  }
  return found
}

function same(one: string, other: string): boolean {
  const bare = (name: string) => name.replace(/[:：]$/, '').toLowerCase()
  return bare(one) === bare(other)
}

/** Tables keep their columns and rows, and new rows have the cells that were meant. */
function rows({ spec, after, intent, edits, shift }: Read): Misread[] {
  const tables = new Map(after.tables.map((table) => [table.header[0]?.start, table]))
  const found: Misread[] = []
  const meant = [...intent.rows, ...intent.history].flatMap((entry) =>
    'cells' in entry ? [entry.cells] : [],
  )
  for (const table of spec.tables) {
    const start = shift(table.header[0]?.start ?? 0)
    const now = start === null ? undefined : tables.get(start)
    const touched = edits.filter(
      (edit) => edit.start <= table.range.end && edit.end >= table.range.start,
    )
    if (now === undefined) {
      if (touched.length === 0)
        found.push({ what: 'A table is no longer read as one', line: lineOf(after, start) })
      continue
    }
    if (now.header.length !== table.header.length || now.rows.length < table.rows.length) {
      found.push({ what: 'A table has lost a column or a row', line: now.line })
    }
    if (now.rows.length === table.rows.length && touched.length === 0) continue
    const old = new Set(table.rows.map(({ cells }) => key(cells)))
    for (const row of now.rows) {
      if (old.has(key(row.cells)) || row.cells.length <= table.header.length) continue
      found.push({
        what: `A row has ${row.cells.length} cells in a table of ${table.header.length} columns`,
        line: row.line,
      })
    }
  }
  const present = new Set(
    after.tables.flatMap((table) => table.rows.map(({ cells }) => key(cells))),
  )
  for (const cells of meant) {
    const wanted = cells.map((text) => ({ text: text.trim() }))
    while (wanted.at(-1)?.text === '') wanted.pop()
    if (intent.cells.length > 0 || present.has(key(wanted))) continue
    if (![...present].some((one) => one.startsWith(key(wanted)))) {
      found.push({
        what: `The new row "${cells[0] ?? ''}" is not read as a row of these cells`,
        line: 1,
      })
    }
  }
  return found
}

function key(cells: readonly { text: string }[]): string {
  return cells.map(({ text }) => text).join('\u0000')
}

/** Each link of the document that led to a section leads to the same one. */
function links({ spec, after, shift }: Read): Misread[] {
  const moved = new Map(
    spec.sections.flatMap((section) => {
      const start = shift(section.headingText.start) ?? shift(section.headingRange.start)
      return start === null ? [] : [[section, start] as const]
    }),
  )
  const now = new Map(findReferences(after).map((reference) => [reference.start, reference]))
  const anchors = anchorsOf(spec)
  return findReferences(spec).flatMap((reference): Misread[] => {
    const { target, start, written, kind } = reference
    const at = shift(start)
    const found = at === null ? undefined : now.get(at)
    const wanted = target && moved.get(target)
    if (found === undefined || wanted == null || found.target === null) {
      if (found?.target === null && wanted != null && target !== spec.title) {
        return [{ what: `The link to ${sign(kind)}${written} leads nowhere`, line: found.line }]
      }
      return []
    }
    // An id of the document's own keeps its place, whichever section that has become a part of.
    const byHeading = kind === 'number' || (target && anchors.get(target) === written.toLowerCase())
    const right =
      !byHeading ||
      found.target.headingText.start === wanted ||
      found.target.headingRange.start === wanted
    return right
      ? []
      : [
          {
            what: `The link to ${sign(kind)}${written} led to line ${target?.line} ("${target?.heading}") and would lead to "${found.target.heading}"`,
            line: found.line,
          },
        ]
  })
}

function sign(kind: 'number' | 'anchor'): string {
  return kind === 'number' ? '§' : '#'
}

/** A line that was added to the contents leads to its section. */
function contents({ spec, after, placements, edits }: Read): Misread[] {
  if (placements.length === 0) return []
  const added = new Set(placements.map(({ entry }) => entry.heading.trim()))
  const known = new Set(
    spec.contents.flatMap((list) => list.entries.map(({ text, target }) => `${text}\n${target}`)),
  )
  const targets = new Map(
    findReferences(after)
      .filter(({ kind }) => kind === 'anchor')
      .map((one) => [one.start, one.target]),
  )
  return after.contents.flatMap((list) =>
    list.entries.flatMap(({ text, target, targetRange, line }): Misread[] => {
      if (
        known.has(`${text}\n${target}`) ||
        !edits.some((edit) => edit.text.includes(`(#${target})`))
      )
        return []
      const section = targets.get(targetRange.start)
      if (section === undefined || section === null) return []
      const own =
        added.has(section.heading) ||
        placements.some(({ entry }) => entry.body.includes(section.heading))
      return own
        ? []
        : [{ what: `The line "${text}" of the contents leads to "${section.heading}"`, line }]
    }),
  )
}

function lineOf(after: Spec, offset: number | null): number {
  return offset === null ? 1 : after.lines.at(Math.min(offset, after.text.length))
}
