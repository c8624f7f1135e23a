/** The lines of a log, decoded once: as they were printed, and as a terminal shows them. */
import { asShown, decoded } from './clean.ts'
import { classAt, Class, tab } from './characters.ts'
import { prefixLength } from './prefixes.ts'

interface Span {
  from: number
  to: number
}

export class Line {
  /** As printed, without its line end. */
  readonly printed: string
  /** Size in bytes, without its line end. */
  readonly bytes: number
  /** As a terminal shows it in the end, with `-` for the mathematical minus before a number. */
  readonly shown: string
  /** The same without the prefixes of loggers: what its figures are read from. */
  readonly text: string
  /** Where its first visible character stands. */
  readonly first: number

  readonly #accounted: Span[] = []

  constructor(printed: string, bytes: number) {
    this.printed = printed
    this.bytes = bytes
    this.shown = signed(controls.test(printed) ? asShown(printed) : printed)
    this.text = this.shown.slice(prefixLength(this.shown))
    let first = 0
    while (first < this.text.length && classAt(this.text, first) <= Class.control) first++
    this.first = first
  }

  /** Says that what stands here was read, or is a name of what was. */
  account(from: number, to: number): void {
    if (to > from) this.#accounted.push({ from, to })
  }

  /** Takes back what was accounted for. */
  forget(): void {
    this.#accounted.length = 0
  }

  /** What was accounted for, in order and without overlaps. */
  get accounted(): Span[] {
    const spans: Span[] = []
    for (const { from, to } of this.#accounted.toSorted((a, b) => a.from - b.from)) {
      const last = spans.at(-1)
      if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
      else spans.push({ from, to })
    }
    return spans
  }

  /** Columns that the blanks before it take; a tab goes on to the next eighth. */
  get indent(): number {
    let columns = 0
    for (let at = 0; at < this.first; at++) {
      columns = this.text.charCodeAt(at) === tab ? (columns | 7) + 1 : columns + 1
    }
    return columns
  }
}

// oxlint-disable-next-line no-control-regex -- control characters are the subject
const controls = /[\u0000-\u0008\u000a-\u001f\u007f]/

function signed(text: string): string {
  if (!text.includes('\u2212')) return text
  return text.replaceAll(/(?<![\p{L}\p{N}_])\u2212(?=\.?\d|inf|nan)/giu, '-')
}

/**
 * Cuts a log into its lines; a line feed ends a line, and a carriage return before it is no part.
 * A log in UTF-16 begins with a mark that says so; any other is UTF-8.
 */
export function linesOf(log: string | Uint8Array): Line[] {
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log
  const wide = wideText(bytes)
  if (wide !== null) {
    const texts = wide.replace(/\n$/, '').split('\n')
    return texts.map((text) => new Line(text.replace(/\r$/, ''), 2 * text.length))
  }
  const lines: Line[] = []
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  for (let from = marked ? 3 : 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from)
    const next = end < 0 ? bytes.length : end
    const to = next > from && bytes[next - 1] === 13 ? next - 1 : next
    lines.push(new Line(decoded(bytes.subarray(from, to)), to - from))
    from = next + 1
  }
  return lines
}

/** The text of a log in UTF-16 whose first two bytes say so; else null. */
function wideText(bytes: Uint8Array): string | null {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe
  if (!little && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return null
  return new TextDecoder(little ? 'utf-16le' : 'utf-16be').decode(bytes)
}

/** Whether a log is no text: one byte in eight of its beginning is NUL, as in UTF-16 without a mark. */
export function isBinary(bytes: Uint8Array): boolean {
  if (wideText(bytes.subarray(0, 2)) !== null) return false
  const head = bytes.subarray(0, 4096)
  return head.filter((byte) => byte === 0).length * 8 > head.length
}
