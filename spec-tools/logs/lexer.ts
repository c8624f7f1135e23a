/**
 * A line of a log as tokens: words, numbers and marks.
 *
 * A number is a whole run of characters: `28` is one, and so are `7225344b` and `15.1%` with their
 * units, but nothing inside of `2026-04-27`, `12:04:31`, `580.159.04`, `0x1f`, `3/28` or a path is.
 */
import { bar, Class, classAt, colon, comma, equals, hasDigit, isDigit, tab } from './characters.ts'
import { numeralEnd, valueOf } from './numeral.ts'
import { unitOf } from './units.ts'

/** Kinds of tokens; any other kind is the byte of a mark. */
export const word = 1
export const number = 2

const most = 2048

export class Lexer {
  readonly kind = new Uint8Array(most + 4)
  readonly start = new Int32Array(most + 4)
  readonly end = new Int32Array(most + 4)
  /** Of numbers: the value, where the numeral ends, and the unit printed right behind it. */
  readonly value = new Float64Array(most + 4)
  readonly numeralEnd = new Int32Array(most + 4)
  readonly unit: (string | null)[] = []
  count = 0
  /** Whether a digit was met, in a number or in a word. */
  digits = false
  /** Marks outside of words: `=` and `:`, commas, bars, and `[` right behind a colon. */
  assignments = 0
  commas = 0
  /** Commas that group thousands, if they are no separators. */
  grouping = 0
  bars = 0
  intervals = 0
  /** Whether a tab stands between tokens. */
  tabs = false

  /** Round brackets that are open. */
  #round = 0

  /** Splits the line; false if it holds more tokens than a line that means something has. */
  scan(line: string, from: number, to: number): boolean {
    const { kind, start, end } = this
    this.count = this.assignments = this.commas = this.bars = this.intervals = 0
    this.grouping = 0
    this.digits = this.tabs = false
    let depth = 0
    this.#round = 0
    let at = from
    while (at < to) {
      const byte = line.charCodeAt(at)
      const type = classAt(line, at)
      if (type <= Class.control) {
        if (byte === tab) this.tabs ||= this.count > 0
        at++
        continue
      }
      const token = this.count
      if (token === most) return false
      start[token] = at
      if (type === Class.mark) {
        if (byte === 40) this.#round++
        else if (byte === 41 && this.#round > 0) this.#round--
        if (byte === 40 || byte === 91 || byte === 123) depth++
        else if ((byte === 41 || byte === 93 || byte === 125) && depth > 0) depth--
        at = this.#mark(line, at, byte)
      } else {
        const stop = type >= Class.letter ? at : this.#number(line, at, depth === 0)
        if (stop > at) at = stop
        else {
          kind[token] = word
          at = this.#runEnd(line, at)
        }
      }
      end[token] = at
      this.count = token + 1
    }
    // Whoever looks a few tokens ahead sees nothing there, rather than what the line before left.
    kind.fill(0, this.count, this.count + 4)
    return true
  }

  /** A unit that stands as a word of its own, or null. */
  unitAt(line: string, token: number): string | null {
    return this.kind[token] === word
      ? unitOf(line.slice(this.start[token]!, this.end[token]!))
      : null
  }

  /** Where the number ends that begins here, or `at`; a run that only begins like one is a word. */
  #number(line: string, at: number, commas: boolean): number {
    const end = numeralEnd(line, at, commas)
    if (end === at) return at
    this.digits = true
    const token = this.count
    const byte = line.charCodeAt(end)
    const after = classAt(line, end)
    let stop = end
    let unit: string | null = null
    if (after >= Class.digit) {
      if (byte === 46 && ends(line, end + 1)) {
        stop = end + 1
      } else {
        stop = this.#runEnd(line, end)
        unit = unitOf(line.slice(end, stop))
        if (unit === null && line.charCodeAt(stop - 1) === 46 && stop - 1 > end) {
          unit = unitOf(line.slice(end, stop - 1))
        }
        if (unit === null) {
          this.kind[token] = word
          return stop
        }
      }
    } else if (
      after === Class.mark &&
      (glued(line, end, byte, commas) || this.#unsure(line, at, end))
    ) {
      // These commas may yet be the separators of a table's row.
      for (
        ;
        line.charCodeAt(stop) === comma ||
        line.charCodeAt(stop) === colon ||
        isDigit(line.charCodeAt(stop));
        stop++
      ) {
        if (line.charCodeAt(stop) === comma) this.commas++
      }
      this.kind[token] = word
      return this.#runEnd(line, stop)
    }
    if (commas) this.#countGroups(line, at, end)
    this.kind[token] = number
    this.value[token] = valueOf(line.slice(at, end))
    this.numeralEnd[token] = end
    this.unit[token] = unit
    return stop
  }

  /** Whether `(1,000)` may be one number or two: only in brackets that no list opens. */
  #unsure(line: string, at: number, end: number): boolean {
    return this.#round > 0 && end - at < 4 && /^,\d{3}(?!\d)/.test(line.slice(end, end + 5))
  }

  #countGroups(line: string, from: number, to: number): void {
    // The shortest is `1,234`.
    if (to - from < 5) return
    for (let at = from + 1; at < from + 5; at++) {
      if (line.charCodeAt(at) !== comma) continue
      for (let next = at; next < to; next++) if (line.charCodeAt(next) === comma) this.grouping++
      return
    }
  }

  /** Where a run of characters that belong together ends. */
  #runEnd(line: string, from: number): number {
    let at = from
    for (;;) {
      const byte = line.charCodeAt(at)
      const type = classAt(line, at)
      if (type >= Class.digit) {
        if (type === Class.digit) this.digits = true
        at++
      } else if (byte === colon && at > from && glues(line, at)) at++
      else return at
    }
  }

  /** Takes a mark as the next token; where it ends. */
  #mark(line: string, at: number, byte: number): number {
    const token = this.count
    const next = line.charCodeAt(at + 1)
    this.kind[token] = byte
    if (byte === equals) {
      if (next === equals || next === 62 || line.charCodeAt(at - 1) === 33)
        return this.#operator(line, at)
      this.assignments++
    } else if (byte === colon) {
      this.assignments++
    } else if (byte === comma) {
      this.commas++
    } else if (byte === bar) {
      const end = absoluteEnd(line, at)
      if (end > at) {
        this.digits ||= hasDigit(line.slice(at, end))
        this.kind[token] = word
        return end
      }
      this.bars++
    } else if (byte === 91) {
      if (token > 0 && this.kind[token - 1] === colon) this.intervals++
    } else if ((byte === 60 || byte === 62) && next === equals) {
      return this.#operator(line, at)
    }
    return at + 1
  }

  /** `==`, `<=`, `>=`, `=>`, `!=`: a word, so that it is no assignment. */
  #operator(line: string, at: number): number {
    let end = at + 1
    while (line.charCodeAt(end) === equals || line.charCodeAt(end) === 62) end++
    this.kind[this.count] = word
    return end
  }
}

/** Whether the mark behind a numeral belongs to it, so that the whole is no number. */
function glued(line: string, at: number, byte: number, commas: boolean): boolean {
  if (byte === 40) return true
  // Outside of brackets a comma right between digits groups thousands or is not understood.
  return (byte === colon || (byte === comma && commas)) && isDigit(line.charCodeAt(at + 1))
}

/** Whether a colon belongs to the run around it: `foo::bar`, `http://`, `12:04:31`. */
function glues(line: string, at: number): boolean {
  const next = line.charCodeAt(at + 1)
  if (next === colon || line.charCodeAt(at - 1) === colon) return true
  const type = classAt(line, at + 1)
  if (type === Class.digit) return isDigit(line.charCodeAt(at - 1))
  if (type === Class.sign) return !isDigit(line.charCodeAt(at + 2))
  return type >= Class.letter
}

/** Where `|diff|` ends, or `at` if the bar is a separator. */
function absoluteEnd(line: string, at: number): number {
  let end = at + 1
  if (classAt(line, end) < Class.sign || classAt(line, at - 1) !== Class.blank) return at
  while (classAt(line, end) >= Class.digit) end++
  if (line.charCodeAt(end) !== bar || end - at > 24) return at
  return ends(line, end + 1) ||
    line.charCodeAt(end + 1) === colon ||
    line.charCodeAt(end + 1) === equals
    ? end + 1
    : at
}

function ends(line: string, at: number): boolean {
  const type = classAt(line, at)
  return type < Class.digit && line.charCodeAt(at) !== 40
}
