/**
 * The grammar of `key=value` and `key: value` in one line, with or without a label before them:
 *
 *     label: n=3584, mean=-0.0039, std=0.26       label   mean= 0.01 std= 0.02  (n=25088)
 *     max |diff|: 0.005294                        Mean: 0.0000, Std:   0.0174
 *     hidden_dim=3584, kv_dim=512                 tokens 92 | passed 92
 *
 * It says where keys and values stand; what they mean is decided by `figures.ts`. A line in which
 * words go on after a value without a separator is prose, and nothing is read from it.
 */
import { text } from './bytes.ts'
import { type Forms, isTouchy } from './forms.ts'
import { beginsName } from './key.ts'
import { type Lexer, number, word } from './lexer.ts'
import { plainValue } from './numeral.ts'
import { wordValue } from './values.ts'
import { Vocabulary } from './vocabulary.ts'

const equals = 61
const colon = 58
const comma = 44
const semicolon = 59
const bar = 124
const open = 40
const close = 41
const openList = 91
const closeList = 93
const most = 512

export const Value = { number: 0, absent: 1, word: 2, list: 3 } as const

/** The mark before each number of a line, and the unit behind it. */
export interface KnownPairs {
  marks: readonly number[]
  units: readonly (string | null)[]
}

export class Pairs {
  /** How many pairs of one line are read. */
  readonly most = most
  count = 0
  /** Byte range of each key. */
  readonly keyFrom = new Int32Array(most)
  readonly keyTo = new Int32Array(most)
  /** The mark between key and value: `=`, `:`, or a blank (0). */
  readonly mark = new Uint8Array(most)
  readonly kind = new Uint8Array(most)
  readonly value = new Float64Array(most)
  /** Byte range of the printed value: of the numeral alone, or of the whole word or list. */
  readonly from = new Int32Array(most)
  readonly to = new Int32Array(most)
  readonly unit: (string | null)[] = Array.from({ length: most }, () => null)
  /** Byte range of the label; empty if there is none. */
  labelFrom = 0
  labelTo = 0
  /** Whether a colon ends the label, or two blanks or more. */
  labelEnds = false

  readonly #lexer: Lexer
  #bytes: Uint8Array = new Uint8Array()
  readonly #words = new Vocabulary(wordValue)
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

  constructor(lexer: Lexer) {
    this.#lexer = lexer
  }

  /** Takes the pairs of a line that was worded like one before, with the numbers of its own. */
  recall({ marks, units }: KnownPairs, bytes: Uint8Array, numerals: Forms<unknown>): void {
    this.count = marks.length
    for (let pair = 0; pair < marks.length; pair++) {
      this.mark[pair] = marks[pair]!
      this.kind[pair] = Value.number
      this.unit[pair] = units[pair]!
      const from = numerals.from[pair]!
      const to = numerals.to[pair]!
      this.value[pair] = plainValue(bytes, from, to)
      this.from[pair] = from
      this.to[pair] = to
    }
  }

  /** What a line worded like the present one would have alike; null if that cannot be told. */
  known(bytes: Uint8Array): KnownPairs | null {
    const marks: number[] = []
    const units: (string | null)[] = []
    for (let pair = 0; pair < this.count; pair++) {
      const mark = this.mark[pair]!
      const unit = this.unit[pair] ?? null
      if (this.kind[pair] !== Value.number || mark === 0) return null
      if (isTouchy(bytes, this.from[pair]!, this.to[pair]!, mark, unit)) return null
      marks.push(mark)
      units.push(unit)
    }
    return { marks, units }
  }

  /** Reads the line that the lexer holds; false if it is not of this grammar. */
  parse(bytes: Uint8Array): boolean {
    this.#bytes = bytes
    this.count = 0
    this.labelEnds = this.#labelled = this.#behind = this.#outside = false
    this.#bracket = -1
    const { kind, start, end, count } = this.#lexer
    let at = this.#afterBullets()
    if (at >= count) return false
    this.labelFrom = this.labelTo = start[at]!
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
    if (this.count === 0) return false
    this.#wholePhrase()
    return true
  }

  /** Takes `=` or `:`; the token to go on with, or -1 if the line is prose. */
  #assign(mark: number, at: number): number {
    const { kind, start } = this.#lexer
    const words = at - this.#phrase
    const pair = this.count
    const isKey = words > 0 && pair < most && (mark === colon || kind[at - 1] === word)
    const after = isKey ? this.#value(pair, at + 1, mark) : -1
    if (after < 0) {
      if (mark === colon && !this.#outside && !this.#labelled && at > this.#outer) {
        // `Q-out (n=3584): …` has its label before the bracket.
        if (pair === 0) this.labelTo = start[at]!
        this.labelEnds = this.#labelled = true
      } else if (this.#behind) {
        return -1
      }
      this.#phrase = this.#outer = at + 1
      this.#behind = false
      return at + 1
    }
    if (!this.#key(mark, at)) return -1
    this.count++
    this.#outside ||= this.#bracket < 0
    this.#phrase = after
    this.#behind = true
    return this.#relation(after)
  }

  /** Finds where the key before the mark begins, and with the first one where the label ends. */
  #key(mark: number, at: number): boolean {
    const { start, end } = this.#lexer
    const pair = this.count
    let key = this.#phrase
    if (pair === 0 && !this.#labelled) {
      if (mark === equals) key = this.#keyStart(key, at - 1)
      const inside = this.#bracket > this.#outer
      if (inside) this.labelTo = start[this.#bracket]!
      else if (mark === equals) this.labelTo = start[key]!
      this.labelEnds = inside || (key > 0 && start[key]! > end[key - 1]! + 1)
    } else if (at - key > (mark === equals ? 4 : 6)) {
      return false
    }
    this.keyFrom[pair] = start[key]!
    this.keyTo[pair] = end[at - 1]!
    this.mark[pair] = mark
    return true
  }

  /** Takes a separator or a bracket; the token to go on with, or -1 if the line is prose. */
  #mark(token: number, at: number): number {
    if (this.#behind && !this.#asidesOnly(this.#phrase, at)) return -1
    const opens = token === open || token === openList || token === 123
    const closes = token === close || token === closeList || token === 125
    if (opens) {
      if (this.count > 0) {
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
      this.#phrase = this.count === 0 && token !== closeList ? this.#outer : at + 1
      if (this.count === 0 && token === closeList) this.#phrase = this.#outer
      this.#bracket = -1
      this.#behind = this.count > 0
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

  #value(pair: number, at: number, mark: number): number {
    const { kind, start, end, numeralEnd, value, count } = this.#lexer
    if (at >= count) return -1
    this.unit[pair] = null
    this.from[pair] = start[at]!
    const token = kind[at]!
    if (token === number) {
      this.kind[pair] = Value.number
      this.value[pair] = value[at]!
      this.to[pair] = numeralEnd[at]!
      return this.#unit(pair, at, mark)
    }
    if (token === openList || token === open) return this.#list(pair, at)
    if (token !== word) return -1
    this.to[pair] = end[at]!
    const special = this.#words.get(this.#bytes, start[at]!, end[at]!)
    if (special !== undefined) {
      this.kind[pair] = special === null ? Value.absent : Value.number
      this.value[pair] = special ?? 0
      return at + 1
    }
    if (kind[at + 1] === open && end[at] === start[at]! + 4 && at + 3 < count) {
      // Rust prints an optional number as `Some(0.5)`.
      const some = text(this.#bytes, start[at]!, end[at]!) === 'Some'
      if (some && kind[at + 2] === number && kind[at + 3] === close) {
        this.#value(pair, at + 2, mark)
        return at + 4
      }
    }
    if (mark === colon) return -1
    this.kind[pair] = Value.word
    return at + 1
  }

  /** Takes the unit behind a number; where the value then ends. */
  #unit(pair: number, at: number, mark: number): number {
    const { kind, start, end, unit, count } = this.#lexer
    this.unit[pair] = unit[at] ?? null
    if (this.unit[pair] !== null || at + 1 >= count) return at + 1
    if (kind[at + 1] !== word || kind[at + 2] === equals) return at + 1
    const known = this.#lexer.unitAt(this.#bytes, at + 1)
    if (known !== null && kind[at + 2] !== colon) {
      this.unit[pair] = known
      return at + 2
    }
    const last = at + 2 >= count || isEnd(kind[at + 2]!)
    if (mark === colon && last && Number.isSafeInteger(this.value[pair])) {
      const counted = text(this.#bytes, start[at + 1]!, end[at + 1]!)
      if (/^[a-z]{2,32}$/.test(counted)) {
        this.unit[pair] = counted
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
    this.kind[pair] = Value.list
    this.from[pair] = start[at]!
    this.to[pair] = end[inside]!
    return inside + 1
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
      this.kind[this.count - 1] = Value.absent
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
    this.labelTo = this.labelFrom
    let at = from
    while (at < count) {
      const first = at
      while (at < count && kind[at] === word) at++
      const words = at - first
      if (words > 0 && words < 4 && at < count && kind[at] === number && this.count < most) {
        const pair = this.count++
        this.keyFrom[pair] = start[first]!
        this.keyTo[pair] = end[at - 1]!
        this.mark[pair] = 0
        this.kind[pair] = Value.number
        this.value[pair] = value[at]!
        this.from[pair] = start[at]!
        this.to[pair] = numeralEnd[at]!
        at = this.#unit(pair, at, 0)
      }
      if (at < count && kind[at] !== bar) return false
      at++
    }
    return this.count > 1
  }

  /** A single `hidden dim = 3584` has no label: all its words are the key. */
  #wholePhrase(): void {
    if (this.count !== 1 || this.mark[0] !== equals || this.labelEnds) return
    const { kind, count } = this.#lexer
    const single = kind[count - 1] === number || kind[count - 1] === word
    if (!single || this.keyFrom[0]! <= this.labelFrom) return
    const spaced = this.#bytes[this.keyTo[0]!] === 32
    if (!spaced) return
    this.keyFrom[0] = this.labelFrom
    this.labelTo = this.labelFrom
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

function isEnd(kind: number): boolean {
  return kind !== word && kind !== number && kind !== equals && kind !== colon
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
