/** What was measured of two tensor files, and of repeats of either: judged together. */
import { noiseOfRepeats, type TensorRepeat } from './tensor-repeats.ts'
import {
  judgeTensors,
  type TensorJudgement,
  type TensorOptions,
  type TensorPair,
} from './tensors.ts'

export interface Compared {
  sides: { candidate: string; reference: string }
  /** In the order of the computation. */
  pairs: readonly TensorPair[]
  repeats: readonly TensorRepeat[]
  replays?: TensorOptions['replays']
}

export function judgeCompared(
  { sides, pairs, repeats, replays }: Compared,
  options: Pick<TensorOptions, 'floor' | 'floors' | 'after'> = {},
): TensorJudgement {
  const { noise, warnings } = noiseOfRepeats(repeats)
  const judgement = judgeTensors(pairs, {
    ...options,
    sides,
    repeats: noise,
    ...(replays && { replays }),
  })
  return { ...judgement, warnings: [...warnings, ...judgement.warnings] }
}
