import { anchorsOf, findReferences, type Reference } from '../../../document/references.ts'
import type { Misread, Read } from './types.ts'

/** Each link of the document that led to a section leads to the same one. */
export function links({ spec, after, shift }: Read): Misread[] {
  const moved = new Map(
    spec.sections.flatMap((section) => {
      const start = shift(section.headingText.start) ?? shift(section.headingRange.start)
      return start === null ? [] : [[section, start] as const]
    }),
  )
  const now = new Map<number, Reference>(
    findReferences(after).map((reference) => [reference.start, reference]),
  )
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
export function contents({ spec, after, placements, edits }: Read): Misread[] {
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
