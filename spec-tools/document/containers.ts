/** Block quotes, list items and footnotes: how they start, and which lines go on in them. */
import type { Cursor } from './cursor.ts'
import type { ScannedList } from './scanned.ts'
import { type Range, readAt } from './range.ts'

export type Container =
  | { kind: 'quote'; line: number; lastLine: number }
  | { kind: 'footnote'; line: number; lastLine: number }
  | ItemContainer

export interface ItemContainer {
  kind: 'item'
  line: number
  lastLine: number
  /** Columns that a line of the item is indented by. */
  width: number
  /** Code of the bullet, or of what follows the number. */
  marker: number
  list: ScannedList
  startsBlank: boolean
  stillBlank: boolean
}

export const FOOTNOTE = /\[\^(?:[^\s[\]\\]|\\[[\]\\]|\\){1,999}\]:/y
const BULLETS = '*+-'

export function continues(container: Container, cursor: Cursor): boolean {
  const mark = cursor.mark()
  if (container.kind === 'quote') {
    if (cursor.skip(4) < 4 && cursor.code === 62) {
      cursor.pass(1)
      cursor.skip(1)
      return true
    }
    cursor.reset(mark)
    return false
  }
  const width = container.kind === 'item' ? container.width : 4
  if (cursor.blank) {
    if (container.kind === 'item') {
      container.stillBlank = container.stillBlank || container.startsBlank
      cursor.skip(width)
    }
    return true
  }
  if (container.kind === 'item') {
    const ended = container.stillBlank
    container.stillBlank = false
    container.startsBlank = false
    if (ended) return false
  }
  if (cursor.skip(width) === width) return true
  cursor.reset(mark)
  return false
}

export interface FoundItem {
  ordered: boolean
  marker: number
  width: number
  blank: boolean
  range: Range
  content: number
}

/** A list item's marker here; the cursor passes it. */
export function itemStart(cursor: Cursor, interrupting: boolean): FoundItem | null {
  const mark = cursor.mark()
  const indent = cursor.skip(4)
  const found = indent < 4 ? itemMarker(cursor, interrupting) : null
  if (found === null) {
    cursor.reset(mark)
    return null
  }
  const range = readAt(cursor.at, cursor.at + found.length)
  cursor.pass(found.length)
  const blank = cursor.blank
  const gap = blank ? 1 : cursor.indent
  if (gap === 0 || (blank && interrupting)) {
    cursor.reset(mark)
    return null
  }
  const taken = gap > 4 ? 1 : gap
  if (!blank) cursor.skip(taken)
  const { ordered, marker, length } = found
  const content = blank ? range.end : cursor.at
  return { ordered, marker, width: indent + length + taken, blank, range, content }
}

function itemMarker(cursor: Cursor, interrupting: boolean) {
  const { code, text } = cursor
  if (code > 0 && BULLETS.includes(String.fromCharCode(code))) {
    if (cursor.breaks) return null
    return { ordered: false, marker: code, length: 1 }
  }
  let digits = 0
  while (digits < 10 && isDigit(text.charCodeAt(cursor.at + digits))) digits += 1
  if (digits === 0 || digits > 9) return null
  if (interrupting && (digits > 1 || code !== 49)) return null
  const marker = cursor.at + digits < cursor.end ? text.charCodeAt(cursor.at + digits) : -1
  return marker === 46 || marker === 41 ? { ordered: true, marker, length: digits + 1 } : null
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}
