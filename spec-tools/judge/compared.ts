/** What was measured of two tensor files, and of repeats of either: judged together. */
import { placedByName } from './by-name.ts'
import { noiseOfRepeats } from './tensor-repeats.ts'
import type { TensorRepeat, TensorJudgement, TensorOptions, TensorPair } from './tensor-types.ts'
import { judgeTensors } from './tensors.ts'

export interface Compared {
  sides: { candidate: string; reference: string }
  /** In the order of the computation, unless `byName`. */
  pairs: readonly TensorPair[]
  /** The files hold their stages by name, and nothing says how they are computed. */
  byName?: boolean
  repeats: readonly TensorRepeat[]
  replays?: TensorOptions['replays']
}

export function judgeCompared(
  { sides, pairs, byName = false, repeats, replays }: Compared,
  options: Pick<TensorOptions, 'floor' | 'floors' | 'after' | 'loose'> = {},
): TensorJudgement {
  if (byName) return judgeCompared(...inLayers({ sides, pairs, repeats, replays }, options))
  const { noise, warnings } = noiseOfRepeats(repeats)
  const judgement = judgeTensors(pairs, {
    ...options,
    sides,
    repeats: noise,
    ...(replays && { replays }),
  })
  return { ...judgement, warnings: [...warnings, ...judgement.warnings] }
}

/** The same, with the pairs by layer and what is known of their order. */
function inLayers(
  compared: Compared,
  options: Parameters<typeof judgeCompared>[1],
): Parameters<typeof judgeCompared> {
  const pairs = new Map(compared.pairs.map((pair) => [pair.stage, pair]))
  const placed = placedByName([...pairs.keys()])
  return [
    { ...compared, pairs: placed.flatMap(({ stage }) => pairs.get(stage) ?? []) },
    {
      ...options,
      after: new Map(placed.map(({ stage, after }) => [stage, after])),
      loose: new Set(pairs.keys()),
    },
  ]
}
