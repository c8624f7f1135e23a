/** Sums, differences, products and quotients of figures, with the gate between their two sides. */
import { type Expression, textOfExpression } from '../settings/index.ts'
import type { Evaluated, EvaluateContext } from './evaluated.ts'
import { add, divide, type Interval, multiply, subtract } from './interval.ts'
import {
  areApart,
  better,
  type Chosen,
  chosenBy,
  conversionOf,
  incomparable,
  unitsApart,
} from './performance.ts'
import type { Metric } from './called.ts'
import { derived } from './quantity.ts'
import { sameTexts } from './run-values.ts'
import { ofSpread, ruleOfSpread } from './spread.ts'
import type { Quantity } from './types.ts'

type Conditions = Readonly<Record<string, string>>
type Evaluate = (of: Expression, where: Conditions, context: EvaluateContext) => Evaluated

const operations = {
  sum: { formula: (a: number, b: number) => a + b, bounds: add, sign: '+' },
  difference: { formula: (a: number, b: number) => a - b, bounds: subtract, sign: '-' },
  product: { formula: (a: number, b: number) => a * b, bounds: multiply, sign: '*' },
  quotient: { formula: (a: number, b: number) => a / b, bounds: divide, sign: '/' },
} satisfies Record<
  string,
  { bounds: (a: Interval, b: Interval) => Interval; [key: string]: unknown }
>

type Combination = Extract<Expression, { left: Expression; kind: keyof typeof operations }>

export function combined(
  expression: Combination,
  where: Conditions,
  context: EvaluateContext,
  evaluate: Evaluate,
): Evaluated {
  const side = (of: Expression) => ({
    ...evaluate(of, where, context),
    chosen: chosenBy(of, where),
  })
  const [left, right] = [side(expression.left), side(expression.right)]
  if (expression.equality && [left, right].every(({ picked }) => picked.length === 0)) {
    const texts = sameTexts(expression, where, context)
    if (texts !== null) return texts
  }
  const found = related(expression, left, right, context)
  if (context.withSpread || !found.quantity || !areApart(left, right)) return found
  const wide = combined(expression, where, { ...context, withSpread: true }, evaluate)
  // The value is shown as the figures were printed, and decided by what they vary.
  const { text } = found.quantity
  return { ...wide, quantity: wide.quantity && { ...wide.quantity, text } }
}

type Side = Evaluated & { chosen: Chosen }

function related(
  expression: Combination,
  left: Side,
  right: Side,
  context: EvaluateContext,
): Evaluated {
  const parts = [...left.parts, ...right.parts]
  const picked = [...left.picked, ...right.picked]
  const fail = (missing: string): Evaluated => ({
    quantity: null,
    missing,
    unit: undefined,
    parts,
    picked,
  })
  const missing = [left, right].flatMap((one) => one.missing ?? [])
  if (missing.length > 0) return fail([...new Set(missing)].join('; '))
  if (!left.quantity || !right.quantity) return fail('a figure is missing')
  const { kind } = expression
  let [x, y] = [left.quantity, right.quantity]
  const isOfFigures = left.picked.length > 0 && right.picked.length > 0
  if (isOfFigures) {
    const why = incomparable(left, right, context)
    if (why !== null) return fail(why)
  }
  if (isOfFigures && kind !== 'product') {
    const factor = conversionOf(left.unit, right.unit)
    if (factor === null) return fail(unitsApart(left.unit, right.unit))
    if (factor !== 1) y = scaled(y, factor)
  }
  if (kind === 'quotient' && !(y.lo > 0)) return fail('what is divided by may not be positive')
  const { formula, bounds, sign } = operations[kind]
  const direction = areApart(left, right) ? better(left.unit) : null
  const how = `${textOfExpression(expression.left)} ${sign} ${textOfExpression(expression.right)}${direction === null ? '' : `, ${direction} is better`}${spreads(left, right)}`
  const quantity = derived(formula(x.value, y.value), bounds(x, y), how, [x, y])
  if (Number.isNaN(quantity.value)) return fail('it has no value')
  const unit = unitOf(kind, left, right)
  const metric = metricOf(kind, left, right)
  return { quantity, missing: null, unit, parts, picked, ...(metric && { metric }) }
}

function scaled(one: Quantity, factor: number): Quantity {
  return derived(one.value * factor, { lo: one.lo * factor, hi: one.hi * factor }, 'converted', [
    one,
  ])
}

/** Of a figure and a number the unit of the figure; of two figures what the operation makes of them. */
function unitOf(
  kind: keyof typeof operations,
  left: Evaluated,
  right: Evaluated,
): string | undefined {
  if (kind === 'quotient') {
    if (right.picked.length === 0) return left.unit
    return left.picked.length === 0 && right.unit !== undefined ? `1/${right.unit}` : undefined
  }
  if (kind !== 'product') return left.unit ?? right.unit
  return left.unit !== undefined && right.unit !== undefined
    ? `${left.unit}·${right.unit}`
    : (left.unit ?? right.unit)
}

function metricOf(
  kind: keyof typeof operations,
  left: Evaluated,
  right: Evaluated,
): Metric | undefined {
  if (right.picked.length === 0) return left.metric
  return left.picked.length === 0 && kind !== 'quotient' ? right.metric : undefined
}

/** By which rules both are taken as uncertain. */
function spreads(left: Evaluated, right: Evaluated): string {
  if (!areApart(left, right)) return ''
  const rules = [left, right].flatMap(({ picked }) => ruleOfSpread(picked) ?? [])
  return rules.length === 0 ? '' : `${ofSpread}${[...new Set(rules)].join('; ')}`
}
