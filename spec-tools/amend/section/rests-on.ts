/** Which figures of the bundle a sentence about stages rests on. */
import { pairMetricKeys } from '../../evidence/index.ts'
import type {
  DivergenceRow,
  HypothesisVerdict,
  Judgement,
  Quantity,
  SideSummary,
} from '../../judge/types.ts'

/** References of all figures of the rows, in their order, each once. */
export function restsOn(rows: readonly DivergenceRow[]): string[] {
  const quantities = rows.flatMap((row): (Quantity | null)[] => [
    ...ofSide(row.candidate),
    ...ofSide(row.reference),
    ...pairMetricKeys.map((key) => row[key]),
  ])
  return [...new Set(quantities.flatMap((quantity) => quantity?.from ?? []))]
}

/** Those of the stages that are named; of all stages if none of them has a figure. */
export function restsOnStages({ rows }: Judgement, stages: readonly string[]): string[] {
  const named = restsOn(rows.filter(({ stage }) => stages.includes(stage)))
  return named.length > 0 ? named : restsOn(rows)
}

/** Those of its named measurements; where none could be taken, of the table or the declaration. */
export function restsOnValues(
  { values }: HypothesisVerdict,
  { rows }: Pick<Judgement, 'rows'>,
): string[] {
  const named = values.flatMap(({ quantity }) => quantity?.from ?? [])
  const either = named.length > 0 ? named : restsOn(rows)
  return either.length > 0 ? either : ['investigation#/hypotheses']
}

/** Where the investigation declares a hypothesis; verdicts are in the order of the declaration. */
export function declaredAt(
  verdict: HypothesisVerdict,
  { hypotheses }: Pick<Judgement, 'hypotheses'>,
): string {
  return `investigation#/hypotheses/${hypotheses.indexOf(verdict)}`
}

function ofSide(side: SideSummary | null): (Quantity | null)[] {
  return side === null ? [] : [side.n, ...Object.values(side.figures)]
}
