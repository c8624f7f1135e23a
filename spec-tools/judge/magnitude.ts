/** How large the values of a tensor are, and how large its largest difference is beside them. */
import type { MeasuredPair, TensorPair, TensorSide } from './tensor-types.ts'

/** Root mean square of the reference; 0 where it is not known. */
export function rmsOf({ pair }: TensorPair): number {
  const n = pair?.nFinite ?? 0
  return n > 0 ? (pair?.normB.value ?? 0) / Math.sqrt(n) : 0
}

/** max|d| / max|b|; null where there is none. */
export function elementShare(b: TensorSide, pair: MeasuredPair): number | null {
  const largest = largestOf(b)
  return largest > 0 && pair.maxAbsDiff.value !== null ? pair.maxAbsDiff.value / largest : null
}

/** max|x|; 0 where it is not known. */
export function largestOf(side: TensorSide | null): number {
  const { min, max } = side?.stats ?? {}
  return Math.max(Math.abs(min?.value ?? 0), Math.abs(max?.value ?? 0))
}
