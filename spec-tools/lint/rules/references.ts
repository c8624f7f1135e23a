import { anchorsOf, findReferences, type Reference } from '../../document/references.ts'
import type { Spec } from '../../document/index.ts'
import type { Problem, Rule } from '../types.ts'

/** Every `§28.4` and `(#anchor)` leads to a section of the document. */
export const referencesResolve: Rule = {
  name: 'references-resolve',
  about: 'Every section number and every anchor that the document cites exists in it.',
  check(spec) {
    const dangling = findReferences(spec).filter(({ target }) => target === null)
    if (dangling.length === 0) return []
    const named = anchorsByName(spec)
    return dangling.map((reference): Problem => {
      const written =
        reference.kind === 'number' ? `§${reference.written}` : `#${reference.written}`
      const fix = reference.kind === 'anchor' ? certainAnchor(spec, reference, named) : undefined
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

/** Text of a heading, with and without its number, to the anchors of the sections of that name. */
type AnchorsByName = ReadonlyMap<string, ReadonlySet<string>>

function anchorsByName(spec: Spec): AnchorsByName {
  const named = new Map<string, Set<string>>()
  for (const [{ heading, name }, anchor] of anchorsOf(spec)) {
    for (const text of [heading, name].map((one) => one.toLowerCase())) {
      named.set(text, (named.get(text) ?? new Set()).add(anchor))
    }
  }
  return named
}

/** The one section whose heading is the text of the link. */
function certainAnchor(spec: Spec, { start, end }: Reference, named: AnchorsByName) {
  const before = spec.text.slice(Math.max(0, start - 400), start)
  const text = /\[([^[\]]+)\]\(#$/.exec(before)?.[1]?.trim().toLowerCase()
  const anchors = text === undefined ? undefined : named.get(text)
  const [anchor] = anchors ?? []
  return anchor === undefined || anchors?.size !== 1 ? undefined : { start, end, text: anchor }
}
