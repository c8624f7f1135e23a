/** What stands behind the mark of a pair: a number with its unit, a word or a list. */
import { close, closeList, colon, comma, equals, open, openList } from './characters.ts'
import { type Lexer, number, word } from './lexer.ts'
import type { Pair } from './pairs.ts'
import { wordValue } from './values.ts'

export class PairValues {
  readonly #lexer: Lexer

  constructor(lexer: Lexer) {
    this.#lexer = lexer
  }

  /**
   * Takes the value of a pair, with its unit.
   *
   * @param at the token behind the mark
   * @returns the token behind the value, or -1 if none stands there
   */
  take(line: string, pair: Pair, at: number): number {
    const { kind, start, end, numeralEnd, value, count } = this.#lexer
    if (at >= count) return -1
    pair.unit = null
    pair.from = start[at]!
    const token = kind[at]!
    if (token === number) {
      pair.kind = 'number'
      pair.value = value[at]!
      pair.to = numeralEnd[at]!
      return this.unit(line, pair, at)
    }
    if (token === openList || token === open) return this.#list(pair, at)
    if (token !== word) return -1
    pair.to = end[at]!
    const special = wordValue(line.slice(start[at]!, end[at]!))
    if (special !== undefined) {
      pair.kind = special === null ? 'absent' : 'number'
      pair.value = special ?? 0
      return at + 1
    }
    if (kind[at + 1] === open) {
      const behind = this.#wrapped(line, pair, at)
      if (behind > 0) return behind
    }
    const last = at + 1 >= count || kind[at + 1] === comma
    if (
      pair.mark === colon &&
      !(last && /^(?:true|false|yes|no)$/i.test(line.slice(start[at], end[at])))
    ) {
      return -1
    }
    pair.kind = 'word'
    return at + 1
  }

  /** Takes the unit behind a number; the token behind both. */
  unit(line: string, pair: Pair, at: number): number {
    const { kind, unit, count } = this.#lexer
    pair.unit = unit[at] ?? null
    if (pair.unit !== null || at + 1 >= count) return at + 1
    if (kind[at + 1] !== word || kind[at + 2] === equals) return at + 1
    const known = this.#lexer.unitAt(line, at + 1)
    if (known !== null && kind[at + 2] !== colon) {
      pair.unit = known
      return at + 2
    }
    return at + 1
  }

  /** `tensor(0.0078, device='cuda:0')`, `Some(0.5)` and `torch.Size([7, 3584])`; -1 if it is none. */
  #wrapped(line: string, pair: Pair, at: number): number {
    const { kind, start, end, count } = this.#lexer
    const name = line.slice(start[at], end[at])
    if (!/^(?:Some|tensor|array|torch\.Size|(?:np|numpy)\.\w+)$/.test(name)) return -1
    const inner = kind[at + 2]
    let closing = inner === number ? at + 3 : inner === openList ? this.#list(pair, at + 2) : -1
    if (closing < 0) return -1
    if (inner === number) this.take(line, pair, at + 2)
    while (closing < count && kind[closing] !== close) closing++
    return closing < count ? closing + 1 : -1
  }

  #list(pair: Pair, at: number): number {
    const { kind, start, end, count } = this.#lexer
    const closing = kind[at] === openList ? closeList : close
    let inside = at + 1
    while (inside < count && (kind[inside] === number || kind[inside] === comma)) inside++
    if (kind[inside] !== closing || inside === at + 1 || inside >= count) return -1
    pair.kind = 'list'
    pair.from = start[at]!
    pair.to = end[inside]!
    return inside + 1
  }
}

/** Whether a token of this kind ends the words and numbers before it. */
export function isEnd(kind: number): boolean {
  return kind !== word && kind !== number && kind !== equals && kind !== colon
}
