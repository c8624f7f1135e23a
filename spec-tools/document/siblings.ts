/** Sections side by side: how they are numbered, and in which order they stand. */
import { leastOf } from '../many.ts'
import { comparable, compareKeys } from './key.ts'
import type { Key, Section, Spec, Style } from './types.ts'

/** A section that has a number. */
export type Numbered = Section & { key: Key }

type Outline = Pick<Spec, 'sections' | 'title'>

/** Level of the document's own sections: below its title, or its highest where it has none. */
export function topLevel({ sections, title }: Outline): number {
  const top = Math.min(6, leastOf(sections.map(({ level }) => level)))
  if (title === null) return sections.length === 0 ? 2 : top
  const peers = sections.filter((one) => one.level === title.level && one.key?.kind === 'decimal')
  if (peers.length >= 2) return title.level
  const below = title.children.map(({ level }) => level)
  return below.length === 0 ? Math.min(6, title.level + 1) : leastOf(below)
}

/** Sections of a level below `parent`; null stands for the document itself. */
export function siblingsOf(outline: Outline, parent: Section | null, level: number): Section[] {
  const { sections, title } = outline
  if (parent !== null && parent !== title) {
    return parent.children.filter((section) => section.level === level)
  }
  const own = sections.filter(
    (section) =>
      section.level === level && section !== title && (section.parent === title || !section.parent),
  )
  // A document may hold several parts, each below a title of its own.
  const parts = sections.filter(({ level: other }) => other === title?.level).length > 1
  if (!parts || level === title?.level || own.some(({ key }) => key)) return own
  return sections.filter(
    (section) => section.level === level && section.parent?.level === title?.level,
  )
}

/** The numbered sections of the kind that most of these have. */
export function numberedSiblings(siblings: readonly Section[]): Numbered[] {
  const kinds = new Map<string, Numbered[]>()
  for (const section of siblings.filter(isNumbered)) {
    const kind = `${section.key.kind} ${section.key.label.toLowerCase()}`
    const group = kinds.get(kind)
    if (group) group.push(section)
    else kinds.set(kind, [section])
  }
  const ranked = [...kinds.values()].sort((one, other) => other.length - one.length)
  const best = ranked.find(([section]) => !isAppendix(section?.key)) ?? []
  return best.length * 4 >= siblings.length || best.length >= 3 ? best : []
}

export function orderOf(numbered: readonly Numbered[]): Style['order'] {
  if (numbered.length === 0) return 'none'
  let up = 0
  let down = 0
  numbered.forEach((section, index) => {
    const next = numbered[index + 1]
    if (next === undefined) return
    const order = compareKeys(section.key, next.key)
    if (order < 0) up += 1
    else if (order > 0) down += 1
  })
  if (down === 0) return 'ascending'
  return up === 0 ? 'descending' : 'mixed'
}

export function isNumbered(section: Section): section is Numbered {
  return section.key !== null
}

export function sameKind(one: Section, key: Key): one is Numbered {
  return one.key !== null && comparable(one.key, key)
}

function isAppendix(key: Key | undefined): boolean {
  return key !== undefined && /^(?:appendix|annex)/i.test(key.label)
}
