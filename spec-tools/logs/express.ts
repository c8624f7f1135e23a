/**
 * The express lane for the two kinds of lines that logs are made of: plain headings, and
 *
 *     label: n=3584, mean=-0.0039, std=0.26        label     mean= 0.01 std= 0.02  (n=25088)
 *     hidden_dim=3584, kv_dim=512                  attn_q_weight: 7225344 bytes
 *
 * It reads a line in one pass over its bytes, without tokens. It takes only what it understands
 * wholly and then says exactly what the lexer and `Pairs` would say; a test holds the two against
 * each other. Whatever is unusual about a line sends it the long way.
 */
import { Class, classOf, close, colon, comma, equals, open, space } from './bytes.ts'
import { NumeralScanner } from './numeral.ts'
import { type Pairs, Value } from './pairs.ts'
import { unitOf } from './units.ts'
import { mayTell } from './verdict-words.ts'
import { Vocabulary } from './vocabulary.ts'

export type Express = 'pairs' | 'heading' | null

export class ExpressLane {
  /** Whether a digit was met in a heading. */
  digits = false
  readonly #pairs: Pairs
  readonly #numeral = new NumeralScanner()
  readonly #units = new Vocabulary(unitOf)

  constructor(pairs: Pairs) {
    this.#pairs = pairs
  }

  /** Reads the line that begins at `first`, a letter or a digit; null sends it the long way. */
  take(bytes: Uint8Array, first: number, to: number): Express {
    const pairs = this.#pairs
    pairs.count = 0
    pairs.labelFrom = pairs.labelTo = first
    pairs.labelEnds = false
    this.digits = false
    let depth = 0
    let run = first
    let at = first
    while (at < to) {
      const byte = bytes[at]!
      const type = classOf[byte]!
      if (type >= Class.digit) {
        run = at
        if (mayTell[(byte << 8) | bytes[at + 1]!] === 1) return null
        let more = type
        do {
          if (more === Class.beyond) return null
          if (more === Class.digit) this.digits = true
          more = classOf[bytes[++at]!]!
        } while (more >= Class.digit)
      } else if (byte === space) {
        at++
        // Columns set apart by blanks may be a table's.
        if (bytes[at] === space && !this.#leadsToKey(bytes, at, to)) return null
      } else if (byte === open || byte === 91) {
        depth++
        at++
      } else if (byte === close || byte === 93) {
        depth--
        at++
      } else if (byte === colon && depth === 0) {
        return this.#afterColon(bytes, first, at, to)
      } else if (byte === equals && depth === 0) {
        return this.#atFirstKey(bytes, first, run, at, to)
      } else {
        return null
      }
    }
    return depth === 0 ? 'heading' : null
  }

  /** Whether the words behind these blanks are a key and its `=`. */
  #leadsToKey(bytes: Uint8Array, from: number, to: number): boolean {
    let at = from
    while (bytes[at] === space) at++
    if (at >= to) return true
    while (classOf[bytes[at]!]! >= Class.digit) at++
    return bytes[at] === equals
  }

  #afterColon(bytes: Uint8Array, first: number, at: number, to: number): Express {
    const pairs = this.#pairs
    let next = at + 1
    if (next < to && bytes[next] !== space) return null
    while (bytes[next] === space) next++
    if (next >= to) return 'heading'
    const type = classOf[bytes[next]!]!
    if (type === Class.letter) {
      pairs.labelTo = at
      pairs.labelEnds = true
      const rest = this.#pairsFrom(bytes, next, to)
      return rest === null && this.#isPlain(bytes, next, to) ? 'heading' : rest
    }
    if (type !== Class.digit && type !== Class.sign) return null
    const end = this.#number(bytes, first, at, next, colon)
    if (end < 0) return null
    let rest = end
    while (bytes[rest] === space) rest++
    if (rest >= to) return 'pairs'
    if (rest === end || pairs.unit[0] !== null) return null
    const unit = rest
    while (classOf[bytes[rest]!]! >= Class.digit) rest++
    const known = this.#units.get(bytes, unit, rest)
    if (known === null) return null
    while (bytes[rest] === space) rest++
    if (rest < to) return null
    pairs.unit[0] = known
    return 'pairs'
  }

  /** Whether no key, value or verdict can stand here: words, numbers and brackets only. */
  #isPlain(bytes: Uint8Array, from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!
      const type = classOf[byte]!
      if (type >= Class.digit) {
        if (type === Class.beyond) return false
        if (type === Class.digit) this.digits = true
        const begins = classOf[bytes[at - 1]!]! < Class.digit
        if (begins && mayTell[(byte << 8) | bytes[at + 1]!] === 1) return false
      } else if (byte === colon) {
        return at + 1 === to
      } else if (byte !== space && byte !== open && byte !== close) {
        return false
      }
    }
    return true
  }

  #atFirstKey(bytes: Uint8Array, first: number, run: number, at: number, to: number): Express {
    if (run !== first) {
      // Only a gap sets a label without a colon apart from the key.
      if (bytes[run - 1] !== space || bytes[run - 2] !== space || at === run) return null
      this.#pairs.labelTo = run
      this.#pairs.labelEnds = true
    }
    return this.#pairsFrom(bytes, run, to)
  }

  /** Reads `key=number` after `key=number` up to the end of the line. */
  #pairsFrom(bytes: Uint8Array, from: number, to: number): Express {
    let at = from
    let brackets = 0
    for (;;) {
      const key = at
      if (classOf[bytes[key]!] !== Class.letter) return null
      // Behind a value `#` and `//` may begin a remark.
      if (this.#pairs.count > 0 && (bytes[key] === 35 || bytes[key] === 47)) return null
      if (mayTell[(bytes[key]! << 8) | bytes[key + 1]!] === 1) return null
      let type: number = Class.letter
      do type = classOf[bytes[++at]!]!
      while (type >= Class.digit && type !== Class.beyond)
      if (bytes[at] !== equals || bytes[at - 1] === 33) return null
      const keyEnd = at++
      while (bytes[at] === space) at++
      type = classOf[bytes[at]!]!
      if (type !== Class.digit && type !== Class.sign) return null
      at = this.#number(bytes, key, keyEnd, at, equals, brackets === 0)
      if (at < 0) return null
      if (bytes[at] === close) {
        if (brackets !== 1) return null
        brackets = 2
        at++
      }
      const ended = at
      const byte = bytes[at]
      if (byte === comma) at++
      while (bytes[at] === space) at++
      if (at >= to) return brackets === 1 ? null : 'pairs'
      if (brackets === 2 || at === ended) return null
      if (bytes[at] === open) {
        if (brackets > 0 || byte === comma) return null
        brackets = 1
        at++
      }
    }
  }

  /** Takes a number as the next pair; where it ends with its unit, or -1 for the long way. */
  #number(
    bytes: Uint8Array,
    key: number,
    keyEnd: number,
    from: number,
    mark: number,
    commas = true,
  ): number {
    const pairs = this.#pairs
    const end = this.#numeral.scan(bytes, from, commas)
    if (end === from || pairs.count === pairs.most) return -1
    let stop = end
    let unit: string | null = null
    const type = classOf[bytes[end]!]!
    if (type >= Class.digit) {
      do stop++
      while (classOf[bytes[stop]!]! >= Class.digit)
      unit = this.#units.get(bytes, end, stop)
      if (unit === null) return -1
    }
    const byte = bytes[stop]!
    const next = classOf[byte]!
    const ends = next <= Class.blank || byte === close || byte === comma
    if (!ends) return -1
    let last = keyEnd
    while (bytes[last - 1] === space) last--
    const pair = pairs.count++
    pairs.keyFrom[pair] = key
    pairs.keyTo[pair] = last
    pairs.mark[pair] = mark
    pairs.kind[pair] = Value.number
    pairs.value[pair] = this.#numeral.value
    pairs.from[pair] = from
    pairs.to[pair] = end
    pairs.unit[pair] = unit
    return stop
  }
}

/** Bytes that a line of the express lane begins with. */
export const boards: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9[]/.test(String.fromCharCode(byte)) ? 1 : 0,
)
