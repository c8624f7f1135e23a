/** Noise floors: below which relative L2 a difference means nothing, and how that is known. */
import { point } from './interval.ts'
import { short, shown } from './quantity.ts'
import type { ProvenNoise } from './repeats.ts'
import type { NoiseFloor } from './types.ts'

/** The largest of the floors that are known: a difference must stand out from all noise. */
export function largestFloor(floors: readonly (NoiseFloor | null)[]): NoiseFloor | null {
  return floors.reduce(
    (largest, floor) =>
      floor && (!largest || floor.relativeL2 > largest.relativeL2) ? floor : largest,
    null,
  )
}

export function declaredFloor(relativeL2: number, because: string | undefined): NoiseFloor {
  const text = `relative L2 ${shown(relativeL2, point(relativeL2))}, declared`
  return { relativeL2, origin: 'declared', text: because ? `${text}: ${because}` : text }
}

/** @param of the sides that were measured against themselves */
export function measuredFloor(relativeL2: number, of: string): NoiseFloor {
  const text = `relative L2 ${shown(relativeL2, point(relativeL2))}, measured by repeats of ${of}`
  return { relativeL2, origin: 'measured', text }
}

/**
 * A floor that summaries of several runs prove. It lifts a floor that is smaller; where there is none,
 * it can only show that a difference is within the noise.
 *
 * @param known the largest floor that somebody vouches for
 */
export function provenFloor(
  { least, text: shownBy }: ProvenNoise,
  known: NoiseFloor | null,
): NoiseFloor {
  const text = `relative L2 ${short(least)}, measured: ${shownBy}`
  return { relativeL2: least, origin: 'measured', text, ...(!known && { atLeast: true as const }) }
}

/**
 * Calibrated on clean pairs only (F32, F16 and BF16 against F32, sums in other orders, over the stages
 * of a small transformer, `test/judge/planted.test.ts`): the largest relative L2 / (u sqrt(k)) seen
 * there is 1.2. The rest is room for amplifiers stronger than those.
 */
const calibration = 3

/**
 * The floor c u sqrt(k) that rounding alone explains: independent roundings add in quadrature.
 *
 * @param u unit roundoff of the coarser of the two computations
 * @param k number of roundings on the path to the stage; what captures before it differ by counts as
 *   the roundings that would explain it
 */
export function predictedFloor(u: number, k: number): NoiseFloor {
  const relativeL2 = calibration * u * Math.sqrt(k)
  const text = `relative L2 ${short(relativeL2)}, predicted: ${calibration}·u·√k with u = ${short(u)} and k = ${short(k)}`
  return { relativeL2, origin: 'predicted', text }
}

/**
 * Softmax amplifies: it turns differences dz of its scores into relative ones of the probabilities,
 * each of which changes by a factor within exp(±range(dz)), and range(dz) <= 2 max|dz|. More than a
 * half is never noise.
 *
 * @param difference max|dz| of scores that match
 * @returns null where nothing came in
 */
export function softmaxFloor(difference: number): NoiseFloor | null {
  if (!(difference > 0)) return null
  const relativeL2 = Math.min(0.5, Math.expm1(2 * difference))
  const text = `relative L2 ${short(relativeL2)}, predicted: exp(2·max|dz|) - 1 with max|dz| = ${short(difference)} in the scores`
  return { relativeL2, origin: 'predicted', text }
}

/**
 * Unit roundoff of a number format: half the gap between 1 and the next number; 0 where nothing is
 * rounded (integers, bool). For block formats it is the error of rounding normally distributed
 * weights, relative to their root mean square, rounded up to a power of two.
 *
 * @returns null for formats that are not known
 */
export function unitRoundoff(dtype: string): number | null {
  const name = dtype
    .toUpperCase()
    .replace(/^TORCH\./, '')
    .replace(/^FLOAT(?=\d)/, 'F')
    .replace(/^BFLOAT(?=\d)/, 'BF')
  if (/^(?:BOOL|U?(?:I|INT)(?:8|16|32|64))$/.test(name)) return 0
  return Object.hasOwn(roundoffs, name) ? (roundoffs[name] ?? null) : null
}

const roundoffs: Readonly<Record<string, number>> = {
  F64: 2 ** -53,
  F32: 2 ** -24,
  TF32: 2 ** -11,
  F16: 2 ** -11,
  BF16: 2 ** -8,
  F8_E4M3: 2 ** -4,
  F8_E5M2: 2 ** -3,
  Q8_0: 2 ** -7,
  Q8_1: 2 ** -7,
  Q8_K: 2 ** -7,
  Q6_K: 2 ** -5,
  Q5_K: 2 ** -4,
  Q5_0: 2 ** -4,
  Q5_1: 2 ** -4,
  Q4_K: 2 ** -3,
  Q4_0: 2 ** -3,
  Q4_1: 2 ** -3,
  Q3_K: 2 ** -2,
  Q2_K: 2 ** -1,
}
