/** What rounding to a block format explains, from the scales that the blocks themselves hold. */
import { leastOf } from '../many.ts'
import type { TensorPair, BlockNoise } from './tensor-types.ts'
import { dictionary } from '../evidence/dictionary.ts'

/**
 * Half of the codes of a format: a block's largest element is about as many steps from zero. Values
 * beyond the last code are cut by up to one step.
 */
const halfCodes = dictionary<number>({
  Q2_K: 2,
  Q3_K: 4,
  Q4_0: 8,
  Q4_1: 16,
  Q4_K: 8,
  Q5_0: 16,
  Q5_1: 32,
  Q5_K: 16,
  Q6_K: 32,
  Q8_0: 127,
  IQ4_NL: 8,
  IQ4_XS: 8,
  MXFP4: 5,
  TQ1_0: 1,
  TQ2_0: 1,
})

/**
 * Shares of the rounding error r on real quantisers (all formats above; normal, uniform, Laplace and
 * t-distributed weights, one channel 30 times the others): |slope - 1| is at most 3.9 r^2, since what
 * is rounded towards zero shortens the whole, and the error of all at most 1.23 r.
 */
const shortening = 4

/** Null where no side is stored in blocks. */
export function blockNoise({ a, b, pair }: TensorPair): BlockNoise | null {
  const step = pair?.rmsStep?.value ?? 0
  const norm = pair?.normB.value ?? 0
  const n = pair?.nFinite ?? 0
  if (!(step > 0) || !(norm > 0)) return null
  const relativeL2 = (step * Math.sqrt(n / 12)) / norm
  const codes = [a, b].flatMap((side) => halfCodes[side?.tensor.dtype ?? ''] ?? [])
  return {
    relativeL2,
    element: 1.5 / leastOf(codes),
    slope: shortening * relativeL2 ** 2 + 0.05 * relativeL2 + (4 * relativeL2) / Math.sqrt(n),
  }
}

/** Distance of the slope of a on b from 1; null where there is none. */
export function slopeError({ pair }: TensorPair): number | null {
  const [cosine, a, b] = [pair?.cosine.value, pair?.normA.value, pair?.normB.value]
  if (typeof cosine !== 'number' || typeof a !== 'number' || typeof b !== 'number') return null
  return b > 0 ? Math.abs((cosine * a) / b - 1) : null
}
