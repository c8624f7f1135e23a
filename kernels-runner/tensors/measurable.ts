/** Which tensors can be measured and paired, and which metrics their types leave out. */
import { dtypes } from './dtypes.ts'
import { limits } from './limits.ts'
import type { ElementSource } from './span.ts'
import type { TensorInfo } from './types.ts'

/** Why two tensors have no pair metrics, or null if they have. */
export function whyUnpaired(a: TensorInfo | null, b: TensorInfo | null): string | null {
  if (a === null && b === null) return 'neither file has this stage'
  if (a === null) return 'the candidate file lacks this stage'
  if (b === null) return 'the reference file lacks this stage'
  const reason = whyNotMeasured(a) ?? whyNotMeasured(b)
  if (reason !== null) return reason
  const same = a.shape.length === b.shape.length && a.shape.every((x, i) => x === b.shape[i])
  if (same) return null
  return `shapes differ: ${JSON.stringify(a.shape)} and ${JSON.stringify(b.shape)}`
}

/** Why not even statistics are taken of a tensor, or null if they are. */
export function whyNotMeasured(tensor: TensorInfo): string | null {
  if (tensor.unreadable !== null) return tensor.unreadable
  const row = tensor.n / (tensor.shape[0] ?? 1)
  if (tensor.layout === 'column-major' && row > limits.columnMajorRow) {
    return `column-major with more than ${limits.columnMajorRow} elements per index of axis 0`
  }
  return null
}

/**
 * Exponent bits of the float type in which distances in units in the last place mean something: the
 * type of both sides, unquantised; else null.
 */
export function ulpExponentBits(a: ElementSource, b: ElementSource): number | null {
  const type = dtypes.get(a.dtype)
  if (a.dtype !== b.dtype || a.bytes === 0 || type?.fraction === undefined) return null
  return type.bytes * 8 - 1 - type.fraction
}

/** What the reader of the figures should know. */
export function notesOn(a: ElementSource, b: ElementSource, details: boolean): string[] {
  const notes: string[] = []
  if (details && ulpExponentBits(a, b) === null && a.bytes > 0) {
    notes.push(`no units in the last place: ${a.dtype} against ${b.dtype}`)
  }
  if (a.columnMajor !== null || b.columnMajor !== null) {
    notes.push('column-major elements were put into row-major order')
  }
  if (['I64', 'U64'].includes(a.dtype) || ['I64', 'U64'].includes(b.dtype)) {
    notes.push('64-bit integers beyond 2^53 are rounded to f64 in all but their equality')
  }
  return notes
}
