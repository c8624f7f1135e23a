import { CodicilError } from '../../spec-tools/index.ts'

/** Why a tensor file is refused. */
export type TensorFileErrorCode =
  | 'unreadable'
  | 'unknown-format'
  | 'truncated'
  | 'too-large'
  | 'malformed'
  | 'duplicate'
  | 'bad-shape'
  | 'size-mismatch'
  | 'out-of-range'
  | 'overlap'
  | 'hole'
  | 'bad-alignment'
  | 'unsupported'
  | 'unsafe'

export interface TensorFileErrorDetails {
  code: TensorFileErrorCode
  path: string
  /** Byte of the file at which the trouble is, as far as known. */
  offset: number
  what: string
  /** What was found there. */
  received?: string
  /** What the reader can do about it. */
  remedy: string
  cause?: unknown
}

/** A tensor file that cannot be read, or must not be believed. */
export class TensorFileError extends CodicilError<TensorFileErrorCode> {
  override readonly name = 'TensorFileError'
  readonly path: string
  readonly offset: number
  declare readonly remedy: string

  constructor({ path, offset, what, received, ...details }: TensorFileErrorDetails) {
    super({
      ...details,
      where: `${path}, byte ${offset}`,
      what: shown(what),
      received: received && shown(received),
    })
    this.path = path
    this.offset = offset
  }
}

/** What a file says is data: control and formatting characters are shown as escapes, and cut. */
export function shown(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return cut.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (c) => `U+${c.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`,
  )
}
