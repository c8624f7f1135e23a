/** The records of tensor files in a bundle. */
import { tensorFolder } from '../evidence/tensors.ts'
import { readTensors, type TensorComparison } from '../logs/index.ts'

/** @param files path in the bundle -> bytes */
export function comparedTensors(files: ReadonlyMap<string, Uint8Array>): TensorComparison[] {
  return [...files]
    .filter(([path]) => isTensorRecord(path))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, bytes]) => readTensors(bytes, path).comparisons)
}

export function isTensorRecord(path: string): boolean {
  return path.startsWith(tensorFolder) && path.endsWith('.jsonl')
}
