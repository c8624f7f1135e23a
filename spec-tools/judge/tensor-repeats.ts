/** The noise of a side from files of its repeats, each held against the first run's file. */
import { compare } from './gate.ts'
import { elementShare } from './magnitude.ts'
import { summaryOf } from './tensor-pair.ts'
import type { TensorPair, RepeatNoise, TensorRepeat } from './tensor-types.ts'

/**
 * The largest noise that repeats show, by stage: A-A and B-B together. Runs that pass the gate are held
 * against each other by all their elements, so that this is what noise was, not only a bound on it.
 *
 * @returns also what keeps a repeat from saying anything about a stage
 */
export function noiseOfRepeats(repeats: readonly TensorRepeat[]): {
  noise: Map<string, RepeatNoise>
  warnings: string[]
} {
  const noise = new Map<string, RepeatNoise>()
  const warnings: string[] = []
  for (const { side, name, pairs } of repeats) {
    // A stage that the metadata name and neither run holds is a gap, and no news about noise.
    for (const pair of pairs.filter(({ a, b }) => a ?? b)) {
      const found = noiseOf(pair, side)
      if (typeof found === 'string') {
        warnings.push(`${name} says nothing about the noise of ${pair.stage}: ${found}.`)
        continue
      }
      const known = noise.get(pair.stage)
      if (!known) noise.set(pair.stage, found)
      else noise.set(pair.stage, larger(known, found))
    }
  }
  return { noise, warnings }
}

function larger(known: RepeatNoise, found: RepeatNoise): RepeatNoise {
  const unit = Math.max(known.unit ?? 0, found.unit ?? 0)
  const element = Math.max(known.element ?? 0, found.element ?? 0)
  return { ...(found.relativeL2 > known.relativeL2 ? found : known), unit, element }
}

function noiseOf({ stage, a, b, pair, unpaired }: TensorPair, of: string): RepeatNoise | string {
  if (!a || !b) return 'one of the runs lacks it'
  const gate = compare(summaryOf(a, of, stage), summaryOf(b, of, stage), 'tensors')
  if (gate.outcome !== 'pass') return gate.reasons.map(({ text }) => text).join(', ')
  if (!pair) return unpaired ?? 'the elements could not be paired'
  if (pair.nonFiniteMismatch) return 'one run alone has values that are not finite'
  const { relativeL2, maxAbsDiff, worstRow } = pair
  if (relativeL2.value !== null) {
    const element = elementShare(b, pair) ?? 0
    return { relativeL2: relativeL2.value, unit: worstRow?.relativeL2 ?? 0, element, of }
  }
  return maxAbsDiff.value === 0 ? { relativeL2: 0, unit: 0, element: 0, of } : relativeL2.why
}
