/**
 * Judgement of two tensor files: stage by stage, in f64 figures that were measured elsewhere. The types
 * are what the judgement needs of a measured pair; whoever measures may know more.
 */
import { append, mostOf } from '../many.ts'
import { judgedStages } from './bracket.ts'
import { NoisePaths } from './noise.ts'
import { firstDivergence } from './order.ts'
import { nextSteps } from './plan.ts'
import { exactly } from './quantity.ts'
import { withReplays } from './replay.ts'
import { judgeTensorPair } from './tensor-pair.ts'
import type { DivergenceRow, Quantity, SideName } from './types.ts'
import type {
  TensorPair,
  TensorOptions,
  ReplayedErrors,
  TensorRow,
  TensorJudgement,
} from './tensor-types.ts'

/** @param pairs in the order of the computation */
export function judgeTensors(
  pairs: readonly TensorPair[],
  options: TensorOptions = {},
): TensorJudgement {
  const sides = options.sides ?? { candidate: 'candidate', reference: 'reference' }
  const paths = new NoisePaths(
    options,
    pairs.map(({ stage }) => stage),
  )
  const warnings: string[] = []
  const after = (index: number): readonly string[] => {
    const stage = pairs[index]?.stage ?? ''
    const before = pairs[index - 1]?.stage
    return options.after?.get(stage) ?? (before === undefined ? [] : [before])
  }
  const rows: TensorRow[] = []
  const apart = new Map<string, number>()
  for (const [index, pair] of pairs.entries()) {
    const judged = judgeTensorPair(pair, sides, paths.limits(pair, after(index)))
    paths.take(pair, after(index), judged.row.cell.verdict === 'MATCH')
    const row = withErrors(judged.row, options.replays?.get(pair.stage))
    rows.push({ ...row, gain: gainOf(row, after(index), apart) })
    apart.set(pair.stage, row.relativeL2?.value ?? Number.NaN)
    append(warnings, judged.warnings)
  }
  const placed = rows.map((row, index) => ({
    row,
    after: after(index),
    loose: options.loose?.has(row.stage) ?? false,
  }))
  const first = withReplays(firstDivergence(judgedStages(placed)), rows)
  const next = nextSteps(placed, first, { sides, captures: options.captures ?? 1 })
  return { sides, rows, first, next, warnings }
}

/** The row with what replays say about its sides, as a log would print it. */
function withErrors(
  row: Omit<TensorRow, 'gain'>,
  replays: Partial<Record<SideName, ReplayedErrors>> = {},
): Omit<TensorRow, 'gain'> {
  const on = (side: SideName) => {
    const [summary, replayed] = [row[side], replays[side]]
    if (!summary || !replayed) return summary
    const { id = `${summary.name}:${row.stage}`, ...errors } = replayed
    const found = Object.entries(errors).map(([name, value]): [string, Quantity] => {
      return [name, exactly(value, [`${id}#${name}`], 'measured')]
    })
    return { ...summary, figures: { ...summary.figures, ...Object.fromEntries(found) } }
  }
  return { ...row, candidate: on('candidate'), reference: on('reference') }
}

/**
 * How far an error grew at a stage: measured, never assumed.
 *
 * @param apart relative L2 of the stages before it
 */
function gainOf(
  { relativeL2 }: DivergenceRow,
  parents: readonly string[],
  apart: ReadonlyMap<string, number>,
): number | null {
  const before = parents.flatMap((stage) => apart.get(stage) ?? [])
  const largest = mostOf(before)
  const gain = (relativeL2?.value ?? Number.NaN) / largest
  return before.length > 0 && largest > 0 && Number.isFinite(gain) ? gain : null
}
