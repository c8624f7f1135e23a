/**
 * Two measured tensor files and their judgement. What stands here of a measured pair is what the
 * judgement needs; whoever measures may know more.
 */
import type { FactName, Facts, Vouch } from '../evidence/index.ts'
import type { DivergenceRow, FirstDivergence, NextStep, SideName, NoiseFloor } from './types.ts'

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
  /** Of what the stage adds up, where that was captured. */
  terms?: Terms
}

/**
 * How large the terms are that a stage adds up: per element the root of the sum of their squares, and
 * over the elements its root mean square and its maximum.
 */
export interface Terms {
  rms: number
  max: number
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

/** What a side differs by from its own repeat at one stage. */
export interface RepeatNoise {
  relativeL2: number
  /** Relative L2 of the worst row, where rows were looked at. */
  unit?: number
  /** max|d| / max|b|. */
  element?: number
  /** The side that was repeated. */
  of: string
}

/** One repeat of a side: its stages, paired with those of the first run. */
export interface TensorRepeat {
  side: string
  /** How the repeat is called, such as its path. */
  name: string
  pairs: readonly TensorPair[]
}

/** The same difference over the whole tensor, in its worst row or channel, and in its worst element. */
export interface Noise {
  whole: number
  unit: number
  /** max|d| / max|b|. */
  element: number
}

export interface Limits {
  floor: NoiseFloor | null
  /** What a row or a channel may differ by; null where nothing is known. */
  unit: UnitLimit | null
  /** Above this share of max|b| a difference is confined to an element; null where nothing is known. */
  element: number | null
  /** Differences of elements up to here are below what the formats keep. */
  absolute: number
  /** RMS(d) up to which the difference may stem from larger values before that cancel here. */
  carried: number
  /** Relative L2 up to which layers that were not captured may explain the difference. */
  hidden: number
  /** What is explained by the scales of block formats; null where there are none. */
  blocks: BlockNoise | null
  /** Why no agreement is shown although the difference is small; null where it is. */
  notReproducible: string | null
}

/** Relative to the unit's own norm, and to that of a usual unit, which others mix into it. */
export interface UnitLimit {
  own: number
  mixed: number
}

export interface BlockNoise {
  /** sqrt(mean(step^2) / 12) / rms(b): the error of rounding to the nearest multiple of the steps. */
  relativeL2: number
  /** Largest difference of an element that rounding explains, as a share of max|b|. */
  element: number
  /** Largest distance of the slope <a,b> / <b,b> from 1 that rounding explains. */
  slope: number
}
