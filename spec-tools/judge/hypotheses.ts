/**
 * Verdicts on hypotheses, in this order: a figure that is missing, or whose comparison did not pass the
 * gate -> INCONCLUSIVE; else confirm holds -> CONFIRMED; refute holds -> REFUTED; else INCONCLUSIVE.
 * The verdict is on the predicate, never on a place in somebody's code.
 */
import {
  changesOn,
  type Comparison,
  comparisonsIn,
  flipsOn,
  headingsRetractedOn,
  type Hypothesis,
  type Investigation,
  type Named,
  numbersMissing,
  parseFigure,
  parsePredicate,
  type Predicate,
} from '../settings/index.ts'
import { withFigures } from './fill.ts'
import { isSideOfStage, type NamedValue } from './named.ts'
import { casesOf, type Decided, leftOut, together } from './cases.ts'
import { ofSpread } from './spread.ts'
import { truthOf } from './truth.ts'
import type { HypothesisVerdict, Quantity } from './types.ts'
import type { Conditions, Values } from './values.ts'

/** @param units unit of each named measurement */
export function hypothesisVerdict(
  hypothesis: Hypothesis,
  units: ReadonlyMap<string, string | undefined>,
  values: Values,
): HypothesisVerdict {
  const { id, claim, section, confirm, refute, inconclusive, where = {}, all } = hypothesis
  const { assert = {} } = hypothesis
  const predicates = {
    confirm: parsePredicate(confirm, units),
    refute: parsePredicate(refute, units),
  }
  const compared = [...comparisonsIn(predicates.confirm), ...comparisonsIn(predicates.refute)]
  const found = (conditions: Conditions) =>
    decide(predicates, hypothesis, valuesOf(compared, conditions, { values, assert }), units)
  const cases = all === undefined ? null : casesOf(all, compared, where, values)
  const asserted = Object.entries(assert).map(([key, text]) => `${key} ${text}`)
  const decided =
    cases === null
      ? found(where)
      : together(
          cases,
          cases.texts.map((text) => ({ text, ...found({ ...where, [cases.column]: text }) })),
          values.picker,
        )
  const { outcome, reason } = decided
  const beside = cases && leftOut(cases)
  return {
    id,
    claim,
    section: section ?? null,
    outcome,
    reason:
      asserted.length === 0
        ? reason
        : `${reason.replace(/\.$/, '')} (asserted: ${asserted.join(', ')}).`,
    ...(beside !== null && { beside }),
    ...(asserted.length > 0 && { asserted }),
    confirm,
    refute,
    values: decided.values.map(({ name, quantity, missing, unit, apart, at, spread }) => ({
      name,
      quantity,
      missing,
      ...(unit !== undefined && { unit }),
      ...(apart && { apart }),
      ...(at && { at }),
      ...(spread && { spread }),
    })),
    ...boundOf(predicates[outcome === 'REFUTED' ? 'refute' : 'confirm']),
    flips: flipsOn(hypothesis, outcome),
    changes: changesOn(hypothesis, outcome).map((change) =>
      withFigures(change, (text) => values.of(parseFigure(text, units), where, assert)),
    ),
    retracts: headingsRetractedOn(hypothesis, outcome),
    next: outcome === 'INCONCLUSIVE' ? (inconclusive ?? null) : null,
  }
}

/** The comparison that a predicate consists of; none where it joins several. */
function boundOf(predicate: Predicate): Pick<HypothesisVerdict, 'bound'> {
  if (predicate.kind === 'comparison') {
    const { name, op, value } = predicate
    return { bound: { name, op, value } }
  }
  const inner = predicate.kind === 'not' ? boundOf(predicate.of).bound : undefined
  return inner ? { bound: { ...inner, op: opposite.get(inner.op) ?? inner.op } } : {}
}

const opposite = new Map([
  ['<', '>='],
  ['<=', '>'],
  ['>', '<='],
  ['>=', '<'],
  ['==', '!='],
  ['!=', '=='],
])

/** Claims with numbers that their predicates do not hold. */
export function unlikeClaims({ hypotheses, measurements, stages }: Investigation): string[] {
  const others = JSON.stringify([measurements, stages])
  return hypotheses.flatMap((hypothesis) => {
    const numbers = numbersMissing(hypothesis, others)
    return numbers.length === 0
      ? []
      : `${hypothesis.id} claims “${hypothesis.claim}”, but ${numbers.join(' and ')} ${numbers.length === 1 ? 'is' : 'are'} not in its predicate \`${oneLine(hypothesis.confirm)}\`.`
  })
}

/** What a predicate compares, and before it the figures that this was made of. */
function valuesOf(
  compared: readonly Comparison[],
  where: Conditions,
  { values, assert }: { values: Values; assert: Conditions },
): Compared[] {
  const byName = new Map(compared.map(({ name, expression }) => [name, expression]))
  return [...byName].map(([name, expression]) => {
    const { quantity, missing, unit, parts } = values.of(expression, where, assert)
    const apart = parts.find((part) => part.apart)?.apart
    return {
      ...(apart && { apart }),
      name,
      quantity,
      missing,
      unit,
      parts: parts.filter((part) => part.name !== name),
      used: [],
    }
  })
}

interface Compared extends NamedValue {
  unit: string | undefined
  parts: NamedValue[]
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
        return definition?.side !== undefined && isSideOfStage(definition.side)
          ? [definition.stage]
          : []
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
  compared: readonly Compared[],
  units: ReadonlyMap<string, string | undefined>,
): Decided {
  const values = compared.flatMap(({ parts, ...one }) => [...parts, one])
  const missing = compared.filter((value) => value.missing !== null)
  if (missing.length > 0) {
    const reasons = missing.map(({ name, missing: why }) => `${name}: ${why}`)
    return { outcome: 'INCONCLUSIVE', reason: `${reasons.join('; ')}.`, values }
  }
  const intervals = new Map(
    compared.flatMap(({ name, quantity }) => (quantity ? [[name, quantity] as const] : [])),
  )
  const facts = compared
    .map(({ name, quantity, unit, parts }) => {
      // A figure in a unit that it has already is told once.
      const [only] = parts
      const isSame =
        only?.quantity?.text === quantity?.text &&
        parts.length === 1 &&
        name.startsWith(`${only?.name} in `)
      if (isSame && only?.quantity) return spelled(only, only.quantity, unit)
      const made = parts.flatMap((part) =>
        part.quantity ? [spelled(part, part.quantity, units.get(part.name) ?? part.unit)] : [],
      )
      const called = quantity?.how === 'compared as text' ? name.replace(' - ', ' and ') : name
      const itself = quantity ? spelled({ name: called }, quantity, units.get(name) ?? unit) : name
      return [...made, itself].join(', ')
    })
    .join(', ')
  const confirmed = truthOf(predicates.confirm, intervals)
  if (confirmed === 'true') {
    return {
      outcome: 'CONFIRMED',
      reason: `${facts}: \`${oneLine(texts.confirm)}\` holds.`,
      values,
    }
  }
  const refuted = truthOf(predicates.refute, intervals)
  if (refuted === 'true') {
    return { outcome: 'REFUTED', reason: `${facts}: \`${oneLine(texts.refute)}\` holds.`, values }
  }
  const undecided = confirmed === 'unknown' || refuted === 'unknown'
  const rules = compared.flatMap(({ quantity }) => quantity?.how.split(ofSpread)[1] ?? [])
  const why = undecided
    ? `the bounds lie within the precision or the spread of the figures${rules.length > 0 ? ` (${[...new Set(rules)].join('; ')})` : ''}, so neither predicate is decided`
    : 'neither predicate holds'
  return { outcome: 'INCONCLUSIVE', reason: `${facts}: ${why}.`, values }
}

function spelled(
  { name, spread: std }: Pick<NamedValue, 'name' | 'spread'>,
  { text, lo, hi, how }: Quantity,
  unit: string | undefined,
): string {
  const range = how.endsWith('their range')
    ? ` (${how.replace('their range', `${rounded(lo)} to ${rounded(hi)}`)})`
    : ''
  return `${name} is ${text}${std ? ` ± ${std.text}` : ''}${unit === undefined ? '' : ` ${unit}`}${range}`
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(7)))
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
