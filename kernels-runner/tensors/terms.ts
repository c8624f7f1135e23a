/**
 * How large the terms are that a stage adds up, which says how far rounding may move a sum that
 * cancels. Beside a stage `s` a file may hold
 *
 *   s@terms    of its shape: per element the root of the sum of the squares of the terms, such as
 *              sqrt(x^2 w^2) of a product x w, and hypot(x, y) of a sum x + y
 */
import { measureOpen, type CompareOptions } from './compare.ts'
import type { OpenTensorFile, TensorPair, TensorSide } from './types.ts'

const suffix = '@terms'

/** The pairs with their terms: of both files the smaller ones, lest a fault widens its own limit. */
export async function withTerms(
  pairs: readonly TensorPair[],
  files: readonly OpenTensorFile[],
  options: CompareOptions = {},
): Promise<TensorPair[]> {
  const found = new Map<string, NonNullable<TensorPair['terms']>>()
  for (const file of files) {
    const tensors = file.tensors.filter(({ name }) => name.endsWith(suffix))
    for await (const side of measureOpen({ ...file, tensors }, options)) {
      const stage = side.tensor.name.slice(0, -suffix.length)
      const shape = pairs.find((pair) => pair.stage === stage)?.b?.tensor.shape
      const terms = termsIn(side)
      const known = found.get(stage)
      if (!terms || shape?.join() !== side.tensor.shape.join()) continue
      if (!known || terms.rms < known.rms) found.set(stage, terms)
    }
  }
  return pairs.map((pair) => {
    const terms = found.get(pair.stage)
    return terms ? { ...pair, terms } : pair
  })
}

/** Null where they are not finite, or were not measured. */
function termsIn({ stats }: TensorSide): TensorPair['terms'] | null {
  if (!stats || stats.n === 0 || stats.nFinite < stats.n) return null
  const { l2, min, max } = stats
  if (l2.value === null || min.value === null || max.value === null) return null
  return { rms: l2.value / Math.sqrt(stats.n), max: Math.max(Math.abs(min.value), max.value) }
}
