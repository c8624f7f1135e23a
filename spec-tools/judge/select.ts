/** Which measurements of a bundle speak of a side of a stage, of the pair, or of a name. */
import { leastOf } from '../many.ts'
import { type Facts, type Measurement, pairMetrics } from '../evidence/index.ts'
import type { Selector } from '../settings/index.ts'
import type { MeasurementIndex } from './measurement-index.ts'
import { indexOfName, label, sameWords, withoutName, words } from './label.ts'

export interface Wanted {
  stage: string
  selector: Selector
  /** Name of the side, and of the one that it is compared with. */
  side: string
  other: string
}

/**
 * The measurements that fit best. Each must fulfil every part of the selector that is given. Where no
 * part says which side it is, the side's name must stand in the measurement's side, stage or
 * headings; where a part does, such a name only decides between several.
 */
export function measurementsOfSide(indexed: MeasurementIndex, wanted: Wanted): Measurement[] {
  const near = indexed.near(wanted.selector.stage ?? wanted.stage)
  return best(near, (measurement) => sideRank(measurement, wanted))
}

/** The measurements whose figures describe both sides together. */
export function measurementsOfPair(
  indexed: MeasurementIndex,
  wanted: Omit<Wanted, 'selector'> & { selector: Selector | undefined },
): Measurement[] {
  const near = indexed.near(wanted.selector?.stage ?? wanted.stage)
  return best(near, (measurement) => pairRank(measurement, wanted))
}

/** The measurements that a name stands for as printed, whichever side they belong to. */
export function measurementsNamed(
  indexed: MeasurementIndex,
  stage: string,
  selector: Selector,
  metric: (measurement: Measurement) => boolean,
): Measurement[] {
  return best(indexed.near(stage), (measurement) =>
    metric(measurement) && fits(measurement, selector)
      ? labelRank(measurement, stage, [measurement.stage])
      : null,
  )
}

/** A measurement with the layer that its stage or the nearest heading names, where no fact does. */
export function withLayer(measurement: Measurement): Measurement {
  const layer = layerOf(measurement)
  if (layer === null || measurement.facts.layer !== undefined) return measurement
  const facts: Facts = { ...measurement.facts, layer }
  return { ...measurement, facts }
}

/** Statistics that describe two sides together. */
const pairStatistics: ReadonlySet<string> = new Set(
  Object.values(pairMetrics).flatMap(({ name, printed }) => (printed ? [name] : [])),
)

export function isOfPair({ against, figures }: Measurement): boolean {
  return against !== null || Object.keys(figures).some((name) => pairStatistics.has(name))
}

/** Lower ranks fit better; null does not fit at all. */
type Rank = number | null

function best(all: readonly Measurement[], rank: (one: Measurement) => Rank): Measurement[] {
  const ranked = all.map((measurement) => ({ measurement, rank: rank(measurement) }))
  const lowest = leastOf(ranked.map((one) => one.rank ?? Infinity))
  return ranked.filter((one) => one.rank === lowest).map((one) => one.measurement)
}

const withoutSide = 8

function sideRank(measurement: Measurement, { stage, selector, side, other }: Wanted): Rank {
  if (isOfPair(measurement) || !fits(measurement, selector)) return null
  const { labels, found } = sideIn(measurement, side, other)
  if (found === 'other') return null
  const explicit =
    selector.stage !== undefined ||
    selector.under !== undefined ||
    selector.diagnostic !== undefined
  if (found === 'none' && !explicit) return null
  const rank = labelRank(measurement, selector.stage ?? stage, labels)
  return rank === null ? null : rank + (found === 'none' ? withoutSide : 0)
}

interface SideFound {
  found: 'side' | 'other' | 'none'
  /** The stage as the log names it, and without the name of the side. */
  labels: string[]
}

/** Whose measurement it is, by its side, else by its stage, else by the nearest heading. */
function sideIn(measurement: Measurement, side: string, other: string): SideFound {
  const name = words(side)
  const otherName = words(other)
  const stage = words(measurement.stage)
  const rest = withoutName(stage, name)
  const labels = [measurement.stage, ...(rest ? [bareOf(measurement.stage, side)] : [])]
  if (measurement.side !== null) {
    const stated = words(measurement.side)
    if (sameWords(stated, name)) return { found: 'side', labels }
    return { found: sameWords(stated, otherName) ? 'other' : 'none', labels }
  }
  for (const text of [measurement.stage, ...measurement.under.toReversed()]) {
    const isSide = indexOfName(words(text), name) !== -1
    const isOther = indexOfName(words(text), otherName) !== -1
    // A heading that names both speaks of the comparison, not of a side.
    if (isSide !== isOther) return { found: isSide ? 'side' : 'other', labels }
  }
  return { found: 'none', labels }
}

/** A stage's label without the name of a side, punctuation kept for what else it may tell. */
function bareOf(stage: string, side: string): string {
  const pattern = words(side).map(escaped).join('[^\\p{L}\\p{N}]*')
  return stage.replace(new RegExp(`(?<![\\p{L}])${pattern}(?![\\p{L}])`, 'iu'), ' ')
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function pairRank(
  measurement: Measurement,
  { stage, selector, side, other }: Omit<Wanted, 'selector'> & { selector: Selector | undefined },
): Rank {
  if (!isOfPair(measurement) || !fits(measurement, selector ?? {})) return null
  const texts = [measurement.stage, ...measurement.under]
  const stated = [measurement.side, measurement.against].filter((name) => name !== null)
  const named = [side, other].every((name) =>
    [...stated, ...texts].some((text) => indexOfName(words(text), words(name)) !== -1),
  )
  const contradicted = stated.some(
    (name) => ![side, other].some((known) => sameWords(words(known), words(name))),
  )
  if (contradicted || (!named && selector === undefined)) return null
  const rank = labelRank(
    measurement,
    selector?.stage ?? stage,
    texts.flatMap((text) => [text, withoutComparison(text, [side, other])]),
  )
  if (rank === null) return null
  return rank + (named ? 0 : withoutSide)
}

const comparisonWords =
  /(?<![\p{L}])(?:comparison|compared?|differences?|diff|vs|versus|against)(?![\p{L}])\.?/giu

function withoutComparison(text: string, sides: readonly string[]): string {
  return sides.reduce((rest, side) => bareOf(rest, side), text).replace(comparisonWords, ' ')
}

function fits({ source, under, facts, labels }: Measurement, selector: Selector): boolean {
  const { diagnostic, layer, under: heading } = selector
  if (diagnostic !== undefined && source.diagnostic !== diagnostic) return false
  if (layer !== undefined && facts.layer !== layer) return false
  const wanted = Object.entries(selector.labels ?? {})
  if (!wanted.every(([name, text]) => folded(labels?.[name] ?? '') === folded(text))) return false
  return heading === undefined || under.some((text) => holds(folded(text), folded(heading)))
}

/** Whether a text contains another, whose numbers at either end are not parts of longer ones. */
function holds(text: string, part: string): boolean {
  const digits = (pair: string) => /^\p{Nd}{2}$/u.test(pair)
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    const end = at + part.length
    if (!digits(text.slice(at - 1, at + 1)) && !digits(text.slice(end - 1, end + 1))) return true
  }
  return false
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

/** How well a wanted stage fits the names that a measurement goes by. */
function labelRank(measurement: Measurement, stage: string, names: readonly string[]): Rank {
  const wanted = label(stage)
  const layer = layerOf(measurement)
  if (wanted.layer !== null && layer !== null && wanted.layer !== layer) return null
  const ranks = names.map((name) => {
    const found = label(name)
    if (sameWords(found.full, wanted.full)) return 0
    if (sameWords(found.core, wanted.core)) return 1
    if (sameWords(found.bare, wanted.core)) return 2
    return Infinity
  })
  // `latency mean` is how a log may print the mean of `latency`.
  const asPrinted = Object.keys(measurement.figures).some((statistic) =>
    sameWords(label(`${measurement.stage} ${statistic}`).full, wanted.full),
  )
  const rank = Math.min(asPrinted ? 3 : Infinity, leastOf(ranks))
  if (rank === Infinity) return null
  return rank + (wanted.layer !== null && layer === null ? 4 : 0)
}

/** The layer by its fact, else by the stage's name, else by the nearest heading that names one. */
function layerOf({ facts, stage, under }: Measurement): number | null {
  if (facts.layer !== undefined) return facts.layer
  return [stage, ...under.toReversed()].map((text) => label(text).layer).find(isNumber) ?? null
}

function isNumber(value: number | null): value is number {
  return value !== null
}
