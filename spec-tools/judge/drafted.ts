/** An investigation from logs that are at hand: what they compare, and what could be claimed of it. */
import { stringify } from 'yaml'
import type { Measurement } from '../evidence/index.ts'
import { leastOf, mostOf } from '../many.ts'
import {
  conversion,
  figuresIn,
  parseFigure,
  parsePredicate,
  PredicateError,
} from '../settings/index.ts'
import { type Picked, metricOf, unitOf } from './called.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluated, EvaluateContext } from './evaluated.ts'
import { words } from './label.ts'
import { pairedStages } from './pairing.ts'
import { better } from './performance.ts'
import { Picker } from './pick.ts'
import { withLayer } from './select.ts'

/** The usual case is to fit on a page of ten lines. */
const most = 6

/** Candidates that are looked at; a log may hold many figures. */
const mostTried = 60

export interface Logged {
  measurements: readonly Measurement[]
  /** The logs, by the path that the measurements name. */
  files: ReadonlyMap<string, Uint8Array>
}

/** What a log holds that a predicate can name, as one writes it there. */
export interface Selectable {
  /** Call, such as `peak_memory` or `time(name = "gemm")`, with what it stands for. */
  figures: { call: string; text: string }[]
  /** Call of each name with several figures, and how many. */
  series: { call: string; count: number }[]
  columns: { name: string; texts: string[] }[]
}

/** @returns figures with a unit first, each once */
export function selectableIn(logged: Logged): Selectable {
  const { measurements, picker, valueOf } = evaluator(logged)
  const tried = [...new Set(measurements.map((one) => callOf(one)))].slice(0, mostTried)
  const calls = tried.filter((call) => call !== null)
  const figures = calls.flatMap((call) => {
    const { quantity, unit } = valueOf(call) ?? {}
    return quantity
      ? [{ call, text: `${quantity.text}${unit === undefined ? '' : ` ${unit}`}` }]
      : []
  })
  const series = calls.flatMap((call) => {
    const count =
      valueOf(`last(${call})`) === null ? 0 : (valueOf(`count(${call})`)?.quantity?.value ?? 0)
    return count > 1 && !figures.some((one) => one.call === call) ? [{ call, count }] : []
  })
  const ofRows = picker.columns().filter((name) => name !== 'unit' && name !== 'n')
  const columns = ofRows.flatMap((name) => {
    const texts = picker.textsOf(name, { name: '', parts: [], where: {} })
    return texts.length > 1 ? [{ name, texts }] : []
  })
  return { figures: figures.toSorted(unitsFirst), series, columns }
}

/**
 * YAML text. Two logs that state the same figure are compared by it; a single log gives bounds. Stages
 * that the logs print of two sides come first.
 */
export function draftInvestigation(logged: Logged, title: string): string {
  const { measurements, picker, valueOf } = evaluator(logged)
  const { stages, sides } = pairedStages(measurements)
  const logs = [...new Set(measurements.map(({ source }) => source.diagnostic))]
  const [first, second] = logs
  const claims =
    first === undefined
      ? []
      : second === undefined
        ? boundsOf(selectableIn(logged), valueOf)
        : relationsOf({ measurements, picker, between: [second, first] }, valueOf)
  const more = claims.length - most
  const written = stringify(
    {
      title,
      ...(stages.length > 0 && { sides, stages: stages.slice(0, most).map(({ id }) => id) }),
      hypotheses: Object.fromEntries(
        claims.slice(0, most).map((claim, index) => [`H${index + 1}`, claim]),
      ),
    },
    { lineWidth: 0 },
  )
  if (more <= 0) return written
  const left = claims.slice(most).map((claim) => claim.split(' ', 1)[0])
  const few = `${left.slice(0, 4).join(', ')}${more > 4 ? ', …' : ''}`
  return `${written}# ${more} more of these logs can be claimed: ${few}\n`
}

type ValueOf = (call: string) => Evaluated | null

/** What a call stands for; null where that is nothing, or more than one figure. */
function evaluator({ measurements: logged, files }: Logged) {
  const measurements = logged.map(withLayer)
  const picker = new Picker(measurements, files)
  const context: EvaluateContext = {
    evidence: { measurements, diagnostics: [] },
    environment: { status: 'sound', findings: [] },
    picker,
    named: (name) => ({ name, quantity: null, missing: 'no such name', used: [] }),
    ofStage: (name) => ({ name, quantity: null, missing: 'no such stage', used: [] }),
    work: picker.work,
    assert: {},
    withSpread: false,
  }
  const valueOf: ValueOf = (call) => {
    const expression = figureOf(call)
    if (expression === null) return null
    // Near names for one that picks nothing are not asked for here, and take long to find.
    const isThere = figuresIn(expression).every(
      (one) =>
        (one.kind !== 'figure' && one.kind !== 'series') ||
        picker.pick(one.selector, one.kind === 'figure' ? one.statistic : null).length > 0,
    )
    if (!isThere) return null
    const found = evaluate(expression, {}, context)
    return found.quantity && Number.isFinite(found.quantity.value) ? found : null
  }
  return { measurements, picker, valueOf }
}

/** Null for a name that no predicate can say. */
function figureOf(call: string) {
  return unlessUnsayable(() => parseFigure(call, new Map()))
}

function isPredicate(claim: string): boolean {
  return unlessUnsayable(() => parsePredicate(claim, new Map())) !== null
}

function unlessUnsayable<T>(parse: () => T): T | null {
  try {
    return parse()
  } catch (error) {
    if (error instanceof PredicateError) return null
    throw error
  }
}

function boundsOf({ figures, series }: Selectable, valueOf: ValueOf): string[] {
  const calls = [...figures.map(({ call }) => call), ...series.map(({ call }) => `last(${call})`)]
  return calls.flatMap((call) => {
    const { quantity, unit } = valueOf(call) ?? {}
    if (!quantity) return []
    const isLess = better(unit) === 'smaller' || /loss|error|perplexity/i.test(call)
    const bound = isLess ? above(quantity.hi) : below(quantity.lo)
    const claim = `${call} ${isLess ? '<=' : '>='} ${bound}`
    // A bound without a unit is in the figure's own, where no predicate can say that: `70 °C`.
    const said = unit === undefined ? [claim] : [`${claim} ${unit}`, claim]
    return said.filter(isPredicate).slice(0, 1)
  })
}

function relationsOf(
  {
    measurements,
    picker,
    between: [of, with_],
  }: { measurements: readonly Measurement[]; picker: Picker; between: readonly [string, string] },
  valueOf: ValueOf,
): string[] {
  const own = measurements.filter((one) => one.source.diagnostic === of && isPerformance(one))
  const isNamed = (one: Measurement) => picker.nameOf(one) !== null
  const calls = own.filter((one) => !isNamed(one)).flatMap((one) => callOf(one, of) ?? [])
  const tried = [...new Set(calls)].slice(0, mostTried)
  const single = tried.flatMap((call) => {
    const other = call.replace(`(${quoted(of)}`, `(${quoted(with_)}`)
    const ratio = valueOf(`${call} / ${other}`)
    if (!ratio?.quantity) return []
    const { lo, hi } = ratio.quantity
    if (lo > 0.97 && hi < 1.03) return [`${call} within 5 % of ${other}`]
    const isMore = ratio.quantity.value > 1
    return [
      `${call} ${isMore ? '>=' : '<='} ${isMore ? below(0.98 * lo) : above(1.02 * hi)} * ${other}`,
    ]
  })
  return [...ofNamedRows(own.filter(isNamed), picker, [of, with_], valueOf), ...single]
}

/** One line for all rows of a name that both logs have: `ratio(time, new / old) <= 0.6 for all names`. */
function ofNamedRows(
  rows: readonly Measurement[],
  picker: Picker,
  [of, with_]: readonly [string, string],
  valueOf: ValueOf,
): string[] {
  const names = [...new Set(rows.map((one) => picker.nameOf(one)!))]
  const metrics = rows.map((one) => {
    const name = picker.nameOf(one)!
    const called = quoted(one.stage.startsWith(name) ? one.stage.slice(name.length) : one.stage)
    return called === '' ? 'time' : called.toLowerCase()
  })
  return [...new Set(metrics)].slice(0, mostTried).flatMap((metric) => {
    const ratios = names.flatMap((name) => {
      const place = JSON.stringify(name)
      const found = valueOf(
        `${metric}(${quoted(of)}, name = ${place}) / ${metric}(${quoted(with_)}, name = ${place})`,
      )
      return found?.quantity ?? []
    })
    if (ratios.length === 0) return []
    const [lo, hi] = [leastOf(ratios.map((one) => one.lo)), mostOf(ratios.map((one) => one.hi))]
    const bound = hi < 1 ? `<= ${above(1.02 * hi)}` : `>= ${below(0.98 * lo)}`
    return [`ratio(${metric}, ${quoted(of)} / ${quoted(with_)}) ${bound} for all names`]
  })
}

/** The next larger number of two digits, which a person would write as a bound. */
function above(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1)
  return value === 0 ? 0 : Number((Math.ceil(value / unit) * unit).toPrecision(3))
}

function below(value: number): number {
  return value === 0 ? 0 : -above(-value)
}

/** How a predicate writes a figure; null for one whose name it cannot hold. */
function callOf(measurement: Measurement, log?: string): string | null {
  const { stage, labels = {}, figures, against } = measurement
  if (against !== null) return null
  const inName = Object.entries(labels).filter(([, text]) => holds(stage, text))
  const where = Object.fromEntries(inName)
  const statistic = statisticOf(figures)
  const one: Picked = { measurement, statistic, figure: figures[statistic]! }
  const name = quoted(inName.length === 0 ? stage : metricOf(one, { name: '', parts: [], where }))
  const places = [
    ...(log === undefined ? [] : [quoted(log)]),
    ...inName.map(([column, text]) => `${quoted(column)} = ${JSON.stringify(text)}`),
  ]
  // A statistic of the program's own, such as `time` of Criterion, is what it is called by.
  const [call, ...rest] = usual.has(statistic)
    ? [name, ...places]
    : [quoted(statistic), ...places.slice(0, 1), name, ...places.slice(1)]
  if (!/^[A-Za-z_]\w*$/.test(call)) return null
  return rest.length === 0 ? call : `${call}(${rest.join(', ')})`
}

const usual = new Set(['value', 'mean', 'median'])

function statisticOf(figures: Measurement['figures']): string {
  const names = Object.keys(figures)
  const estimate = names.find((one) => Object.hasOwn(figures, `${one}_low`))
  return names.find((one) => usual.has(one)) ?? estimate ?? names[0] ?? 'value'
}

function holds(stage: string, text: string): boolean {
  const [all, some] = [words(stage).join(' '), words(text).join(' ')]
  return some !== '' && ` ${all} `.includes(` ${some} `)
}

/** Whether a figure has a unit of time or of work. */
function isPerformance(measurement: Measurement): boolean {
  const unit = unitOf(measurement)
  if (measurement.against !== null || unit === undefined) return false
  return conversion(unit, 'B') === null && better(unit) !== null
}

function unitsFirst(a: { text: string }, b: { text: string }): number {
  return Number(/^\S+$/.test(a.text)) - Number(/^\S+$/.test(b.text))
}

/** A name as a predicate writes it: other signs than letters and digits are as good as `_`. */
function quoted(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '')
}
