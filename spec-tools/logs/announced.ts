/**
 * The two sides that a line such as `Comparing triton vs torch` announces, for the differences below
 * it that do not name their own. They hold for its block: until a line heads something else.
 */
import type { Label } from './label.ts'

type Sides = NonNullable<Label['pair']>

export class Announced {
  #sides: Sides | null = null
  #depth = 0
  /** How the first line that heads a part of the block looks; the other parts look like it. */
  #part: string | null = null
  /** Whether a figure was read since. */
  #used = false

  get sides(): Sides | null {
    return this.#sides
  }

  /** Says that a figure was read below it. */
  use(): void {
    this.#used = true
  }

  /** @param depth its indentation, or the rank of a banner */
  heading({ text, pair, stage }: Label, depth: number): void {
    if (pair !== null) {
      this.#sides = pair
      this.#depth = depth
      this.#part = null
      this.#used = false
      return
    }
    if (this.#sides === null || depth > this.#depth) return
    const looks = text.replaceAll(/\d+/g, '0')
    if (this.#part === null && !this.#used) this.#part = looks
    else if (looks !== this.#part && !stageName.test(stage)) this.#sides = null
  }
}

/** The name of a stage, which may head a part of any block: `q_out`, `layers.0.ffn`, `logits`. */
const stageName = /^(?:[a-z][a-z\d]*|[\w/-]*[\d_.][\w./-]*)$/
