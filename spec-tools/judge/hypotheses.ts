/**
 * Verdicts on hypotheses, in this order: a figure that is missing, or whose comparison did not pass the
 * gate -> INCONCLUSIVE; else confirm holds -> CONFIRMED; refute holds -> REFUTED; else INCONCLUSIVE.
 * The verdict is on the predicate, never on a place in somebody's code.
 */
import {
  type Hypothesis,
  type Named,
  namesIn,
  parsePredicate,
  type Predicate,
} from '../settings/index.ts'
import type { NamedValue } from './named.ts'
import { truthOf } from './truth.ts'
import type { HypothesisOutcome, HypothesisVerdict, Quantity } from './types.ts'

/**
 * @param units unit of each named measurement
 * @param valueOf the figure that a name stands for
 */
export function hypothesisVerdict(
  hypothesis: Hypothesis,
  units: ReadonlyMap<string, string | undefined>,
  valueOf: (name: string) => NamedValue,
): HypothesisVerdict {
  const { id, claim, section, confirm, refute, inconclusive, flips } = hypothesis
  const predicates = {
    confirm: parsePredicate(confirm, units),
    refute: parsePredicate(refute, units),
  }
  const names = [...new Set([...namesIn(predicates.confirm), ...namesIn(predicates.refute)])]
  const values = names.map(valueOf)
  const { outcome, reason } = decide(predicates, { confirm, refute }, values, units)
  return {
    id,
    claim,
    section: section ?? null,
    outcome,
    reason,
    confirm,
    refute,
    values: values.map(({ name, quantity, missing }) => ({ name, quantity, missing })),
    flips: flips.filter(({ on }) => on === outcome).map(({ row, to }) => ({ row, to })),
    next: outcome === 'INCONCLUSIVE' ? (inconclusive ?? null) : null,
  }
}

/** Hypotheses that a further measurement may decide, with the judged stages that they are about. */
export function openHypotheses(
  verdicts: readonly HypothesisVerdict[],
  named: Readonly<Record<string, Named>>,
): OpenHypothesis[] {
  return verdicts
    .filter(({ outcome }) => outcome === 'INCONCLUSIVE')
    .map(({ id, values }) => {
      const stages = values.flatMap(({ name }) => {
        const definition = named[name]
        return definition?.side === undefined ? [] : [definition.stage]
      })
      return { id, stages: [...new Set(stages)] }
    })
}

export interface OpenHypothesis {
  id: string
  stages: string[]
}

function decide(
  predicates: Record<'confirm' | 'refute', Predicate>,
  texts: Record<'confirm' | 'refute', string>,
  values: readonly NamedValue[],
  units: ReadonlyMap<string, string | undefined>,
): { outcome: HypothesisOutcome; reason: string } {
  const missing = values.filter((value) => value.missing !== null)
  if (missing.length > 0) {
    const reasons = missing.map(({ name, missing: why }) => `${name}: ${why}`)
    return { outcome: 'INCONCLUSIVE', reason: `${reasons.join('; ')}.` }
  }
  const intervals = new Map(
    values.flatMap(({ name, quantity }) => (quantity ? [[name, quantity] as const] : [])),
  )
  const facts = values
    .map(({ name, quantity }) => (quantity ? spelled(name, quantity, units.get(name)) : name))
    .join(', ')
  const confirmed = truthOf(predicates.confirm, intervals)
  if (confirmed === 'true') {
    return { outcome: 'CONFIRMED', reason: `${facts}: \`${oneLine(texts.confirm)}\` holds.` }
  }
  const refuted = truthOf(predicates.refute, intervals)
  if (refuted === 'true') {
    return { outcome: 'REFUTED', reason: `${facts}: \`${oneLine(texts.refute)}\` holds.` }
  }
  const undecided = confirmed === 'unknown' || refuted === 'unknown'
  const why = undecided
    ? 'the bounds lie within the precision or the spread of the figures, so neither predicate is decided'
    : 'neither predicate holds'
  return { outcome: 'INCONCLUSIVE', reason: `${facts}: ${why}.` }
}

function spelled(name: string, { text, lo, hi, how }: Quantity, unit: string | undefined): string {
  const spread = how.endsWith('their range')
    ? ` (${how.replace('their range', `${rounded(lo)} to ${rounded(hi)}`)})`
    : ''
  return `${name} is ${text}${unit === undefined ? '' : ` ${unit}`}${spread}`
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(7)))
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
