import type { Field } from '../../../document/index.ts'
import type { Misread, Read } from './types.ts'

/** Each named field holds its value once, and no other field has changed. */
export function fields({ spec, after, intent, edits, shift }: Read): Misread[] {
  const now = [...after.fields, ...(after.frontMatter?.entries ?? [])]
  const byValue = new Map<number, Field>(now.map((field) => [field.valueRange.start, field]))
  const found: Misread[] = []
  for (const field of [...spec.fields, ...(spec.frontMatter?.entries ?? [])]) {
    const touched = edits.some(
      ({ start, end }) => start <= field.range.end && end >= field.range.start,
    )
    if (touched) continue
    const start = shift(field.valueRange.start)
    const same = start === null ? undefined : byValue.get(start)
    if (same === undefined || (same.name === field.name && same.value === field.value)) continue
    found.push({ what: `The field "${field.name}" reads "${same.value}"`, line: same.line })
  }
  for (const [name, value] of Object.entries(intent.fields)) {
    if (/[\r\n]/.test(value)) continue
    const own = now.filter((field) => sameName(field.name, name))
    if (own.length === 0 || own.some((field) => field.value === value.trim())) continue
    found.push({
      what: `The field "${name}" reads "${own[0]?.value ?? ''}", not "${value}"`,
      line: own[0]?.line ?? 1,
    })
  }
  return found
}

/** Whether two names are one but for case and a colon. */
export function sameName(one: string, other: string): boolean {
  const bare = (name: string) => name.replace(/[:：]$/, '').toLowerCase()
  return bare(one) === bare(other)
}
