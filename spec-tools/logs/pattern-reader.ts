/** Reads lines by the patterns of the settings. */
import { RE2JS, type Matcher } from 're2js'
import type { Facts } from '../evidence/facts.ts'
import type { Figure } from '../evidence/schema.ts'
import { type Collector, figure } from './collector.ts'
import { cut, stateFact } from './label.ts'
import { valueOf } from './numeral.ts'
import type { Outline } from './outline.ts'
import { snakeCase } from './statistics.ts'
import { wordValue } from './values.ts'
import { emptyRecord } from '../evidence/dictionary.ts'
import { facts, places, type LogPattern } from './pattern.ts'

const numeral = /^[+-]?(?:\d[\d_,]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/

export class PatternReader {
  readonly #patterns: { pattern: LogPattern; regex: RE2JS; groups: string[] }[]
  readonly #collector: Collector
  readonly #outline: Outline

  constructor(patterns: readonly LogPattern[], collector: Collector, outline: Outline) {
    this.#collector = collector
    this.#outline = outline
    this.#patterns = patterns.map((pattern) => {
      const regex = RE2JS.compile(pattern.match)
      return { pattern, regex, groups: Object.keys(regex.namedGroups()) }
    })
  }

  /** Reads the line by the first pattern that finds a figure in it. */
  take(line: string): boolean {
    for (const { pattern, regex, groups } of this.#patterns) {
      const matcher = regex.matcher(line)
      if (matcher.find() && this.#measure(pattern, groups, matcher)) return true
    }
    return false
  }

  #measure(pattern: LogPattern, groups: string[], matcher: Matcher): boolean {
    const { number: line } = this.#collector
    const found = emptyRecord<string>()
    const figures: Record<string, Figure> = {}
    const stated: Facts = {}
    for (const group of groups) {
      const printed = matcher.group(group)
      if (printed === null || printed === undefined || printed === '') continue
      if (places.has(group)) found[group] = printed
      else if (facts.has(group)) stateFact(group, printed, stated)
      else {
        const value = numeral.test(printed) ? valueOf(printed) : wordValue(printed)
        if (value === undefined || value === null || printed.length > 64) continue
        if (/\d/.test(printed) && !Number.isFinite(value)) continue
        figures[snakeCase(group)] = figure(value, printed, line)
        if (group === 'n') stateFact('n', printed, stated)
      }
    }
    if (Object.keys(figures).length === 0) return false
    this.#collector.account(matcher.start(0), matcher.end(0))
    const unit = found['unit'] ?? pattern.unit
    const stage = found['stage'] ?? pattern.stage ?? this.#outline.stage()
    const all: Facts = { ...this.#outline.facts(), ...stated }
    if (unit !== undefined) all.unit = unit.slice(0, 32)
    this.#outline.use()
    this.#collector.add({
      side: found['side'] === undefined ? null : cut(found['side']),
      against: found['against'] === undefined ? null : cut(found['against']),
      stage: cut(stage === '' ? pattern.name : stage),
      under: this.#outline.under(),
      facts: all,
      figures,
      line,
    })
    return true
  }
}
