/**
 * What runs of one side prove about its noise.
 *
 * Let x and x' be the same stage in two runs, d = x - x' and r' the root mean square of x'. The noise of
 * the side is at least norm(d)/norm(x') = RMS(d)/r'. The runs print summaries only, and for equal n
 * and identical pairing these bound the RMS from below (see `summary.ts`):
 *
 *   RMS(d)^2 >= (m - m')^2 + (s - s')^2
 *   RMS(d)   >= max(|max - max'|, |min - min'|) / sqrt(n)
 *
 * taken over the intervals that the printed digits leave. Nothing bounds it from above by less than
 * s + s'. So repeats whose summaries differ prove that there is noise, and how much at least; repeats
 * whose summaries agree prove nothing: they are information, no floor.
 *
 * Differences d = a - b that were printed in several runs bound the noise of both sides together. From
 * d_i - d_j = (a_i - a_j) - (b_i - b_j) follows
 *
 *   |RMS(d_i) - RMS(d_j)| <= RMS(a_i - a_j) + RMS(b_i - b_j)
 *
 * so one of the sides has at least half of that spread as its noise.
 */
import { leastOf, mostOf } from '../many.ts'
import { compare } from './gate.ts'
import { intersect, type Interval, isKnown } from './interval.ts'
import { short } from './quantity.ts'
import type { Known } from './side.ts'
import { summaryMetrics } from './summary.ts'

export interface ProvenNoise {
  /** The relative L2 that noise has at least; 0 where nothing is proven. */
  least: number
  /** What was run how often and what it gave, in a few words. */
  text: string
}

/** @returns null for a single run, which proves nothing */
export function noiseOfSide(runs: readonly Known[]): ProvenNoise | null {
  const [first] = runs
  if (!first || runs.length < 2) return null
  const of = `${runs.length} runs of ${first.name}`
  const ends = endsOf(runs)
  const least = Math.max(
    0,
    mostOf(
      ends.flatMap((one, index) => ends.slice(index + 1).map((other) => leastApart(one, other))),
    ),
  )
  if (least > 0) return { least, text: `${of} differ by a relative L2 of at least ${short(least)}` }
  return { least, text: `${of} ${agreement(runs)}` }
}

/** @param runs the relative L2 between the sides in each run */
export function noiseOfPair(runs: readonly (Interval | null)[]): ProvenNoise | null {
  const known = runs.filter((run) => run !== null && isKnown(run)) as Interval[]
  if (known.length < 2) return null
  const gap = mostOf(known.map(({ lo }) => lo)) - leastOf(known.map(({ hi }) => hi))
  if (!(gap > 0)) return null
  const least = gap / 2
  const text = `${known.length} runs of the comparison spread so far that one side's noise is a relative L2 of at least ${short(least)}`
  return { least, text }
}

/** The runs with the lowest and the highest of each statistic: no others are further apart. */
function endsOf(runs: readonly Known[]): Known[] {
  const statistics = new Set(runs.flatMap(({ figures }) => Object.keys(figures)))
  const ends = new Set<Known>()
  for (const statistic of statistics) {
    const order = runs
      .filter(({ figures }) => Number.isFinite(figures[statistic]?.value))
      .toSorted((a, b) => a.figures[statistic]!.value - b.figures[statistic]!.value)
    for (const end of [order[0], order.at(-1)]) if (end) ends.add(end)
  }
  return [...ends]
}

function leastApart(one: Known, other: Known): number {
  const gate = compare(unseeded(one), unseeded(other), 'repeats')
  if (gate.outcome !== 'pass') return 0
  return summaryMetrics(gate.comparable, {}).within?.lo ?? 0
}

/** Noise between seeds is noise: here, and only here, a seed may differ. */
function unseeded(known: Known): Known {
  const { seed: _seed, ...facts } = known.facts
  return { ...known, facts }
}

function agreement(runs: readonly Known[]): string {
  const first = runs[0]?.figures ?? {}
  const every = (same: (statistic: string, figures: Known['figures']) => boolean) =>
    runs.every(({ figures }) =>
      [...new Set([...Object.keys(first), ...Object.keys(figures)])].every((statistic) =>
        same(statistic, figures),
      ),
    )
  if (every((statistic, figures) => figures[statistic]?.text === first[statistic]?.text)) {
    return 'agree to all printed digits'
  }
  const near = every((statistic, figures) => {
    const [a, b] = [figures[statistic], first[statistic]]
    return a !== undefined && b !== undefined && intersect(a, b) !== null
  })
  return near
    ? 'agree within the printed precision'
    : 'differ, but what they print bounds no relative L2'
}
