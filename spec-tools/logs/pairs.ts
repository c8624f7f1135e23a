/**
 * The pairs of key and value that a line holds: where they stand.
 *
 * `pair-grammar.ts` and the express lane find them; what they mean is decided by `figures.ts`.
 */
import { isTouchy, type Numerals } from './form.ts'
import { plainValue } from './numeral.ts'

const most = 512

export const Value = { number: 0, absent: 1, word: 2, list: 3 } as const

/** The mark before each number of a line, and the unit behind it. */
export interface KnownPairs {
  marks: readonly number[]
  units: readonly (string | null)[]
}

export class Pairs {
  /** How many pairs of one line are read. */
  readonly most = most
  count = 0
  /** Byte range of each key. */
  readonly keyFrom = new Int32Array(most)
  readonly keyTo = new Int32Array(most)
  /** The mark between key and value: `=`, `:`, or a blank (0). */
  readonly mark = new Uint8Array(most)
  readonly kind = new Uint8Array(most)
  readonly value = new Float64Array(most)
  /** Byte range of the printed value: of the numeral alone, or of the whole word or list. */
  readonly from = new Int32Array(most)
  readonly to = new Int32Array(most)
  readonly unit: (string | null)[] = Array.from({ length: most }, () => null)
  /** Byte range of the label; empty if there is none. */
  labelFrom = 0
  labelTo = 0
  /** Whether a colon ends the label, or two blanks or more. */
  labelEnds = false

  /** Takes the pairs of a line that was worded like one before, with the numbers of its own. */
  recall({ marks, units }: KnownPairs, bytes: Uint8Array, numerals: Numerals): void {
    this.count = marks.length
    for (let pair = 0; pair < marks.length; pair++) {
      this.mark[pair] = marks[pair]!
      this.kind[pair] = Value.number
      this.unit[pair] = units[pair]!
      const from = numerals.from[pair]!
      const to = numerals.to[pair]!
      this.value[pair] = plainValue(bytes, from, to)
      this.from[pair] = from
      this.to[pair] = to
    }
  }

  /** What a line worded like the present one would have alike; null if that cannot be told. */
  known(bytes: Uint8Array): KnownPairs | null {
    const marks: number[] = []
    const units: (string | null)[] = []
    for (let pair = 0; pair < this.count; pair++) {
      const mark = this.mark[pair]!
      const unit = this.unit[pair] ?? null
      if (this.kind[pair] !== Value.number || mark === 0) return null
      if (isTouchy(bytes, this.from[pair]!, this.to[pair]!, mark, unit)) return null
      marks.push(mark)
      units.push(unit)
    }
    return { marks, units }
  }
}
