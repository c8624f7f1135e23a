import { CodicilError } from '../error.ts'

/** Why a bundle that agrees with its sums is not sealed all the same. */
export class SealRefusal extends CodicilError<
  /** `does-not-follow`: figures or pages are not what the logs give. */
  'bad-input' | 'other-run' | 'does-not-follow'
> {
  override readonly name = 'SealRefusal'

  constructor(code: SealRefusal['code'], what: string, options?: ErrorOptions) {
    super({ code, what, ...options })
  }
}
