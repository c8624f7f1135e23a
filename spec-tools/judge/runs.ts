/**
 * Runs of the same thing: repeats of a diagnostic, and runs that differ in their seed.
 *
 * Every run is a comparison of its own; what is said of a stage must hold in all of them. So figures
 * are joined to the whole range that the runs span, never averaged.
 */
import { leastOf, mostOf } from '../many.ts'
import type { Measurement } from '../evidence/index.ts'
import { derived } from './quantity.ts'
import type { Quantity } from './types.ts'

/** Measurements of one run, by which repeat and, where stated, which seed it was. */
export interface Run {
  repeat: number
  seed: number | undefined
  measurements: Measurement[]
}

/** By seed, then by repeat. What states no seed beside measurements that do belongs to each of them. */
export function runsOf(measurements: readonly Measurement[]): Run[] {
  const repeats = [...Map.groupBy(measurements, ({ repeat = 0 }) => repeat)]
  const runs = repeats.flatMap(([repeat, all]): Run[] => {
    const seeds = [...new Set(all.flatMap(({ facts: { seed } }) => seed ?? []))]
    if (seeds.length < 2) return [{ repeat, seed: seeds[0], measurements: all }]
    return seeds.map((seed) => ({
      repeat,
      seed,
      measurements: all.filter(({ facts }) => facts.seed === undefined || facts.seed === seed),
    }))
  })
  return runs.toSorted((a, b) => (a.seed ?? -1) - (b.seed ?? -1) || a.repeat - b.repeat)
}

/**
 * The runs of several parts side by side. A part with fewer repeats is compared by the last one before;
 * a seed that one part alone ran is left out, unless no seed is common to all: then the gate says so.
 *
 * @returns for each run one entry a part; null for a part without any
 */
export function sideBySide<T extends Run>(parts: readonly (readonly T[])[]): (T | null)[][] {
  const keys = new Map(parts.flat().map((run) => [`${run.seed} ${run.repeat}`, run]))
  const together = [...keys.values()].map((key) =>
    parts.map((runs) => (runs.length === 0 ? null : counterpart(runs, key))),
  )
  const whole = together.filter((run) => !run.includes(undefined)) as (T | null)[][]
  return whole.length > 0 ? whole : [parts.map((runs) => runs[0] ?? null)]
}

/** Undefined where the part ran with other seeds only. */
function counterpart<T extends Run>(runs: readonly T[], { seed, repeat }: Run): T | undefined {
  const fitting = runs.filter(
    (run) => run.seed === seed || run.seed === undefined || seed === undefined,
  )
  return fitting.findLast((run) => run.repeat <= repeat) ?? fitting[0]
}

/**
 * One figure of several runs: the first one's value as it was printed, with the range of all as its
 * interval. Null where the first run has none.
 */
export function overRuns(figures: readonly (Quantity | null | undefined)[]): Quantity | null {
  const [first] = figures
  const known = figures.filter((figure) => figure !== null && figure !== undefined)
  if (!first) return null
  if (known.every(({ value, lo, hi }) => alike([value, lo, hi], first))) return first
  const bounds = {
    lo: leastOf(known.map(({ lo }) => lo)),
    hi: mostOf(known.map(({ hi }) => hi)),
  }
  const how = `first of ${known.length} runs, with their range`
  return { ...derived(first.value, bounds, how, known), text: first.text }
}

function alike([value, lo, hi]: readonly [number, number, number], other: Quantity): boolean {
  return Object.is(value, other.value) && Object.is(lo, other.lo) && Object.is(hi, other.hi)
}
