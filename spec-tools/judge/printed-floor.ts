/**
 * The floor of a difference that one process printed, where nobody vouches for one: what rounding
 * explains by the types that the log states, as for tensor files (`noise.ts`). A type is stated as a
 * fact (`dtype=torch.bfloat16`) or as the name of a side (`bf16 vs fp32`). Without one there is none.
 */
import { mostOf } from '../many.ts'
import { Depths } from './depth.ts'
import { predictedFloor, unitRoundoff } from './floor.ts'
import type { Known } from './side.ts'
import type { NoiseFloor } from './types.ts'

/** As in `noise.ts`. */
const accumulator = 2 ** -24
const usualTerms = 8192
const mostLayers = 128
/** What TF32, angles in F32 and quantised activations explain, of which the type of a result says nothing. */
const inside = 0.02

export interface PrintedFloor {
  floor: NoiseFloor
  /** Relative L2 up to which something that the log does not say may explain the difference. */
  open: number
}

interface Parts {
  candidate: Known | null
  reference: Known | null
  pair: Known | null
}

/** @param names of the two sides */
export function printedFloor(
  stage: string,
  { candidate, reference, pair }: Parts,
  names: readonly string[],
): PrintedFloor | null {
  const sides = [candidate, reference].map(
    (side, index) => typeOf(side) ?? typeOf(pair) ?? names[index],
  )
  const roundoffs = sides.map((type) => roundoffOf(type ?? ''))
  if (roundoffs.includes(null)) return null
  const u = mostOf(roundoffs as number[])
  const { layer } = pair?.facts ?? {}
  const depth = layer === undefined ? new Depths([stage]).of(stage, []).hidden : layer + 1
  const terms = usualTerms * Math.min(1, accumulator / u) ** 2
  return {
    floor: predictedFloor(u, 1 + 2 * depth + terms),
    open: Math.max(inside, depth === 0 ? predictedFloor(u, 1 + 2 * mostLayers).relativeL2 : 0),
  }
}

function typeOf(known: Known | null): string | undefined {
  return known?.facts.dtype
}

/** Of a type that is computed in; null for names that are none, and for block formats. */
function roundoffOf(name: string): number | null {
  const type = /^(?:b?float\d+|half|double|bf16|tf32|fp?\d+)$/i.test(name)
    ? name
        .replace(/^fp(?=\d)/i, 'F')
        .replace(/^half$/i, 'F16')
        .replace(/^double$/i, 'F64')
    : null
  const u = type === null ? null : unitRoundoff(type)
  return u === 0 ? null : u
}
