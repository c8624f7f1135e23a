/**
 * The form of a line: its bytes with the numerals of its figures taken out.
 *
 * A numeral that stands for another has the same make (whole, or with a point; at most 15 digits),
 * since nothing that a grammar asks of a numeral depends on more than that.
 */
import {
  Class,
  classOf,
  colon,
  comma,
  equals,
  firstOfFour,
  fourAt,
  Fours,
  isDigit,
  newline,
  space,
} from './bytes.ts'
import { unitOf } from './units.ts'

/** The most bytes of a form, and numerals of a line. */
const longest = 512
const mostNumerals = 64

/** In a pattern: the end, and numerals by what they may look like. Other bytes mean themselves. */
const end = 0
const Make = { fraction: 1, signed: 2, blanks: 4 } as const
const lastMake = 8
/** See `plainValue`: numbers of no more digits are exact, and so is a division by a power of ten. */
const mostDigits = 15

/** The numerals of a line: where they stand, in order. */
export interface Numerals {
  count: number
  from: ArrayLike<number>
  to: ArrayLike<number>
}

/** A line that is held against forms. */
export class FormedLine implements Numerals {
  /** Of the line that fitted: its line feed, and its numerals. */
  end = 0
  count = 0
  readonly from = new Int32Array(mostNumerals)
  readonly to = new Int32Array(mostNumerals)
  readonly #fours = new Fours()

  /** Holds the line against the steps of a form and takes its numerals. */
  fits(steps: Int32Array, bytes: Uint8Array, first: number): boolean {
    const view = this.#fours.of(bytes)
    let at = first
    let nth = 0
    for (let step = 0; ;) {
      const stop = at + steps[step++]!
      if (stop > view.byteLength) return false
      for (; at + 8 <= stop; at += 8, step += 2) {
        const one = view.getInt32(at, true) ^ steps[step]!
        const other = view.getInt32(at + 4, true) ^ steps[step + 1]!
        if ((one | other) !== 0) return false
      }
      if (at + 4 <= stop) {
        if (view.getInt32(at, true) !== steps[step++]) return false
        at += 4
      }
      if (at < stop) {
        if ((fourAt(view, at) & firstOfFour[stop - at]!) !== steps[step++]) return false
        at = stop
      }
      const want = steps[step++]!
      if (want === end) break
      const make = want - 1
      let byte = bytes[at]!
      if ((make & Make.blanks) !== 0) while (byte === space) byte = bytes[++at]!
      this.from[nth] = at
      if ((make & Make.signed) !== 0) {
        if (byte === 45 || byte === 43) byte = bytes[++at]!
        else if ((make & Make.fraction) === 0) return false
      }
      let start = at
      while (byte >= 48 && byte <= 57) byte = bytes[++at]!
      if (at === start) return false
      if ((make & Make.fraction) !== 0) {
        if (byte !== 46) return false
        const point = at
        byte = bytes[++at]!
        while (byte >= 48 && byte <= 57) byte = bytes[++at]!
        if (at === point + 1) return false
        start++
      }
      if (at - start > mostDigits) return false
      this.to[nth] = at
      nth++
    }
    if (bytes[at] === 13) at++
    this.end = at
    this.count = nth
    return bytes[at] === newline
  }
}

/** Patterns are written here: most are looked at and not kept. */
const scratch = new Uint8Array(longest)

/** The pattern of a line, until the next one is written; null if the line has none. */
export function patternOf(
  bytes: Uint8Array,
  first: number,
  to: number,
  numerals: Numerals,
): Uint8Array | null {
  const { count, from, to: ends } = numerals
  if (to - first >= longest || count > mostNumerals) return null
  let length = 0
  let at = first
  for (let nth = 0; nth <= count; nth++) {
    const stop = nth < count ? from[nth]! : to
    if (stop < at) return null
    for (; at < stop; at++) {
      const byte = bytes[at]!
      if (byte < space || byte === 127) return null
      scratch[length++] = byte
    }
    if (nth === count) break
    let make = makeOf(bytes, at, ends[nth]!)
    if (make < 0) return null
    // How many blanks stand between the mark and a value says nothing.
    let mark = length
    while (mark > 0 && scratch[mark - 1] === space) mark--
    if (scratch[mark - 1] === equals) {
      length = mark
      make |= Make.blanks
    } else if (scratch[mark - 1] === colon && mark < length) {
      length = mark + 1
      make |= Make.blanks
    }
    scratch[length++] = make + 1
    at = ends[nth]!
  }
  scratch[length++] = end
  return scratch.subarray(0, length)
}

/**
 * A pattern, to be held against lines four bytes at a time: how many bytes stand before the next
 * numeral, those bytes as little-endian numbers of four with zeros behind the last, and the make of
 * the numeral, or the end; and so on.
 */
export function stepsOf(pattern: Uint8Array): Int32Array {
  const view = new DataView(pattern.buffer, pattern.byteOffset, pattern.length)
  const steps: number[] = []
  for (let from = 0; from < pattern.length;) {
    let to = from
    while (pattern[to]! > lastMake) to++
    steps.push(to - from)
    for (; from + 4 <= to; from += 4) steps.push(fourAt(view, from))
    if (from < to) steps.push(fourAt(view, from) & firstOfFour[to - from]!)
    steps.push(pattern[to]!)
    from = to + 1
  }
  return Int32Array.from(steps)
}

/** What numerals may stand in for this one, or -1 if it is of no simple make. */
function makeOf(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  const signed = bytes[at] === 45 || bytes[at] === 43
  if (signed) at++
  const first = at
  while (at < to && isDigit(bytes[at])) at++
  if (at === first) return -1
  if (at === to) return to - first > mostDigits ? -1 : signed ? Make.signed : 0
  if (bytes[at] !== 46 || to - first > mostDigits + 1) return -1
  const point = at++
  while (at < to && isDigit(bytes[at])) at++
  return at < to || at === point + 1 ? -1 : Make.fraction | Make.signed
}

/** Whether more of a line hangs on the numeral that ends at `to` than its make. */
export function isTouchy(
  bytes: Uint8Array,
  from: number,
  to: number,
  mark: number,
  unit: string | null,
): boolean {
  const byte = bytes[to]!
  // A comma right before a digit may group thousands.
  if (byte === 95 || (byte === comma && isDigit(bytes[to + 1]))) return true
  if (mark !== colon || (unit !== null && unitOf(unit) !== null)) return false
  // `5.0 widgets` counts widgets, as `5 widgets` does and `5.5 widgets` does not.
  let at = to
  while (bytes[at] === space) at++
  if (classOf[bytes[at]!]! < Class.letter) return false
  return bytes.subarray(from, to).includes(46)
}
