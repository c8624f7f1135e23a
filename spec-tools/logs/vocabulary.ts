/**
 * What phrases of a log mean, worked out once for each phrase.
 *
 * Logs repeat their words. A phrase that was seen before is recognised by its bytes, without making
 * a string of it. The memory is bounded: a table that is full starts afresh.
 */
import { firstOfFour, fourAt, Fours, text } from './bytes.ts'

const fewest = 64
const most = 4096
/** Longer phrases are hardly ever repeated. */
const longest = 256

export class Vocabulary<Meaning> {
  readonly #meaningOf: (phrase: string) => Meaning
  /** Bytes of all phrases, one behind the other. */
  #store = new Uint8Array(16 * fewest)
  readonly #phrases = new Fours()
  readonly #asked = new Fours()
  #stored = 0
  /** Slot -> 1 + number of the phrase, by open addressing; at most half of the slots are taken. */
  #slots = new Int32Array(2 * fewest)
  #start = new Int32Array(fewest + 1)
  #meanings: Meaning[] = []

  constructor(meaningOf: (phrase: string) => Meaning) {
    this.#meaningOf = meaningOf
  }

  get(bytes: Uint8Array, from: number, to: number): Meaning {
    const length = to - from
    if (length > longest) return this.#meaningOf(text(bytes, from, to))
    const view = this.#asked.of(bytes)
    const hash = hashOf(view, from, to)
    const phrases = this.#phrases.of(this.#store)
    const slots = this.#slots
    const start = this.#start
    const mask = slots.length - 1
    let slot = hash & mask
    for (let nth = slots[slot]!; nth > 0; nth = slots[slot]!) {
      const first = start[nth - 1]!
      if (start[nth]! - first === length && areSame(phrases, first, view, from, length)) {
        return this.#meanings[nth - 1]!
      }
      slot = (slot + 1) & mask
    }
    return this.#learn(bytes, from, to)
  }

  #learn(bytes: Uint8Array, from: number, to: number): Meaning {
    const meaning = this.#meaningOf(text(bytes, from, to))
    if (this.#meanings.length === most) {
      this.#meanings = []
      this.#stored = 0
      this.#slots.fill(0)
    } else if (this.#meanings.length === this.#slots.length / 2) {
      this.#grow()
    }
    if (this.#stored + to - from > this.#store.length) {
      const store = new Uint8Array(2 * this.#store.length + longest)
      store.set(this.#store)
      this.#store = store
    }
    this.#store.set(bytes.subarray(from, to), this.#stored)
    this.#stored += to - from
    this.#meanings.push(meaning)
    this.#start[this.#meanings.length] = this.#stored
    this.#enter(this.#meanings.length)
    return meaning
  }

  #grow(): void {
    const start = new Int32Array(this.#slots.length + 1)
    start.set(this.#start)
    this.#start = start
    this.#slots = new Int32Array(2 * this.#slots.length)
    for (let nth = 1; nth <= this.#meanings.length; nth++) this.#enter(nth)
  }

  #enter(nth: number): void {
    const mask = this.#slots.length - 1
    let slot =
      hashOf(this.#phrases.of(this.#store), this.#start[nth - 1]!, this.#start[nth]!) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = nth
  }
}

/** Four bytes at a time; every byte counts, so that no log can make its phrases collide easily. */
function hashOf(view: DataView, from: number, to: number): number {
  let hash = to - from
  let at = from
  for (; at + 4 <= to; at += 4) hash = mixed(hash, view.getInt32(at, true))
  if (at < to) hash = mixed(hash, fourAt(view, at) & firstOfFour[to - at]!)
  return hash ^ (hash >>> 13)
}

function mixed(hash: number, four: number): number {
  const product = Math.imul(hash ^ four, 0x9e3779b1)
  return product ^ (product >>> 15)
}

function areSame(one: DataView, at: number, other: DataView, from: number, length: number) {
  let nth = 0
  for (; nth + 4 <= length; nth += 4) {
    if (one.getInt32(at + nth, true) !== other.getInt32(from + nth, true)) return false
  }
  const differing = fourAt(one, at + nth) ^ fourAt(other, from + nth)
  return (differing & firstOfFour[length - nth]!) === 0
}
