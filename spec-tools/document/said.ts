/** Texts as a reader takes them: what two cells say alike, whatever their marks. */
import { plainHeading } from './plain.ts'

/** A text as it is read: without emphasis, code marks, links and the box of a task. */
export function seen(text: string): string {
  // Most texts have no marks at all, and are asked for often.
  if (/^[\p{L}\p{N} .,/%-]*$/u.test(text)) return text.replace(/ +/g, ' ').trim()
  return plainHeading(text.replace(/^\[[ xX]\]\s+/, '').replaceAll('`', ''))
    .replace(/\s+/g, ' ')
    .trim()
}

/** Whether two texts say the same; signs around one, such as ✅, say nothing. */
export function isSame(text: string, wanted: string): boolean {
  return said(text) === said(seen(wanted))
}

export function said(text: string): string {
  const bare = text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, '')
  return (bare === '' ? text : bare).toLowerCase()
}
