/**
 * The vocabulary of tensor files: what a file says about itself, what was measured in one pass, and
 * the data behind one row of a divergence table. Facts and figures only: whether two tensors may be
 * compared, and what their difference means, is judged elsewhere.
 *
 * Throughout, `a` is the candidate, `b` the reference, and `d = a - b`. Indices are flat, in
 * row-major order of the logical shape. All figures are computed in f64 from decoded elements.
 */
import type { FileBytes } from './bytes.ts'

/** A figure, or why there is none. Never NaN and never infinite. */
export type Figure = { value: number; why?: undefined } | { value: null; why: string }

/** A figure with the element that it comes from. */
export type IndexedFigure =
  { value: number; index: number; why?: undefined } | { value: null; index: null; why: string }

export type FileFormat = 'safetensors' | 'npy' | 'npz' | 'gguf'

/** One tensor as its file's header declares it; no element has been read. */
export interface TensorInfo {
  /** Stage name, unique in the file. */
  name: string
  /** `F32`, `BF16`, `Q4_K` and so on: the spelling of safetensors and GGUF, in upper case. */
  dtype: string
  /** Logical shape, outermost axis first; `[]` is a scalar. */
  shape: readonly number[]
  /** Order of the elements in the file; `column-major` is decoded into logical order. */
  layout: 'row-major' | 'column-major'
  /** True for big-endian elements (.npy only). */
  bigEndian: boolean
  /** Number of elements. */
  n: number
  /**
   * Bytes that hold the elements, `start` inclusive, `end` exclusive: of the file, or of the
   * inflated entry where `deflated` says where in the file that is.
   */
  start: number
  end: number
  /** Bytes of the file that inflate to the entry (compressed .npz only), else null. */
  deflated: { start: number; end: number; size: number } | null
  /** Why the elements cannot be decoded (a dtype that is not supported), or null. */
  unreadable: string | null
}

/** What a file states about how its tensors came to be. Absent where it does not say. */
export interface FileFacts {
  computeDtype?: string
  /** Token ids that were fed in. */
  tokens?: readonly number[]
  /** Token positions captured: all, the last one, or one index. */
  selection?: 'all' | 'last' | number
  weightsSha256?: string
  /** Names of the stages in the order of the computation. */
  stages?: readonly string[]
}

/** A tensor file with its header read and checked. */
export interface TensorFile {
  path: string
  format: FileFormat
  /** Size of the file in bytes. */
  size: number
  /** In the order of the stages where the file states it, else of the data offsets. */
  tensors: readonly TensorInfo[]
  /** Whether that is only the order of their names, which says nothing of the computation. */
  byName: boolean
  facts: FileFacts
  /** Metadata as written, for what is not among the facts; long values are cut, and say so. */
  metadata: Readonly<Record<string, string>>
  /** What was odd but no reason to refuse the file, such as a stage named but not held. */
  warnings: readonly string[]
}

/** Statistics of one tensor. Moments and extremes are over its finite elements. */
export interface TensorStats {
  n: number
  nFinite: number
  nNan: number
  nPosInf: number
  nNegInf: number
  nZero: number
  mean: Figure
  /** Population standard deviation (ddof 0). */
  std: Figure
  min: IndexedFigure
  max: IndexedFigure
  l2: Figure
}

/** How an element is classified before any arithmetic. */
export type ElementClass = 'finite' | 'nan' | '+inf' | '-inf'

/** An element at which one side is not finite and the other is finite or of another class. */
export interface NonFiniteMismatch {
  /** Number of such elements. */
  count: number
  index: number
  a: ElementClass
  b: ElementClass
}

export interface WorstRow {
  row: number
  relativeL2: number
}

/** Metrics of `d = a - b` over the elements that are finite on both sides. */
export interface PairStats {
  n: number
  /** Elements finite on both sides: what all figures below are about. */
  nFinite: number
  /** First element whose class (finite, NaN, +inf, -inf) differs between the sides, or null. */
  nonFiniteMismatch: NonFiniteMismatch | null
  /** First element that is not finite on either side, or null. */
  firstNonFinite: number | null
  maxAbsDiff: IndexedFigure
  rmsDiff: Figure
  /** Mean of d. */
  bias: Figure
  /** norm(a) and norm(b) over the finite intersection. */
  normA: Figure
  normB: Figure
  /** norm(d) / norm(b); not available where norm(b) is 0. */
  relativeL2: Figure
  /** Largest relative L2 of a row; rows whose reference is all zero are left out, and counted. */
  worstRow: WorstRow | null
  /** Rows without a relative L2 because norm(b) is 0 there although norm(d) is not. */
  nRowsZeroReference: number
  cosine: Figure
  /** Root mean square of the steps between neighbouring values of block formats, of both sides; else 0. */
  rmsStep: Figure
  /** 64-bit integers that differ, compared as integers; null where none do, or they are no such. */
  unequalIntegers: { count: number; index: number } | null
  /** norm(a/norm(a) - b/norm(b))^2 / 2: accurate where the cosine is near 1. */
  oneMinusCosine: Figure
}

/** A row or a channel (a column of the rows): root sums of squares over its elements. */
export interface Unit {
  index: number
  /** norm(d) and norm(b). */
  error: number
  size: number
  /** Of the steps of block formats. */
  steps: number
}

/** What rows, or channels, differ by. */
export interface UnitSums {
  count: number
  /** Median of norm(b). */
  median: number
  /** Those that stand out most by any of the ways in which an error may be allowed for. */
  worst: readonly Unit[]
}

/** Both sides and their difference in one row, such as one token position. */
export interface RowStats {
  row: number
  a: TensorStats
  b: TensorStats
  pair: PairStats
}

/** Quantiles of |d| over the finite intersection. */
export interface Quantiles {
  p50: Figure
  p99: Figure
  p999: Figure
  /** `exact` (linear interpolation between order statistics) or the histogram's bin error. */
  method: 'exact' | 'log2 histogram'
  /** Largest relative error that the method makes; 0 if exact. */
  relativeError: number
}

/** Distance in units in the last place, for elements with |b| in [from, to). */
export interface UlpBucket {
  from: number
  to: number
  n: number
  max: number
  mean: number
}

export interface Ulp {
  n: number
  max: IndexedFigure
  mean: Figure
  /** Elements at most one unit apart. */
  nWithinOne: number
  buckets: readonly UlpBucket[]
}

/** Whether the largest element of each row is at the same place on both sides. */
export interface ArgmaxStats {
  rows: number
  /** Rows in which either side has no finite element. */
  undecided: number
  matches: number
  firstMismatch: { row: number; a: number; b: number } | null
  /** Smallest difference between the largest and second largest element of a row, per side. */
  smallestMarginA: { row: number; margin: number } | null
  smallestMarginB: { row: number; margin: number } | null
}

/** One side of a stage. */
export interface TensorSide {
  path: string
  tensor: TensorInfo
  facts: FileFacts
  stats: TensorStats | null
  /** SHA-256 of the stored bytes, in hex, where asked for. */
  sha256: string | null
}

/** The data behind one row of a divergence table. */
export interface TensorPair {
  stage: string
  /** Null where the file lacks the stage. */
  a: TensorSide | null
  b: TensorSide | null
  /** Null where the elements cannot be paired; `unpaired` says why. */
  pair: PairStats | null
  unpaired: string | null
  /** Elements per row, and how many rows: tokens where the file says how many there are. */
  rowWidth: number
  nRows: number
  /** Null where there is one only, or more than 65,536 rows a span, or columns. */
  units: { rows: UnitSums | null; channels: UnitSums | null }
  /** Of what the stage adds up, where `s@terms` was captured (`terms.ts`). */
  terms?: { rms: number; max: number }
  /** Per row, where there are no more rows than asked for; else null. */
  rows: readonly RowStats[] | null
  /** The optional second pass; null where not asked for or not possible. */
  quantiles: Quantiles | null
  ulp: Ulp | null
  argmax: ArgmaxStats | null
  /** What the reader should know, such as metrics that the dtypes rule out. */
  notes: readonly string[]
}

/** A tensor file whose elements can be read until `close` is called. */
export interface OpenTensorFile extends TensorFile {
  fd: number
  /** The file that holds a tensor, where the tensors lie in several. */
  shards?: ReadonlyMap<string, FileBytes>
  close(): void
}
