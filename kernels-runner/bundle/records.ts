/** What was measured of tensor files, as the lines that the bundle holds. */
import type { MeasuredStage, ReplayedErrors } from '../../spec-tools/index.ts'
import type { Figure, TensorPair, TensorSide, UnitSums } from '../tensors/index.ts'

/** A stage that one side alone has. */
export const alone = {
  a: null,
  b: null,
  pair: null,
  unpaired: null,
  rowWidth: 1,
  nRows: 1,
  units: { rows: null, channels: null },
  rows: null,
  quantiles: null,
  ulp: null,
  argmax: null,
  notes: [],
} satisfies Omit<TensorPair, 'stage'>

/** What the judgement needs of a pair; rows and elements stay behind. */
export function recordOf(
  { a, b, unpaired, rowWidth, pair, units, terms }: TensorPair,
  stage: string,
  at: Record<'a' | 'b', number>,
): MeasuredStage {
  return {
    stage,
    a: a && halfOf(a, at.a),
    b: b && halfOf(b, at.b),
    unpaired,
    rowWidth,
    pair: pair && {
      nFinite: pair.nFinite,
      nonFiniteMismatch: pair.nonFiniteMismatch,
      maxAbsDiff: plain(pair.maxAbsDiff),
      rmsDiff: plain(pair.rmsDiff),
      normA: plain(pair.normA),
      normB: plain(pair.normB),
      relativeL2: plain(pair.relativeL2),
      worstRow: pair.worstRow,
      cosine: plain(pair.cosine),
      rmsStep: plain(pair.rmsStep),
      unequalIntegers: pair.unequalIntegers,
    },
    units: { rows: sums(units.rows), channels: sums(units.channels) },
    ...(terms && { terms }),
  }
}

function sums(of: UnitSums | null) {
  return of && { ...of, worst: [...of.worst] }
}

function halfOf({ tensor, stats }: TensorSide, file: number) {
  return {
    file,
    dtype: tensor.dtype.slice(0, 64),
    shape: [...tensor.shape],
    unreadable: tensor.unreadable,
    stats: stats && {
      n: stats.n,
      nNan: stats.nNan,
      nPosInf: stats.nPosInf,
      nNegInf: stats.nNegInf,
      nZero: stats.nZero,
      mean: plain(stats.mean),
      std: plain(stats.std),
      min: plain(stats.min),
      max: plain(stats.max),
      l2: plain(stats.l2),
    },
  }
}

function plain(figure: Figure): { value: number } | { value: null; why: string } {
  return figure.value === null ? { value: null, why: figure.why } : { value: figure.value }
}

/** JSON has no infinity: a side that is not finite where f64 is has one. */
export function spelled({ injected, propagated }: ReplayedErrors) {
  const real = (value: number) => (Number.isFinite(value) ? value : ('Infinity' as const))
  return {
    injected: real(injected),
    ...(propagated !== undefined && { propagated: real(propagated) }),
  }
}
