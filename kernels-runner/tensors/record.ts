/**
 * The kernel's accumulator -> figures. The formulas are those of the divergence page: no epsilon is
 * added anywhere, and a figure that does not exist says why instead of being NaN.
 */
import type { ElementClass, Figure, IndexedFigure, PairStats, TensorStats } from './types.ts'

/** An accumulator: `fields` f64s, in the order of `wasm/assembly/layout.ts`. */
export type TensorRecord = Float64Array
export const fields = 44

const sideA = 1
const sideB = 12
const side = {
  nan: 0,
  posInf: 1,
  negInf: 2,
  zero: 3,
  finite: 4,
  mean: 5,
  m2: 6,
  min: 7,
  minAt: 8,
  max: 9,
  maxAt: 10,
} as const
const pair = {
  n: 23,
  mean: 24,
  m2: 25,
  maxAbs: 26,
  maxAbsAt: 27,
  saa: 28,
  sbb: 29,
  residual: 31,
  mismatches: 32,
  mismatchAt: 33,
  mismatchA: 34,
  mismatchB: 35,
  nonFiniteAt: 36,
  worstRow: 37,
  worstRatio: 38,
  zeroRows: 39,
  sab: 40,
  steps: 41,
  different: 42,
  differentAt: 43,
} as const

/**
 * What was accumulated, and the same with all elements multiplied by `scale`, from which sums of
 * squares come. Both are one unless the elements are f64 beyond what can be squared.
 */
export interface Measured {
  record: TensorRecord
  scaled: TensorRecord
  scale: number
}

/** The scale that a second pass needs, or null if squares of these elements stay within f64. */
export function neededScale(record: TensorRecord): number | null {
  // The extremes of a side without finite elements are infinite.
  const extremes = [sideA, sideB].flatMap((at) => [
    Math.abs(get(record, at + side.min)),
    Math.abs(get(record, at + side.max)),
  ])
  const largest = Math.max(0, ...extremes.filter((x) => x < Infinity))
  if (largest === 0 || (largest < 2 ** 480 && largest > 2 ** -480)) return null
  // Twice, because 2^-exponent itself may be beyond f64 where the elements are subnormal.
  return 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(largest))))
}

export function sideStats(measured: Measured, which: 'a' | 'b'): TensorStats {
  const { record, scaled, scale } = measured
  const at = which === 'a' ? sideA : sideB
  const read = (field: number) => get(record, at + field)
  const n = get(record, 0)
  const finite = read(side.finite)
  const none = n === 0 ? 'no elements' : 'no finite element'
  const moment = (value: number): Figure => (finite === 0 ? na(none) : figure(value))
  // Elements that are all alike have no spread, whatever merging has rounded.
  const [least, most] = [read(side.min), read(side.max)]
  const mean = least === most ? least * scale : get(scaled, at + side.mean)
  const m2 = least === most ? 0 : get(scaled, at + side.m2)
  return {
    n,
    nFinite: finite,
    nNan: read(side.nan),
    nPosInf: read(side.posInf),
    nNegInf: read(side.negInf),
    nZero: read(side.zero),
    mean: moment(mean / scale),
    std: moment(Math.sqrt(m2 / finite) / scale),
    min: finite === 0 ? indexedNa(none) : indexed(least, read(side.minAt)),
    max: finite === 0 ? indexedNa(none) : indexed(most, read(side.maxAt)),
    l2: moment(Math.sqrt(m2 + finite * mean * mean) / scale),
  }
}

export function pairStats(measured: Measured): PairStats {
  const { record, scaled, scale } = measured
  const n = get(record, 0)
  const finite = get(record, pair.n)
  const none = n === 0 ? 'no elements' : 'no element is finite on both sides'
  const moment = (value: number): Figure => (finite === 0 ? na(none) : figure(value))
  const mean = get(scaled, pair.mean)
  const squares = get(scaled, pair.m2) + finite * mean * mean
  const normA = Math.sqrt(get(scaled, pair.saa))
  const normB = Math.sqrt(get(scaled, pair.sbb))
  const maxAbs = get(record, pair.maxAbs)
  const { cosine, oneMinusCosine } = angle(scaled, normA, normB, finite, none)
  return {
    n,
    nFinite: finite,
    nonFiniteMismatch:
      get(record, pair.mismatches) === 0
        ? null
        : {
            count: get(record, pair.mismatches),
            index: get(record, pair.mismatchAt),
            a: classOf(get(record, pair.mismatchA)),
            b: classOf(get(record, pair.mismatchB)),
          },
    firstNonFinite: finiteOrNull(get(record, pair.nonFiniteAt)),
    maxAbsDiff: finite === 0 ? indexedNa(none) : indexed(maxAbs, get(record, pair.maxAbsAt)),
    rmsDiff: vanished(squares, maxAbs) ?? moment(Math.sqrt(squares / finite) / scale),
    bias: moment(mean / scale),
    normA: moment(normA / scale),
    normB: moment(normB / scale),
    relativeL2: relative(Math.sqrt(squares), normB, finite, none, maxAbs),
    worstRow:
      get(scaled, pair.worstRatio) < 0 || !Number.isFinite(get(scaled, pair.worstRatio))
        ? null
        : {
            row: get(scaled, pair.worstRow),
            relativeL2: Math.sqrt(get(scaled, pair.worstRatio)),
          },
    nRowsZeroReference: get(scaled, pair.zeroRows),
    rmsStep: figure(Math.sqrt(get(record, pair.steps) / n)),
    unequalIntegers:
      get(record, pair.different) === 0
        ? null
        : { count: get(record, pair.different), index: get(record, pair.differentAt) },
    cosine,
    oneMinusCosine,
  }
}

/** A difference that is there, but whose square is not: too small for f64. */
function vanished(squares: number, maxAbs: number): Figure | null {
  return squares === 0 && maxAbs > 0 ? na('the squares of the differences are below f64') : null
}

function relative(
  normD: number,
  normB: number,
  finite: number,
  none: string,
  maxAbs: number,
): Figure {
  if (finite === 0) return na(none)
  if (normB === 0) return na('norm(b) is 0')
  return vanished(normD, maxAbs) ?? figure(normD / normB)
}

/**
 * The part of a at a right angle to b has the norm of the residual r of d regressed on b, so
 * sin = norm(r)/norm(a), and 1 - cos = sin^2/(1 + cos) keeps its digits where cos is near 1.
 */
function angle(
  scaled: TensorRecord,
  normA: number,
  normB: number,
  finite: number,
  none: string,
): Pick<PairStats, 'cosine' | 'oneMinusCosine'> {
  const both = (why: string) => ({ cosine: na(why), oneMinusCosine: na(why) })
  if (finite === 0) return both(none)
  if (normA === 0 && normB === 0) return both('both norms are 0')
  if (normA === 0 || normB === 0) return both(`norm(${normA === 0 ? 'a' : 'b'}) is 0`)
  const product = get(scaled, pair.sab)
  const cosine = Math.max(-1, Math.min(1, product / normA / normB))
  const sine = Math.sqrt(get(scaled, pair.residual)) / normA
  const complement = cosine > 0 ? Math.min(sine * sine, 1) / (1 + cosine) : 1 - cosine
  // Where they are near 1, the complement knows the cosine better than the quotient does.
  return {
    cosine: figure(complement < 0.25 ? 1 - complement : cosine),
    oneMinusCosine: figure(complement),
  }
}

function get(record: TensorRecord, field: number): number {
  return record[field] ?? Number.NaN
}

function classOf(code: number): ElementClass {
  return (['finite', 'nan', '+inf', '-inf'] as const)[code] ?? 'finite'
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

export function figure(value: number): Figure {
  // -0 and 0 are one figure.
  return Number.isFinite(value) ? { value: value + 0 } : na('beyond the range of f64')
}

export function na(why: string): Figure {
  return { value: null, why }
}

function indexed(value: number, index: number): IndexedFigure {
  return Number.isFinite(value) ? { value: value + 0, index } : indexedNa('beyond the range of f64')
}

function indexedNa(why: string): IndexedFigure {
  return { value: null, index: null, why }
}
