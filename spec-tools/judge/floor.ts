/** Noise floors: below which relative L2 a difference means nothing, and how that is known. */
import { point } from './interval.ts'
import { short, shown } from './quantity.ts'
import type { ProvenNoise } from './repeats.ts'
import type { NoiseFloor } from './types.ts'
import { dictionary } from '../evidence/dictionary.ts'

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

/** Calibrated on clean pairs only: `bench/calibration.ts`. */
const calibration = 2

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
 * The floor where a side is stored in blocks: rounding to multiples of a step has an error of
 * step/sqrt(12) (root mean square), and real quantisers up to 1.23 times as much.
 *
 * @param rounded what all other roundings explain
 * @param steps sqrt(mean(step^2) / 12) / rms(b), from the scales that the blocks hold
 */
export function stepFloor(rounded: number, steps: number): NoiseFloor {
  const relativeL2 = Math.hypot(rounded, 1.5 * steps)
  const text = `relative L2 ${short(relativeL2)}, predicted: 1.5 times step/√12 = ${short(steps)} of the blocks' own scales`
  return { relativeL2, origin: 'predicted', text }
}

/**
 * What elements may differ by however small they are: the smallest normal number of the coarser range,
 * below which hardware may flush to zero; of F16 and 8-bit floats, which are not flushed, the gap
 * between their smallest numbers. 0 for integers.
 */
export function smallest(dtype: string): number {
  return Object.hasOwn(gaps, dtype) ? (gaps[dtype] ?? 0) : 0
}

const gaps = dictionary<number>({
  F64: 2 ** -1022,
  F32: 2 ** -126,
  BF16: 2 ** -126,
  F16: 2 ** -24,
  F8_E4M3: 2 ** -9,
  F8_E5M2: 2 ** -16,
})

/**
 * Softmax amplifies: it turns differences dz of its scores into relative ones of the probabilities,
 * each of which changes by a factor within exp(±range(dz)), and range(dz) <= 2 max|dz|. Beside the
 * largest probability half of that is the most that clean pairs show, and over a whole tensor it is the
 * usual difference that counts. More than a half is never noise.
 *
 * @param max max|dz| of scores that match
 * @param rms RMS(dz) of them; only for the floor of a whole tensor
 * @returns null where nothing came in
 */
export function softmaxFloor(max: number, rms?: number): NoiseFloor | null {
  if (!(max > 0)) return null
  const most = { of: 'max|dz|', by: max }
  const usual = { of: `${usualRange}·RMS(dz)`, by: usualRange * (rms ?? Infinity) }
  const { of, by } = usual.by < most.by ? usual : most
  const relativeL2 = Math.min(0.5, Math.expm1(by))
  const text = `relative L2 ${short(relativeL2)}, predicted: exp(${of}) - 1 of the scores`
  return { relativeL2, origin: 'predicted', text }
}

/** Calibrated as `calibration`: real probabilities differ by 0.6 to 3 RMS(dz), the most where few lead. */
const usualRange = 6

/**
 * Unit roundoff of a number format: half the gap between 1 and the next number; 0 where nothing is
 * rounded (integers, bool). For block formats, where their scales are not at hand, it is the error of
 * rounding normally distributed weights, relative to their root mean square.
 *
 * @returns null for formats that are not known
 */
export function unitRoundoff(dtype: string): number | null {
  const name = dtype
    .toUpperCase()
    .replace(/^TORCH\./, '')
    .replace(/^FLOAT(?=\d)/, 'F')
    .replace(/^BFLOAT(?=\d)/, 'BF')
  if (/^(?:BOOL|U?I(?:NT)?(?:8|16|32|64)|U(?:8|16|32|64))$/.test(name)) return 0
  return Object.hasOwn(roundoffs, name) ? (roundoffs[name] ?? null) : null
}

const roundoffs = dictionary<number>({
  F64: 2 ** -53,
  F32: 2 ** -24,
  TF32: 2 ** -11,
  F16: 2 ** -11,
  BF16: 2 ** -8,
  F8_E4M3: 2 ** -4,
  F8_E5M2: 2 ** -3,
  Q8_0: 0.0055,
  Q8_1: 0.0055,
  Q8_K: 0.0065,
  Q6_K: 0.018,
  Q5_K: 0.037,
  Q5_0: 0.044,
  Q5_1: 0.038,
  Q4_K: 0.073,
  Q4_0: 0.087,
  Q4_1: 0.08,
  Q3_K: 0.155,
  Q2_K: 0.28,
  IQ4_NL: 0.08,
  IQ4_XS: 0.08,
  MXFP4: 0.12,
  NVFP4: 0.12,
  TQ1_0: 0.6,
  TQ2_0: 0.6,
})
