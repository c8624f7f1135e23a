/** One row of the table from two tensors: NaN and infinity first, then norms, then rows. */
import type { Facts } from '../evidence/index.ts'
import { againstFloor, cell, noFloor } from './cell.ts'
import { compare, ratio } from './gate.ts'
import { point } from './interval.ts'
import { noFigures } from './metrics.ts'
import { elementShare, type Limits } from './noise.ts'
import { contrast, exactly, notApplicable } from './quantity.ts'
import type {
  ElementClass,
  MeasuredFigure,
  MeasuredPair,
  TensorPair,
  TensorRow,
  TensorSide,
} from './tensors.ts'
import type { Cell, Quantity, Reason, SideSummary } from './types.ts'

export function judgeTensorPair(
  tensors: TensorPair,
  names: { candidate: string; reference: string },
  limits: Limits,
): { row: Omit<TensorRow, 'gain'>; warnings: string[] } {
  const { stage, a, b, pair, unpaired } = tensors
  const candidate = a && summaryOf(a, names.candidate, stage)
  const reference = b && summaryOf(b, names.reference, stage)
  const empty: Omit<TensorRow, 'gain'> = {
    stage,
    candidate,
    reference,
    ...noFigures,
    floor: limits.floor,
    cell: cell('NO-DATA'),
    notStated: [],
    vouch: 'self-reported',
    worstRow: null,
    rowsApart: null,
    nFinite: null,
  }
  const only = (one: Cell) => ({ row: { ...empty, cell: one }, warnings: [] })
  if (!candidate || !reference || !a || !b) {
    const missing = candidate ? 'B' : 'A'
    return only(
      candidate || reference
        ? cell('MISSING', [{ about: 'side', text: missing }])
        : cell('NO-DATA'),
    )
  }
  if (candidate.n?.value === 0 || reference.n?.value === 0) return only(cell('NO-DATA'))
  const gate = compare(candidate, reference, 'tensors')
  if (gate.outcome !== 'pass') {
    return {
      row: { ...empty, notStated: gate.notStated, cell: cell(gate.outcome, gate.reasons) },
      warnings: [],
    }
  }
  const unread = [a, b].find(({ tensor }) => tensor.unreadable !== null)
  if (!pair || unread) {
    const why = unread?.tensor.unreadable ?? unpaired ?? 'the elements could not be paired'
    return {
      row: { ...empty, notStated: gate.notStated, cell: cell('UNPROVEN', [undecoded(unread)]) },
      warnings: [`${stage}: ${why}.`],
    }
  }
  const figure = (measured: MeasuredFigure, statistic: string) =>
    quantityOf(measured, `${stage}#${statistic}`)
  const row: Omit<TensorRow, 'gain'> = {
    ...empty,
    notStated: gate.notStated,
    ratio: ratio(gate.comparable),
    maxAbsDiff: figure(pair.maxAbsDiff, 'max_abs_diff'),
    rmsDiff: figure(pair.rmsDiff, 'rms_diff'),
    relativeL2: figure(pair.relativeL2, 'relative_l2'),
    cosine: figure(pair.cosine, 'cosine'),
    worstRow: pair.worstRow,
    rowsApart: rowsApart(tensors, limits),
    nFinite: pair.nFinite,
    cell: verdictOf(a, b, pair, limits),
  }
  const n = candidate.n?.value ?? 0
  const shared = !pair.nonFiniteMismatch && pair.nFinite > 0 && pair.nFinite < n
  const warnings = shared
    ? [
        `${stage}: ${n - pair.nFinite} elements are not finite on both sides alike; judged over the other ${pair.nFinite}.`,
      ]
    : []
  return { row, warnings }
}

function verdictOf(a: TensorSide, b: TensorSide, pair: MeasuredPair, limits: Limits): Cell {
  const nonFinite = nonFiniteReasons(a, b, pair)
  if (nonFinite.length > 0) return cell('NONFINITE', nonFinite)
  const [zeroA, zeroB] = [pair.normA.value === 0, pair.normB.value === 0]
  if (zeroA && zeroB) return cell('MATCH', [{ about: 'relative_l2', text: 'both 0' }])
  if (zeroA || zeroB) {
    return cell('DIVERGENT', [{ about: 'relative_l2', text: `${zeroA ? 'A' : 'B'} is 0` }])
  }
  const { relativeL2 } = pair
  if (relativeL2.value === null) {
    return cell('UNPROVEN', [{ about: 'relative_l2', text: 'relL2?' }])
  }
  const { floor } = limits
  if (!floor) return cell('UNPROVEN', [noFloor])
  const whole = againstFloor({ ...point(relativeL2.value), value: relativeL2.value }, floor, true)
  return whole.verdict === 'MATCH' ? (confined(b, pair, limits) ?? whole) : whole
}

/** A fault that a norm over everything hides: in one row, such as a token, or in few elements. */
function confined(b: TensorSide, pair: MeasuredPair, { row, element }: Limits): Cell | null {
  const divergent = (what: string, share: number | null | undefined, limit: number | null) => {
    if (limit === null || !((share ?? Number.NaN) > limit)) return null
    const [left, right] = contrast(share ?? Number.NaN, limit)
    return cell('DIVERGENT', [{ about: 'relative_l2', text: `${what} ${left}>${right}` }])
  }
  const { worstRow } = pair
  return (
    divergent(`row ${worstRow?.row} relL2`, worstRow?.relativeL2, row) ??
    divergent('max|d|/max|b|', elementShare(b, pair), element)
  )
}

function rowsApart({ rows }: TensorPair, { row: limit }: Limits): number[] | null {
  if (!rows || limit === null) return null
  return rows.filter(({ pair }) => (pair.relativeL2.value ?? 0) > limit).map(({ row }) => row)
}

const spelling: Readonly<Record<ElementClass, string>> = {
  finite: 'finite',
  nan: 'NaN',
  '+inf': '+Inf',
  '-inf': '-Inf',
}

/** Elements that are not finite on one side, or not in the same way; all of them on both sides. */
function nonFiniteReasons(a: TensorSide, b: TensorSide, pair: MeasuredPair): Reason[] {
  const mismatch = pair.nonFiniteMismatch
  const everything = pair.nFinite === 0
  if (!mismatch && !everything) return []
  const index = mismatch?.index ?? 0
  return (
    [
      ['A', a, mismatch?.a],
      ['B', b, mismatch?.b],
    ] as const
  ).flatMap(([name, side, at]) => {
    if (mismatch && at === 'finite') return []
    const kinds = countsOf(side)
    const first = kinds.find(([kind]) => kind === at) ?? kinds[0]
    if (!first) return []
    const others = kinds.filter((kind) => kind !== first)
    const texts = [
      `${first[1]} ${spelling[first[0]]} @${index}`,
      ...others.map(([kind, n]) => `${n} ${spelling[kind]}`),
    ]
    return [{ about: 'nonfinite' as const, text: `${name}: ${texts.join(', ')}` }]
  })
}

function countsOf({ stats }: TensorSide): [ElementClass, number][] {
  const all: [ElementClass, number][] = [
    ['nan', stats?.nNan ?? 0],
    ['+inf', stats?.nPosInf ?? 0],
    ['-inf', stats?.nNegInf ?? 0],
  ]
  return all.filter(([, n]) => n > 0)
}

function undecoded(side: TensorSide | undefined): Reason {
  return side
    ? { about: 'dtype', text: `${side.tensor.dtype} unreadable` }
    : { about: 'shape', text: 'pairing?' }
}

/** What is known about one side, as the gate takes it. */
export function summaryOf(side: TensorSide, name: string, stage: string): SideSummary {
  const { tensor, facts, stats } = side
  const n = stats?.n ?? tensor.shape.reduce((product, size) => product * size, 1)
  const stated: Facts = {
    n,
    shape: [...tensor.shape],
    ...(facts.tokens && { tokens: [...facts.tokens] }),
    ...(facts.selection !== undefined && { selection: facts.selection }),
    ...(facts.weightsSha256 !== undefined && { weights: facts.weightsSha256 }),
    dtype: tensor.dtype,
    ...(facts.computeDtype !== undefined && { compute: facts.computeDtype }),
  }
  const statistics = stats
    ? { mean: stats.mean, std: stats.std, min: stats.min, max: stats.max, l2: stats.l2 }
    : {}
  return {
    name,
    measurements: [],
    figures: Object.fromEntries(
      Object.entries(statistics).map(([statistic, figure]) => [
        statistic,
        quantityOf(figure, `${name}:${stage}#${statistic}`),
      ]),
    ),
    n: exactly(n, [`${name}:${stage}#n`], 'measured'),
    facts: stated,
    asserted: [...(side.asserted ?? [])],
  }
}

function quantityOf(figure: MeasuredFigure, from: string): Quantity {
  return figure.value === null
    ? notApplicable([from], figure.why)
    : exactly(figure.value, [from], 'measured')
}
