/** Whether an amended document reads as it was planned: every heading, old and new, is still one. */
import { readHeadings, Refusal, type Spec } from '../../document/index.ts'
import type { Change } from './types.ts'

/**
 * A list at the end of a new section takes in an indented heading after it; a paragraph joins an
 * underlined one. Such an amendment is refused rather than left for a reader to find.
 */
export function refuseSwallowing(spec: Spec, text: string, changes: readonly Change[]): void {
  const sections = changes.filter(({ placed, edit }) => {
    return (
      (placed.part === 'section' || placed.part === 'history') &&
      /(?:^|[\r\n])#|[\r\n][=-]/.test(edit.text)
    )
  })
  if (sections.length === 0) return
  const planned = sections.flatMap(({ edit }) => readHeadings(`\n\n${edit.text}`))
  const found = readHeadings(text)
  const replaced = changes.some(
    ({ placed }) => placed.part === 'replace' || placed.part === 'title',
  )
  const kept = replaced || found.length === spec.sections.length + planned.length
  if (kept && planned.every((heading) => found.includes(heading))) return
  const [first] = sections
  throw new Refusal({
    code: 'opaque',
    what: `The text around "${first?.placed.what ?? ''}" would be read as part of it, or it as part of the text`,
    line: first?.placed.line ?? 1,
    remedy: 'End the section with a paragraph, and look at the lines before and after its place',
  })
}
