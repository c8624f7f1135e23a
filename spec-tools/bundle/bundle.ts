import type { Investigation, Settings } from '../settings/index.ts'
import type { Evidence } from '../evidence/schema.ts'
import type { TensorComparison } from '../logs/index.ts'

/** A bundle that was read and checked: every file is named in `SHA256SUMS` and agrees with it. */
export interface Bundle {
  evidence: Evidence
  settings: Settings
  investigation: Investigation | null
  /** Tensor files that were compared. */
  tensors: readonly TensorComparison[]
  /** Path in the bundle -> bytes, `SHA256SUMS` included. */
  files: ReadonlyMap<string, Uint8Array>
}
