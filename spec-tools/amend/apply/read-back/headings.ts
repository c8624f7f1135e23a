import { readSpec, type Section, type Spec } from '../../../document/index.ts'
import type { Intent } from '../../intent.ts'
import type { Placement } from '../types.ts'
import type { Misread, Read } from './types.ts'

/** The headings are the old ones in their old order with the new ones at their places. */
export function headings({ spec, after, intent, edits, placements, shift }: Read): Misread[] {
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
