/** What stands behind the mark of a pair: a number with its unit, a word or a list. */
import { close, closeList, colon, comma, equals, open, openList, text } from './bytes.ts'
import { type Lexer, number, word } from './lexer.ts'
import { type Pairs, Value } from './pairs.ts'
import { wordValue } from './values.ts'
import { Vocabulary } from './vocabulary.ts'

export class PairValues {
  readonly #lexer: Lexer
  readonly #pairs: Pairs
  readonly #words = new Vocabulary(wordValue)

  constructor(lexer: Lexer, pairs: Pairs) {
    this.#lexer = lexer
    this.#pairs = pairs
  }

  /**
   * Takes the value of a pair, with its unit.
   *
   * @param at the token behind the mark
   * @returns the token behind the value, or -1 if none stands there
   */
  take(bytes: Uint8Array, pair: number, at: number, mark: number): number {
    const { kind, start, end, numeralEnd, value, count } = this.#lexer
    if (at >= count) return -1
    this.#pairs.unit[pair] = null
    this.#pairs.from[pair] = start[at]!
    const token = kind[at]!
    if (token === number) {
      this.#pairs.kind[pair] = Value.number
      this.#pairs.value[pair] = value[at]!
      this.#pairs.to[pair] = numeralEnd[at]!
      return this.unit(bytes, pair, at, mark)
    }
    if (token === openList || token === open) return this.#list(pair, at)
    if (token !== word) return -1
    this.#pairs.to[pair] = end[at]!
    const special = this.#words.get(bytes, start[at]!, end[at]!)
    if (special !== undefined) {
      this.#pairs.kind[pair] = special === null ? Value.absent : Value.number
      this.#pairs.value[pair] = special ?? 0
      return at + 1
    }
    if (kind[at + 1] === open && end[at] === start[at]! + 4 && at + 3 < count) {
      // Rust prints an optional number as `Some(0.5)`.
      const some = text(bytes, start[at]!, end[at]!) === 'Some'
      if (some && kind[at + 2] === number && kind[at + 3] === close) {
        this.take(bytes, pair, at + 2, mark)
        return at + 4
      }
    }
    if (mark === colon) return -1
    this.#pairs.kind[pair] = Value.word
    return at + 1
  }

  /** Takes the unit behind a number; the token behind both. */
  unit(bytes: Uint8Array, pair: number, at: number, mark: number): number {
    const { kind, start, end, unit, count } = this.#lexer
    this.#pairs.unit[pair] = unit[at] ?? null
    if (this.#pairs.unit[pair] !== null || at + 1 >= count) return at + 1
    if (kind[at + 1] !== word || kind[at + 2] === equals) return at + 1
    const known = this.#lexer.unitAt(bytes, at + 1)
    if (known !== null && kind[at + 2] !== colon) {
      this.#pairs.unit[pair] = known
      return at + 2
    }
    const last = at + 2 >= count || isEnd(kind[at + 2]!)
    if (mark === colon && last && Number.isSafeInteger(this.#pairs.value[pair])) {
      const counted = text(bytes, start[at + 1]!, end[at + 1]!)
      if (/^[a-z]{2,32}$/.test(counted)) {
        this.#pairs.unit[pair] = counted
        return at + 2
      }
    }
    return at + 1
  }

  #list(pair: number, at: number): number {
    const { kind, start, end, count } = this.#lexer
    const closing = kind[at] === openList ? closeList : close
    let inside = at + 1
    while (inside < count && (kind[inside] === number || kind[inside] === comma)) inside++
    if (kind[inside] !== closing || inside === at + 1 || inside >= count) return -1
    this.#pairs.kind[pair] = Value.list
    this.#pairs.from[pair] = start[at]!
    this.#pairs.to[pair] = end[inside]!
    return inside + 1
  }
}

/** Whether a token of this kind ends the words and numbers before it. */
export function isEnd(kind: number): boolean {
  return kind !== word && kind !== number && kind !== equals && kind !== colon
}
