/**
 * The text that Criterion (Rust) prints for a benchmark:
 *
 *     add/Scalar/100     time:   [55.093 ns 55.710 ns 56.234 ns]
 *                        thrpt:  [1.7783 Gelem/s 1.7950 Gelem/s 1.8151 Gelem/s]
 *                 change:
 *                        time:   [-11.656% -9.4170% -7.0078%] (p = 0.00 < 0.05)
 *
 * The three numbers are a confidence interval around the estimate in the middle: `time_low`, `time`,
 * `time_high`; below `change:` the statistics are `time_change_low` and so on.
 */
import type { Figure } from '../evidence/schema.ts'
import { text } from './bytes.ts'
import { type Collector, figure } from './collector.ts'
import { cut, labelOf } from './label.ts'
import { type Lexer, number, word } from './lexer.ts'
import { Kind, type Outline } from './outline.ts'

export class Criterion {
  readonly #lexer: Lexer
  readonly #outline: Outline
  readonly #collector: Collector

  constructor(lexer: Lexer, outline: Outline, collector: Collector) {
    this.#lexer = lexer
    this.#outline = outline
    this.#collector = collector
  }

  /** Reads the line that the lexer holds; false if it is none of Criterion's. */
  take(bytes: Uint8Array, from: number, indent: number): boolean {
    const { kind, start, end, numeralEnd, value, unit, count } = this.#lexer
    let open = 2
    while (open < count && !(kind[open] === 91 && kind[open - 1] === 58)) open++
    if (open >= count || kind[open - 2] !== word) return false
    const what = text(bytes, start[open - 2]!, end[open - 2]!)
    if (what !== 'time' && what !== 'thrpt') return false
    const numbers: number[] = []
    let common: string | null = null
    let at = open + 1
    for (; at < count && kind[at] === number; at++) {
      numbers.push(at)
      const own = unit[at] ?? this.#lexer.unitAt(bytes, at + 1)
      if (own === null || (common !== null && own !== common)) return false
      common = own
      if (unit[at] === null) at++
    }
    if (numbers.length !== 3 || kind[at] !== 93) return false
    const name = text(bytes, from, start[open - 2]!).trim()
    const headings = this.#outline.stages()
    const changes = name === '' && headings.at(-1) === 'change'
    const stage = name === '' ? (headings.at(changes ? -2 : -1) ?? what) : name
    if (name !== '') this.#outline.enter(indent, Kind.plain)
    this.#outline.use()
    const prefix = changes ? `${what}_change` : what
    const figures: Record<string, Figure> = {}
    for (const [nth, token] of numbers.entries()) {
      const printed = text(bytes, start[token]!, numeralEnd[token]!)
      const ending = ['_low', '', '_high'][nth]!
      figures[`${prefix}${ending}`] = figure(value[token]!, printed, this.#collector.line)
    }
    this.#collector.add({
      side: null,
      against: null,
      stage: cut(stage),
      under: this.#outline.under(),
      facts: { ...this.#outline.facts(), ...(common === null ? {} : { unit: common }) },
      figures,
      line: this.#collector.line,
      raw: this.#collector.raw,
    })
    if (name !== '') this.#outline.add(labelOf(name), indent, Kind.figure)
    return true
  }
}
