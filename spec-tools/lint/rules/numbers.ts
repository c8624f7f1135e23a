import { leastOf, mostOf } from '../../many.ts'
import type { Key, Section, Spec } from '../../document/index.ts'
import type { Problem, Rule } from '../types.ts'

/** No two sections have one number. */
export const uniqueNumbers: Rule = {
  name: 'unique-numbers',
  about: 'No two sections have the same number.',
  check(spec) {
    const first = new Map<string, Section>()
    return numbered(spec).flatMap(({ section, key }): Problem[] => {
      // `1.` or `Phase 1` below one section and below another are two things; `4.4.2` is one.
      const place = key.parts.length === 1 ? `${section.parent?.index} ${section.level}` : ''
      const name = `${place} ${key.label.toLowerCase()}${key.written}`
      const other = first.get(name)
      if (other === undefined) {
        first.set(name, section)
        return []
      }
      return [
        {
          ...section.headingText,
          message: `Section ${key.written} is numbered like the one in line ${other.line}, "${other.heading}".`,
        },
      ]
    })
  },
}

/** Numbers of neighbours follow each other without a gap. */
export const completeNumbers: Rule = {
  name: 'complete-numbers',
  about: 'Between the lowest and the highest number of a level none is missing.',
  check(spec) {
    const groups = Map.groupBy(
      numbered(spec).filter(({ key }) => key.kind === 'decimal' && key.parts.every(isPlain)),
      ({ section, key }) =>
        key.parts.length === 1
          ? `${section.parent?.index} ${section.level}`
          : key.parts
              .slice(0, -1)
              .map(({ value }) => value)
              .join('.'),
    )
    return [...groups].flatMap(([prefix, members]): Problem[] => {
      const values = members.map(({ key }) => key.parts.at(-1)?.value ?? 0)
      const present = new Set(values)
      const [low, high] = [leastOf(values), mostOf(values)]
      const count = high - low + 1 - present.size
      // Numbers that jump about (years, identifiers) are names, not a sequence.
      if (count === 0 || count >= values.length) return []
      const missing = Array.from({ length: high - low }, (_, at) => low + at).filter(
        (n) => !present.has(n),
      )
      let next = 0
      return missing.map((number) => {
        // The first that is higher; the numbers rise, so it never lies further up.
        while ((values[next] ?? Infinity) <= number) next++
        const after = members[next]
        const name = prefix.includes(' ') ? String(number) : `${prefix}.${number}`
        return {
          start: after?.section.headingText.start ?? 0,
          end: after?.section.headingText.end ?? 0,
          severity: 'warning',
          message: `There is no section ${name}, though sections before and after it exist.`,
        }
      })
    })
  },
}

function numbered({ sections, title }: Spec): { section: Section; key: Key }[] {
  return sections.flatMap((section) =>
    section.key === null || section === title ? [] : [{ section, key: section.key }],
  )
}

function isPlain({ letter, suffix }: Key['parts'][number]): boolean {
  return !letter && suffix === ''
}
