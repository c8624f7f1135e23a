/**
 * Named patterns of the settings, for the lines that no grammar reads.
 *
 * RE2 syntax, and matched in linear time whatever the pattern and the line are. The names of the
 * groups say what they hold: `stage`, `side`, `against`, a fact such as `layer`, `n`, `dtype` or
 * `unit`, and any other name is the statistic of the number in it.
 */
import { RE2JS, type Matcher } from 're2js'
import type { Facts } from '../../evidence/facts.ts'
import type { Figure } from '../../evidence/schema.ts'
import { described, form, nonEmpty, z } from '../../schema.ts'
import { type Collector, figure } from '../collector.ts'
import type { Grammar } from '../grammar.ts'
import { cut, stateFact } from '../label.ts'
import { valueOf } from '../numeral.ts'
import type { Outline } from '../outline.ts'
import { snakeCase } from '../statistics.ts'
import { wordValue } from '../values.ts'
import { emptyRecord } from '../../evidence/dictionary.ts'

export const logPattern = z
  .strictObject({
    name: form(/^[a-z0-9][a-z0-9-]{0,63}$/),
    match: described(
      nonEmpty(1024),
      'RE2 pattern; named groups say what is read: stage, side, n, mean, std, …',
    ),
    stage: described(
      z.optional(nonEmpty(256)),
      'Stage of the figures where the pattern has no group of that name.',
    ),
    unit: z.optional(nonEmpty(32)),
  })
  .check(
    z.superRefine(({ match }, context) => {
      const problem = problemOf(match)
      if (problem !== null) context.addIssue({ code: 'custom', path: ['match'], message: problem })
    }),
  )

export type LogPattern = z.infer<typeof logPattern>

const places = new Set(['stage', 'side', 'against', 'unit'])
const facts = new Set(['layer', 'dtype', 'phase', 'selection', 'ddof'])
const numeral = /^[+-]?(?:\d[\d_,]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/

function problemOf(match: string): string | null {
  try {
    const groups = Object.keys(RE2JS.compile(match).namedGroups())
    const figures = groups.filter((name) => !places.has(name) && !facts.has(name))
    return figures.length > 0
      ? null
      : 'has no named group for a figure; write one such as (?P<mean>[-0-9.e]+)'
  } catch (error) {
    return `is not a pattern of RE2 syntax: ${error instanceof Error ? error.message : error}`
  }
}

export const namedPatterns: Grammar = {
  name: 'patterns of the settings',
  take: ({ text }, { patterns }) => (patterns.take(text) ? 'figures' : null),
}

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
