/** What an investigation selects in the logs that are at hand: for the check before a run, and after one. */
import { type Measurement, tensorFolder } from '../evidence/index.ts'
import {
  comparisonsIn,
  type Expression,
  type FigureSelector,
  figuresIn,
  type Investigation,
  parsePredicate,
  stageIn,
  textOfExpression,
} from '../settings/index.ts'
import type { Logged } from './drafted.ts'
import { figureOf, isSideOfStage } from './named.ts'
import { sameName } from './label.ts'
import { noSuchSide, nothingFits } from './no-figure.ts'
import { withSidesOfOneProcess } from './one-process.ts'
import { Picker } from './pick.ts'
import { measurementsNamed, measurementsOfPair, measurementsOfSide, withLayer } from './select.ts'
import { MeasurementIndex } from './measurement-index.ts'
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

/** What picks nothing in a run that has been made, a sentence each. */
export function pickingNothing(investigation: Investigation | null, logged: Logged): string[] {
  if (investigation === null) return []
  return selectedBy(investigation, logged).flatMap(({ where, selector, problem }) =>
    problem === null ? [] : [`${where}: ${selector} picks nothing: ${problem}.`],
  )
}

export function selectedBy(
  investigation: Investigation,
  { measurements: read, files }: Logged,
): Selected[] {
  const measurements = withSidesOfOneProcess(read.map(withLayer), investigation.sides)
  const indexed = new MeasurementIndex(measurements)
  const picker = new Picker(measurements, files)
  return [
    ...ofStages(investigation, indexed),
    ...ofMeasurements(investigation, indexed, picker),
    ...ofHypotheses(investigation, picker, stagesOf(investigation, measurements)),
  ]
}

function ofStages({ stages, sides }: Investigation, indexed: MeasurementIndex): Selected[] {
  const isOfFiles = indexed.all.some(({ source }) => source.file.startsWith(tensorFolder))
  return stages.flatMap((stage): Selected[] => {
    const names = {
      candidate: stage.candidate.name ?? sides.candidate,
      reference: stage.reference.name ?? sides.reference,
    }
    const of = (role: 'candidate' | 'reference') =>
      measurementsOfSide(indexed, {
        stage: stage.id,
        selector: stage[role],
        side: names[role],
        other: names[role === 'candidate' ? 'reference' : 'candidate'],
      }).length
    const [candidate, reference] = [of('candidate'), of('reference')]
    const pair = measurementsOfPair(indexed, {
      stage: stage.id,
      selector: stage.pair,
      side: names.candidate,
      other: names.reference,
    }).length
    // Of a pair alone a log may print no more than how far apart its sides are.
    const lacks = (['candidate', 'reference'] as const).filter((role) => {
      const count = role === 'candidate' ? candidate : reference
      const isMeant = pair === 0 || Object.keys(stage[role]).some((key) => key !== 'assert')
      return count === 0 && isMeant && !isOfFiles
    })
    const whole = {
      where: `stages ${stage.id}`,
      selector: `${names.candidate}, ${names.reference}`,
      count: candidate + reference + pair,
      problem: null,
    }
    return lacks.length === 0
      ? [whole]
      : lacks.map((role) => ({
          where: `stages ${stage.id}, ${role}`,
          selector: names[role],
          count: 0,
          problem: noSuchSide({ ...stage[role], name: names[role] }, stage.id, indexed.all),
        }))
  })
}

function ofMeasurements(
  { measurements }: Investigation,
  indexed: MeasurementIndex,
  picker: Picker,
): Selected[] {
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
      indexed,
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

/** The stages that are judged: those that are declared, and those of tensor files. */
function stagesOf({ stages }: Investigation, measurements: readonly Measurement[]): string[] {
  const ofFiles = measurements.filter(({ source }) => source.file.startsWith(tensorFolder))
  return [...stages.map(({ id }) => id), ...new Set(ofFiles.map(({ stage }) => stage))]
}

function ofHypotheses(
  { hypotheses, measurements }: Investigation,
  picker: Picker,
  stages: readonly string[],
): Selected[] {
  const units = new Map(Object.entries(measurements).map(([name, { unit }]) => [name, unit]))
  return hypotheses.flatMap(({ id, confirm, refute, where = {} }) => {
    const compared = [confirm, refute].flatMap((text) => comparisonsIn(parsePredicate(text, units)))
    const found = compared.flatMap(({ expression }) => [
      ...ofExpression(id, expression, where, picker),
      ...ofNoStage(id, expression, stages),
    ])
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
    if (one.kind !== 'figure' && one.kind !== 'series' && one.kind !== 'text') return []
    // What a stage picks is counted where it is declared.
    if (stageIn(one) !== null) return []
    const placed = { ...one.selector, where: { ...conditions, ...one.selector.where } }
    const statistic = one.kind === 'figure' ? one.statistic : null
    const isEquality = 'equality' in expression && statistic === null
    const texts = one.kind === 'text' || isEquality ? textsAt(placed, picker) : 0
    const count = (one.kind === 'text' ? 0 : picker.pick(placed, statistic).length) || texts
    const problem = count === 0 ? nothingFits(placed, selector, { picker }, statistic) : null
    return [{ where, selector, count, problem }]
  })
}

/** How many texts stand in a column, or 1 for such as stand behind a key. */
function textsAt(selector: FigureSelector, picker: Picker): number {
  const count = picker.textsOf(selector.name, selector).length
  return count > 0 ? count : Number(picker.work.isStated(selector.name))
}

function ofNoStage(where: string, expression: Expression, stages: readonly string[]): Selected[] {
  return figuresIn(expression).flatMap((one) => {
    const stage = stageIn(one)
    if (stage === null || stages.some((id) => sameName(id, stage))) return []
    const problem = `${stage} is no stage of the investigation`
    return [{ where, selector: textOfExpression(one), count: 0, problem }]
  })
}
