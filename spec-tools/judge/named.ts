/** The figure that a named measurement of an investigation stands for, or why there is none. */
import { leastOf, mostOf } from '../many.ts'
import { type Evidence, type Measurement, pairMetricNamed, pairMetrics } from '../evidence/index.ts'
import { conversion, type Named } from '../settings/index.ts'
import { disturbed } from './environment.ts'
import { intersect, isKnown } from './interval.ts'
import { indexOfName, words } from './label.ts'
import { type Metric, type Picked, unitOf } from './called.ts'
import { derived, printed } from './quantity.ts'
import { isOfPair, measurementsNamed } from './select.ts'
import { overRuns, runsOf } from './runs.ts'
import type { MeasurementIndex } from './measurement-index.ts'
import type { PredicateValue, Apart, DivergenceRow, Environment, Quantity } from './types.ts'
import { isMatch, outcomeOf } from './verdicts.ts'

export interface NamedValue extends Pick<PredicateValue, 'at' | 'spread'> {
  name: string
  quantity: Quantity | null
  /** Why there is no figure that may be used; null where there is one. */
  missing: string | null
  /** Ids of the measurements that it was looked for in. */
  used: string[]
  /** As the log states it. */
  unit?: string
  /** Both sides' figures, where they may not be related. */
  apart?: Apart
  /** Of a figure that a log prints: what it was read from. */
  picked?: Picked[]
  metric?: Metric
}

interface NamedContext {
  machine: Evidence['machine']
  environment: Environment
  sides: readonly string[]
}

/** Whether a side is one of a judged stage, and not one that a log names. */
export function isSideOfStage(side: string): boolean {
  return side === 'candidate' || side === 'reference' || side === 'pair'
}

/** Runs from which on a median is judged: 5 of 5 above a bound is 96.9 % one-sided. */
const enoughRuns = 5

export function namedValue(
  name: string,
  definition: Named,
  rows: readonly DivergenceRow[],
  indexed: MeasurementIndex,
  { machine, environment, sides }: NamedContext,
): NamedValue {
  if (definition.side !== undefined && isSideOfStage(definition.side)) {
    return ofStage(name, definition, rows)
  }
  const { stage, metric, unit } = definition
  const found = measurementsNamed(
    indexed,
    stage,
    definition,
    ({ figures }) => figureOf(figures, metric) !== undefined,
  )
  const used = found.map(({ id }) => id)
  const fail = (missing: string): NamedValue => ({ name, quantity: null, missing, used })
  if (found.length === 0) return fail(`no measurement of ${stage} states ${metric}`)
  if (found.some((one) => comparesSides(one, metric, sides))) {
    return fail(
      `${metric} of ${stage} compares the sides by the log's own account, without the comparability gate; name it with \`side: pair\``,
    )
  }
  const disturbance = found.map((one) => disturbed(one, metric, unit, environment)).find(Boolean)
  if (disturbance) return fail(disturbance)
  const quantities = found.map((measurement) => quantityOf(measurement, metric, unit))
  const wrong = quantities.find((quantity) => typeof quantity === 'string')
  if (wrong !== undefined) return fail(wrong)
  const values = quantities.filter((quantity) => typeof quantity !== 'string')
  const nonFinite = values.find(({ value }) => !Number.isFinite(value))
  if (nonFinite) return fail(`${metric} of ${stage} is ${nonFinite.text}`)
  const made = {
    name,
    missing: null,
    used,
    picked: pickedOf(found, metric),
    metric: { selector: { name: stage, parts: [], where: {} }, isExplicit: true },
    ...unitIn(found, unit),
  }
  if (definition.over === 'median') {
    const throttled = throttling(machine)
    if (throttled !== null) return fail(`the GPU was throttled (${throttled})`)
    if (values.length < enoughRuns) {
      return fail(`${values.length} of at least ${enoughRuns} ${kindOf(found)} were measured`)
    }
    return { ...made, quantity: median(values, kindOf(found)) }
  }
  // Each run says one thing; what is claimed must hold for all of them.
  const valueOf = new Map(found.map((measurement, index) => [measurement, values[index]]))
  const runs = runsOf(found).map(({ measurements }) =>
    allTheSame(measurements.flatMap((measurement) => valueOf.get(measurement) ?? [])),
  )
  return runs.includes(null)
    ? fail(`${values.length} measurements fit ${stage} and do not say the same ${metric}`)
    : { ...made, quantity: overRuns(runs) }
}

function pickedOf(found: readonly Measurement[], metric: string): Picked[] {
  return found.flatMap((measurement) => {
    const one = figureOf(measurement.figures, metric)
    return one ? [{ measurement, ...one }] : []
  })
}

/** The unit that is declared, else the one that the log states. */
function unitIn([first]: readonly Measurement[], declared: string | undefined) {
  const unit = declared ?? (first && unitOf(first))
  return unit === undefined ? {} : { unit }
}

/** A figure of a judged stage; only of one whose comparison passed the gate. */
export function ofStage(
  name: string,
  { stage, side, metric }: Pick<Named, 'stage' | 'side' | 'metric'>,
  rows: readonly DivergenceRow[],
): NamedValue {
  const row = rows.find((one) => one.stage === stage)
  const fail = (missing: string): NamedValue => ({ name, quantity: null, missing, used: [] })
  if (!row) return fail(`${stage} is no stage of the investigation`)
  const key = pairMetricNamed.get(metric === 'ratio' ? pairMetrics.ratio.name : metric)
  if (!passedGate(row)) {
    return {
      ...fail(`${stage} is ${row.cell.text}`),
      ...bothSides(row, key === 'ratio' ? 'std' : metric),
    }
  }
  const quantity =
    side === 'pair'
      ? ((key && row[key]) ?? row.printed?.[metric])
      : side === 'candidate' || side === 'reference'
        ? metric === 'n'
          ? row[side]?.n
          : row[side]?.figures[metric]
        : null
  if (!quantity) return fail(`${stage} has no ${metric} of the ${side}`)
  if (!Number.isFinite(quantity.value)) return fail(`${metric} of ${stage} is ${quantity.text}`)
  return { name, quantity, missing: null, used: [] }
}

/** What both sides state, to be shown though it may not be related. */
function bothSides(row: DivergenceRow, statistic: string): Pick<NamedValue, 'apart'> {
  const [candidate, reference] = [row.candidate, row.reference].map(
    (one) => one?.figures[statistic],
  )
  return candidate && reference
    ? { apart: { stage: row.stage, statistic, candidate, reference } }
    : {}
}

/** Whether the sides of a row could be compared, though the verdict may still lack a floor. */
export function passedGate(row: DivergenceRow): boolean {
  const { verdict, reasons } = row.cell
  if (isMatch(row) || outcomeOf(row) === 'divergent') return true
  const open = new Set<string>(['floor', 'relative_l2'])
  return verdict === 'UNPROVEN' && reasons.every(({ about }) => open.has(about))
}

export function figureOf(figures: Measurement['figures'], metric: string) {
  const key = Object.keys(figures).find((name) => name === metric) ?? folded(figures, metric)
  return key === undefined ? undefined : { statistic: key, figure: figures[key]! }
}

function folded(figures: Measurement['figures'], metric: string): string | undefined {
  const wanted = words(metric).join(' ')
  return Object.keys(figures).find((name) => words(name).join(' ') === wanted)
}

/** Whether a log itself relates the two sides in a figure: that is a claim, not a measurement. */
function comparesSides(
  measurement: Measurement,
  metric: string,
  sides: readonly string[],
): boolean {
  if (isOfPair(measurement)) return true
  if (!words(`${measurement.stage} ${metric}`).includes('ratio')) return false
  const context = [measurement.stage, ...measurement.under, measurement.source.file].map(words)
  return sides.every((side) => context.some((text) => indexOfName(text, words(side)) !== -1))
}

/** The figure in the unit that the investigation gives it, or why that cannot be. */
function quantityOf(
  measurement: Measurement,
  metric: string,
  unit: string | undefined,
): Quantity | string {
  const found = figureOf(measurement.figures, metric)
  if (!found) return `no ${metric}`
  const { statistic, figure } = found
  const stated = measurement.facts.unit
  const quantity = printed(figure, statistic, `${measurement.id}#${statistic}`, stated)
  if (unit === undefined || stated === unit) return quantity
  if (stated === undefined) {
    return `the log gives no unit for ${statistic} of ${measurement.stage}, but ${unit} is declared`
  }
  const factor = conversion(stated, unit)
  if (factor === null) {
    return `${statistic} of ${measurement.stage} is in ${stated}, but ${unit} is declared`
  }
  if (!Number.isFinite(quantity.value) || factor === 1) return quantity
  const scaled = { lo: quantity.lo * factor, hi: quantity.hi * factor }
  return derived(quantity.value * factor, scaled, `${stated} as ${unit}`, [quantity])
}

/** Several statements of one figure; null where they contradict each other. */
export function allTheSame(values: readonly Quantity[]): Quantity | null {
  return values.reduce<Quantity | null>((known, value) => {
    if (!known || !isKnown(value) || !intersect(known, value)) return null
    return value.hi - value.lo < known.hi - known.lo ? value : known
  }, values[0] ?? null)
}

/** What several figures of one name are: of runs of the diagnostic, or of lines that one run printed. */
function kindOf(found: readonly Measurement[]): string {
  const runs = runsOf(found).length
  if (runs === 1) return found.length === 1 ? 'run' : 'values of one run'
  return runs === found.length ? 'runs' : `values of ${runs} runs`
}

/** The median of several figures, with their whole range as its interval. */
function median(values: readonly Quantity[], kind: string): Quantity {
  const sorted = values.toSorted((a, b) => a.value - b.value)
  const low = sorted[Math.floor((sorted.length - 1) / 2)]!
  const high = sorted[Math.ceil((sorted.length - 1) / 2)]!
  const bounds = {
    lo: leastOf(values.map(({ lo }) => lo)),
    hi: mostOf(values.map(({ hi }) => hi)),
  }
  const value = (low.value + high.value) / 2
  const quantity = derived(
    value,
    bounds,
    `median of ${values.length} ${kind}, with their range`,
    values,
  )
  const decimals = mostOf([low, high].map(({ text }) => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0))
  // Between two figures of so many decimals the middle has one more.
  const between = String(Number(value.toFixed(Math.min(100, decimals + 1))))
  return { ...quantity, text: low.text === high.text ? low.text : between }
}

/** Throttle reasons that a probe reports and that slow a run down; null where there are none. */
function throttling({ gpu }: Evidence['machine']): string | null {
  const reasons = gpu.devices.map(({ throttle }) => throttle?.trim() ?? '')
  return (
    reasons.find(
      (reason) =>
        !/^(?:|none|n\/?a|\[n\/a\]|not active|idle|gpu[ _]?idle|0x0*[01]?|0)$/i.test(reason),
    ) ?? null
  )
}
