/** Ranges within a line: without blanks at their ends, and between the pipes of a row. */
import { type Range, readAt } from './range.ts'

/** Cells of a table's row: trimmed ranges between its unescaped pipes. */
export function cellRanges(text: string, row: Range): Range[] {
  const cells: Range[] = []
  const { start, end } = trimRange(text, row)
  let at = text.charCodeAt(start) === 124 ? start + 1 : start
  if (start === end) return cells
  for (let from = at; at <= end; at += 1) {
    const code = at < end ? text.charCodeAt(at) : -1
    if (code === 92 && at + 1 < end && isEscapable(text.charCodeAt(at + 1))) {
      at += 1
    } else if (code === 124 || (at === end && from < end)) {
      cells.push(trimRange(text, readAt(from, at)))
      from = at + 1
    }
  }
  return cells
}

/** Without spaces and tabs at either end (and no other white space: it may be content). */
export function trimRange(text: string, { start, end }: Range): Range {
  let from: number = start
  let to: number = end
  while (from < to && isSpace(text.charCodeAt(from))) from += 1
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1
  return readAt(from, to)
}

/** The heading's text without closing hashes. */
export function headingText(text: string, start: number, end: number): Range {
  const whole = trimRange(text, readAt(start, end))
  let at: number = whole.end
  while (at > whole.start && text.charCodeAt(at - 1) === 35) at -= 1
  if (at === whole.end) return whole
  const rest = readAt(whole.start, at)
  if (at === whole.start) return rest
  return isSpace(text.charCodeAt(at - 1)) ? trimRange(text, rest) : whole
}

export function isSpace(code: number): boolean {
  return code === 32 || code === 9
}

function isEscapable(code: number): boolean {
  return code === 92 || code === 124
}

/** Without trailing blanks and the backslash of a hard line break. */
export function trimValue(value: string): string {
  const end = blanksBefore(value, value.length)
  return value.slice(0, value[end - 1] === '\\' ? blanksBefore(value, end - 1) : end)
}

export function blanksBefore(content: string, at: number): number {
  let start = at
  while (start > 0 && (content[start - 1] === ' ' || content[start - 1] === '\t')) start -= 1
  return start
}
