/** What a line starts with: headings, breaks, fences, rows that make a table. */
import type { Cursor } from './cursor.ts'
import { htmlStart } from './html.ts'
import { isSpace } from './ranges.ts'

export const FENCE = /(?:`{3,}(?=[^`]*$)|~{3,})/y
export const UNDERLINE = /(?:=+|-+)[ \t]*$/y
export const DELIMITER = /\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?$/y

/** Whether a heading, break, fence or HTML block starts here. */
export function startsBlock(cursor: Cursor, interrupting: boolean): boolean {
  const mark = cursor.mark()
  cursor.skip(4)
  const { code } = cursor
  let starts = false
  if (code === 35) starts = headingLevel(cursor) > 0
  else if (code === 42 || code === 45 || code === 95) starts = cursor.breaks
  else if (code === 96 || code === 126) starts = matchAt(FENCE, cursor) !== null
  else if (code === 60) {
    starts = htmlStart(cursor.text.slice(cursor.at, cursor.end), interrupting) !== null
  }
  cursor.reset(mark)
  return starts
}

export function headingLevel(cursor: Cursor): number {
  const level = runLength(cursor, 35)
  const next = cursor.at + level < cursor.end ? cursor.text.charCodeAt(cursor.at + level) : -1
  return level <= 6 && (next === -1 || isSpace(next)) ? level : 0
}

export function runLength(cursor: Cursor, code: number): number {
  let length = 0
  while (cursor.at + length < cursor.end && cursor.text.charCodeAt(cursor.at + length) === code) {
    length += 1
  }
  return length
}

/** Matches a sticky pattern from here to the line's end. */
export function matchAt(pattern: RegExp, cursor: Cursor): string | null {
  pattern.lastIndex = 0
  return pattern.exec(cursor.text.slice(cursor.at, cursor.end))?.[0] ?? null
}
