/** What of a document speaks of today. */
import type { Range } from './range.ts'
import { isHistoryName } from './role.ts'
import type { Section, Spec } from './types.ts'

/** What earlier amendments drafted rests on their evidence, and a history tells what was. */
export function isOpen(spec: Spec, range: Range, within: readonly Section[] | null): boolean {
  const around = spec.sections.filter(
    ({ subtree }) => subtree.start <= range.start && range.end <= subtree.end,
  )
  const closed = around.some(
    (section) =>
      section !== spec.title &&
      (isHistoryName(section.name) || (section.level > 1 && isDrafted(spec, section))),
  )
  return !closed && (within === null || within.some((section) => around.includes(section)))
}

function isDrafted({ text }: Spec, { subtree }: Section): boolean {
  return text.slice(subtree.start, subtree.end).includes('codicil replay ')
}
