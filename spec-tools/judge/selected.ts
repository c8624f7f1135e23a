/** What an investigation selects in the logs that are at hand: for the check before a run, and after one. */
import type { Measurement } from '../evidence/index.ts'
import {
  comparisonsIn,
  type Expression,
  figuresIn,
  type Investigation,
  parsePredicate,
  textOfExpression,
} from '../settings/index.ts'
import { figureOf, isSideOfStage } from './named.ts'
import { nothingFits } from './no-figure.ts'
import { Picker } from './pick.ts'
import { measurementsNamed, measurementsOfPair, measurementsOfSide, withLayer } from './select.ts'
import { Shelf } from './shelf.ts'
import { expressionOf } from './values.ts'

/** A selector with the number of figures, or of measurements of a stage, that it picks. */
export interface Selected {
  /** Where it stands, such as `H1` or `stages q-out, candidate`. */
  where: string
  selector: string
  count: number
  /** That nothing is picked, with near names; null where something is. */
  problem: string | null
}

export function selectedBy(
  investigation: Investigation,
  logged: readonly Measurement[],
): Selected[] {
  const measurements = logged.map(withLayer)
  const shelf = new Shelf(measurements)
  const picker = new Picker(measurements)
  return [
    ...ofStages(investigation, shelf),
    ...ofMeasurements(investigation, shelf, picker),
    ...ofHypotheses(investigation, picker),
  ]
}

function ofStages({ stages, sides }: Investigation, shelf: Shelf): Selected[] {
  return stages.flatMap((stage) => {
    const candidate = stage.candidate.name ?? sides.candidate
    const reference = stage.reference.name ?? sides.reference
    const about = { stage: stage.id }
    const a = measurementsOfSide(shelf, {
      ...about,
      selector: stage.candidate,
      side: candidate,
      other: reference,
    })
    const b = measurementsOfSide(shelf, {
      ...about,
      selector: stage.reference,
      side: reference,
      other: candidate,
    })
    const pair = measurementsOfPair(shelf, {
      ...about,
      selector: stage.pair,
      side: candidate,
      other: reference,
    })
    const count = a.length + b.length + pair.length
    const problem =
      count === 0
        ? nothingFits({ name: stage.id, parts: [], where: {} }, stage.id, {
            picker: new Picker(shelf.all),
          })
        : null
    return { where: `stages ${stage.id}`, selector: `${candidate}, ${reference}`, count, problem }
  })
}

function ofMeasurements({ measurements }: Investigation, shelf: Shelf, picker: Picker): Selected[] {
  return Object.entries(measurements).flatMap(([name, definition]) => {
    const { side, stage, metric, gain, where, over } = definition
    // A figure of a stage is one of what the stage picks.
    if (side !== undefined && isSideOfStage(side)) return []
    if (
      gain !== undefined ||
      where !== undefined ||
      side !== undefined ||
      (over !== undefined && over !== 'median')
    ) {
      return ofExpression(`measurements ${name}`, expressionOf(definition), where ?? {}, picker)
    }
    const found = measurementsNamed(
      shelf,
      stage,
      definition,
      ({ figures }) => figureOf(figures, metric) !== undefined,
    )
    const selector = { name: stage, parts: [], where: {} }
    const problem =
      found.length === 0 ? nothingFits(selector, `${metric} of ${stage}`, { picker }) : null
    return [
      {
        where: `measurements ${name}`,
        selector: `${metric} of ${stage}`,
        count: found.length,
        problem,
      },
    ]
  })
}

function ofHypotheses({ hypotheses, measurements }: Investigation, picker: Picker): Selected[] {
  const units = new Map(Object.entries(measurements).map(([name, { unit }]) => [name, unit]))
  return hypotheses.flatMap(({ id, confirm, refute, where = {} }) => {
    const compared = [confirm, refute].flatMap((text) => comparisonsIn(parsePredicate(text, units)))
    const found = compared.flatMap(({ expression }) => ofExpression(id, expression, where, picker))
    return [...new Map(found.map((one) => [one.selector, one])).values()]
  })
}

function ofExpression(
  where: string,
  expression: Expression,
  conditions: Readonly<Record<string, string>>,
  picker: Picker,
): Selected[] {
  return figuresIn(expression).flatMap((one) => {
    const selector = textOfExpression(one)
    if (one.kind !== 'figure' && one.kind !== 'series') return []
    const placed = { ...one.selector, where: { ...conditions, ...one.selector.where } }
    const statistic = one.kind === 'figure' ? one.statistic : null
    const count = picker.pick(placed, statistic).length
    const problem = count === 0 ? nothingFits(placed, selector, { picker }) : null
    return [{ where, selector, count, problem }]
  })
}
