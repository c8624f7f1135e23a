/** Limits that do not come from number formats alone: stated ones, those of repeats, and of terms that cancel. */
import { largestFloor, measuredFloor } from './floor.ts'
import { largestOf, rmsOf } from './magnitude.ts'
import { short } from './quantity.ts'
import type { Limits, RepeatNoise, TensorPair } from './tensor-types.ts'
import type { NoiseFloor } from './types.ts'

/** More than a half of a result is never noise that shows agreement. */
export const mostNoise = 0.5

/**
 * Rounding is relative to what is added up: where the result is smaller, so much more of it is noise.
 */
export function ofTerms(limits: Limits, pair: TensorPair): Limits {
  const { floor, unit, element } = limits
  const [rms, largest] = [rmsOf(pair), largestOf(pair.b)]
  if (!pair.terms || !floor || !unit || element === null || !(rms > 0) || largest === 0) {
    return limits
  }
  const times = Math.max(1, pair.terms.rms / rms)
  const text = `${floor.text}, ${short(times)} times for terms that cancel`
  return {
    ...limits,
    floor: times > 1 ? { ...floor, relativeL2: times * floor.relativeL2, text } : floor,
    unit: { own: unit.own, mixed: times * Math.hypot(unit.own, unit.mixed) },
    element: element * Math.max(1, pair.terms.max / largest),
    carried: 0,
  }
}

export const unknown: Limits = {
  floor: null,
  unit: null,
  element: null,
  absolute: 0,
  carried: 0,
  hidden: 0,
  blocks: null,
  notReproducible: null,
}

/** A floor that somebody vouches for says nothing about single elements. */
export function stated(floor: NoiseFloor): Limits {
  const unit = 3 * floor.relativeL2
  return { ...unknown, floor, unit: { own: unit, mixed: unit } }
}

/**
 * Repeats only widen what is known. A side that differs from itself by more than its rounding explains
 * is not reproducible: what lies within that shows no agreement.
 */
export function lifted(known: Limits, repeat: RepeatNoise): Limits {
  const { floor, unit, element } = known
  const measured = measuredFloor(repeat.relativeL2, repeat.of)
  const largest = largestFloor([floor, measured])
  const inUnit = Math.max(repeat.unit ?? 0, 2 * repeat.relativeL2)
  return {
    ...known,
    floor: largest,
    unit: {
      own: Math.max(unit?.own ?? 0, inUnit),
      mixed: Math.max(unit?.mixed ?? 0, inUnit),
    },
    element: element === null ? null : Math.max(element, 1.4 * (repeat.element ?? 0)),
    notReproducible:
      largest === measured && floor !== null && floor.relativeL2 > 0 ? repeat.of : null,
  }
}
