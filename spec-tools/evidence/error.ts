/** Why a bundle is refused. */
export type BundleErrorCode =
  | 'too-large'
  | 'too-deep'
  | 'not-utf8'
  | 'not-json'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'number-overflow'
  | 'schema'
  | 'bad-path'
  | 'bad-sums'
  | 'digest-mismatch'
  | 'extra-file'
  | 'missing-file'
  | 'settings'
  | 'log-size'
  | 'log-content'

export interface BundleErrorDetails {
  code: BundleErrorCode
  /** File of the bundle, followed by where in it: `evidence.json:12:3`, `logs/a.txt`. */
  path: string
  /** What was found. */
  what: string
  received?: string
  remedy: string
  cause?: unknown
}

export class BundleError extends Error {
  override readonly name = 'BundleError'
  readonly code: BundleErrorCode
  readonly path: string
  readonly what: string
  readonly received: string | undefined
  readonly remedy: string

  constructor({ code, path, what, received, remedy, cause }: BundleErrorDetails) {
    const got = received === undefined ? '' : ` (received ${received})`
    super(`${path}: ${what}${got}. ${remedy}`, { cause })
    this.code = code
    this.path = path
    this.what = what
    this.received = received
    this.remedy = remedy
  }
}
