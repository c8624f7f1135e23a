/** Sections added to the document. */
import { openElement, readSpec, Refusal, type Section, type Spec } from '../../document/index.ts'
import type { Change, Placement, SectionEntry } from './types.ts'
import type { Intent } from '../intent.ts'
import { sectionsNamed, spellings } from './anchors.ts'
import { contentEnd, placeSections } from './place.ts'
import { sectionChange } from './write-section.ts'

export interface AddedSections {
  changes: Change[]
  placements: Placement[]
}

export function addSections(spec: Spec, intent: Intent): AddedSections {
  const entries = intent.sections.filter((entry) => !isPresent(spec, intent, entry))
  for (const entry of entries) refuseOpenBody(entry)
  const placements = inOrder(placeSections(spec, intent, entries))
  const gaps = Map.groupBy(placements, ({ place }) => place.end)
  const changes = [...gaps.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    return [
      sectionChange(
        spec,
        first.place,
        group.map(({ entry }) => entry),
      ),
    ]
  })
  return { changes, placements }
}

/** At one place, what belongs to a deeper section comes first: `2.2` before `3`. */
function inOrder(placements: readonly Placement[]): Placement[] {
  const depth = ({ place }: Placement) => place.parent?.level ?? 0
  return placements.toSorted(
    (one, other) => one.place.end - other.place.end || depth(other) - depth(one),
  )
}

/** Whether the document holds the section already, word for word and under the same parent. */
function isPresent(
  spec: Spec,
  intent: Intent,
  { heading, level, body, parent, before }: SectionEntry,
): boolean {
  const parents = parent === null ? null : spellings(intent, parent)
  return sectionsNamed(spec, { ...intent, replace: [], title: null }, heading).some((section) => {
    if (section.level !== level || !isUnder(spec, section, parents)) return false
    const own = content(spec.text.slice(section.headingRange.end, contentEnd(spec, section)))
    const wanted = content(body)
    // A section that was put before a line of text takes in what follows that line.
    return own === wanted || (before !== undefined && own.startsWith(`${wanted}\n${before.trim()}`))
  })
}

function isUnder({ title }: Spec, { parent }: Section, parents: string[] | null): boolean {
  if (parents === null) return parent === null || parent === title || parent.level === title?.level
  return parent !== null && parents.includes(parent.heading)
}

/** Lines that say something: white space and thematic breaks between them do not count. */
function content(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !/^ {0,3}(?:-{3,}|\*{3,}|_{3,})$/.test(line))
    .join('\n')
}

/** A fence, comment or element that the body leaves open would swallow all that follows it. */
function refuseOpenBody({ heading, body }: SectionEntry): void {
  const inside = readSpec(`\n${body}`)
  const open = inside.opaque.find(({ closed }) => !closed)
  const element = open ? null : openElement(inside)
  if (!open && element === null) return
  const line = (open?.line ?? element?.line ?? 1) - 1
  const what = open ? (open.kind === 'html' ? 'HTML' : 'code fence') : `<${element?.name ?? ''}>`
  throw new Refusal({
    code: 'unclosed-fence',
    what: `The ${what} in line ${line} of the new section "${heading}" never ends`,
    line,
    remedy: 'Close it in the body of the section',
  })
}
