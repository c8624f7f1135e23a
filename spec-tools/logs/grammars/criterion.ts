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
import type { Figure } from '../../evidence/schema.ts'
import { figure } from '../collector.ts'
import type { Grammar } from '../grammar.ts'
import { cut, labelOf } from '../label.ts'
import { number, word } from '../lexer.ts'
import { Kind } from '../outline.ts'

export const criterion: Grammar = {
  name: "Criterion's intervals",
  take({ text, indent }, { tokens, outline, collector, tables }) {
    const { kind, start, end, numeralEnd, value, unit, count, intervals } = tokens
    if (intervals === 0) return null
    let open = 2
    while (open < count && !(kind[open] === 91 && kind[open - 1] === 58)) open++
    if (open >= count || kind[open - 2] !== word) return null
    const what = text.slice(start[open - 2]!, end[open - 2]!)
    if (what !== 'time' && what !== 'thrpt') return null
    const numbers: number[] = []
    let common: string | null = null
    let at = open + 1
    for (; at < count && kind[at] === number; at++) {
      numbers.push(at)
      const own = unit[at] ?? tokens.unitAt(text, at + 1)
      if (own === null || (common !== null && own !== common)) return null
      common = own
      if (unit[at] === null) at++
    }
    if (numbers.length !== 3 || kind[at] !== 93) return null
    const name = text.slice(0, start[open - 2]!).trim()
    const headings = outline.stages()
    const changes = name === '' && headings.at(-1) === 'change'
    const stage = name === '' ? (headings.at(changes ? -2 : -1) ?? what) : name
    if (name !== '') outline.enter(indent, Kind.plain)
    outline.use()
    const prefix = changes ? `${what}_change` : what
    const figures: Record<string, Figure> = {}
    for (const [nth, token] of numbers.entries()) {
      const printed = text.slice(start[token]!, numeralEnd[token]!)
      const ending = ['_low', '', '_high'][nth]!
      figures[`${prefix}${ending}`] = figure(value[token]!, printed, collector.number)
    }
    collector.add({
      side: null,
      against: null,
      stage: cut(stage),
      under: outline.under(),
      facts: { ...outline.facts(), ...(common === null ? {} : { unit: common }) },
      figures,
      line: collector.number,
    })
    if (name !== '') outline.add(labelOf(name), indent, Kind.figure)
    collector.account(0, end[at]!)
    tables.close()
    return 'figures'
  },
}
