import { CodicilError } from '../error.ts'

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

export class BundleError extends CodicilError<BundleErrorCode> {
  override readonly name = 'BundleError'
  readonly path: string
  declare readonly remedy: string

  constructor({ path, ...details }: BundleErrorDetails) {
    super({ ...details, where: path })
    this.path = path
  }
}
