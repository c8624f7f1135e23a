/** The cells of a line of a table: where they stand and what they hold. */
import { bar, Class, classAt, comma, isDigit, space } from './characters.ts'
import type { CellKind } from './columns.ts'
import { numeralEnd, valueOf } from './numeral.ts'
import { unitOf } from './units.ts'
import { wordValue } from './values.ts'

/** Stands for `│`, `┃` and `║`. */
export const box = 0x2502
const most = 1024

/** What a cell holds. */
export const Cell = { empty: 0, text: 1, number: 2, date: 3 } as const

/** `0.03 ms` of `5.2 ± 0.03 ms`. */
export interface Spread {
  value: number
  from: number
  to: number
  unit: string | null
}

export class Cells {
  count = 0
  /** Byte range of each cell, without the blanks around it. */
  readonly from = new Int32Array(most)
  readonly to = new Int32Array(most)
  readonly kind = new Uint8Array(most)
  /** Of numbers: the value, where the numeral stands, and the unit behind it. */
  readonly value = new Float64Array(most)
  readonly numeralFrom = new Int32Array(most)
  readonly numeralTo = new Int32Array(most)
  readonly unit: (string | null)[] = []
  /** What stands behind a `±` in the same cell. */
  readonly spread: (Spread | null)[] = []

  /** Finds the cells; quoted ones may hold the delimiter. */
  split(line: string, from: number, to: number, delimiter: number, framed = false): void {
    this.count = 0
    let start = framed ? from + 1 : from
    let at = start
    while (at <= to && this.count < most) {
      const byte = line.charCodeAt(at)
      if (byte === 34 && blankBetween(line, start, at)) {
        at++
        // Two quotes are one that is meant.
        while (at < to && (line.charCodeAt(at) !== 34 || line.charCodeAt(at + 1) === 34)) {
          at += line.charCodeAt(at) === 34 ? 2 : 1
        }
        at++
        continue
      }
      if (delimiter === bar && byte === 92) {
        at += 2
        continue
      }
      const inside = delimiter === bar && byte === bar ? absoluteEnd(line, at) : at
      if (inside > at) {
        at = inside
        continue
      }
      const divides = at >= to || this.#divides(line, at, delimiter)
      if (!divides) {
        at++
        continue
      }
      if (delimiter === space) {
        if (start < to) this.#cell(line, start, Math.min(at, to))
        while (at < to && classAt(line, at) === Class.blank) at++
        start = at
        if (at >= to) return
        continue
      }
      if (at < to || !framed || !blankBetween(line, start, to)) this.#cell(line, start, at)
      at++
      start = at
    }
  }

  /** Finds out what each cell holds. */
  classify(line: string, delimiter: number): void {
    const commas = delimiter !== comma
    for (let cell = 0; cell < this.count; cell++) {
      let from = this.from[cell]!
      let to = this.to[cell]!
      if (from === to) {
        this.kind[cell] = Cell.empty
        continue
      }
      while (
        to - from > 2 &&
        isEmphasis(line.charCodeAt(from)) &&
        line.charCodeAt(from) === line.charCodeAt(to - 1)
      ) {
        from++
        to--
      }
      this.kind[cell] = this.#number(line, cell, from, to, commas)
    }
  }

  numbers(): number {
    let numbers = 0
    for (let cell = 0; cell < this.count; cell++) {
      if (this.kind[cell] === Cell.number) numbers++
    }
    return numbers
  }

  kinds(line: string): CellKind[] {
    return Array.from({ length: this.count }, (_, cell) => {
      if (this.kind[cell] === Cell.number) return 'number'
      if (this.kind[cell] === Cell.date) return 'date'
      return beginsLikeNumber(line.slice(this.from[cell], this.to[cell])) ? 'mixed' : 'text'
    })
  }

  texts(line: string): string[] {
    return Array.from({ length: this.count }, (_, cell) =>
      line.slice(this.from[cell]!, this.to[cell]!),
    )
  }

  /** Whether the cell is a number alone, without a unit or marks around it. */
  isBare(cell: number): boolean {
    return (
      this.kind[cell] === Cell.number &&
      this.numeralFrom[cell] === this.from[cell] &&
      this.numeralTo[cell] === this.to[cell]
    )
  }

  #divides(line: string, at: number, delimiter: number): boolean {
    if (delimiter === box) return isVertical(line, at)
    if (delimiter !== space) return line.charCodeAt(at) === delimiter
    return classAt(line, at) === Class.blank && classAt(line, at + 1) === Class.blank
  }

  #cell(line: string, from: number, to: number): void {
    let first = from
    let last = Math.min(to, Math.max(from, to))
    while (first < last && classAt(line, first) === Class.blank) first++
    while (last > first && classAt(line, last - 1) === Class.blank) last--
    this.from[this.count] = first
    this.to[this.count] = last
    this.count++
  }

  #number(line: string, cell: number, from: number, to: number, commas: boolean): number {
    const byte = line.charCodeAt(from)
    if (!isDigit(byte) && byte !== 45 && byte !== 43 && byte !== 46) {
      return this.#special(line, cell, from, to)
    }
    const end = numeralEnd(line, from, commas)
    if (end === from) return this.#special(line, cell, from, to)
    let unit: string | null = null
    const spread = end < to ? spreadAt(line, end, to, commas) : null
    this.spread[cell] = spread && spread.spread
    if (spread !== null) unit = spread.unit
    else if (end < to) {
      let at = end
      while (at < to && classAt(line, at) === Class.blank) at++
      // Words may follow a unit: `4.59× at layer 3`.
      const [first = '', ...others] = line.slice(at, to).split(/\s+/)
      unit = others.some((word) => /[\d(]/.test(word)) ? null : unitOf(first)
      if (unit === null) return isDate(line, from, to) ? Cell.date : Cell.text
    }
    this.value[cell] = valueOf(line.slice(from, end))
    this.numeralFrom[cell] = from
    this.numeralTo[cell] = end
    this.unit[cell] = unit
    return Cell.number
  }

  #special(line: string, cell: number, from: number, to: number): number {
    if (to - from > 9) return Cell.text
    const value = wordValue(line.slice(from, to))
    if (value === undefined) return Cell.text
    if (value === null) return Cell.empty
    this.value[cell] = value
    this.numeralFrom[cell] = from
    this.numeralTo[cell] = to
    this.unit[cell] = null
    this.spread[cell] = null
    return Cell.number
  }
}

const spreadMark = /\s*(?:([^\s\d±+]{1,12})\s*)?(?:±|\+\/-|\+-)\s*/y

/**
 * What is behind a number up to the end of its cell: its unit, `±` and another number; null for
 * anything else. `1.2 ± 3%` may be a third of a tenth or three hundredths of it, and is not read.
 */
function spreadAt(
  line: string,
  end: number,
  to: number,
  commas: boolean,
): { spread: Spread; unit: string | null } | null {
  spreadMark.lastIndex = end
  const found = spreadMark.exec(line)
  if (found === null) return null
  const from = end + found[0].length
  const until = numeralEnd(line, from, commas)
  const behind = line.slice(until, to).trim()
  const own = behind === '' ? null : unitOf(behind)
  const before = found[1] === undefined ? null : unitOf(found[1])
  const strange = (behind !== '' && own === null) || (found[1] !== undefined && before === null)
  if (until === from || until > to || strange || (own === '%' && before === null)) return null
  const value = valueOf(line.slice(from, until))
  return { spread: { value, from, to: until, unit: own ?? before }, unit: before ?? own }
}

/** Where `|x|` of a name such as `max|x|` ends, in a line whose cells stand apart; else `at`. */
function absoluteEnd(line: string, at: number): number {
  const absolute = /(?<=[\p{L}_])\|[^\s|]{1,12}\|(?=\s|$)/uy
  absolute.lastIndex = at
  return line.includes(' | ') && absolute.test(line) ? absolute.lastIndex : at
}

function blankBetween(line: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (classAt(line, at) !== Class.blank) return false
  }
  return true
}

/** `│`, `┃` and `║`. */
export function isVertical(line: string, at: number): boolean {
  const code = line.charCodeAt(at)
  return code === 0x2502 || code === 0x2503 || code === 0x2551
}

/** Whether a text such as `60.3 (1.0)` or `~5` holds a figure that is not read. */
export function beginsLikeNumber(text: string): boolean {
  return /^[*_`"]*(?:[-+~<>≤≥]|±\s*)?\.?\d/.test(text)
}

function isEmphasis(byte: number): boolean {
  return byte === 42 || byte === 95 || byte === 96 || byte === 34
}

function isDate(line: string, from: number, to: number): boolean {
  return /^\d{1,4}[-/:.]\d{1,2}[-/:.]\d{1,4}(?:[T ]|$)/.test(line.slice(from, to))
}
