/**
 * How much rounding alone explains at a stage of two tensor files, and so what its floor is.
 *
 * The floor is c u sqrt(k), with k the roundings on the path to the stage. Those of the stage itself,
 * and of stages before it that could not be judged, are counted; those before are measured: what the
 * captures that match still differ by is what came in, and a stage may amplify it. So a floor is
 * tight where the sides agree to the last bit, and gives way where noise has really built up.
 */
import {
  declaredFloor,
  largestFloor,
  measuredFloor,
  predictedFloor,
  softmaxFloor,
  unitRoundoff,
} from './floor.ts'
import type { RepeatNoise } from './tensor-repeats.ts'
import type { MeasuredPair, TensorOptions, TensorPair, TensorSide } from './tensors.ts'
import type { NoiseFloor } from './types.ts'

/** The same difference seen over the whole tensor, in its worst row and in its worst element. */
export interface Noise {
  whole: number
  /** Relative L2 of the worst row. */
  row: number
  /** max|d| / max|b|. */
  element: number
}

export interface Limits {
  floor: NoiseFloor | null
  /** Above these a difference is confined to a row or an element; null where nothing is known. */
  row: number | null
  element: number | null
}

/** What is known about the path up to and with a stage. */
interface Path {
  /** Largest noise of a capture that matches. */
  noise: Noise
  /** Roundings since the last one. */
  roundings: number
  /** Elements of the widest row so far: sums run over about as many terms. */
  width: number
}

/** Sums are at least accumulated in this precision. */
const accumulator = 2 ** -24

/**
 * How much more than what came in may leave a stage. Calibrated on clean pairs only: the largest gains
 * seen there are 1.4 (whole), 6 (a row of scores that nearly cancel) and 1.8 (an element).
 */
const amplification: Noise = { whole: 4, row: 12, element: 4 }

/** The worst of many rows, or elements, is further from the floor by chance than the whole is. */
const allowance: Noise = { whole: 1, row: 3, element: 1.4 }

/** The paths to the stages of one comparison; stages are taken in their order. */
export class NoisePaths {
  readonly #options: TensorOptions
  readonly #paths = new Map<string, Path>()
  /** max|d| of the stages that match. */
  readonly #differences = new Map<string, number>()

  constructor(options: TensorOptions) {
    this.#options = options
  }

  /** @param after stages that it is computed from, all of them taken before */
  limits(pair: TensorPair, after: readonly string[]): Limits {
    const { floor, repeats } = this.#options
    const known = floor
      ? stated(declaredFloor(floor.relativeL2, floor.because))
      : this.#predicted(pair, after)
    const repeat = repeats?.get(pair.stage)
    return repeat ? lifted(known, repeat) : known
  }

  /** @param matches whether what the sides differ by is noise */
  take(pair: TensorPair, after: readonly string[], matches: boolean): void {
    const path = this.#pathTo(pair, after)
    if (matches) this.#differences.set(pair.stage, pair.pair?.maxAbsDiff.value ?? 0)
    this.#paths.set(
      pair.stage,
      matches ? { ...path, noise: larger(path.noise, noiseOf(pair)), roundings: 0 } : path,
    )
  }

  #predicted(pair: TensorPair, after: readonly string[]): Limits {
    const u = coarserRoundoff(pair)
    if (u === null) return { floor: null, row: null, element: null }
    if (u === 0) return { floor: predictedFloor(0, 1), row: 0, element: 0 }
    const { noise, roundings } = this.#pathTo(pair, after)
    const softmax = softmaxFloor(this.#scoreDifference(pair, after))
    const limit = (seen: keyof Noise): NoiseFloor => {
      const one = predictedFloor(u * allowance[seen], 1).relativeL2
      const cameIn = ((amplification[seen] * noise[seen]) / one) ** 2
      const rounded = predictedFloor(u * allowance[seen], roundings + cameIn)
      return largestFloor([rounded, softmax]) ?? rounded
    }
    return {
      floor: limit('whole'),
      row: limit('row').relativeL2,
      element: limit('element').relativeL2,
    }
  }

  #pathTo(pair: TensorPair, after: readonly string[]): Path {
    const before = after.flatMap((stage) => this.#paths.get(stage) ?? [])
    const width = Math.max(pair.rowWidth, ...before.map((path) => path.width))
    const inSums = width * Math.min(1, accumulator / (coarserRoundoff(pair) || accumulator)) ** 2
    return {
      noise: before.map(({ noise }) => noise).reduce(larger, { whole: 0, row: 0, element: 0 }),
      roundings: 1 + inSums + Math.max(0, ...before.map(({ roundings }) => roundings)),
      width,
    }
  }

  /** Largest difference of the scores that a softmax is taken of; 0 for other stages. */
  #scoreDifference(pair: TensorPair, after: readonly string[]): number {
    return isSoftmax(pair)
      ? Math.max(0, ...after.map((stage) => this.#differences.get(stage) ?? 0))
      : 0
  }
}

/** At least what repeats of a side show, over the whole and in the worst row. */
function lifted({ floor, row, element }: Limits, repeat: RepeatNoise): Limits {
  const measured = measuredFloor(repeat.relativeL2, repeat.of)
  const inRow = Math.max(row ?? 0, repeat.row ?? 0, allowance.row * repeat.relativeL2)
  return largestFloor([floor, measured]) === measured
    ? { floor: measured, row: inRow, element: null }
    : { floor, row: row === null ? null : inRow, element }
}

/** A floor that somebody vouches for says nothing about single elements. */
function stated(floor: NoiseFloor): Limits {
  return { floor, row: allowance.row * floor.relativeL2, element: null }
}

function noiseOf({ a, b, pair }: TensorPair): Noise {
  return {
    whole: pair?.relativeL2.value ?? 0,
    row: pair?.worstRow?.relativeL2 ?? 0,
    element: (a && b && pair && elementShare(b, pair)) ?? 0,
  }
}

/** max|d| / max|b|; null where there is none. */
export function elementShare(b: TensorSide, pair: MeasuredPair): number | null {
  const [min, max] = [b.stats?.min.value, b.stats?.max.value]
  const largest = Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0))
  return largest > 0 && pair.maxAbsDiff.value !== null ? pair.maxAbsDiff.value / largest : null
}

function larger(one: Noise, other: Noise): Noise {
  return {
    whole: Math.max(one.whole, other.whole),
    row: Math.max(one.row, other.row),
    element: Math.max(one.element, other.element),
  }
}

/** Whether rows of the reference are probabilities: not negative, and 1 in sum. */
function isSoftmax({ b }: TensorPair): boolean {
  const { min, max, mean } = b?.stats ?? {}
  const width = b?.tensor.shape.at(-1) ?? 0
  if (width < 2 || !min || !max || !mean) return false
  const sum = (mean.value ?? Number.NaN) * width
  return (min.value ?? -1) >= 0 && (max.value ?? 2) <= 1.01 && Math.abs(sum - 1) < 0.01
}

/** Unit roundoff of the coarser compute format, else of the stored one; null where none is known. */
function coarserRoundoff({ a, b }: TensorPair): number | null {
  const roundoffs = [a, b].map((side) =>
    side ? unitRoundoff(side.facts.computeDtype ?? side.tensor.dtype) : null,
  )
  const known = roundoffs.filter((u) => u !== null)
  return known.length === 2 ? Math.max(...known) : null
}
