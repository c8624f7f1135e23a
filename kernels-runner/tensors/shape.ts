/** Shapes as files declare them: checked products, and what a row is. */
import { dtypes } from './dtypes.ts'
import { limits } from './limits.ts'

/** Number of elements, or what is wrong with the shape. */
export function countElements(shape: readonly unknown[]): number | string {
  if (shape.length > limits.rank) return `more than ${limits.rank} axes`
  let n = 1
  for (const length of shape) {
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
      return 'an axis is no whole number of elements'
    }
    n *= length
    if (!Number.isSafeInteger(n)) return 'more than 2^53 elements'
  }
  return n
}

/** Bytes that `n` elements take, null if they don't fill whole blocks or the type is not known. */
export function bytesOf(dtype: string, n: number): number | null {
  const type = dtypes.get(dtype)
  if (type === undefined || n % type.block !== 0) return null
  return (n / type.block) * type.bytes
}

/**
 * Elements per row. Where the number of tokens is known, a row is what one token has: all axes after
 * the first one of that length. Else it is the last axis. Axes of length 1 at the end don't count.
 */
export function rowWidth(shape: readonly number[], tokens: number | undefined): number {
  const axes = [...shape]
  while (axes.length > 1 && axes.at(-1) === 1) axes.pop()
  const tokenAxis = axes.findIndex((length) => length === tokens)
  const from = tokenAxis >= 0 && tokenAxis < axes.length - 1 ? tokenAxis + 1 : axes.length - 1
  return axes.slice(Math.max(from, 0)).reduce((product, length) => product * length, 1)
}
