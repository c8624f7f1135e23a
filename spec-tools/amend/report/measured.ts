/** What was measured for a claim, held against its bound: `0.26 % ≤ 1 %`. */
import { leastOf, mostOf } from '../../many.ts'
import { diagnosticOf } from '../declared-end.ts'
import type { HypothesisVerdict, Judgement, PredicateValue, Quantity } from '../../judge/types.ts'
import {
  plainly,
  against,
  brief,
  briefly,
  prose,
  undecided,
  type Inline,
  type Show,
} from '../../render/markdown/index.ts'

/** The figure and the bound that decided; else the figures, or why there are none. */
export function measured(
  verdict: HypothesisVerdict,
  judgement: Judgement,
  show: Show = plainly,
): Inline {
  const text = measuredAlone(verdict, judgement, show)
  const { asserted = [], beside } = verdict
  const more = [
    ...(beside === undefined ? [] : [`left out: ${beside}`]),
    ...(asserted.length === 0 ? [] : [`asserted: ${asserted.join(', ')}`]),
  ]
  return more.length === 0 ? text : [text, prose(` (${more.join('; ')})`)]
}

function measuredAlone(verdict: HypothesisVerdict, judgement: Judgement, show: Show): Inline {
  const { outcome, bound, confirm, refute } = verdict
  const values = verdict.values.filter((value) => !isAgain(value, verdict.values))
  const missing = values.find((value) => value.missing !== null)
  if (missing)
    return notComparable(verdict, judgement, show) ?? prose(`not known: ${missing.missing}`)
  const deciding = decidingValue(verdict)
  if (deciding?.quantity && isText(deciding.quantity)) {
    return show.computed(deciding.quantity.text, deciding.quantity.from)
  }
  const ended = values.flatMap((value) => endOf(value, show) ?? [])
  if (ended.length > 0 && ended.length === values.length) return prose(ended.join(', '))
  const [first] = values
  if (first?.at) return ofCases(verdict, first.at.column, show)
  if (bound?.value === 0 && (bound.op === '==' || bound.op === '!=')) {
    const equal = equality(values, deciding, show)
    if (equal !== null) return equal
  }
  if (bound && deciding?.quantity) {
    const { quantity } = deciding
    const scale = scaleOf(verdict)
    const sign = outcome === 'INCONCLUSIVE' ? ' against ' : ` ${signs[bound.op] ?? bound.op} `
    const [a, b] = shownAgainst(quantity, scale, bound.value, show)
    const text = `${a}${unitOf(verdict, deciding)}${sign}${b}${unitOf(verdict, deciding)}`
    const made = figuresOf(
      values.filter((value) => value.quantity?.text !== quantity.text),
      show,
    )
    const lead = made.length === 0 || made.length > 4 ? [] : [prose(`${made.join(', ')}: `)]
    return [...lead, show.computed(`${text}${spread(quantity, scale)}`, quantity.from)]
  }
  const figures = figuresOf(values, show)
  const held = { CONFIRMED: confirm, REFUTED: refute, INCONCLUSIVE: null }[outcome]
  return prose(
    `${figures.join(', ')}${held === null ? ': decides neither way' : `: \`${oneLine(held)}\` holds`}`,
  )
}

/** `parity ended with exit code 0`; null for another figure. */
function endOf({ name, quantity }: PredicateValue, show: Show): string | null {
  const id = diagnosticOf(name)
  return id === undefined || !quantity
    ? null
    : `${id} ended with exit code ${show.quantity(quantity)}`
}

/** Two figures that are to be the same: `tokens 37 on both`. */
function equality(
  values: readonly PredicateValue[],
  deciding: PredicateValue | undefined,
  show: Show,
): Inline | null {
  const sides = values.filter(
    ({ quantity }) => quantity !== null && quantity !== deciding?.quantity,
  )
  const [one, other] = sides
  if (!one?.quantity || !other?.quantity || sides.length !== 2 || !deciding?.quantity) return null
  const [name, same] = [one, other].map((value) => value.name.replace(/\([^()]*\)$/, ''))
  const isEqual = deciding.quantity.value === 0
  if (
    isEqual &&
    name === same &&
    one.quantity.text === other.quantity.text &&
    one.unit === other.unit
  ) {
    const unit = one.unit === undefined ? '' : ` ${one.unit}`
    return prose(`${name} ${show.quantity(one.quantity)}${unit} on both`)
  }
  return prose(`${figuresOf(sides, show).join(', ')}: ${isEqual ? 'the same' : 'not the same'}`)
}

/** A printed figure as it stands elsewhere in the section, if it stands on the right side of its bound so. */
function shownAgainst(
  quantity: Quantity,
  scale: number,
  bound: number,
  show: Show,
): readonly [string, string] {
  const [a, b] = against(scale * quantity.value, scale * bound)
  const printed = scale === 1 && quantity.how === 'printed' ? show.quantity(quantity) : a
  const value = Number(printed.replaceAll(',', ''))
  const differs = Math.sign(value - bound) === Math.sign(quantity.value - bound)
  return [differs ? printed : a, b]
}

/** The range of what was held against the bound, over all texts of a column. */
function ofCases(verdict: HypothesisVerdict, column: string, show: Show): Inline {
  const { values, bound, outcome } = verdict
  if (bound === undefined) return prose(`see the figures by ${column}`)
  const own = values.filter(({ at }) => at?.name === bound.name)
  const numbers = own.flatMap(({ quantity }) => quantity?.value ?? [])
  const scale = scaleOf(verdict)
  const [least, most] = [leastOf(numbers), mostOf(numbers)].map((one) => briefly(scale * one))
  const sign = signs[bound.op] ?? bound.op
  const unit = own[0] === undefined ? '' : unitOf(verdict, own[0])
  const range = `${least === most ? least : `${least} to ${most}`}${unit}`
  const holding = numbers.filter((one) => holds(one, bound)).length
  if (outcome !== 'CONFIRMED') {
    const limit = `${sign} ${briefly(scale * bound.value)}${unit}`
    const from = own.flatMap(({ quantity }) => quantity?.from ?? [])
    return [
      show.computed(range, from),
      prose(`; ${limit} at ${holding} of ${numbers.length} texts of ${column}`),
    ]
  }
  const text = `${range} ${sign} ${briefly(scale * bound.value)}${unit}`
  return [
    show.computed(
      text,
      own.flatMap(({ quantity }) => quantity?.from ?? []),
    ),
    prose(` at every ${column}`),
  ]
}

function holds(value: number, { op, value: bound }: { op: string; value: number }): boolean {
  switch (op) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '>':
      return value > bound
    case '>=':
      return value >= bound
    case '!=':
      return value !== bound
    default:
      return value === bound
  }
}

function figuresOf(values: readonly PredicateValue[], show: Show): string[] {
  const known = new Map(values.map((value) => [value.name, value]))
  return [...known.values()].flatMap((value) => {
    const { name, quantity, unit, spread: std } = value
    if (!quantity) return []
    const ended = endOf(value, show)
    if (ended !== null) return [ended]
    const figure = `${show.quantity(quantity)}${std ? ` ± ${show.quantity(std)}` : ''}`
    return [`${name} ${figure}${unit === undefined ? '' : ` ${unit}`}`]
  })
}

/** Whether a value is a figure in the unit that it has already. */
function isAgain(
  { name, quantity, unit }: PredicateValue,
  all: readonly PredicateValue[],
): boolean {
  return all.some(
    (other) =>
      unit !== undefined &&
      name === `${other.name} in ${unit}` &&
      other.quantity?.text === quantity?.text,
  )
}

/** A text that was compared, and no number. */
function isText({ how }: Quantity): boolean {
  return how.startsWith('compared ')
}

/** The figure alone, for a line that states the claim; null where there is none. */
export function measuredBriefly(verdict: HypothesisVerdict): string | null {
  const missing = verdict.values.some((value) => value.missing !== null)
  if (missing) {
    const { apart } = verdict.values.find((value) => value.apart) ?? {}
    return apart ? `${brief(apart.candidate)} against ${brief(apart.reference)}` : null
  }
  const deciding = decidingValue(verdict)
  if (!deciding?.quantity) return null
  const [text] = against(
    scaleOf(verdict) * deciding.quantity.value,
    scaleOf(verdict) * (verdict.bound?.value ?? Number.NaN),
  )
  return `${text}${unitOf(verdict, deciding)}`
}

const signs: Readonly<Record<string, string>> = { '<=': '≤', '>=': '≥', '==': '=', '!=': '≠' }

function decidingValue({ values, bound }: HypothesisVerdict): PredicateValue | undefined {
  if (bound) return values.find(({ name }) => name === bound.name)
  return values.length === 1 ? values[0] : undefined
}

/** 100 where the claim speaks of per cent and the predicate of the share. */
function scaleOf({ claim, confirm, refute, bound }: HypothesisVerdict): number {
  const stated = [...`${claim} ${confirm} ${refute}`.matchAll(/(\d+(?:\.\d+)?)\s*(?:%|per ?cent)/g)]
  const shares = stated.map(([, number]) => Number(number) / 100)
  const bounds = [bound?.value, ...numbersIn(confirm), ...numbersIn(refute)]
  return bounds.some((one) => one !== undefined && shares.some((share) => near(share, one)))
    ? 100
    : 1
}

function numbersIn(predicate: string): number[] {
  return (predicate.match(/(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?/gi) ?? []).map(Number)
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a))
}

function unitOf(verdict: HypothesisVerdict, { unit }: PredicateValue): string {
  if (scaleOf(verdict) === 100) return ' %'
  return unit === undefined ? '' : ` ${unit}`
}

/** What several runs gave, where they differ, and what a plateau was read from. */
function spread({ how, lo, hi }: Quantity, scale: number): string {
  const [, count, range] = /^\(max - min\).* of (\d+) figures, (.*)$/.exec(how) ?? []
  if (count !== undefined) return ` (${count} points, ${range})`
  if (!how.endsWith('their range') || lo === hi) return ''
  return ` (runs: ${briefly(scale * lo)} to ${briefly(scale * hi)})`
}

/** Figures that exist on both sides and may not be set in relation, and why. */
function notComparable(
  { values }: HypothesisVerdict,
  judgement: Judgement,
  show: Show,
): Inline | null {
  const { apart } = values.find((value) => value.apart) ?? {}
  const row = judgement.rows.find(({ stage }) => stage === apart?.stage)
  if (!apart || !row) return null
  const [a, b] = [show.quantity(apart.candidate), show.quantity(apart.reference)]
  return [`${apart.statistic} ${a} against ${b}, not comparable: `, undecided(row, judgement)]
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
