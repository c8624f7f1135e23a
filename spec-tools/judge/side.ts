/** What is known about one side of a stage, put together from the measurements that speak of it. */
import { mostOf } from '../many.ts'
import {
  type FactName,
  type Facts,
  type Measurement,
  type Vouch,
  vouch,
} from '../evidence/index.ts'
import { intersect, isKnown } from './interval.ts'
import { exactly, printed } from './quantity.ts'
import type { Quantity } from './types.ts'

/** One side, or the pair, of a stage: figures, facts, and what they were taken from. */
export interface Known {
  name: string
  measurements: readonly Measurement[]
  figures: Readonly<Record<string, Quantity>>
  facts: Facts
  /** Facts that the investigation asserted. */
  asserted: FactName[]
}

/**
 * Puts measurements together that were all picked for the same side.
 *
 * @returns null where they contradict each other, so that picking one would be a guess
 */
export function put(
  name: string,
  measurements: readonly Measurement[],
  assert: Facts = {},
): Known | null {
  const figures: Record<string, Quantity> = {}
  const facts: Facts = {}
  for (const measurement of measurements) {
    if (!agree(facts, measurement.facts)) return null
    Object.assign(facts, measurement.facts)
    for (const [statistic, figure] of Object.entries(measurement.figures)) {
      const from = `${measurement.id}#${statistic}`
      const quantity = printed(figure, statistic, from, measurement.facts.unit)
      const known = figures[statistic]
      const joined = known ? both(known, quantity) : quantity
      if (!joined) return null
      figures[statistic] = joined
    }
  }
  if (facts.n === undefined && figures['n'] && Number.isSafeInteger(figures['n'].value)) {
    facts.n = figures['n'].value
  }
  if (facts.n === undefined && facts.shape) facts.n = sizeOf(facts.shape)
  const asserted = Object.keys(assert).filter(
    (fact) => facts[fact as FactName] === undefined,
  ) as FactName[]
  return { name, measurements, figures, facts: { ...assert, ...facts }, asserted }
}

/** Facts that the investigation asserts otherwise than the source states them. */
export function contradicted(known: Known, assert: Facts): FactName[] {
  return (Object.keys(assert) as FactName[]).filter(
    (fact) => !agree({ [fact]: assert[fact] }, { [fact]: known.facts[fact] }),
  )
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((n, size) => n * size, 1)
}

/** The number of elements as a figure. */
export function countOf({ facts, measurements, asserted, figures }: Known): Quantity | null {
  if (facts.n === undefined) return null
  if (figures['n']?.value === facts.n) return figures['n']
  const how = asserted.includes('n') ? 'asserted' : 'printed'
  const stating = measurements.filter(
    ({ facts: { n, shape } }) => (n ?? (shape && sizeOf(shape))) === facts.n,
  )
  return exactly(
    facts.n,
    stating.map(({ id }) => `${id}#n`),
    how,
  )
}

/** The weakest of those who vouch for what was put together. */
export function weakest(parts: readonly (Known | null)[]): Vouch {
  const ranks = parts
    .flatMap((part) => part?.measurements ?? [])
    .map((measurement) => vouch.options.indexOf(measurement.vouch))
  return vouch.options[Math.max(-1, mostOf(ranks))] ?? 'self-reported'
}

/** Two statements of one figure: the more precise one, or null where they differ. */
function both(a: Quantity, b: Quantity): Quantity | null {
  if (!isKnown(a) || !isKnown(b)) return Object.is(a.value, b.value) ? a : null
  if (!intersect(a, b)) return null
  return b.hi - b.lo < a.hi - a.lo ? b : a
}

function agree(a: Facts, b: Facts): boolean {
  return (Object.keys(a) as FactName[]).every(
    (fact) => b[fact] === undefined || JSON.stringify(a[fact]) === JSON.stringify(b[fact]),
  )
}
