/** The cells of a line of a table: where they stand and what they hold. */
import { bar, Class, classOf, comma, isDigit, lineEnd, space, text } from './bytes.ts'
import type { CellKind } from './columns.ts'
import type { Numerals } from './form.ts'
import { longestNumeral, NumeralScanner } from './numeral.ts'
import { unitOf } from './units.ts'
import { wordValue } from './values.ts'
import { Vocabulary } from './vocabulary.ts'

/** Box-drawing verticals begin with this byte in UTF-8. */
export const box = 0xe2
const most = 1024

/** What a cell holds. */
export const Cell = { empty: 0, text: 1, number: 2, date: 3 } as const

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
  readonly unit: (string | null)[] = Array.from({ length: most }, () => null)
  readonly #numeral = new NumeralScanner()
  readonly #units = new Vocabulary(unitOf)
  readonly #words = new Vocabulary(wordValue)

  /**
   * Finds cells that are nothing but numbers, as many as expected, with commas between; where the
   * line ends, or -1 if it is anything else.
   *
   * @param counted whether the cells are only counted: their places and values are left unknown
   */
  onlyNumbers(bytes: Uint8Array, from: number, expected: number, counted: boolean): number {
    if (expected === 0 || classOf[bytes[from]!] !== Class.digit) return -1
    let at = from
    for (let cell = 0; cell < expected; cell++) {
      let end = counted ? plainCellEnd(bytes, at) : at
      if (end === at) {
        end = this.#numeral.scan(bytes, at, false)
        if (end === at) return -1
        this.value[cell] = this.#numeral.value
        this.from[cell] = this.numeralFrom[cell] = at
        this.to[cell] = this.numeralTo[cell] = end
        this.unit[cell] = null
      }
      this.kind[cell] = Cell.number
      if (cell + 1 === expected) at = end
      else if (bytes[end] === comma) at = end + 1
      else return -1
    }
    this.count = expected
    return lineEnd(bytes, at)
  }

  /** Takes the kinds of another row's cells, for one that was seen to have the same. */
  recall(kinds: Uint8Array): void {
    this.kind.set(kinds)
    this.count = kinds.length
  }

  /** Finds the cells; quoted ones may hold the delimiter. */
  split(bytes: Uint8Array, from: number, to: number, delimiter: number, framed = false): void {
    this.count = 0
    const width = delimiter === box ? 3 : 1
    let start = framed ? from + width : from
    let at = start
    while (at <= to && this.count < most) {
      const byte = bytes[at]
      if (byte === 34 && blankBetween(bytes, start, at)) {
        at++
        while (at < to && bytes[at] !== 34) at++
        at++
        continue
      }
      if (delimiter === bar && byte === 92) {
        at += 2
        continue
      }
      const divides = at >= to || this.#divides(bytes, at, delimiter)
      if (!divides) {
        at++
        continue
      }
      if (delimiter === space) {
        if (start < to) this.#cell(bytes, start, Math.min(at, to))
        while (at < to && classOf[bytes[at]!] === Class.blank) at++
        start = at
        if (at >= to) return
        continue
      }
      if (at < to || !framed || !blankBetween(bytes, start, to)) this.#cell(bytes, start, at)
      at += width
      start = at
    }
  }

  /** Finds out what each cell holds. */
  classify(bytes: Uint8Array, delimiter: number): void {
    const commas = delimiter !== comma
    for (let cell = 0; cell < this.count; cell++) {
      let from = this.from[cell]!
      let to = this.to[cell]!
      if (from === to) {
        this.kind[cell] = Cell.empty
        continue
      }
      while (to - from > 2 && isEmphasis(bytes[from]!) && bytes[from] === bytes[to - 1]) {
        from++
        to--
      }
      this.kind[cell] = this.#number(bytes, cell, from, to, commas)
    }
  }

  numbers(): number {
    let numbers = 0
    for (let cell = 0; cell < this.count; cell++) {
      if (this.kind[cell] === Cell.number) numbers++
    }
    return numbers
  }

  kinds(): CellKind[] {
    return Array.from({ length: this.count }, (_, cell) => {
      if (this.kind[cell] === Cell.number) return 'number'
      return this.kind[cell] === Cell.date ? 'date' : 'text'
    })
  }

  texts(bytes: Uint8Array): string[] {
    return Array.from({ length: this.count }, (_, cell) =>
      text(bytes, this.from[cell]!, this.to[cell]!),
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

  /** Whether the cells are of these kinds. */
  areLike(kinds: Uint8Array): boolean {
    if (kinds.length !== this.count) return false
    for (let cell = 0; cell < kinds.length; cell++) {
      if (kinds[cell] !== this.kind[cell]) return false
    }
    return true
  }

  /** Whether a comma divides the cells whatever the numbers are: none beside it groups thousands. */
  divided(bytes: Uint8Array, to: number): boolean {
    for (let at = this.from[0]!; at < to; at++) {
      const next = classOf[bytes[at + 1]!]!
      if (bytes[at] === comma && next !== Class.digit && next !== Class.sign) return true
    }
    return false
  }

  /** Where the numerals of the numbers stand. */
  numerals(): Numerals {
    const from: number[] = []
    const to: number[] = []
    for (let cell = 0; cell < this.count; cell++) {
      if (this.kind[cell] !== Cell.number) continue
      from.push(this.numeralFrom[cell]!)
      to.push(this.numeralTo[cell]!)
    }
    return { count: from.length, from, to }
  }

  #divides(bytes: Uint8Array, at: number, delimiter: number): boolean {
    if (delimiter === box) return isVertical(bytes, at)
    if (delimiter !== space) return bytes[at] === delimiter
    return classOf[bytes[at]!] === Class.blank && classOf[bytes[at + 1]!] === Class.blank
  }

  #cell(bytes: Uint8Array, from: number, to: number): void {
    let first = from
    let last = Math.min(to, Math.max(from, to))
    while (first < last && classOf[bytes[first]!] === Class.blank) first++
    while (last > first && classOf[bytes[last - 1]!] === Class.blank) last--
    this.from[this.count] = first
    this.to[this.count] = last
    this.count++
  }

  #number(bytes: Uint8Array, cell: number, from: number, to: number, commas: boolean): number {
    const byte = bytes[from]!
    if (!isDigit(byte) && byte !== 45 && byte !== 43 && byte !== 46) {
      return this.#special(bytes, cell, from, to)
    }
    const end = this.#numeral.scan(bytes, from, commas)
    if (end === from) return this.#special(bytes, cell, from, to)
    let unit: string | null = null
    if (end < to) {
      let at = end
      while (at < to && classOf[bytes[at]!] === Class.blank) at++
      unit = this.#units.get(bytes, at, to)
      if (unit === null) return isDate(bytes, from, to) ? Cell.date : Cell.text
    }
    this.value[cell] = this.#numeral.value
    this.numeralFrom[cell] = from
    this.numeralTo[cell] = end
    this.unit[cell] = unit
    return Cell.number
  }

  #special(bytes: Uint8Array, cell: number, from: number, to: number): number {
    if (to - from > 9) return Cell.text
    const value = this.#words.get(bytes, from, to)
    if (value === undefined) return Cell.text
    if (value === null) return Cell.empty
    this.value[cell] = value
    this.numeralFrom[cell] = from
    this.numeralTo[cell] = to
    this.unit[cell] = null
    return Cell.number
  }
}

/** Where a cell ends that is a numeral without an exponent, or `at` if that takes a closer look. */
function plainCellEnd(bytes: Uint8Array, at: number): number {
  let end = bytes[at] === 45 ? at + 1 : at
  const first = end
  while (isDigit(bytes[end])) end++
  if (end === first) return at
  if (bytes[end] === 46 && isDigit(bytes[end + 1])) {
    end += 2
    while (isDigit(bytes[end])) end++
  }
  const byte = bytes[end]!
  return end - at <= longestNumeral && (byte === comma || byte <= 13) ? end : at
}

function blankBetween(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (classOf[bytes[at]!] !== Class.blank) return false
  }
  return true
}

/** `│`, `┃` and `║`. */
export function isVertical(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== box) return false
  const second = bytes[at + 1]
  const third = bytes[at + 2]
  return (
    (second === 0x94 && (third === 0x82 || third === 0x83)) || (second === 0x95 && third === 0x91)
  )
}

function isEmphasis(byte: number): boolean {
  return byte === 42 || byte === 95 || byte === 96 || byte === 34
}

function isDate(bytes: Uint8Array, from: number, to: number): boolean {
  return /^\d{1,4}[-/:.]\d{1,2}[-/:.]\d{1,4}(?:[T ]|$)/.test(text(bytes, from, to))
}
