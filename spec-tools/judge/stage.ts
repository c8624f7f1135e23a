/** One row of the divergence table, from what is known about both sides of a stage in each run. */
import { leastOf, mostOf } from '../many.ts'
import { againstFloor, cell, noFloor } from './cell.ts'
import {
  boundText,
  cellOfCriteria,
  criteriaOf,
  nonFiniteCriteria,
  type Criterion,
} from './criteria.ts'
import { provenFloor } from './floor.ts'
import { compare, type GateSide } from './gate.ts'
import { noFigures, perMetric } from './metrics.ts'
import { lostText, nonFiniteText } from './nonfinite.ts'
import { printedFloor, type PrintedFloor } from './printed-floor.ts'
import { noiseOfPair, type ProvenNoise } from './repeats.ts'
import { overRuns } from './runs.ts'
import { countOf, type Known, weakest } from './side.ts'
import { type SummaryMetrics, summaryMetrics } from './summary.ts'
import type { Cell, DivergenceRow, NoiseFloor, Reason, SideSummary } from './types.ts'
import { outcomeOf, verdicts } from './verdicts.ts'

export interface StageInput {
  id: string
  /** The sides run by run; at least one. */
  runs: readonly RunOfStage[]
  /** The largest floor that somebody vouches for. */
  floor: NoiseFloor | null
  /** What several runs of a side prove about its noise. */
  noise: readonly ProvenNoise[]
}

export interface RunOfStage {
  /** `ambiguous`: several measurements fit that do not say the same. */
  candidate: Known | 'ambiguous' | null
  reference: Known | 'ambiguous' | null
  /** Figures that one process printed about both sides. */
  pair: Known | 'ambiguous' | null
  /** Whether the pair was printed as reference against candidate. */
  reversed: boolean
}

/** What is said of a stage holds in every run: the gravest obstacle of any, else the range of all. */
export function judgeStage({ id, runs, floor: vouched, noise }: StageInput): DivergenceRow {
  const judged = runs.map((run) => judgeRun(id, run))
  const ofPair = noiseOfPair(judged.map(({ metrics }) => metrics?.within ?? null))
  const proven = [...noise, ...(ofPair ? [ofPair] : [])]
  const criteria = judged.flatMap((run) => run.criteria)
  // A diagnostic that knows its own bounds knows more than the types say.
  const printed = vouched === null && criteria.length === 0 ? floorOfPrinted(id, runs) : null
  const floor = withProven(vouched ?? printed?.floor ?? null, proven)
  const bound = boundText(criteria)
  const about = {
    floor,
    ...(bound !== null && { bound }),
    ...(runs.some(isSummariesOnly) && { summariesOnly: true as const }),
    ...(proven.length > 0 && { repeats: proven.map(({ text }) => text) }),
  }
  const obstacle = gravest(judged)
  if (obstacle) return { ...obstacle.row, ...about }
  const rows = judged.map(({ row }) => row)
  const [first] = rows as [DivergenceRow]
  return {
    ...first,
    ...about,
    candidate: sideOverRuns(rows.map(({ candidate }) => candidate)),
    reference: sideOverRuns(rows.map(({ reference }) => reference)),
    ...perMetric((key) => overRuns(rows.map((row) => row[key]))),
    ...printedOfPair(runs),
    cell: byCriteria(
      criteria,
      floor,
      verdictOf(
        judged.flatMap(({ metrics }) => metrics ?? []),
        floor,
        runs.every(({ pair }) => pair !== null),
        printed?.open ?? 0,
      ),
    ),
  }
}

/** What rounding explains of a difference that every run printed, by the types that they state. */
function floorOfPrinted(id: string, runs: readonly RunOfStage[]): PrintedFloor | null {
  const [first] = runs.flatMap(({ candidate, reference, pair }) => {
    const parts = [candidate, reference, pair]
    if (pair === null || parts.includes('ambiguous')) return []
    const [a, b, both] = parts as (Known | null)[]
    return [{ candidate: a ?? null, reference: b ?? null, pair: both ?? null }]
  })
  const one = first?.pair?.measurements.find(
    ({ side, against }) => side !== null && against !== null,
  )
  if (!first || runs.some(({ pair }) => pair === null)) return null
  return printedFloor(id, first, [one?.side ?? '', one?.against ?? ''])
}

function isSummariesOnly({ candidate, reference, pair }: RunOfStage): boolean {
  return pair === null && (candidate !== null || reference !== null)
}

interface Judged {
  row: DivergenceRow
  /** Null where the gate was not passed. */
  metrics: SummaryMetrics | null
  /** Bounds that the diagnostic states for its own figures. */
  criteria: Criterion[]
}

/**
 * A bound that is exceeded decides, whatever the floor says: the diagnostic knows its own error. One
 * that holds decides where nobody else vouches for a floor.
 */
function byCriteria(criteria: readonly Criterion[], floor: NoiseFloor | null, other: Cell): Cell {
  const stated = cellOfCriteria(criteria)
  if (!stated || other.reasons.some(({ about }) => about === 'bounds')) return other
  return stated.verdict !== 'MATCH' || floor === null || floor.atLeast ? stated : other
}

/** The run that keeps a stage from being judged by its metrics; null where there is none. */
function gravest(judged: readonly Judged[]): Judged | null {
  const rank = ({ row }: Judged) => verdicts[row.cell.verdict].rank
  const held = judged.filter(
    ({ row, metrics }) => metrics === null || outcomeOf(row) === 'nonfinite',
  )
  return held.toSorted((a, b) => rank(b) - rank(a))[0] ?? null
}

function judgeRun(id: string, run: RunOfStage): Judged {
  const [candidate, reference, pair] = [run.candidate, run.reference, run.pair].map((part) =>
    part === 'ambiguous' ? null : part,
  ) as [Known | null, Known | null, Known | null]
  const empty: DivergenceRow = {
    stage: id,
    candidate: candidate && summaryOf(candidate),
    reference: reference && summaryOf(reference),
    ...noFigures,
    floor: null,
    cell: cell('NO-DATA'),
    notStated: [],
    vouch: weakest([candidate, reference, pair]),
  }
  const early = withoutComparison(run)
  const criteria = criteriaOf(pair)
  if (early) return { row: { ...empty, cell: early }, metrics: null, criteria }
  const [a, b] = gateSides(candidate, reference, pair)
  if (a.facts.n === 0 || b.facts.n === 0) return { row: empty, metrics: null, criteria }
  const vouched = [candidate, reference].every((side) => side?.asserted.includes('n'))
  const gate = compare(a, b, pair ? 'pair' : vouched ? 'vouched' : 'summaries')
  const nonFinite = [
    ...nonFiniteIn('A', candidate),
    ...nonFiniteIn('B', reference),
    ...nonFiniteCriteria(criteria),
  ]
  if (gate.outcome !== 'pass') {
    // A value that is not finite says so by itself, whatever else is missing for a comparison.
    const lone = gate.outcome === 'UNPROVEN' && nonFinite.length > 0
    const verdict = lone ? cell('NONFINITE', nonFinite) : cell(gate.outcome, gate.reasons)
    const row = { ...empty, notStated: gate.notStated, cell: verdict }
    return { row, metrics: null, criteria }
  }
  const metrics = summaryMetrics(gate.comparable, pair?.figures ?? {}, run.reversed)
  const row = {
    ...empty,
    notStated: gate.notStated,
    ...metrics.figures,
    ...(nonFinite.length > 0 && { cell: cell('NONFINITE', nonFinite) }),
  }
  return { row, metrics, criteria }
}

/** What was printed of both sides, over all runs; nothing if it was printed the other way round. */
function printedOfPair(runs: readonly RunOfStage[]): Pick<DivergenceRow, 'printed'> {
  const known = runs.flatMap(({ pair }) => (pair === null || pair === 'ambiguous' ? [] : pair))
  if (known.length < runs.length || runs.some(({ reversed }) => reversed)) return {}
  const statistics = Object.keys(known[0]?.figures ?? {})
  const printed = statistics.flatMap((statistic) => {
    const figure = overRuns(known.map(({ figures }) => figures[statistic]))
    return figure ? [[statistic, figure] as const] : []
  })
  return { printed: Object.fromEntries(printed) }
}

/** The floor, lifted to the noise that is proven where it lies below. */
function withProven(vouched: NoiseFloor | null, proven: readonly ProvenNoise[]): NoiseFloor | null {
  const most = proven.toSorted((a, b) => b.least - a.least)[0]
  return most && most.least > (vouched?.relativeL2 ?? 0) ? provenFloor(most, vouched) : vouched
}

function sideOverRuns(sides: readonly (SideSummary | null)[]): SideSummary | null {
  const known = sides.filter((side) => side !== null)
  const [first] = known
  if (!first || known.every((side) => side === first)) return first ?? null
  const statistics = [...new Set(known.flatMap(({ figures }) => Object.keys(figures)))]
  return {
    ...first,
    measurements: [...new Set(known.flatMap(({ measurements }) => measurements))],
    figures: Object.fromEntries(
      statistics.flatMap((statistic) => {
        const stated = known.flatMap(({ figures }) => figures[statistic] ?? [])
        const figure = overRuns(stated)
        return figure ? [[statistic, figure]] : []
      }),
    ),
  }
}

/** The cell where there is nothing that could be compared. */
function withoutComparison({ candidate, reference, pair }: RunOfStage): Cell | null {
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
  runs: readonly SummaryMetrics[],
  floor: NoiseFloor | null,
  agreement: boolean,
  open: number,
): Cell {
  const inconsistent = runs.find((run) => run.inconsistent.length > 0)?.inconsistent
  if (inconsistent) return cell('UNPROVEN', inconsistent)
  if (!floor) return cell('UNPROVEN', [noFloor])
  const within = runs.flatMap((run) => run.within ?? [])
  const [first] = within
  if (!first || within.length < runs.length) {
    return cell('UNPROVEN', [{ about: 'relative_l2', text: 'relL2?' }])
  }
  const range = {
    lo: leastOf(within.map(({ lo }) => lo)),
    hi: mostOf(within.map(({ hi }) => hi)),
  }
  // One value stands for all runs only where they agree on it.
  const { value } = first
  const known = value !== undefined && within.every((one) => one.value === value)
  const judged = againstFloor({ ...range, ...(known && { value }) }, floor, agreement)
  return judged.verdict === 'DIVERGENT' && range.lo <= open
    ? cell('UNPROVEN', [noFloor, ...judged.reasons])
    : judged
}

function nonFiniteIn(side: string, known: Known | null): Reason[] {
  const texts = Object.entries(known?.figures ?? {}).flatMap(
    ([statistic, quantity]) => nonFiniteText(statistic, quantity) ?? [],
  )
  const lost = known && lostText(known.figures, countOf(known)?.value ?? null)
  if (lost !== null) texts.push(lost)
  return texts.length === 0
    ? []
    : [{ about: 'nonfinite', text: `${side}: ${texts.slice(0, 2).join(', ')}` }]
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
