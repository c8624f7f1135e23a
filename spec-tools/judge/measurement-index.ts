/** Measurements by the words of their labels, so that a stage is not held against all of them. */
import type { Measurement } from '../evidence/index.ts'
import { label, words } from './label.ts'

export class MeasurementIndex {
  readonly all: readonly Measurement[]
  readonly #byWord = new Map<string, Set<number>>()

  /** @param all with the layer among the facts where it is known */
  constructor(all: readonly Measurement[]) {
    this.all = all
    for (const [index, { stage, under, facts, figures }] of all.entries()) {
      const places = [stage, ...under, ...Object.keys(figures)].flatMap(words)
      for (const word of [...places, layerKey(facts.layer)]) {
        const indices = this.#byWord.get(word)
        if (indices) indices.add(index)
        else this.#byWord.set(word, new Set([index]))
      }
    }
  }

  /** All that may be labelled so: they hold every word, and name no other layer. */
  near(stage: string): Measurement[] {
    const { core, layer } = label(stage)
    const holding = core.map((word) => this.#byWord.get(word) ?? new Set<number>())
    if (layer !== null) {
      const here = this.#byWord.get(layerKey(layer)) ?? new Set()
      holding.push(here.union(this.#byWord.get(layerKey(undefined)) ?? new Set()))
    }
    const [fewest, ...others] = holding.toSorted((a, b) => a.size - b.size)
    if (!fewest) return [...this.all]
    return [...fewest]
      .filter((index) => others.every((indices) => indices.has(index)))
      .toSorted((a, b) => a - b)
      .flatMap((index) => this.all[index] ?? [])
  }
}

function layerKey(layer: number | undefined): string {
  return layer === undefined ? '#none' : `#${layer}`
}
