import { CodicilError } from '../error.ts'

/** Why a document or an intent cannot be amended as asked; nothing has been written. */
export type RefusalCode =
  | 'generated'
  | 'mediawiki'
  | 'not-markdown'
  | 'frozen'
  | 'unclosed-fence'
  | 'ambiguous-version'
  | 'no-version'
  | 'ambiguous-anchor'
  | 'missing-anchor'
  | 'unfit-cells'
  | 'unfit-version'
  | 'unfit-section'
  | 'near-name'
  /** The result does not read as it was meant. */
  | 'misread'
  | 'not-utf8'
  | 'opaque'
  | 'overlap'

export interface RefusalDetails {
  code: RefusalCode
  /** What was found. */
  what: string
  /** Where, from 1. */
  line: number
  column?: number
  /** What the reader can do about it. */
  remedy: string
}

export class Refusal extends CodicilError<RefusalCode> {
  override readonly name = 'Refusal'
  readonly line: number
  readonly column: number
  declare readonly remedy: string

  constructor({ code, what, line, column = 1, remedy }: RefusalDetails) {
    super({ code, what, where: `line ${line}`, remedy })
    this.line = line
    this.column = column
  }
}
