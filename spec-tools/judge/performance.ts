/**
 * The gate of performance figures: whether the same work was measured in units that can be converted.
 * What is known to differ makes a comparison INCOMPARABLE, as for tensors; nothing is compared then.
 */
import type { FactName, Measurement } from '../evidence/index.ts'
import { conversion } from '../settings/index.ts'
import type { Picked } from './pick.ts'

/** Columns and keys that say what work was done; they must not differ. */
const workload =
  /^(?:model|model_\w+|size|params|n_\w+|batch\w*|ubatch|m|n|k|seq\w*|context\w*|prompt\w*|input_\w+|output_\w+|requests?|num_\w+|concurrency|dtype|precision|phase|test|workload|dataset|operation|op|shape|type|ngl|threads|steps?|elements?)$/

const facts: readonly FactName[] = [
  'phase',
  'kv',
  'selection',
  'layer',
  'weights',
  'prompt',
  'template',
  'mask',
  'batch',
  'tensorParallel',
]

const ofTensors = new Set(['mean', 'std', 'min', 'max', 'l2', 'norm', 'sum'])

/**
 * Why two figures may not be set in relation; null where they may. Figures of one row are always
 * comparable: their relation is a figure of that row.
 *
 * @param chosen columns and texts by which the selectors tell the two apart
 */
export function incomparable(a: Picked, b: Picked, chosen: ReadonlySet<string>): string | null {
  const [left, right] = [a.measurement, b.measurement]
  if (left === right) return null
  const apart = left.source.diagnostic !== right.source.diagnostic || left.side !== right.side
  if (apart && [a, b].some(isOfTensor)) {
    return 'these are statistics of tensors: two of them are compared as a stage (`side: pair, metric: std_ratio`)'
  }
  if (!apart) return null
  const sameStatistic = a.statistic === b.statistic || conversionOf(left, right) !== null
  if (!sameStatistic) return `INCOMPARABLE(${a.statistic}≠${b.statistic})`
  for (const fact of facts) {
    const [x, y] = [left.facts[fact], right.facts[fact]]
    if (x !== undefined && y !== undefined && JSON.stringify(x) !== JSON.stringify(y)) {
      return `INCOMPARABLE(${fact} ${String(x)}≠${String(y)})`
    }
  }
  for (const [key, text] of Object.entries(left.labels ?? {})) {
    const other = right.labels?.[key]
    if (other === undefined || other === text || chosen.has(key) || chosen.has(text)) continue
    if (workload.test(key.trim().toLowerCase().replace(/\W+/g, '_'))) {
      return `INCOMPARABLE(${key} ${text}≠${other})`
    }
  }
  return null
}

/** Factor from the unit of the second to that of the first; null where there is none. */
export function conversionOf(
  { facts: { unit: to } }: Measurement,
  { facts: { unit: from } }: Measurement,
): number | null {
  if (from === undefined && to === undefined) return 1
  return from === undefined || to === undefined ? null : conversion(from, to)
}

/** Why the units of two figures forbid a comparison, in the words of a cell. */
export function unitsApart(a: Measurement, b: Measurement): string {
  const [left, right] = [a.facts.unit, b.facts.unit]
  return left === undefined || right === undefined
    ? `UNPROVEN(unit?): one side states ${left ?? right} and the other no unit`
    : `INCOMPARABLE(unit ${left}≠${right})`
}

function isOfTensor({ measurement, statistic }: Picked): boolean {
  const { unit, n, shape } = measurement.facts
  if (unit !== undefined) return false
  return n !== undefined || shape !== undefined || ofTensors.has(statistic)
}

/** What is better, by the unit of a figure: more work in less time. */
export function better(unit: string | undefined): 'larger' | 'smaller' | null {
  if (unit === undefined) return null
  if (conversion(unit, 's') !== null || conversion(unit, 'B') !== null) return 'smaller'
  return /\/\s*(?:s|sec|second|min|h)$|FLOPS?|FLOP\/s/i.test(unit) ? 'larger' : null
}
