/** How much of a bundle is read before it is refused; all in one place. */
export const bundleLimits = {
  /** Bytes of `evidence.json`. */
  evidence: 64 * 1024 * 1024,
  /** Bytes of `SHA256SUMS`. */
  sums: 1024 * 1024,
  /** Bytes of the copies of settings and investigation, each. */
  declaration: 1024 * 1024,
  /** Files in a bundle. */
  files: 4096,
  /** Bytes of all files together. */
  total: 1024 * 1024 * 1024,
  /** Arrays and objects within each other in `evidence.json`. */
  depth: 64,
} as const
