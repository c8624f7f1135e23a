/** What was measured for a claim, held against its bound: `0.26 % ≤ 1 %`. */
import { leastOf, mostOf } from '../../many.ts'
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
  const [first] = values
  if (bound && first?.at && outcome === 'CONFIRMED') return ofCases(verdict, first.at.column, show)
  if (bound && deciding?.quantity) {
    const { quantity } = deciding
    const scale = scaleOf(verdict)
    const sign = outcome === 'INCONCLUSIVE' ? ' against ' : ` ${signs[bound.op] ?? bound.op} `
    const [a, b] = against(scale * quantity.value, scale * bound.value)
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

/** The range of what was held against the bound, over all texts of a column. */
function ofCases(verdict: HypothesisVerdict, column: string, show: Show): Inline {
  const { values, bound } = verdict
  const own = values.filter(({ at }) => at?.name === bound?.name)
  const numbers = own.flatMap(({ quantity }) => quantity?.value ?? [])
  const scale = scaleOf(verdict)
  const [least, most] = [leastOf(numbers), mostOf(numbers)].map((one) => briefly(scale * one))
  const sign = signs[bound?.op ?? ''] ?? bound?.op
  const unit = own[0] === undefined ? '' : unitOf(verdict, own[0])
  const text = `${least === most ? least : `${least} to ${most}`}${unit} ${sign} ${briefly(scale * (bound?.value ?? Number.NaN))}${unit}`
  return [
    show.computed(
      text,
      own.flatMap(({ quantity }) => quantity?.from ?? []),
    ),
    prose(` at every ${column}`),
  ]
}

function figuresOf(values: readonly PredicateValue[], show: Show): string[] {
  const known = new Map(values.map((value) => [value.name, value]))
  return [...known.values()].flatMap(({ name, quantity, unit, spread: std }) => {
    if (!quantity) return []
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

/** What several runs gave, where they differ. */
function spread({ how, lo, hi }: Quantity, scale: number): string {
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
