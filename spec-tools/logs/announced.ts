/**
 * The two sides that a line such as `Comparing triton vs torch` announces, for the differences below
 * it that do not name their own. They hold for its block: until a line heads something else.
 */
import type { Label } from './label.ts'

type Sides = NonNullable<Label['pair']>

export class Announced {
  #sides: Sides | null = null
  #label: Label | null = null
  #depth = 0
  /** How the first line that heads a part of the block looks; the other parts look like it. */
  #part: string | null = null
  /** Whether a figure was read since. */
  #used = false

  get sides(): Sides | null {
    return this.#sides
  }

  /** What it says beside the sides, where no part of the block has a name of its own. */
  get of(): Pick<Label, 'stage' | 'facts'> | null {
    return this.#sides !== null && this.#part === null ? this.#label : null
  }

  /** Says that a figure was read below it. */
  use(): void {
    this.#used = true
  }

  /** @param depth its indentation, or the rank of a banner */
  heading(label: Label, depth: number): void {
    const { text, pair, stage } = label
    if (pair !== null) {
      this.#sides = pair
      this.#label = label
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
