/**
 * How much rounding alone explains at a stage of two tensor files, and so what its floor is.
 *
 * With u the unit roundoff of the coarser computation, v that of the accumulator:
 *
 *   F^2 = ((c u)^2 k + (d v)^2 K + (g N)^2) t^2 + (q r)^2
 *
 * k: roundings of the stage itself, of stages before it that could not be judged, and of layers that
 *    were not captured, two of the residual stream each
 * K: terms of the sums on the way; as many as are usual where the input was not captured
 * N: what came in: the relative L2 that captures before it, which match, still have
 * t: the size of the terms beside that of the result, where terms that cancel were captured; else 1
 * r: what rounding to a block format explains, from the blocks' own scales
 *
 * F is tight where the sides agree to the last bit, and gives way where noise has really built up;
 * but never to more than 4 times what all roundings from the first capture on explain, so that an
 * error that grows from stage to stage does not carry its own floor along.
 */
import { mostOf } from '../many.ts'
import {
  declaredFloor,
  largestFloor,
  predictedFloor,
  smallest,
  softmaxFloor,
  stepFloor,
  unitRoundoff,
} from './floor.ts'
import { Depths, isNormalising, type Depth } from './depth.ts'
import { blockNoise } from './blocks.ts'
import { lifted, ofTerms, stated, unknown } from './limits.ts'
import { elementShare, rmsOf } from './magnitude.ts'
import type {
  TensorOptions,
  TensorPair,
  TensorSide,
  UnitSums,
  Noise,
  Limits,
} from './tensor-types.ts'
import type { NoiseFloor } from './types.ts'

interface Differences {
  max: number
  rms: number
}

interface Path {
  noise: Noise
  /** Roundings since the last capture that matches, and since the first one. */
  roundings: number
  total: number
  /** Elements of the widest row so far: sums run over about as many terms. */
  width: number
  /** Root mean square of the reference, and the layer that it is of. */
  rms: number
  depth: Depth
}

/** Sums are at least accumulated in this precision. */
const accumulator = 2 ** -24
/** (d / c)^2: rounding errors of a sum are smaller than those of as many results. */
const perTerm = 0.6
/** Terms of a sum whose input was not captured. */
const usualTerms = 8192
/** A feed-forward network is at most this much wider than the residual stream. */
const widening = 4
/** A sum of squares loses so little, and its root half of that: as sums of fewer terms. */
const ofSquares = 9
/** Layers of a model of which only the end was captured: usual ones, and the most there are. */
const usualLayers = 8
const mostLayers = 128

/** How much more than what came in may leave a stage; `bench/calibration.ts` shows real gains. */
const gain = 3.5
/** The same for what all other elements of a row or channel mix into it, and for all since the first. */
const mixedGain = 4
const elementGain = 4.4
/** What came in is forgotten slowly: a residual stream brings it back. */
const memory = 0.9
/** The worst of many rows, channels or elements is further from the floor by chance than the whole. */
const allowance = { unit: 2.5, cameIn: 3.5, element: 1.4 }
/** By how much the values before must be larger for a stage to be one in which they cancel. */
const cancelling = 3

const nothing: Noise = { whole: 0, unit: 0, element: 0 }

/** The paths to the stages of one comparison; stages are taken in their order. */
export class NoisePaths {
  readonly #options: TensorOptions
  readonly #paths = new Map<string, Path>()
  /** max|d| and RMS(d) of the stages that match. */
  readonly #differences = new Map<string, Differences>()

  readonly #depths: Depths

  /** @param stages names of all of them */
  constructor(options: TensorOptions, stages: readonly string[]) {
    this.#options = options
    this.#depths = new Depths(stages)
  }

  /** @param after stages that it is computed from, all of them taken before */
  limits(pair: TensorPair, after: readonly string[]): Limits {
    const { floors, repeats } = this.#options
    const floor = floors?.get(pair.stage) ?? this.#options.floor
    const known = floor
      ? stated(declaredFloor(floor.relativeL2, floor.because))
      : ofTerms(this.#predicted(pair, after), pair)
    const repeat = repeats?.get(pair.stage)
    return repeat ? lifted(known, repeat) : known
  }

  /** @param matches whether what the sides differ by is noise */
  take(pair: TensorPair, after: readonly string[], matches: boolean): void {
    const path = this.#pathTo(pair, after)
    if (matches) {
      const { maxAbsDiff, rmsDiff } = pair.pair ?? {}
      this.#differences.set(pair.stage, { max: maxAbsDiff?.value ?? 0, rms: rmsDiff?.value ?? 0 })
    }
    this.#paths.set(
      pair.stage,
      matches
        ? { ...path, noise: larger(scaled(path.noise, memory), noiseOf(pair)), roundings: 0 }
        : path,
    )
  }

  #predicted(pair: TensorPair, after: readonly string[]): Limits {
    const u = coarserRoundoff(pair)
    const absolute = mostOf([pair.a, pair.b].map((side) => smallest(formatOf(side))))
    if (u === null) return { ...unknown, absolute }
    if (u === 0) return { ...stated(predictedFloor(0, 1)), element: 0 }
    const { noise, roundings, total, depth } = this.#pathTo(pair, after)
    const blocks = blockNoise(pair)
    const most = mixedGain * predictedFloor(u, total).relativeL2
    /** @param share of what one rounding explains */
    const rounded = (k: number, share: number, cameIn: number): NoiseFloor => {
      const one = predictedFloor(u * share, 1).relativeL2
      const known = Math.min(cameIn, Math.max(most * share, cameIn / gain))
      return predictedFloor(u * share, k + (known / one) ** 2)
    }
    const scores = this.#scoreDifferences(pair, after)
    const softmax = softmaxFloor(scores.max)
    const limit = (share: number, cameIn: number, softmaxes: NoiseFloor | null) =>
      largestFloor([rounded(roundings, share, cameIn), softmaxes]) ?? predictedFloor(u, roundings)
    const whole = limit(1, gain * noise.whole, softmaxFloor(scores.max, scores.rms))
    // What was not captured was rounded, too.
    const mixedIn = after.some((stage) => this.#paths.has(stage)) ? roundings - 1 : roundings
    const mixed = Math.hypot(predictedFloor(u, mixedIn).relativeL2, mixedGain * noise.whole)
    const floor = blocks ? stepFloor(whole.relativeL2, blocks.relativeL2) : whole
    return {
      floor,
      unit: {
        own: allowance.unit * Math.max(predictedFloor(u, 1).relativeL2, softmax?.relativeL2 ?? 0),
        mixed: Math.hypot(allowance.unit * Math.min(mixed, most), allowance.cameIn * noise.unit),
      },
      element: Math.max(
        limit(allowance.element, elementGain * noise.element, softmax).relativeL2,
        blocks?.element ?? 0,
      ),
      absolute,
      carried: this.#carried(pair, after, floor.relativeL2),
      hidden: depth.open ? predictedFloor(u, 1 + 2 * mostLayers).relativeL2 : 0,
      blocks,
      notReproducible: null,
    }
  }

  #carried(pair: TensorPair, after: readonly string[], floor: number): number {
    if (isNormalising(pair.stage) || isSoftmax(pair)) return 0
    const before = Math.max(0, mostOf(after.map((stage) => this.#paths.get(stage)?.rms ?? 0)))
    return before > cancelling * rmsOf(pair) ? floor * before : 0
  }

  #pathTo(pair: TensorPair, after: readonly string[]): Path {
    const before = after.flatMap((stage) => this.#paths.get(stage) ?? [])
    const from = before.length > 0
    const width = Math.max(pair.rowWidth, mostOf(before.map((path) => path.width)))
    const u = coarserRoundoff(pair) || accumulator
    const depth = this.#depths.of(
      pair.stage,
      before.map((path) => path.depth),
    )
    const terms = termsOf(pair, from ? mostOf(before.map((path) => path.width)) : 0, depth)
    const layers = depth.open ? usualLayers : depth.hidden
    const here = 1 + 2 * layers + perTerm * terms * Math.min(1, accumulator / u) ** 2
    return {
      noise: before.map(({ noise }) => noise).reduce(larger, nothing),
      roundings: here + Math.max(0, mostOf(before.map(({ roundings }) => roundings))),
      total: here + Math.max(0, mostOf(before.map(({ total }) => total))),
      width,
      rms: rmsOf(pair),
      depth,
    }
  }

  /** Differences of the scores that a softmax is taken of; 0 for other stages. */
  #scoreDifferences(pair: TensorPair, after: readonly string[]): Differences {
    const scores = isSoftmax(pair)
      ? after.flatMap((stage) => this.#differences.get(stage) ?? [])
      : []
    return {
      max: Math.max(0, mostOf(scores.map(({ max }) => max))),
      rms: Math.max(0, mostOf(scores.map(({ rms }) => rms))),
    }
  }
}

/**
 * Terms of the longest sum on the way to a stage.
 *
 * @param width of what it is computed from; 0 where that was not captured
 */
function termsOf({ stage, rowWidth }: TensorPair, width: number, depth: Depth): number {
  if (depth.hidden > 0 || depth.open) {
    const widest = Math.max(rowWidth, width)
    return Math.max(width, Math.min(usualTerms, widening * widest))
  }
  if (width === 0) return Math.max(rowWidth, usualTerms)
  return isNormalising(stage) ? width / ofSquares : width
}

function noiseOf({ a, b, pair, units }: TensorPair): Noise {
  const inUnits = [units?.rows, units?.channels].map((sums) => (sums ? worstOf(sums) : 0))
  return {
    whole: pair?.relativeL2.value ?? 0,
    unit: units ? mostOf(inUnits) : (pair?.worstRow?.relativeL2 ?? 0),
    element: (a && b && pair && elementShare(b, pair)) ?? 0,
  }
}

/** Largest relative error of a unit, small ones being held against a usual one. */
function worstOf({ worst, median }: UnitSums): number {
  return Math.max(
    0,
    mostOf(worst.map(({ error, size }) => (error === 0 ? 0 : error / Math.max(size, median)))),
  )
}

function larger(one: Noise, other: Noise): Noise {
  return {
    whole: Math.max(one.whole, other.whole),
    unit: Math.max(one.unit, other.unit),
    element: Math.max(one.element, other.element),
  }
}

function scaled({ whole, unit, element }: Noise, by: number): Noise {
  return { whole: whole * by, unit: unit * by, element: element * by }
}

/** Whether rows of the reference are probabilities: not negative, and 1 in sum. */
function isSoftmax({ b }: TensorPair): boolean {
  const { min, max, mean } = b?.stats ?? {}
  const width = b?.tensor.shape.at(-1) ?? 0
  if (width < 2 || !min || !max || !mean) return false
  const sum = (mean.value ?? Number.NaN) * width
  return (min.value ?? -1) >= 0 && (max.value ?? 2) <= 1.01 && Math.abs(sum - 1) < 0.01
}

function formatOf(side: TensorSide | null): string {
  return side?.tensor.dtype ?? 'F64'
}

/**
 * Unit roundoff of the coarser compute format, else of the stored one; null where none is known. What
 * is stored in blocks is measured by their scales; computing with it takes at least F32.
 */
function coarserRoundoff({ a, b, pair }: TensorPair): number | null {
  const roundoffs = [a, b].map((side) => {
    if (!side) return null
    const stored = unitRoundoff(side.tensor.dtype)
    const measured = (pair?.rmsStep?.value ?? 0) > 0 && stored !== null && stored > accumulator
    const { computeDtype } = side.facts
    if (computeDtype !== undefined) return unitRoundoff(computeDtype)
    return measured && blockFormats.test(side.tensor.dtype) ? accumulator : stored
  })
  const known = roundoffs.filter((u) => u !== null)
  return known.length === 2 ? mostOf(known) : null
}

const blockFormats = /^(?:I?Q\d|TQ\d|MXFP|NVFP)/
