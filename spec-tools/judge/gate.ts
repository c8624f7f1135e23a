/**
 * The comparability gate: whether two measurements may be compared at all. It runs before any metric,
 * and what compares (`ratio` here, `summaryMetrics`) takes a `Comparable`, which only a passed gate
 * hands out. So there is no ratio without a gate.
 */
import { type FactName, type Facts, hardFacts } from '../evidence/index.ts'
import { divide, square } from './interval.ts'
import { derived, notApplicable } from './quantity.ts'
import type { Quantity, Reason } from './types.ts'

/**
 * Where the figures come from, which decides what must be known about them: a difference that one
 * process printed, summaries that two processes printed, summaries of both sides of which the
 * investigation asserts how many elements they are of, two tensor files, or two runs of one command.
 */
export type GateSource = 'pair' | 'summaries' | 'vouched' | 'tensors' | 'repeats'

export interface GateSide {
  facts: Facts
  figures: Readonly<Record<string, Quantity>>
}

export type Gate =
  | { outcome: 'pass'; comparable: Comparable; notStated: FactName[] }
  /** A known mismatch; or a fact that is needed and missing. Reasons in order of weight. */
  | { outcome: 'INCOMPARABLE' | 'UNPROVEN'; reasons: Reason[]; notStated: FactName[] }

export function compare(candidate: GateSide, reference: GateSide, source: GateSource): Gate {
  const [a, b] = [normalised(candidate.facts), normalised(reference.facts)]
  const notStated = hardFacts.filter((fact) => a[fact] === undefined && b[fact] === undefined)
  const mismatches = hardFacts.flatMap((fact) => mismatch(fact, a, b))
  if (mismatches.length > 0) {
    return { outcome: 'INCOMPARABLE', reasons: mismatches, notStated }
  }
  const missing = hardFacts.flatMap((fact) => missingFact(fact, a, b, source))
  if (['summaries', 'vouched'].includes(source) && !shareStatistic(candidate, reference)) {
    missing.push({ about: 'statistic', text: 'statistic?' })
  }
  if (missing.length > 0) {
    return { outcome: 'UNPROVEN', reasons: byNeed(missing, source), notStated }
  }
  return { outcome: 'pass', comparable: new Comparable(passed, candidate, reference), notStated }
}

/** Proof that two sides passed the gate; carries the sides that did. */
export class Comparable {
  readonly #candidate: GateSide
  readonly #reference: GateSide

  constructor(key: typeof passed, candidate: GateSide, reference: GateSide) {
    if (key !== passed) throw new TypeError('only the comparability gate makes a Comparable')
    this.#candidate = candidate
    this.#reference = reference
  }

  get candidate(): GateSide {
    return this.#candidate
  }

  get reference(): GateSide {
    return this.#reference
  }
}

/**
 * A statistic of the candidate over that of the reference. Null where a side does not state it; 'n/a'
 * where the reference may be zero: no epsilon is ever added.
 */
export function ratio(sides: Comparable, statistic = 'std'): Quantity | null {
  const a = sides.candidate.figures[statistic]
  const b = sides.reference.figures[statistic]
  if (!a || !b) return null
  const how = `${statistic} of the candidate / ${statistic} of the reference`
  const from = [...new Set([...a.from, ...b.from])]
  if (square(b).lo === 0) return notApplicable(from, `${how}: the reference may be 0`)
  return derived(a.value / b.value, divide(a, b), how, [a, b])
}

const passed: unique symbol = Symbol('passed the comparability gate')

/** Short names for cells; other facts go by their own. */
const names: Partial<Record<FactName, string>> = {
  selection: 'tok',
  tokens: 'ids',
  aggregation: 'agg',
}

/**
 * Facts that the source must state. The layer is not among them because there are stages outside of
 * all layers; where only one side has a layer, that is missing on the other. Two runs of one command
 * summarise the same, whether they say so or not.
 */
const needed: Readonly<Record<GateSource, readonly FactName[]>> = {
  pair: ['n'],
  summaries: ['n', 'selection'],
  vouched: ['n'],
  tensors: ['shape'],
  repeats: [],
}

function mismatch(fact: FactName, a: Facts, b: Facts): Reason[] {
  if (fact === 'truncated' || fact === 'intrusive') {
    const sides = [a[fact] === true ? 'A' : '', b[fact] === true ? 'B' : ''].filter(Boolean)
    return sides.length > 0 ? [{ about: fact, text: `${fact} ${sides.join(', ')}` }] : []
  }
  if (fact === 'config') {
    return Object.keys(a.config ?? {})
      .filter((key) => b.config !== undefined && Object.hasOwn(b.config, key))
      .filter((key) => a.config?.[key] !== b.config?.[key])
      .map((key) => ({
        about: fact,
        text: `config.${key} ${spelled(a.config?.[key])}≠${spelled(b.config?.[key])}`,
      }))
  }
  const [left, right] = [a[fact], b[fact]]
  if (left === undefined || right === undefined) return []
  if (JSON.stringify(left) === JSON.stringify(right)) return []
  const [from, to] = spelledApart(left, right)
  return [{ about: fact, text: `${names[fact] ?? fact} ${from}≠${to}` }]
}

function missingFact(fact: FactName, a: Facts, b: Facts, source: GateSource): Reason[] {
  const name = names[fact] ?? fact
  const stated = [a[fact], b[fact]].filter((value) => value !== undefined).length
  if (stated === 1 || (stated === 0 && needed[source].includes(fact))) {
    return [{ about: fact, text: `${name}?` }]
  }
  if (fact !== 'config' || stated === 0) return []
  const keys = new Set([...Object.keys(a.config ?? {}), ...Object.keys(b.config ?? {})])
  return [...keys]
    .filter((key) => a.config?.[key] === undefined || b.config?.[key] === undefined)
    .map((key) => ({ about: fact, text: `config.${key}?` }))
}

/** What the source must state weighs more than what one side happens to state. */
function byNeed(reasons: readonly Reason[], source: GateSource): Reason[] {
  const need = ({ about }: Reason) => (needed[source].includes(about as FactName) ? 0 : 1)
  return reasons.toSorted((a, b) => need(a) - need(b))
}

/** Statistics of one side that can be compared with those of another. */
const comparedStatistics = ['mean', 'std', 'min', 'max', 'l2']

function shareStatistic({ figures: a }: GateSide, { figures: b }: GateSide): boolean {
  return comparedStatistics.some((statistic) => a[statistic] && b[statistic])
}

/** The last of the tokens fed in, and the only one, are the same selection by another name. */
function normalised(facts: Facts): Facts {
  const { tokens, selection } = facts
  if (tokens === undefined || tokens.length === 0 || selection === undefined) return facts
  if (tokens.length === 1 && selection === 0) return { ...facts, selection: 'all' }
  if (tokens.length === 1 && selection === 'last') return { ...facts, selection: 'all' }
  return selection === tokens.length - 1 ? { ...facts, selection: 'last' } : facts
}

/** Two unequal values, cut where they are long but so that they still look unequal. */
function spelledApart(a: unknown, b: unknown): [string, string] {
  for (let length = 24; length <= 96; length *= 2) {
    const texts: [string, string] = [spelled(a, length), spelled(b, length)]
    if (texts[0] !== texts[1]) return texts
  }
  return [spelled(a, 24), 'another']
}

function spelled(value: unknown, length = 24): string {
  const text = Array.isArray(value) ? `[${value.join(',')}]` : String(value)
  const points = [...text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()]
  return points.length > length ? `${points.slice(0, length - 1).join('')}…` : points.join('')
}
