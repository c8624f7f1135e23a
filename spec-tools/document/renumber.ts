/** Gives a section another number: headings below it and every reference to them move along. */
import { slug } from 'github-slugger'
import { applyEdits } from './edits.ts'
import { readSpec } from './read.ts'
import { parseKey } from './key.ts'
import { partOf } from './range.ts'
import { anchorsOf, findReferences } from './references.ts'
import { Refusal } from './refusal.ts'
import type { Edit, Section, Spec } from './types.ts'

/**
 * The document with section `from` numbered `to`, sub-sections included. References move in prose,
 * tables, links and contents; numbers in code and in quoted figures stay, since they are no
 * references.
 *
 * @throws Refusal if there is not exactly one section of that number, or if `to` is taken.
 */
export function renumber(text: string, from: string, to: string): string {
  if (from === to) return text
  const spec = readSpec(text)
  const moved = movedSections(spec, from)
  refuseTaken(spec, to, moved)
  const renamed = (written: string) => to + written.slice(from.length)
  const anchors = anchorsOf(spec)
  const headings = moved.flatMap(({ key }): Edit[] => {
    if (key === null) return []
    const { start, end } = key.range
    const number = partOf(key.range, end - start - key.written.length, end - start)
    return [{ ...number, text: renamed(key.written) }]
  })
  const references = findReferences(spec).flatMap(
    ({ kind, target, written, start, end }): Edit[] => {
      if (target === null || !moved.includes(target)) return []
      if (kind === 'number') return [{ start, end, text: renamed(written) }]
      // An id that the document sets itself does not follow from the heading, and stays.
      if (anchors.get(target) !== written.toLowerCase()) return []
      return [{ start, end, text: slug(renumberedHeading(target, renamed)) }]
    },
  )
  const contents = spec.contents.flatMap(({ entries }) =>
    entries.flatMap(({ text: entry, textRange, target }): Edit[] => {
      const section = moved.find((one) => anchors.get(one) === target.toLowerCase())
      const number = section?.key?.written
      const lead = /^[*_`]*/.exec(entry)?.[0].length ?? 0
      const key = parseKey(entry.slice(lead))
      // The sign makes it a reference, which moves with the others.
      if (key === null || key.written !== number || key.mark === '§') return []
      const end = lead + key.range.end
      return [{ ...partOf(textRange, end - number.length, end), text: renamed(number) }]
    }),
  )
  return applyEdits(text, distinct([...headings, ...references, ...contents]))
}

function movedSections(spec: Spec, number: string): Section[] {
  const found = spec.sections.filter(({ key }) => key?.written === number)
  const [section] = found
  if (section === undefined || found.length > 1) {
    throw new Refusal({
      code: section ? 'ambiguous-anchor' : 'missing-anchor',
      what: section
        ? `${found.length} sections have the number ${number}`
        : `no section has the number ${number}`,
      line: section?.line ?? 1,
      remedy: 'Number the sections so that each number stands once',
    })
  }
  const inside = ({ headingRange }: Section) =>
    headingRange.start >= section.subtree.start && headingRange.start < section.subtree.end
  return spec.sections.filter(
    (one) => one === section || (inside(one) && one.key?.written.startsWith(`${number}.`) === true),
  )
}

function refuseTaken(spec: Spec, number: string, moved: Section[]): void {
  const taken = spec.sections.find((one) => one.key?.written === number && !moved.includes(one))
  if (taken === undefined) return
  throw new Refusal({
    code: 'ambiguous-anchor',
    what: `section ${number} exists already`,
    line: taken.line,
    remedy: 'Choose a number that is free',
  })
}

function renumberedHeading(section: Section, renamed: (written: string) => string): string {
  const { key, heading, headingText } = section
  if (key === null) return heading
  const end = key.range.end - headingText.start
  return heading.slice(0, end - key.written.length) + renamed(key.written) + heading.slice(end)
}

function distinct(edits: Edit[]): Edit[] {
  return [...new Map(edits.map((edit) => [edit.start, edit])).values()]
}
