/** What an expression of a predicate comes to in a bundle, or why it cannot be had. */
import { mostOf } from '../many.ts'
import { pairMetricNamed } from '../evidence/index.ts'
import {
  conversion,
  type Expression,
  type FigureSelector,
  type SeriesFunction,
  textOfExpression,
} from '../settings/index.ts'
import { disturbed } from './environment.ts'
import { type Evaluated, type EvaluateContext, single } from './evaluated.ts'
import { add, divide, multiply, subtract } from './interval.ts'
import { allTheSame } from './named.ts'
import { nothingFits, severalFit } from './no-figure.ts'
import { better, conversionOf, incomparable, unitsApart } from './performance.ts'
import type { Picked } from './pick.ts'
import { derived, exactly, printed } from './quantity.ts'
import { ofRun, sameOutput, textOf } from './run-values.ts'
import { overRuns, runsOf } from './runs.ts'
import { overSeries } from './series.ts'
import type { Environment, Quantity } from './types.ts'

/** @param where conditions that hold for every figure */
export function evaluate(
  expression: Expression,
  where: Readonly<Record<string, string>>,
  context: EvaluateContext,
): Evaluated {
  const placed = (selector: FigureSelector): FigureSelector => ({
    ...selector,
    where: { ...where, ...selector.where },
  })
  switch (expression.kind) {
    case 'number':
      return value(exactly(expression.value, [], 'declared'))
    case 'name': {
      const found = context.named(expression.name)
      return { ...found, unit: undefined, parts: [found], picked: [] }
    }
    case 'figure':
      return figure(
        placed(expression.selector),
        expression.statistic,
        textOfExpression(expression),
        context,
      )
    case 'series':
      return series(
        expression.how,
        placed(expression.selector),
        textOfExpression(expression),
        context,
      )
    case 'run':
      return ofRun(
        expression.what,
        placed(expression.selector),
        textOfExpression(expression),
        context,
      )
    case 'text':
      return textOf(expression, placed(expression.selector), context)
    case 'same output':
      return sameOutput(expression, context)
    case 'in':
      return inUnit(expression.unit, evaluate(expression.of, where, context))
    default:
      return combined(
        expression,
        evaluate(expression.left, where, context),
        evaluate(expression.right, where, context),
        chosenBy(expression, where),
      )
  }
}

function value(quantity: Quantity): Evaluated {
  return { quantity, missing: null, unit: undefined, parts: [], picked: [] }
}

function figure(
  selector: FigureSelector,
  statistic: string | null,
  name: string,
  context: EvaluateContext,
): Evaluated {
  const stage = selector.parts[0]
  if (statistic === null && stage !== undefined && pairMetricNamed.has(selector.name)) {
    const found = context.ofStage(stage, selector.name)
    return { ...found, unit: undefined, parts: [{ ...found, name }], picked: [] }
  }
  const picked = context.picker.pick(selector, statistic)
  const fail = (missing: string) => single(name, null, missing, picked)
  if (picked.length === 0) return fail(nothingFits(selector, name, context))
  const values = quantitiesOf(picked)
  if (typeof values === 'string') return fail(values)
  const disturbance = firstDisturbance(picked, context.environment)
  if (disturbance !== null) return fail(disturbance)
  const valueOf = new Map(picked.map(({ measurement }, index) => [measurement, values[index]]))
  const runs = runsOf(picked.map(({ measurement }) => measurement)).map(({ measurements }) =>
    allTheSame(measurements.flatMap((one) => valueOf.get(one) ?? [])),
  )
  if (runs.includes(null)) return fail(severalFit(picked))
  return single(name, overRuns(runs), null, picked)
}

function series(
  how: SeriesFunction,
  selector: FigureSelector,
  name: string,
  context: EvaluateContext,
): Evaluated {
  // A statistic that the log itself prints under this name goes before one that is made here.
  const stated =
    how === 'min' || how === 'max' || how === 'median' ? context.picker.pick(selector, how) : []
  if (stated.length > 0) return figure(selector, how, name, context)
  const picked = context.picker.pick(selector)
  const fail = (missing: string) => single(name, null, missing, picked)
  if (picked.length === 0) return fail(nothingFits(selector, name, context))
  const from = picked.map(({ measurement: { id }, statistic }) => `${id}#${statistic}`)
  if (how === 'count')
    return unitless(single(name, exactly(picked.length, from, 'counted'), null, picked))
  const values = quantitiesOf(picked)
  if (typeof values === 'string') return fail(values)
  const quantity = overSeries(how, values)
  return quantity === null
    ? fail(`${picked.length} figures are no series`)
    : how === 'plateau' || how === 'rises' || how === 'falls'
      ? unitless(single(name, quantity, null, picked))
      : single(name, quantity, null, picked)
}

function unitless(one: Evaluated): Evaluated {
  return { ...one, unit: undefined }
}

function inUnit(unit: string, of: Evaluated): Evaluated {
  if (of.quantity === null) return of
  if (unit === '%' && of.unit === undefined && Math.abs(of.quantity.value) > 1) {
    const { text } = of.quantity
    const missing = `no unit is stated, and ${text} may be per cent or a share; compare it with a number without %`
    return { ...of, quantity: null, missing }
  }
  const stated = unit === '%' ? (of.unit ?? 'x') : of.unit
  const factor = stated === undefined ? null : stated === 'x' ? 100 : conversion(stated, unit)
  if (factor === null) {
    const missing =
      of.unit === undefined
        ? `no unit is stated, but ${unit} is asked for`
        : unit === '%'
          ? `it is in ${of.unit}, and per cent of what is not said; divide it by another figure`
          : `it is in ${of.unit}, and that is no ${unit}`
    return { ...of, quantity: null, missing }
  }
  const { lo, hi } = of.quantity
  const scaled = derived(
    of.quantity.value * factor,
    { lo: lo * factor, hi: hi * factor },
    `${of.unit ?? 'share'} as ${unit}`,
    [of.quantity],
  )
  return { ...of, unit, quantity: factor === 1 ? of.quantity : scaled }
}

const operations = {
  sum: { formula: (a: number, b: number) => a + b, bounds: add, sign: '+' },
  difference: { formula: (a: number, b: number) => a - b, bounds: subtract, sign: '-' },
  product: { formula: (a: number, b: number) => a * b, bounds: multiply, sign: '*' },
  quotient: { formula: (a: number, b: number) => a / b, bounds: divide, sign: '/' },
}

function combined(
  expression: Extract<Expression, { left: Expression; kind: keyof typeof operations }>,
  left: Evaluated,
  right: Evaluated,
  chosen: ReadonlySet<string>,
): Evaluated {
  const parts = [...left.parts, ...right.parts]
  const fail = (missing: string): Evaluated => ({
    quantity: null,
    missing,
    unit: undefined,
    parts,
    picked: [],
  })
  const missing = [left, right].flatMap((one) => one.missing ?? [])
  if (missing.length > 0) return fail([...new Set(missing)].join('; '))
  if (!left.quantity || !right.quantity) return fail('a figure is missing')
  const [a, b] = [left.picked[0], right.picked[0]]
  let [x, y] = [left.quantity, right.quantity]
  let unit = expression.kind === 'quotient' ? undefined : (left.unit ?? right.unit)
  if (a && b && expression.kind !== 'product') {
    const why = incomparable(a, b, chosen)
    if (why !== null) return fail(why)
    const factor = conversionOf(a.measurement, b.measurement)
    if (factor === null) return fail(unitsApart(a.measurement, b.measurement))
    if (factor !== 1)
      y = derived(y.value * factor, { lo: y.lo * factor, hi: y.hi * factor }, 'converted', [y])
    if (a.measurement !== b.measurement)
      [x, y] = [withSpread(x, left.picked, 1), withSpread(y, right.picked, factor)]
    unit = expression.kind === 'quotient' ? undefined : a.measurement.facts.unit
  }
  if (expression.kind === 'quotient' && !(y.lo > 0))
    return fail('what is divided by may not be positive')
  const { formula, bounds, sign } = operations[expression.kind]
  const direction =
    a && b && a.measurement !== b.measurement ? better(a.measurement.facts.unit) : null
  const how = `${textOfExpression(expression.left)} ${sign} ${textOfExpression(expression.right)}${direction === null ? '' : `, ${direction} is better`}`
  const quantity = derived(formula(x.value, y.value), bounds(x, y), how, [x, y])
  return Number.isNaN(quantity.value)
    ? fail('it has no value')
    : { quantity, missing: null, unit, parts, picked: [] }
}

/** A mean with the standard deviation that is printed beside it. */
function withSpread(quantity: Quantity, picked: readonly Picked[], factor: number): Quantity {
  const spreads = picked.flatMap(({ measurement: { figures }, statistic }) => {
    const std = figures['std']
    return statistic === 'mean' && std && typeof std.value === 'number' && std.value >= 0
      ? [std.value * Math.abs(factor)]
      : []
  })
  const most = Math.max(0, mostOf(spreads))
  return most === 0 ? quantity : { ...quantity, lo: quantity.lo - most, hi: quantity.hi + most }
}

/** Columns and texts that the selectors name: by these the two may differ. */
function chosenBy(
  expression: Extract<Expression, { left: Expression }>,
  where: Readonly<Record<string, string>>,
): ReadonlySet<string> {
  const chosen = new Set<string>(Object.keys(where))
  const walk = (one: Expression): void => {
    if ('left' in one && one.kind !== 'same output') {
      walk(one.left)
      walk(one.right)
    } else if ('of' in one) walk(one.of)
    else if ('selector' in one) {
      for (const text of [...one.selector.parts, ...Object.keys(one.selector.where)])
        chosen.add(text)
    }
  }
  walk(expression)
  return chosen
}

function quantitiesOf(picked: readonly Picked[]): Quantity[] | string {
  const [first] = picked
  const values: Quantity[] = []
  for (const { measurement, statistic, figure: one } of picked) {
    const quantity = printed(
      one,
      statistic,
      `${measurement.id}#${statistic}`,
      measurement.facts.unit,
    )
    if (!Number.isFinite(quantity.value))
      return `${statistic} of ${measurement.stage} is ${quantity.text}`
    const factor = first ? conversionOf(first.measurement, measurement) : 1
    if (factor === null) return 'the figures that fit have different units'
    const bounds = { lo: quantity.lo * factor, hi: quantity.hi * factor }
    values.push(
      factor === 1 ? quantity : derived(quantity.value * factor, bounds, 'converted', [quantity]),
    )
  }
  return values
}

function firstDisturbance(picked: readonly Picked[], environment: Environment): string | null {
  for (const { measurement, statistic } of picked) {
    const found = disturbed(measurement, statistic, measurement.facts.unit, environment)
    if (found) return found
  }
  return null
}
