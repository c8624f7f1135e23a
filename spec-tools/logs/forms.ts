/**
 * Lines whose wording was read before: only their figures are new.
 *
 * The form of a line is its bytes with the numerals of its figures taken out. A line that has the
 * form of one read before, byte for byte, means the same with other figures; so what that line was
 * found to mean (its plan) is kept, and the line is looked at once. A numeral that stands for
 * another has the same make (whole, or with a point; at most 15 digits), since nothing that a
 * grammar asks of a numeral depends on more than that. Forms are learnt when a wording is seen for
 * the second time, so that lines which never repeat cost no memory, and they are bounded in number:
 * a table that is full starts afresh.
 */
import { Class, classOf, isDigit, newline, space } from './bytes.ts'
import { unitOf } from './units.ts'

/** The most bytes of a form, numerals of a line, and forms that begin alike. */
const longest = 512
const mostNumerals = 64
const mostAlike = 16
const mostForms = 2048
const slots = 1024

const equals = 61
const colon = 58
const comma = 44

/** In a pattern: the end, and numerals by what they may look like. Other bytes mean themselves. */
const end = 0
const Make = { fraction: 1, signed: 2, blanks: 4 } as const
const lastMake = 8
/** See `plainValue`: numbers of no more digits are exact, and so is a division by a power of ten. */
const mostDigits = 15

export interface Form<Plan> {
  readonly pattern: Uint8Array
  readonly plan: Plan
  /** The form that was found after this one last: lines come in the same order again and again. */
  next: Form<Plan> | null
  /** Another form that begins alike. */
  other: Form<Plan> | null
}

/** The numerals of a line: where they stand, in order. */
export interface Numerals {
  count: number
  from: ArrayLike<number>
  to: ArrayLike<number>
}

export class Forms<Plan> {
  /** Of the line that was found last: its line feed, and its numerals. */
  end = 0
  readonly from = new Int32Array(mostNumerals)
  readonly to = new Int32Array(mostNumerals)

  readonly #rows: boolean
  readonly #heads: (Form<Plan> | null)[] = Array.from({ length: slots }, () => null)
  readonly #pattern = new Uint8Array(longest)
  /** Hashes of wordings that were seen once. */
  readonly #seen = new Int32Array(4 * slots)
  #forms = 0
  #last: Form<Plan> | null = null

  /** @param rows whether the lines are rows of tables, which may begin with a figure */
  constructor(rows: boolean) {
    this.#rows = rows
  }

  /** The plan of the line that begins at `first`, if its form is known; else null. */
  find(bytes: Uint8Array, first: number): Plan | null {
    const last = this.#last
    const guess = last === null ? null : last.next
    if (guess !== null && this.#fits(guess.pattern, bytes, first)) {
      this.#last = guess
      return guess.plan
    }
    let form = this.#heads[beginning(bytes, first, this.#rows)] ?? null
    for (; form !== null; form = form.other) {
      if (form !== guess && this.#fits(form.pattern, bytes, first)) {
        if (last !== null) last.next = form
        this.#last = form
        return form.plan
      }
    }
    return null
  }

  /** Keeps what the line was found to mean, if its wording was seen before and has a form. */
  learn(
    bytes: Uint8Array,
    first: number,
    to: number,
    numerals: Numerals,
    plan: () => Plan | null,
  ): void {
    const length = this.#patternOf(bytes, first, to, numerals)
    if (length < 0) return
    const pattern = this.#pattern.subarray(0, length)
    const hash = hashOf(pattern)
    const seen = hash & (this.#seen.length - 1)
    if (this.#seen[seen] !== hash) {
      this.#seen[seen] = hash
      return
    }
    const meaning = plan()
    if (meaning === null) return
    if (this.#forms === mostForms) {
      this.#heads.fill(null)
      this.#last = null
      this.#forms = 0
    }
    const slot = beginning(bytes, first, this.#rows)
    const other = this.#heads[slot] ?? null
    this.#cut(other)
    const form: Form<Plan> = { pattern: pattern.slice(), plan: meaning, next: null, other }
    if (this.#last !== null) this.#last.next = form
    this.#last = form
    this.#heads[slot] = form
    this.#forms++
  }

  /** Lets go of the oldest of too many forms that begin alike: the search stays short. */
  #cut(head: Form<Plan> | null): void {
    let form = head
    for (let nth = 2; form !== null; nth++) {
      if (nth === mostAlike) form.other = null
      form = form.other
    }
  }

  /** Holds the line against a pattern and takes its numerals. */
  #fits(pattern: Uint8Array, bytes: Uint8Array, first: number): boolean {
    let at = first
    let nth = 0
    for (let step = 0; ; step++) {
      const want = pattern[step]!
      if (want > lastMake) {
        if (bytes[at++] !== want) return false
        continue
      }
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
    return bytes[at] === newline
  }

  /** Writes the pattern of a line; its length, or -1 if the line has none. */
  #patternOf(bytes: Uint8Array, first: number, to: number, numerals: Numerals): number {
    const { count, from, to: ends } = numerals
    if (to - first >= longest || count > mostNumerals) return -1
    const pattern = this.#pattern
    let length = 0
    let at = first
    for (let nth = 0; nth <= count; nth++) {
      const stop = nth < count ? from[nth]! : to
      if (stop < at) return -1
      for (; at < stop; at++) {
        const byte = bytes[at]!
        if (byte < space || byte === 127) return -1
        pattern[length++] = byte
      }
      if (nth === count) break
      let make = makeOf(bytes, at, ends[nth]!)
      if (make < 0) return -1
      // How many blanks stand between the mark and a value says nothing.
      let mark = length
      while (mark > 0 && pattern[mark - 1] === space) mark--
      if (pattern[mark - 1] === equals) {
        length = mark
        make |= Make.blanks
      } else if (pattern[mark - 1] === colon && mark < length) {
        length = mark + 1
        make |= Make.blanks
      }
      pattern[length++] = make + 1
      at = ends[nth]!
    }
    pattern[length++] = end
    return length
  }
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

/**
 * By what a line begins with, up to the mark before its first figure; a row of a table up to what
 * may be one.
 */
function beginning(bytes: Uint8Array, first: number, rows: boolean): number {
  let hash = 0
  const to = first + 64
  for (let at = first; at < to; at++) {
    const byte = bytes[at]!
    if (byte === equals || byte === colon || byte === comma || byte <= 13) break
    const type = classOf[byte]!
    if (rows && (type === Class.digit || type === Class.sign)) break
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  return (hash ^ (hash >>> 12)) & (slots - 1)
}

function hashOf(pattern: Uint8Array): number {
  let hash = pattern.length
  for (let at = 0; at < pattern.length; at++) {
    hash = Math.imul(hash ^ pattern[at]!, 0x01000193)
    hash ^= hash >>> 15
  }
  return hash
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
