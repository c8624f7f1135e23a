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
import { bar, close, closeList, colon, comma, equals, open, openList } from './characters.ts'
import { beginsName } from './key.ts'
import { type Lexer, number, word } from './lexer.ts'
import { mostPairs, type Pair, type Pairs } from './pairs.ts'
import { isEnd, PairValues } from './pair-values.ts'
import { hasDimensions } from './remarks.ts'
import { statisticOf } from './statistics.ts'
import { unitOf } from './units.ts'

const semicolon = 59

export class PairGrammar {
  readonly #lexer: Lexer
  #pairs: Pairs = { labelFrom: 0, labelTo: 0, list: [] }
  readonly #values: PairValues
  #line = ''
  /** Whether a colon ends the label, or two blanks or more. */
  #labelEnds = false
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
    this.#values = new PairValues(lexer)
  }

  /** The pairs of the line that the lexer holds; null if it is not of this grammar. */
  parse(line: string): Pairs | null {
    this.#line = line
    this.#pairs = { labelFrom: 0, labelTo: 0, list: [] }
    return this.#parse() ? this.#pairs : null
  }

  #parse(): boolean {
    this.#labelEnds = this.#labelled = this.#behind = this.#outside = false
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
        if (this.#behind && startsRemark(this.#line, start[at]!, end[at]!)) break
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
    if (this.#pairs.list.length === 0) return false
    this.#wholePhrase()
    return true
  }

  /** Takes `=` or `:`; the token to go on with, or -1 if the line is prose. */
  #assign(mark: number, at: number): number {
    const { kind, start } = this.#lexer
    const words = at - this.#phrase
    const isKey =
      words > 0 && this.#pairs.list.length < mostPairs && (mark === colon || kind[at - 1] === word)
    const pair = emptyPair(mark)
    let after = isKey ? this.#values.take(this.#line, pair, at + 1) : -1
    if (after < 0 && isKey && mark === colon) after = this.#words(pair, at)
    if (after < 0) {
      if (mark === colon && !this.#outside && !this.#labelled && at > this.#outer) {
        // `Q-out (n=3584): …` has its label before the bracket.
        if (this.#pairs.list.length === 0) this.#pairs.labelTo = start[at]!
        this.#labelEnds = this.#labelled = true
      } else if (mark === colon && this.#pairs.list.length === 0 && at > this.#outer) {
        // `F32 vs Q4K: layer 0: …` is one label.
        this.#pairs.labelTo = start[at]!
      } else if (this.#behind) {
        return -1
      }
      this.#phrase = this.#outer = at + 1
      this.#behind = false
      return at + 1
    }
    if (!this.#key(pair, at)) return -1
    this.#pairs.list.push(pair)
    this.#outside ||= this.#bracket < 0
    this.#phrase = after
    this.#behind = true
    return this.#relation(after)
  }

  /** `op: gemm, time: 5 ms`: words that end at a separator say what the key is; else -1. */
  #words(pair: Pair, at: number): number {
    const { kind, start, end, count } = this.#lexer
    let after = at + 1
    while (after < count && kind[after] === word) after++
    const last = after - 1
    // `model: llama (7B), speed: 81 tok/s`: a remark belongs to the words.
    if (kind[after] === open && last > at) {
      while (after < count && kind[after] !== close && kind[after] !== equals) after++
      if (kind[after] === close) after++
    }
    const separated = kind[after] === comma || kind[after] === semicolon || kind[after] === bar
    if (last === at || after >= count || !separated) return -1
    if (this.#asidesOnly(at + 1, last + 1)) return -1
    pair.kind = 'word'
    pair.from = start[at + 1]!
    pair.to = end[after - 1]!
    return after
  }

  /** Finds where the key before the mark begins, and with the first one where the label ends. */
  #key(pair: Pair, at: number): boolean {
    const { start, end } = this.#lexer
    const { mark } = pair
    let key = this.#phrase
    if (this.#pairs.list.length === 0 && !this.#labelled) {
      if (mark === equals) key = this.#keyStart(key, at - 1)
      const inside = this.#bracket > this.#outer
      if (inside) this.#pairs.labelTo = start[this.#bracket]!
      else if (mark === equals) this.#pairs.labelTo = start[key]!
      this.#labelEnds = inside || (key > 0 && start[key]! > end[key - 1]! + 1)
    } else if (this.#isNameBeforeBracket()) {
      // `Test: qkv (n=3584)` has all of its words before the bracket.
      this.#pairs.labelTo = start[this.#bracket]!
    } else if (at - key > (mark === equals ? 4 : 6)) {
      return false
    }
    pair.keyFrom = start[key]!
    pair.keyTo = end[at - 1]!
    // A key has a letter: `0.5 = 1` names nothing.
    return /\p{L}/u.test(this.#line.slice(pair.keyFrom, pair.keyTo))
  }

  /** Whether nothing but words stands between the label's colon and the bracket that is open. */
  #isNameBeforeBracket(): boolean {
    const { start } = this.#lexer
    if (this.#pairs.list.length > 0 || this.#bracket <= this.#outer) return false
    return /^[\p{L}_][\p{L}\p{N}_. -]*$/u.test(
      this.#line.slice(start[this.#outer], start[this.#bracket]),
    )
  }

  /** Takes a separator or a bracket; the token to go on with, or -1 if the line is prose. */
  #mark(token: number, at: number): number {
    if (this.#behind && !this.#asidesOnly(this.#phrase, at)) return -1
    const opens = token === open || token === openList || token === 123
    const closes = token === close || token === closeList || token === 125
    if (opens) {
      const behindCall = this.#callEnd(at)
      if (behindCall > at) return behindCall
      if (this.#pairs.list.length > 0) {
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
      this.#phrase = this.#pairs.list.length === 0 && token !== closeList ? this.#outer : at + 1
      if (this.#pairs.list.length === 0 && token === closeList) this.#phrase = this.#outer
      this.#bracket = -1
      this.#behind = this.#pairs.list.length > 0
    } else if (token === comma || token === semicolon || token === bar) {
      this.#phrase = at + 1
      this.#behind = false
    }
    return at + 1
  }

  /**
   * Where a call such as `gemm(m=16,n=1,k=256)` ends that names what is measured; `at` if its bracket
   * states facts, or stands apart.
   */
  #callEnd(at: number): number {
    const { kind, start, end, count } = this.#lexer
    const glued = at > 0 && kind[at - 1] === word && start[at] === end[at - 1]
    if (kind[at] !== open || !glued || this.#pairs.list.length > 0) return at
    let inside = at + 1
    while (inside < count && kind[inside] !== close) inside++
    if (inside === count) return at
    const inner = this.#line.slice(end[at], start[inside])
    const states = /^\s*(?:n|numel|count|layer|shape|dtype|ddof|phase|selection)\s*=/i.test(inner)
    return states && !hasDimensions(inner) ? at : inside + 1
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
      beginsName(this.#line.slice(start[key - 1]!, end[key - 1]!))
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
      token === word && !isKey ? relationOf(this.#line.slice(start[at]!, end[at]!)) : null
    const outOf =
      this.#line.slice(start[at], end[at]) === 'of' && this.#pairs.list.at(-1)!.unit !== null
    if (relation === 'spoils' && !outOf) {
      // `5 of 10` and `4608 × 3584` are no single figure.
      this.#pairs.list.at(-1)!.kind = 'absent'
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
    if (!pairs && at === this.#phrase) this.#said(at, inside)
    return pairs ? at : Math.min(inside + 1, count)
  }

  /** Takes what a remark right behind a value says of it: a statistic, or a unit in square brackets. */
  #said(at: number, inside: number): void {
    const { kind, end, start } = this.#lexer
    const pair = this.#pairs.list.at(-1)!
    const remark = this.#line.slice(end[at], start[inside]).trim()
    const statistic = statisticOf(remark)
    // `0.5 [min]` may be the least, or minutes; `0.5 (min) (max)` contradicts itself.
    if (statistic !== null && (kind[at] === openList || pair.said !== '')) pair.kind = 'absent'
    else if (kind[at] === openList) pair.unit ??= unitOf(remark)
    else if (statistic !== null) pair.said = remark
    // `(avg of 100)` says that it is one, and which it is only in part.
    else if (/^(?:mean|avg|average|median)\b/i.test(remark)) pair.kind = 'absent'
  }

  #asidesOnly(from: number, to: number): boolean {
    const { kind, start, end } = this.#lexer
    for (let at = from; at < to; at++) {
      if (kind[at] !== word) return false
      if (!aside.test(this.#line.slice(start[at]!, end[at]!))) return false
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
        this.#pairs.list.length < mostPairs
      ) {
        const pair: Pair = {
          ...emptyPair(0),
          keyFrom: start[first]!,
          keyTo: end[at - 1]!,
          value: value[at]!,
          from: start[at]!,
          to: numeralEnd[at]!,
        }
        this.#pairs.list.push(pair)
        at = this.#values.unit(this.#line, pair, at)
      }
      if (at < count && kind[at] !== bar) return false
      at++
    }
    return this.#pairs.list.length > 1
  }

  /** A single `hidden dim = 3584` has no label: all its words are the key. */
  #wholePhrase(): void {
    const [pair] = this.#pairs.list
    if (pair === undefined || this.#pairs.list.length > 1) return
    if (pair.mark !== equals || this.#labelEnds) return
    const { kind, count } = this.#lexer
    const single = kind[count - 1] === number || kind[count - 1] === word
    if (!single || pair.keyFrom <= this.#pairs.labelFrom) return
    const spaced = this.#line.charCodeAt(pair.keyTo) === 32
    if (!spaced) return
    pair.keyFrom = this.#pairs.labelFrom
    this.#pairs.labelTo = this.#pairs.labelFrom
  }

  /** The first token behind list bullets and an ordinal such as `1.`. */
  #afterBullets(): number {
    const { kind, start, end, count } = this.#lexer
    let at = 0
    while (
      at < count &&
      kind[at] === word &&
      /^[-*+•]$/.test(this.#line.slice(start[at]!, end[at]!))
    )
      at++
    return at
  }
}

const aside = /^(?:PASS(?:ED)?|FAIL(?:ED)?|OK|ok|MATCH|MISMATCH|WARN(?:ING)?|[^\p{L}\p{N}]+)$/u

function relationOf(printed: string): 'compares' | 'spoils' | null {
  if (/^(?:<=|>=|==|=>|≤|≥|≈|±|\+\/-|\+-|vs\.?|versus|~)$/.test(printed)) return 'compares'
  return /^(?:of|to|×|x|\*|\/|\^|\+|-|–|\.\.|\.\.\.|…|out)$/.test(printed) ? 'spoils' : null
}

/** `#`, `//`, `--`, `—` and arrows begin a remark that goes on to the end of the line. */
function startsRemark(line: string, from: number, to: number): boolean {
  const first = line.charCodeAt(from)
  if (first === 35 || (first === 64 && to - from === 1)) return true
  if (first === 47 || first === 45) {
    return line.charCodeAt(from + 1) === first || line.charCodeAt(to) === 62
  }
  return to - from === 1 && first >= 0x2000 && first < 0x3000
}

function emptyPair(mark: number): Pair {
  return {
    keyFrom: 0,
    keyTo: 0,
    mark,
    kind: 'number',
    value: 0,
    from: 0,
    to: 0,
    unit: null,
    said: '',
  }
}
