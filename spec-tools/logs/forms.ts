/**
 * Lines whose wording was read before: only their figures are new.
 *
 * A line that has the form of one read before, byte for byte, means the same with other figures; so
 * what that line was found to mean (its plan) is kept, and the line is looked at once. Forms are
 * learnt when a wording is seen for the second time, so that lines which never repeat cost no
 * memory, and they are bounded in number: a table that is full starts afresh.
 */
import { Class, classOf, colon, comma, equals } from './bytes.ts'
import { FormedLine, type Numerals, patternOf, stepsOf } from './form.ts'

/** The most forms that begin alike, and forms. */
const mostAlike = 16
const mostForms = 2048
const slots = 1024
/**
 * Wordings that begin alike and hold other digits or names each time are not worth learning: after
 * so many new ones in a row, or where as many forms are known as are kept, one in so many is tried.
 */
const mostNew = 32
const oneIn = 16

interface Form<Plan> {
  /** See `stepsOf`. */
  readonly steps: Int32Array
  readonly plan: Plan
  /** The form that was found after this one last: lines come in the same order again and again. */
  next: Form<Plan> | null
  /** Another form that begins alike. */
  other: Form<Plan> | null
}

export class Forms<Plan> {
  /** The line that was found last. */
  readonly line = new FormedLine()

  readonly #rows: boolean
  readonly #heads: (Form<Plan> | null)[] = Array.from({ length: slots }, () => null)
  /** By the hash of their beginning: forms kept, wordings that were new, and those not tried. */
  readonly #alike = new Uint8Array(slots)
  readonly #new = new Uint8Array(slots)
  readonly #declined = new Uint8Array(slots)
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
    if (guess !== null && this.line.fits(guess.steps, bytes, first)) {
      this.#last = guess
      return guess.plan
    }
    let form = this.#heads[beginning(bytes, first, this.#rows)] ?? null
    for (; form !== null; form = form.other) {
      if (form !== guess && this.line.fits(form.steps, bytes, first)) {
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
    const slot = beginning(bytes, first, this.#rows)
    if (this.#declines(slot)) return
    const pattern = patternOf(bytes, first, to, numerals)
    if (pattern === null) return
    const hash = hashOf(pattern)
    const seen = hash & (this.#seen.length - 1)
    if (this.#seen[seen] !== hash) {
      this.#seen[seen] = hash
      if (this.#new[slot]! < mostNew) this.#new[slot]!++
      return
    }
    this.#new[slot] = 0
    const meaning = plan()
    if (meaning === null) return
    if (this.#forms === mostForms) {
      this.#heads.fill(null)
      this.#alike.fill(0)
      this.#last = null
      this.#forms = 0
    }
    const other = this.#heads[slot] ?? null
    if (this.#alike[slot] === mostAlike) cutBehind(other, mostAlike - 1)
    else this.#alike[slot]!++
    const form: Form<Plan> = { steps: stepsOf(pattern), plan: meaning, next: null, other }
    if (this.#last !== null) this.#last.next = form
    this.#last = form
    this.#heads[slot] = form
    this.#forms++
  }

  /** Whether a wording that begins so is passed over. */
  #declines(slot: number): boolean {
    if (this.#alike[slot]! < mostAlike && this.#new[slot]! < mostNew) return false
    this.#declined[slot] = (this.#declined[slot]! + 1) % oneIn
    return this.#declined[slot] > 0
  }
}

/** Lets go of the oldest of too many forms that begin alike: the search stays short. */
function cutBehind(head: Form<unknown> | null, most: number): void {
  let form = head
  for (let nth = 1; form !== null && nth < most; nth++) form = form.other
  if (form !== null) form.other = null
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
