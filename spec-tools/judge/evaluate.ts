/** What an expression of a predicate comes to in a bundle, or why it cannot be had. */
import {
  conversion,
  type Expression,
  type FigureSelector,
  type SeriesFunction,
  textOfExpression,
  stageIn,
} from '../settings/index.ts'
import { disturbed } from './environment.ts'
import { type Evaluated, type EvaluateContext, single } from './evaluated.ts'
import { indexOfName, words } from './label.ts'
import { allTheSame } from './named.ts'
import { nothingFits, severalFit } from './no-figure.ts'
import { combined } from './combine.ts'
import { conversionOf } from './performance.ts'
import { type Picked, unitOf } from './called.ts'
import { derived, exactly, printed } from './quantity.ts'
import { ofRun, sameOutput, textOf } from './run-values.ts'
import { overRuns, runsOf } from './runs.ts'
import { overSeries } from './series.ts'
import { medianWithSpread, stdBeside, withSpread } from './spread.ts'
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
      return ofName(expression.name, context)
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
      return inUnit(
        expression.unit,
        evaluate(expression.of, where, { ...context, unit: expression.unit }),
      )
    default:
      return combined(expression, where, { ...context, unit: undefined }, evaluate)
  }
}

function value(quantity: Quantity): Evaluated {
  return { quantity, missing: null, unit: undefined, parts: [], picked: [] }
}

/** A declared measurement, in its own unit. */
function ofName(name: string, context: EvaluateContext): Evaluated {
  const found = context.named(name)
  const { quantity, unit, picked = [], metric } = found
  const widened = quantity && context.withSpread ? withSpread(quantity, picked) : quantity
  return { ...found, quantity: widened, unit, parts: [found], picked, ...(metric && { metric }) }
}

function figure(
  selector: FigureSelector,
  statistic: string | null,
  name: string,
  context: EvaluateContext,
): Evaluated {
  const stage = stageIn({ kind: 'figure', selector, statistic })
  if (stage !== null) {
    const found = context.ofStage(stage, selector.name)
    return { ...found, unit: undefined, parts: [{ ...found, name }], picked: [] }
  }
  const picked = resultsOf(inUnitOf(context, context.picker.pick(selector, statistic)))
  const fail = (missing: string) => single(name, null, missing, picked)
  if (picked.length === 0) return fail(nothingFits(selector, name, context, statistic))
  const values = quantitiesOf(picked)
  if (typeof values === 'string') return fail(values)
  const disturbance = firstDisturbance(picked, context.environment)
  if (disturbance !== null) return fail(disturbance)
  const valueOf = new Map(picked.map(({ measurement }, index) => [measurement, values[index]]))
  const runs = runsOf(picked.map(({ measurement }) => measurement)).map(({ measurements }) =>
    allTheSame(measurements.flatMap((one) => valueOf.get(one) ?? [])),
  )
  if (runs.includes(null)) return fail(severalFit(picked, selector, context.picker))
  const quantity = overRuns(runs)
  const widened = quantity && context.withSpread ? withSpread(quantity, picked) : quantity
  const isExplicit = statistic !== null || namesStatistic(selector.name, picked)
  const found = single(name, widened, null, picked, { selector, isExplicit })
  const spread = context.withSpread ? stdBeside(picked) : null
  if (spread) for (const part of found.parts) part.spread = spread
  return found
}

/** `Final estimate: PPL = …` is the result of the estimates that were printed on the way. */
function resultsOf(picked: Picked[]): Picked[] {
  const final = picked.filter(isFinal)
  return final.length > 0 ? final : picked
}

/** Those on the way, where they are a series. */
function runningOf(picked: Picked[]): Picked[] {
  const running = picked.filter((one) => !isFinal(one))
  return running.length > 1 ? running : picked
}

function isFinal({ measurement: { under } }: Picked): boolean {
  return /^final\b/i.test(under.at(-1) ?? '')
}

/** Of figures of one name those in the unit that is asked for, where any are. */
function inUnitOf({ unit }: EvaluateContext, picked: Picked[]): Picked[] {
  const fitting = picked.filter(
    ({ measurement }) => conversionOf(unit, unitOf(measurement)) !== null,
  )
  return unit === undefined || fitting.length === 0 ? picked : fitting
}

/** Whether a name such as `P99 TTFT` holds the statistic. */
function namesStatistic(name: string, picked: readonly Picked[]): boolean {
  return picked.every(({ statistic }) => indexOfName(words(name), words(statistic)) !== -1)
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
  const picked = runningOf(inUnitOf(context, context.picker.pick(selector)))
  const fail = (missing: string) => single(name, null, missing, picked)
  if (picked.length === 0) return fail(nothingFits(selector, name, context))
  const from = picked.map(({ measurement: { id }, statistic }) => `${id}#${statistic}`)
  if (how === 'count')
    return unitless(single(name, exactly(picked.length, from, 'counted'), null, picked))
  const values = quantitiesOf(picked)
  if (typeof values === 'string') return fail(values)
  const quantity = overSeries(how, values)
  if (quantity === null) return fail(`${picked.length} figures are no series`)
  if (how === 'plateau' || how === 'rises' || how === 'falls') {
    return unitless(single(name, quantity, null, picked))
  }
  const end = how === 'first' ? picked.slice(0, 1) : how === 'last' ? picked.slice(-1) : picked
  const widened = !context.withSpread
    ? quantity
    : how === 'median'
      ? medianWithSpread(withSpread(quantity, end.length > 1 ? [] : end), values)
      : withSpread(quantity, end)
  const found = single(name, widened, null, picked, { selector, isExplicit: true })
  return { ...found, picked: end }
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
    const factor = first ? conversionOf(unitOf(first.measurement), unitOf(measurement)) : 1
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
