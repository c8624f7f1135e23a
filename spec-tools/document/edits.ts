/** Edits as splices of the original text: everything outside their ranges stays as it is. */
import { indexLines } from './lines.ts'
import { Refusal } from './refusal.ts'
import type { Edit } from './types.ts'
import { readAt } from './range.ts'

/**
 * Edits in order of place; those at one place keep their order. Throws a `Refusal` where two of
 * them touch the same text, and a `RangeError` for a range outside the text.
 */
export function orderEdits(text: string, edits: readonly Edit[]): Edit[] {
  const ordered = edits
    .filter((edit) => edit.start !== edit.end || edit.text !== '')
    .map((edit, index) => ({ edit, index }))
    .sort((one, other) => byPlace(one.edit, other.edit) || one.index - other.index)
    .map(({ edit }) => edit)
  let end = 0
  for (const edit of ordered) {
    if (edit.start > edit.end || edit.end > text.length || edit.start < 0) {
      throw new RangeError(
        `An edit from ${edit.start} to ${edit.end} is outside a text of ${text.length} characters`,
      )
    }
    if (edit.start < end) {
      const { line, column } = indexLines(text).position(edit.start)
      throw new Refusal({
        code: 'overlap',
        what: 'Two parts of the intent change the same text',
        line,
        column,
        remedy: 'Say both changes in one part',
      })
    }
    end = edit.end
  }
  return ordered
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = []
  let at = 0
  for (const edit of orderEdits(text, edits)) {
    pieces.push(text.slice(at, edit.start), edit.text)
    at = edit.end
  }
  pieces.push(text.slice(at))
  return pieces.join('')
}

/** The edits that turn the edited text back into `text`. */
export function invertEdits(text: string, edits: readonly Edit[]): Edit[] {
  let shift = 0
  return orderEdits(text, edits).map((edit) => {
    const start = edit.start + shift
    shift += edit.text.length - (edit.end - edit.start)
    return { ...readAt(start, start + edit.text.length), text: text.slice(edit.start, edit.end) }
  })
}

/** Insertions come before a replacement that starts where they stand. */
function byPlace(one: Edit, other: Edit): number {
  return one.start - other.start || one.end - other.end
}
