/**
 * What phrases of a log mean, worked out once for each phrase.
 *
 * Logs repeat their words. A phrase that was seen before is recognised by its bytes, without making
 * a string of it. The memory is bounded: a table that is full starts afresh.
 */
import { text } from './bytes.ts'

const fewest = 64
const most = 4096
/** Longer phrases are hardly ever repeated. */
const longest = 256

export class Vocabulary<Meaning> {
  readonly #meaningOf: (phrase: string) => Meaning
  /** Bytes of all phrases, one behind the other. */
  #store = new Uint8Array(16 * fewest)
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
    const hash = hashOf(bytes, from, to)
    const slots = this.#slots
    const store = this.#store
    const start = this.#start
    const mask = slots.length - 1
    let slot = hash & mask
    for (let nth = slots[slot]!; nth > 0; nth = slots[slot]!) {
      const first = start[nth - 1]!
      if (start[nth]! - first === length) {
        let at = 0
        while (at < length && store[first + at] === bytes[from + at]) at++
        if (at === length) return this.#meanings[nth - 1]!
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
    let slot = hashOf(this.#store, this.#start[nth - 1]!, this.#start[nth]!) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = nth
  }
}

/** Four bytes at a time; every byte counts, so that no log can make its phrases collide easily. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from
  let at = from
  for (; at + 3 < to; at += 4) {
    const four =
      bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    hash = Math.imul(hash ^ four, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  for (; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  return hash ^ (hash >>> 13)
}
