/**
 * The grammar of `key=value` and `key: value` in one line, with or without a label before them:
 *
 *     label: n=3584, mean=-0.0039, std=0.26       label   mean= 0.01 std= 0.02  (n=25088)
 *     max |diff|: 0.005294                        Mean: 0.0000, Std:   0.0174
 *     hidden_dim=3584, kv_dim=512                 tokens 92 | passed 92
 *
 * A line in which words go on after a value without a separator is prose, and nothing is read from
 * it.
 */
import { bar, close, closeList, colon, comma, equals, open, openList } from './bytes.ts'
import { beginsName } from './key.ts'
import { type Lexer, number, word } from './lexer.ts'
import { type Pairs, Value } from './pairs.ts'
import { isEnd, PairValues } from './pair-values.ts'
import { Vocabulary } from './vocabulary.ts'

const semicolon = 59

export class PairGrammar {
  readonly #lexer: Lexer
  readonly #pairs: Pairs
  readonly #values: PairValues
  #bytes: Uint8Array = new Uint8Array()
  readonly #begins = new Vocabulary(beginsName)
  readonly #asides = new Vocabulary((it) => aside.test(it))
  readonly #relations = new Vocabulary(relationOf)
  /** First token of the words that may be a key. */
  #phrase = 0
  /** Whether these words stand behind a value with nothing between. */
  #behind = false
  /** Whether a colon has ended the label. */
  #labelled = false
  /** The bracket that is open, while nothing but a label and pairs within it were met; else -1. */
  #bracket = -1
  /** First token of the phrase that the bracket interrupts. */
  #outer = 0
  /** Whether a pair stands outside of brackets. */
  #outside = false

  constructor(lexer: Lexer, pairs: Pairs) {
    this.#lexer = lexer
    this.#pairs = pairs
    this.#values = new PairValues(lexer, pairs)
  }

  /** Reads the line that the lexer holds; false if it is not of this grammar. */
  parse(bytes: Uint8Array): boolean {
    this.#bytes = bytes
    this.#pairs.count = 0
    this.#pairs.labelEnds = this.#labelled = this.#behind = this.#outside = false
    this.#bracket = -1
    const { kind, start, end, count } = this.#lexer
    let at = this.#afterBullets()
    if (at >= count) return false
    this.#pairs.labelFrom = this.#pairs.labelTo = start[at]!
    if (this.#lexer.assignments === 0) return this.#bare(at)
    this.#phrase = this.#outer = at
    while (at < count) {
      const token = kind[at]!
      if (token === word) {
        if (this.#behind && startsRemark(bytes, start[at]!, end[at]!)) break
        at++
      } else if (token === number) {
        if (this.#behind && at === this.#phrase) return false
        at++
      } else {
        at = token === equals || token === colon ? this.#assign(token, at) : this.#mark(token, at)
        if (at < 0) return false
      }
    }
    if (this.#behind && !this.#asidesOnly(this.#phrase, at)) return false
    if (this.#pairs.count === 0) return false
    this.#wholePhrase()
    return true
  }

  /** Takes `=` or `:`; the token to go on with, or -1 if the line is prose. */
  #assign(mark: number, at: number): number {
    const { kind, start } = this.#lexer
    const words = at - this.#phrase
    const pair = this.#pairs.count
    const isKey = words > 0 && pair < this.#pairs.most && (mark === colon || kind[at - 1] === word)
    const after = isKey ? this.#values.take(this.#bytes, pair, at + 1, mark) : -1
    if (after < 0) {
      if (mark === colon && !this.#outside && !this.#labelled && at > this.#outer) {
        // `Q-out (n=3584): …` has its label before the bracket.
        if (pair === 0) this.#pairs.labelTo = start[at]!
        this.#pairs.labelEnds = this.#labelled = true
      } else if (this.#behind) {
        return -1
      }
      this.#phrase = this.#outer = at + 1
      this.#behind = false
      return at + 1
    }
    if (!this.#key(mark, at)) return -1
    this.#pairs.count++
    this.#outside ||= this.#bracket < 0
    this.#phrase = after
    this.#behind = true
    return this.#relation(after)
  }

  /** Finds where the key before the mark begins, and with the first one where the label ends. */
  #key(mark: number, at: number): boolean {
    const { start, end } = this.#lexer
    const pair = this.#pairs.count
    let key = this.#phrase
    if (pair === 0 && !this.#labelled) {
      if (mark === equals) key = this.#keyStart(key, at - 1)
      const inside = this.#bracket > this.#outer
      if (inside) this.#pairs.labelTo = start[this.#bracket]!
      else if (mark === equals) this.#pairs.labelTo = start[key]!
      this.#pairs.labelEnds = inside || (key > 0 && start[key]! > end[key - 1]! + 1)
    } else if (at - key > (mark === equals ? 4 : 6)) {
      return false
    }
    this.#pairs.keyFrom[pair] = start[key]!
    this.#pairs.keyTo[pair] = end[at - 1]!
    this.#pairs.mark[pair] = mark
    return true
  }

  /** Takes a separator or a bracket; the token to go on with, or -1 if the line is prose. */
  #mark(token: number, at: number): number {
    if (this.#behind && !this.#asidesOnly(this.#phrase, at)) return -1
    const opens = token === open || token === openList || token === 123
    const closes = token === close || token === closeList || token === 125
    if (opens) {
      if (this.#pairs.count > 0) {
        const inner = this.#remark(at)
        if (inner > at) {
          this.#phrase = inner
          return inner
        }
      } else if (this.#bracket < 0) {
        this.#outer = this.#phrase
        this.#bracket = at
      }
      this.#phrase = at + 1
      this.#behind = false
    } else if (closes) {
      // A remark without pairs belongs to the phrase around it.
      this.#phrase = this.#pairs.count === 0 && token !== closeList ? this.#outer : at + 1
      if (this.#pairs.count === 0 && token === closeList) this.#phrase = this.#outer
      this.#bracket = -1
      this.#behind = this.#pairs.count > 0
    } else if (token === comma || token === semicolon || token === bar) {
      this.#phrase = at + 1
      this.#behind = false
    }
    return at + 1
  }

  /** First token of the key whose last word is `last`, not before `phrase`. */
  #keyStart(phrase: number, last: number): number {
    const { kind, start, end } = this.#lexer
    let key = last
    while (
      key > phrase &&
      last - key < 4 &&
      kind[key - 1] === word &&
      start[key] === end[key - 1]! + 1 &&
      this.#begins.get(this.#bytes, start[key - 1]!, end[key - 1]!)
    ) {
      key--
    }
    return key
  }

  /** Skips `< 0.01`, `± 0.4` and the like behind a value; -1 if the line is prose. */
  #relation(at: number): number {
    const { kind, start, end, count } = this.#lexer
    if (at >= count) return at
    const token = kind[at]!
    const compares = token === 60 || token === 62
    const isKey = kind[at + 1] === equals || kind[at + 1] === colon
    const relation =
      token === word && !isKey ? this.#relations.get(this.#bytes, start[at]!, end[at]!) : null
    if (relation === 'spoils') {
      // `5 of 10` and `4608 × 3584` are no single figure.
      this.#pairs.kind[this.#pairs.count - 1] = Value.absent
    } else if (!compares && relation === null) {
      return at
    }
    let after = at + 1
    while (after < count && !isEnd(kind[after]!) && kind[after] !== equals) after++
    // A key of the next pair may stand right behind.
    if (kind[after] === equals && after < count) after--
    if (after <= at) return -1
    this.#phrase = after
    this.#behind = false
    return after
  }

  /** A remark in parentheses behind a value: skipped unless it is nothing but pairs. */
  #remark(at: number): number {
    const { kind, count } = this.#lexer
    let inside = at + 1
    let pairs = kind[at] === open
    let expectKey = true
    while (inside < count && kind[inside] !== close && kind[inside] !== closeList) {
      if (expectKey) {
        pairs &&= kind[inside] === word && kind[inside + 1] === equals
        expectKey = false
      } else if (kind[inside] === comma) {
        expectKey = true
      }
      inside++
    }
    return pairs ? at : Math.min(inside + 1, count)
  }

  #asidesOnly(from: number, to: number): boolean {
    const { kind, start, end } = this.#lexer
    for (let at = from; at < to; at++) {
      if (kind[at] !== word) return false
      if (!this.#asides.get(this.#bytes, start[at]!, end[at]!)) return false
    }
    return true
  }

  /** `tokens 92 | passed 92`: words, then a number, between bars. */
  #bare(from: number): boolean {
    const { kind, start, end, numeralEnd, value, bars, count } = this.#lexer
    if (bars === 0) return false
    this.#pairs.labelTo = this.#pairs.labelFrom
    let at = from
    while (at < count) {
      const first = at
      while (at < count && kind[at] === word) at++
      const words = at - first
      if (
        words > 0 &&
        words < 4 &&
        at < count &&
        kind[at] === number &&
        this.#pairs.count < this.#pairs.most
      ) {
        const pair = this.#pairs.count++
        this.#pairs.keyFrom[pair] = start[first]!
        this.#pairs.keyTo[pair] = end[at - 1]!
        this.#pairs.mark[pair] = 0
        this.#pairs.kind[pair] = Value.number
        this.#pairs.value[pair] = value[at]!
        this.#pairs.from[pair] = start[at]!
        this.#pairs.to[pair] = numeralEnd[at]!
        at = this.#values.unit(this.#bytes, pair, at, 0)
      }
      if (at < count && kind[at] !== bar) return false
      at++
    }
    return this.#pairs.count > 1
  }

  /** A single `hidden dim = 3584` has no label: all its words are the key. */
  #wholePhrase(): void {
    if (this.#pairs.count !== 1 || this.#pairs.mark[0] !== equals || this.#pairs.labelEnds) return
    const { kind, count } = this.#lexer
    const single = kind[count - 1] === number || kind[count - 1] === word
    if (!single || this.#pairs.keyFrom[0]! <= this.#pairs.labelFrom) return
    const spaced = this.#bytes[this.#pairs.keyTo[0]!] === 32
    if (!spaced) return
    this.#pairs.keyFrom[0] = this.#pairs.labelFrom
    this.#pairs.labelTo = this.#pairs.labelFrom
  }

  /** The first token behind list bullets and an ordinal such as `1.`. */
  #afterBullets(): number {
    const { kind, start, end, count } = this.#lexer
    let at = 0
    while (at < count && kind[at] === word && bullet(this.#bytes, start[at]!, end[at]!)) at++
    return at
  }
}

const aside = /^(?:PASS(?:ED)?|FAIL(?:ED)?|OK|ok|MATCH|MISMATCH|WARN(?:ING)?|[^\p{L}\p{N}]+)$/u

function relationOf(printed: string): 'compares' | 'spoils' | null {
  if (/^(?:<=|>=|==|=>|≤|≥|≈|±|\+\/-|\+-|vs\.?|versus|~)$/.test(printed)) return 'compares'
  return /^(?:of|to|×|x|\*|\/|\^|\+|-|–|\.\.|\.\.\.|…|out)$/.test(printed) ? 'spoils' : null
}

function bullet(bytes: Uint8Array, from: number, to: number): boolean {
  const byte = bytes[from]
  if (to - from === 1) return byte === 45 || byte === 42 || byte === 43
  // The bullet character U+2022.
  return to - from === 3 && byte === 0xe2 && bytes[from + 1] === 0x80 && bytes[from + 2] === 0xa2
}

/** `#`, `//`, `--`, `—` and arrows begin a remark that goes on to the end of the line. */
function startsRemark(bytes: Uint8Array, from: number, to: number): boolean {
  const byte = bytes[from]!
  if (byte === 35) return true
  if (byte === 47 || byte === 45) return bytes[from + 1] === byte || bytes[to] === 62
  return byte === 0xe2 && to - from === 3
}
