/** Links to headings whose counts change: their anchors change with them. */
import { asMarkdown } from '../../markdown.ts'
import type { Section, Spec } from '../types.ts'
import type { Edit } from './changes.ts'
import { anchorsOf, findReferences } from '../references.ts'

/** Edits of the links that lead to headings which these edits change. */
export function followAnchors(spec: Spec, edits: readonly Edit[]): Edit[] {
  const renamed = new Map<Section, string>()
  for (const section of spec.sections) {
    const { start, end } = section.headingText
    const own = edits.filter((edit) => edit.start >= start && edit.end <= end)
    if (own.length === 0) continue
    const heading = own
      .toSorted((one, other) => other.start - one.start)
      .reduce(
        (text, edit) =>
          text.slice(0, edit.start - start) + edit.text + text.slice(edit.end - start),
        spec.text.slice(start, end),
      )
    renamed.set(section, heading)
  }
  if (renamed.size === 0) return []
  const sections = spec.sections.map((section) => {
    const heading = renamed.get(section)
    return heading === undefined ? section : { ...section, heading }
  })
  const before = anchorsOf(spec)
  const after = [...anchorsOf({ ...spec, sections }).values()]
  return findReferences(spec).flatMap(({ kind, target, written, start, end }): Edit[] => {
    if (kind !== 'anchor' || target === null || decoded(written) !== before.get(target)) return []
    const anchor = after[target.index]
    return anchor === undefined || anchor === before.get(target)
      ? []
      : [
          {
            start,
            end,
            text: asMarkdown(written === decoded(written) ? anchor : encodeURIComponent(anchor)),
          },
        ]
  })
}

function decoded(written: string): string {
  try {
    return decodeURIComponent(written).toLowerCase()
  } catch {
    return written
  }
}
