/** Numbers with the range that they were read from, and the digits that take their place. */
import { readAt } from '../range.ts'
import { asMarkdown } from '../../markdown.ts'
import type { Edit } from './changes.ts'
import type { Figure } from './types.ts'

/**
 * A named group of a match with the flag `d`; null where the group matched nothing.
 *
 * @param from Where the matched text starts in the document.
 */
export function figureOf(match: RegExpExecArray, group: string, from: number): Figure | null {
  const written = match.groups?.[group]
  const range = match.indices?.groups?.[group]
  if (written === undefined || range === undefined) return null
  const value = Number(written.replace(',', '.'))
  // What is not exact is no count.
  if (!(value <= Number.MAX_SAFE_INTEGER)) return null
  return {
    value,
    written,
    ...readAt(from + range[0], from + range[1]),
  }
}

/** How many digits follow the decimal point. */
export function decimalsOf({ written }: Figure): number {
  return /[.,](\d+)/.exec(written)?.[1]?.length ?? 0
}

/** The same figure with another value, written with as many decimals and the same point. */
export function withValue(figure: Figure, value: number): Figure {
  const digits = value.toFixed(decimalsOf(figure))
  const written = figure.written.includes(',') ? digits.replace('.', ',') : digits
  return Number(digits) === figure.value ? figure : { ...figure, value: Number(digits), written }
}

/** The edit that puts a figure in the place of what stood there; none where it is the same. */
export function editOf(before: Figure, after: Figure): Edit[] {
  return before.written === after.written
    ? []
    : [{ start: before.start, end: before.end, text: asMarkdown(after.written) }]
}
