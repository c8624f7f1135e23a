/**
 * Judgement of two tensor files: stage by stage, in f64 figures that were measured elsewhere. The types
 * are what the judgement needs of a measured pair; whoever measures may know more.
 */
import { append, mostOf } from '../many.ts'
import type { FactName, Facts, Vouch } from '../evidence/index.ts'
import { judgedStages } from './bracket.ts'
import { NoisePaths } from './noise.ts'
import { firstDivergence } from './order.ts'
import { nextSteps } from './plan.ts'
import { exactly } from './quantity.ts'
import { withReplays } from './replay.ts'
import { judgeTensorPair } from './tensor-pair.ts'
import type { RepeatNoise } from './tensor-repeats.ts'
import type { DivergenceRow, FirstDivergence, NextStep, Quantity, SideName } from './types.ts'

/** A figure, or why there is none; never NaN, never infinite. */
export type MeasuredFigure = { value: number } | { value: null; why: string }

export interface MeasuredStats {
  n: number
  nNan: number
  nPosInf: number
  nNegInf: number
  mean: MeasuredFigure
  /** Population standard deviation of the finite elements. */
  std: MeasuredFigure
  min: MeasuredFigure
  max: MeasuredFigure
  l2: MeasuredFigure
}

export interface TensorSide {
  path: string
  /** Of the measurement that holds its figures, where a bundle has one. */
  id?: string
  tensor: { dtype: string; shape: readonly number[]; unreadable: string | null }
  facts: {
    computeDtype?: string
    tokens?: readonly number[]
    selection?: Facts['selection']
    weightsSha256?: string
  }
  /** Facts that were asserted because the file does not state them. */
  asserted?: readonly FactName[]
  stats: MeasuredStats | null
}

/** Metrics of d = a - b over the elements that are finite on both sides. */
export interface MeasuredPair {
  nFinite: number
  nonFiniteMismatch: { count: number; index: number; a: ElementClass; b: ElementClass } | null
  maxAbsDiff: MeasuredFigure
  rmsDiff: MeasuredFigure
  normA: MeasuredFigure
  normB: MeasuredFigure
  relativeL2: MeasuredFigure
  worstRow: { row: number; relativeL2: number } | null
  cosine: MeasuredFigure
  /** Root mean square of the steps of block formats; absent or 0 where there are none. */
  rmsStep?: MeasuredFigure
  /** 64-bit integers that differ; f64 may not tell them apart. */
  unequalIntegers?: { count: number; index: number } | null
}

/** A row or a channel (a column of the rows): norm(d), norm(b), and that of the steps of block formats. */
export interface Unit {
  index: number
  error: number
  size: number
  steps: number
}

export interface UnitSums {
  count: number
  /** Median of norm(b). */
  median: number
  /** Those that stand out most. */
  worst: readonly Unit[]
}

export type ElementClass = 'finite' | 'nan' | '+inf' | '-inf'

/** One stage of two tensor files; `a` is the candidate, `b` the reference. */
export interface TensorPair {
  stage: string
  /** As of a side. */
  id?: string
  /** Default: self-reported. */
  vouch?: Vouch
  a: TensorSide | null
  b: TensorSide | null
  /** Null where the elements cannot be paired; `unpaired` says why. */
  pair: MeasuredPair | null
  unpaired: string | null
  rowWidth: number
  /** Every row, where they were kept. */
  rows?: readonly { row: number; pair: { relativeL2: MeasuredFigure } }[] | null
  units?: { rows: UnitSums | null; channels: UnitSums | null }
}

export interface TensorOptions {
  sides?: { candidate: string; reference: string }
  /** Declared floor; it replaces what the formats predict. */
  floor?: { relativeL2: number; because?: string }
  /** The same for single stages; they replace `floor`. */
  floors?: ReadonlyMap<string, { relativeL2: number; because?: string }>
  /** The noise that repeats of the sides show, by stage; it lifts any other floor. */
  repeats?: ReadonlyMap<string, RepeatNoise>
  /** Errors of stages that were computed again from captured inputs. */
  replays?: ReadonlyMap<string, Partial<Record<SideName, ReplayedErrors>>>
  /** Stages that a stage is computed from; default: the one before it. */
  after?: ReadonlyMap<string, readonly string[]>
  /** Stages of files that hold them by name; see `JudgedStage`. */
  loose?: ReadonlySet<string>
  /** Captures that one next step may ask for. */
  captures?: number
}

/** See `Replay`; Infinity where a side is not finite and f64 is. */
export interface ReplayedErrors {
  /** As of a side. */
  id?: string
  injected: number
  propagated?: number
}

export interface TensorRow extends DivergenceRow {
  /** Row of the tensor, such as a token, in which the sides are furthest apart. */
  worstRow: { row: number; relativeL2: number } | null
  /** Rows of which each is further apart than noise explains; null where rows are not known. */
  rowsApart: number[] | null
  /** The relative L2 that those exceed. */
  rowLimit: number | null
  /** Elements that the metrics are about. */
  nFinite: number | null
  /** Relative L2 over the largest of the stages that it is computed from. */
  gain: number | null
}

export interface TensorJudgement {
  sides: { candidate: string; reference: string }
  rows: TensorRow[]
  first: FirstDivergence
  next: NextStep[]
  warnings: string[]
}

/** @param pairs in the order of the computation */
export function judgeTensors(
  pairs: readonly TensorPair[],
  options: TensorOptions = {},
): TensorJudgement {
  const sides = options.sides ?? { candidate: 'candidate', reference: 'reference' }
  const paths = new NoisePaths(
    options,
    pairs.map(({ stage }) => stage),
  )
  const warnings: string[] = []
  const after = (index: number): readonly string[] => {
    const stage = pairs[index]?.stage ?? ''
    const before = pairs[index - 1]?.stage
    return options.after?.get(stage) ?? (before === undefined ? [] : [before])
  }
  const rows: TensorRow[] = []
  const apart = new Map<string, number>()
  for (const [index, pair] of pairs.entries()) {
    const judged = judgeTensorPair(pair, sides, paths.limits(pair, after(index)))
    paths.take(pair, after(index), judged.row.cell.verdict === 'MATCH')
    const row = withErrors(judged.row, options.replays?.get(pair.stage))
    rows.push({ ...row, gain: gainOf(row, after(index), apart) })
    apart.set(pair.stage, row.relativeL2?.value ?? Number.NaN)
    append(warnings, judged.warnings)
  }
  const placed = rows.map((row, index) => ({
    row,
    after: after(index),
    loose: options.loose?.has(row.stage) ?? false,
  }))
  const first = withReplays(firstDivergence(judgedStages(placed)), rows)
  const next = nextSteps(placed, first, { sides, captures: options.captures ?? 1 })
  return { sides, rows, first, next, warnings }
}

/** The row with what replays say about its sides, as a log would print it. */
function withErrors(
  row: Omit<TensorRow, 'gain'>,
  replays: Partial<Record<SideName, ReplayedErrors>> = {},
): Omit<TensorRow, 'gain'> {
  const on = (side: SideName) => {
    const [summary, replayed] = [row[side], replays[side]]
    if (!summary || !replayed) return summary
    const { id = `${summary.name}:${row.stage}`, ...errors } = replayed
    const found = Object.entries(errors).map(([name, value]): [string, Quantity] => {
      return [name, exactly(value, [`${id}#${name}`], 'measured')]
    })
    return { ...summary, figures: { ...summary.figures, ...Object.fromEntries(found) } }
  }
  return { ...row, candidate: on('candidate'), reference: on('reference') }
}

/**
 * How far an error grew at a stage: measured, never assumed.
 *
 * @param apart relative L2 of the stages before it
 */
function gainOf(
  { relativeL2 }: DivergenceRow,
  parents: readonly string[],
  apart: ReadonlyMap<string, number>,
): number | null {
  const before = parents.flatMap((stage) => apart.get(stage) ?? [])
  const largest = mostOf(before)
  const gain = (relativeL2?.value ?? Number.NaN) / largest
  return before.length > 0 && largest > 0 && Number.isFinite(gain) ? gain : null
}
