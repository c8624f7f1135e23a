import { CodicilError } from '../../spec-tools/index.ts'

export type AttestationProblem =
  /** It is no attestation that could be read. */
  | 'unreadable'
  /** Signature, certificate, log or time do not hold under the trusted roots. */
  | 'unverified'
  /** Somebody else signed, or in another run. */
  | 'other-signer'
  /** It is about something else. */
  | 'other-subject'

/** Why an attestation does not speak for a bundle. */
export class AttestationRefusal extends CodicilError<`attestation-${AttestationProblem}`> {
  override readonly name = 'AttestationRefusal'

  constructor(code: AttestationProblem, what: string, remedy: string, options?: ErrorOptions) {
    super({ code: `attestation-${code}`, what: `The attestation ${what}`, remedy, ...options })
  }
}
