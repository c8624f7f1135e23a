/** One row of the divergence table, from what is known about both sides of a stage. */
import { againstFloor, cell, noFloor } from './cell.ts'
import { compare, type GateSide, ratio } from './gate.ts'
import { countOf, type Known, weakest } from './side.ts'
import { summaryMetrics } from './summary.ts'
import type { Cell, DivergenceRow, NoiseFloor, Reason, SideSummary } from './types.ts'

export interface StageInput {
  id: string
  /** `ambiguous`: several measurements fit that do not say the same. */
  candidate: Known | 'ambiguous' | null
  reference: Known | 'ambiguous' | null
  /** Figures that one process printed about both sides. */
  pair: Known | 'ambiguous' | null
  /** Whether the pair was printed as reference against candidate. */
  reversed: boolean
  floor: NoiseFloor | null
}

export function judgeStage(input: StageInput): DivergenceRow {
  const { id, floor } = input
  const [candidate, reference, pair] = [input.candidate, input.reference, input.pair].map((part) =>
    part === 'ambiguous' ? null : part,
  ) as [Known | null, Known | null, Known | null]
  const empty: DivergenceRow = {
    stage: id,
    candidate: candidate && summaryOf(candidate),
    reference: reference && summaryOf(reference),
    ratio: null,
    maxAbsDiff: null,
    rmsDiff: null,
    relativeL2: null,
    cosine: null,
    floor,
    cell: cell('NO-DATA'),
    notStated: [],
    vouch: weakest([candidate, reference, pair]),
  }
  const early = withoutComparison(input)
  if (early) return { ...empty, cell: early }
  const [a, b] = gateSides(candidate, reference, pair)
  if (a.facts.n === 0 || b.facts.n === 0) return empty
  const gate = compare(a, b, pair ? 'pair' : 'summaries')
  const nonFinite = [...nonFiniteIn('A', candidate), ...nonFiniteIn('B', reference)]
  if (gate.outcome !== 'pass') {
    // A value that is not finite says so by itself, whatever else is missing for a comparison.
    const lone = gate.outcome === 'UNPROVEN' && nonFinite.length > 0
    return {
      ...empty,
      notStated: gate.notStated,
      cell: lone ? cell('NONFINITE', nonFinite) : cell(gate.outcome, gate.reasons),
    }
  }
  const metrics = summaryMetrics(gate.comparable, pair?.figures ?? {}, input.reversed)
  const { maxAbsDiff, rmsDiff, relativeL2, cosine } = metrics
  return {
    ...empty,
    notStated: gate.notStated,
    ratio: ratio(gate.comparable),
    maxAbsDiff,
    rmsDiff,
    relativeL2,
    cosine,
    cell:
      nonFinite.length > 0
        ? cell('NONFINITE', nonFinite)
        : verdictOf(metrics, floor, pair !== null),
  }
}

/** The cell where there is nothing that could be compared. */
function withoutComparison({ candidate, reference, pair }: StageInput): Cell | null {
  const parts = { candidate, reference, pair }
  const unclear = Object.entries(parts).find(([, part]) => part === 'ambiguous')?.[0]
  if (unclear !== undefined) {
    return cell('UNPROVEN', [{ about: 'side', text: unclear === 'pair' ? 'pair?' : 'side?' }])
  }
  if (pair) return null
  if (candidate && reference) return null
  if (!candidate && !reference) return cell('NO-DATA')
  return cell('MISSING', [{ about: 'side', text: candidate ? 'B' : 'A' }])
}

/**
 * What a process states about the difference that it printed holds for both sides, and a side that
 * it did not describe apart is taken to be as the other.
 */
function gateSides(
  candidate: Known | null,
  reference: Known | null,
  pair: Known | null,
): [GateSide, GateSide] {
  const side = (one: Known | null, other: Known | null): GateSide => ({
    facts: { ...pair?.facts, ...(one ?? other)?.facts },
    figures: one?.figures ?? {},
  })
  return [side(candidate, reference), side(reference, candidate)]
}

function verdictOf(
  { within, inconsistent }: ReturnType<typeof summaryMetrics>,
  floor: NoiseFloor | null,
  agreement: boolean,
): Cell {
  if (inconsistent.length > 0) return cell('UNPROVEN', inconsistent)
  if (!floor) return cell('UNPROVEN', [noFloor])
  if (!within) return cell('UNPROVEN', [{ about: 'relative_l2', text: 'relL2?' }])
  return againstFloor(within, floor, agreement)
}

/** Counts of values that are not finite, by the names that logs give them. */
const nonFiniteCount = /^(?:n_|num_|count_)?(nan|inf|posinf|neginf|nonfinite)s?(?:_count)?$/

function nonFiniteIn(side: string, known: Known | null): Reason[] {
  const texts = Object.entries(known?.figures ?? {}).flatMap(([statistic, { value, text }]) => {
    const kind = nonFiniteCount.exec(statistic)?.[1]
    if (kind !== undefined) return value > 0 ? [`${text} ${spelling[kind] ?? kind}`] : []
    return Number.isFinite(value) ? [] : [`${statistic} ${text}`]
  })
  return texts.length === 0
    ? []
    : [{ about: 'nonfinite', text: `${side}: ${texts.slice(0, 2).join(', ')}` }]
}

const spelling: Readonly<Record<string, string>> = {
  nan: 'NaN',
  inf: 'Inf',
  posinf: '+Inf',
  neginf: '-Inf',
  nonfinite: 'not finite',
}

function summaryOf(known: Known): SideSummary {
  return {
    name: known.name,
    measurements: known.measurements.map(({ id }) => id),
    figures: known.figures,
    n: countOf(known),
    facts: known.facts,
    asserted: known.asserted,
  }
}
