import { anchorsOf, findReferences, type Reference } from '../../document/references.ts'
import type { Spec } from '../../document/index.ts'
import type { Problem, Rule } from '../types.ts'

/** Every `§28.4` and `(#anchor)` leads to a section of the document. */
export const referencesResolve: Rule = {
  name: 'references-resolve',
  about: 'Every section number and every anchor that the document cites exists in it.',
  check(spec) {
    const dangling = findReferences(spec).filter(({ target }) => target === null)
    return dangling.map((reference): Problem => {
      const written =
        reference.kind === 'number' ? `§${reference.written}` : `#${reference.written}`
      const fix = reference.kind === 'anchor' ? certainAnchor(spec, reference) : undefined
      return {
        start: reference.start,
        end: reference.end,
        message: fix
          ? `${written} leads nowhere; the section of that name is #${fix.text}.`
          : `${written} leads nowhere: the document has no such ${reference.kind === 'number' ? 'section' : 'anchor'}.`,
        ...(fix && { fix }),
      }
    })
  },
}

/** The one section whose heading is the text of the link. */
function certainAnchor(spec: Spec, { start, end }: Reference) {
  const before = spec.text.slice(Math.max(0, start - 400), start)
  const text = /\[([^[\]]+)\]\(#$/.exec(before)?.[1]?.trim().toLowerCase()
  if (text === undefined) return undefined
  const named = spec.sections.filter(
    ({ heading, name }) => heading.toLowerCase() === text || name.toLowerCase() === text,
  )
  const anchor = named[0] && named.length === 1 ? anchorsOf(spec).get(named[0]) : undefined
  return anchor === undefined ? undefined : { start, end, text: anchor }
}
