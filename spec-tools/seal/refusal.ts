/** Why a bundle that agrees with its sums is not sealed all the same. */
export class SealRefusal extends Error {
  override readonly name = 'SealRefusal'
  /** `DOES_NOT_FOLLOW`: figures or pages are not what the logs give. */
  readonly code: 'BAD_INPUT' | 'OTHER_RUN' | 'DOES_NOT_FOLLOW'

  constructor(code: SealRefusal['code'], message: string) {
    super(message)
    this.code = code
  }
}
