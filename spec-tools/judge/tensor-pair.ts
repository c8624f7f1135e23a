/** One row of the table from two tensors: NaN and infinity first, then norms, then rows. */
import type { Facts } from '../evidence/index.ts'
import { againstFloor, cell, noFloor } from './cell.ts'
import { compare, ratio } from './gate.ts'
import { point } from './interval.ts'
import { slopeError } from './blocks.ts'
import { noFigures } from './metrics.ts'
import { mostNoise } from './limits.ts'
import { elementShare } from './magnitude.ts'
import type {
  Limits,
  UnitLimit,
  ElementClass,
  MeasuredFigure,
  MeasuredPair,
  TensorPair,
  TensorRow,
  TensorSide,
  Unit,
  UnitSums,
} from './tensor-types.ts'
import { contrast, exactly, notApplicable } from './quantity.ts'
import { cancels } from './repair.ts'
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
    vouch: tensors.vouch ?? 'self-reported',
    worstRow: null,
    rowsApart: null,
    rowLimit: null,
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
    quantityOf(measured, `${tensors.id ?? stage}#${statistic}`)
  const row: Omit<TensorRow, 'gain'> = {
    ...empty,
    notStated: gate.notStated,
    ratio: ratio(gate.comparable),
    maxAbsDiff: figure(pair.maxAbsDiff, 'max_abs_diff'),
    rmsDiff: figure(pair.rmsDiff, 'rms_diff'),
    relativeL2: figure(pair.relativeL2, 'relative_l2'),
    cosine: figure(pair.cosine, 'cosine'),
    worstRow: pair.worstRow,
    rowsApart: rowsApart(tensors, rowLimitOf(limits)),
    rowLimit: rowLimitOf(limits),
    nFinite: pair.nFinite,
    cell: verdictOf(tensors, pair, limits),
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

function verdictOf(tensors: TensorPair, pair: MeasuredPair, limits: Limits): Cell {
  const { a, b } = tensors
  const nonFinite = a && b ? nonFiniteReasons(a, b, pair) : []
  if (nonFinite.length > 0) return cell('NONFINITE', nonFinite)
  const small = withoutNorm(tensors, pair, limits)
  if (small) return small
  const { relativeL2, rmsDiff } = pair
  const { floor, hidden, carried } = limits
  if (relativeL2.value === null) {
    return cell('UNPROVEN', [{ about: 'relative_l2', text: 'relL2?' }])
  }
  if (!floor) return cell('UNPROVEN', [noFloor])
  const whole = againstFloor({ ...point(relativeL2.value), value: relativeL2.value }, floor, true)
  if (whole.verdict === 'DIVERGENT') {
    const [first] = whole.reasons
    const open = (why: Reason) => cell('UNPROVEN', [why, ...(first ? [first] : [])])
    if ((rmsDiff.value ?? Infinity) <= carried) return open(cancels)
    if (relativeL2.value <= hidden) return open({ about: 'floor', text: 'depth?' })
  }
  if (whole.verdict !== 'MATCH') return whole
  if (tensors.terms && floor.relativeL2 > mostNoise) {
    const [left, right] = contrast(floor.relativeL2, mostNoise)
    return cell('UNPROVEN', [{ about: 'floor', text: `floor ${left}>${right}` }])
  }
  const apart = confined(tensors, pair, limits)
  if (apart) return apart
  return limits.notReproducible === null
    ? whole
    : cell('UNPROVEN', [
        { about: 'floor', text: `${limits.notReproducible} not reproducible` },
        ...whole.reasons,
      ])
}

/** What is decided without a relative L2: zeros, numbers below what the formats keep, long integers. */
function withoutNorm({ b }: TensorPair, pair: MeasuredPair, limits: Limits): Cell | null {
  const { unequalIntegers, maxAbsDiff } = pair
  if (unequalIntegers) {
    const { count, index } = unequalIntegers
    const of = pair.nFinite
    const text = `${count} of ${of} integers differ, first @${index}`
    return cell('DIVERGENT', [{ about: 'relative_l2', text }])
  }
  const [zeroA, zeroB] = [pair.normA.value === 0, pair.normB.value === 0]
  if (zeroA && zeroB && maxAbsDiff.value === 0) {
    return cell('MATCH', [{ about: 'relative_l2', text: 'both 0' }])
  }
  const apart = maxAbsDiff.value ?? Infinity
  if (apart > 0 && apart <= limits.absolute && b) {
    const [left, right] = contrast(apart, limits.absolute)
    return cell('MATCH', [{ about: 'relative_l2', text: `max|d| ${left}≤${right}` }])
  }
  if (!zeroA && !zeroB) return null
  const carried = (pair.rmsDiff.value ?? Infinity) <= limits.carried
  const text = `${zeroA ? 'A' : 'B'} is 0`
  return carried
    ? cell('UNPROVEN', [cancels, { about: 'relative_l2', text }])
    : cell('DIVERGENT', [{ about: 'relative_l2', text }])
}

/** A fault that a norm over everything hides: in one row or channel, in few elements, in the scale. */
function confined(tensors: TensorPair, pair: MeasuredPair, limits: Limits): Cell | null {
  const { b, units } = tensors
  const divergent = (what: string, share: number | null | undefined, limit: number | null) => {
    if (limit === null || !((share ?? Number.NaN) > limit)) return null
    const [left, right] = contrast(share ?? Number.NaN, limit)
    return cell('DIVERGENT', [{ about: 'relative_l2', text: `${what} ${left}>${right}` }])
  }
  const { element, blocks } = limits
  const { worstRow } = pair
  const inRow = units?.rows
    ? unitApart('row', units.rows, limits)
    : divergent(`row ${worstRow?.row} relL2`, worstRow?.relativeL2, rowLimitOf(limits))
  return (
    inRow ??
    (units?.channels ? unitApart('channel', units.channels, limits) : null) ??
    divergent('max|d|/max|b|', b && elementShare(b, pair), element) ??
    divergent('|slope-1|', slopeError(tensors), blocks && blocks.slope)
  )
}

/** The row or channel that is furthest beyond its own limit. */
function unitApart(what: string, sums: UnitSums, { unit, absolute }: Limits): Cell | null {
  if (!unit) return null
  const beyond = sums.worst
    .map((one) => ({ one, limit: Math.max(unitLimit(one, sums, unit), absolute) }))
    .filter(({ one, limit }) => one.error > limit)
    .toSorted((x, y) => y.one.error / y.limit - x.one.error / x.limit)
  const [most] = beyond
  if (!most) return null
  const { index, error, size } = most.one
  if (size === 0) {
    return cell('DIVERGENT', [{ about: 'relative_l2', text: `${what} ${index}: B is 0` }])
  }
  const [left, right] = contrast(error / size, most.limit / size)
  return cell('DIVERGENT', [
    { about: 'relative_l2', text: `${what} ${index} relL2 ${left}>${right}` },
  ])
}

/** What norm(d) of a unit may be; block formats round it by its own steps. */
export function unitLimit(
  { size, steps }: Unit,
  { median }: UnitSums,
  { own, mixed }: UnitLimit,
): number {
  const rounded = (unitOfSteps * steps) / Math.sqrt(12)
  return Math.hypot(own * size, mixed * Math.max(size, median), rounded)
}

/** Of real quantisers beside an outlying channel (`blocks.ts`): at most 2.4. */
const unitOfSteps = 3

/** The relative L2 up to which a row of usual size is noise. */
function rowLimitOf({ floor, unit, blocks }: Limits): number | null {
  if (!unit || !floor) return null
  const rounded = unitOfSteps * (blocks?.relativeL2 ?? 0)
  return Math.max(floor.relativeL2, Math.hypot(unit.own, unit.mixed, rounded))
}

function rowsApart({ rows }: TensorPair, limit: number | null): number[] | null {
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
  const { tensor, facts, stats, id } = side
  const source = id ?? `${name}:${stage}`
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
    measurements: id === undefined ? [] : [id],
    figures: Object.fromEntries(
      Object.entries(statistics).map(([statistic, figure]) => [
        statistic,
        quantityOf(figure, `${source}#${statistic}`),
      ]),
    ),
    n: exactly(n, [`${source}#n`], 'measured'),
    facts: stated,
    asserted: [...(side.asserted ?? [])],
  }
}

function quantityOf(figure: MeasuredFigure, from: string): Quantity {
  return figure.value === null
    ? notApplicable([from], figure.why)
    : exactly(figure.value, [from], 'measured')
}
