/**
 * What GitHub said of a job to the authority that made its certificate.
 *
 * Numbers and meanings of the extensions: https://github.com/sigstore/fulcio, `docs/oid-info.md`.
 */
import type { Signer } from '@sigstore/verify'

const extensions = {
  issuer: 8,
  signerDigest: 10,
  runner: 11,
  repository: 12,
  commit: 13,
  repositoryId: 15,
  workflow: 18,
  event: 20,
  run: 21,
} as const

export type Claims = Record<keyof typeof extensions, string | null> & {
  /** Address of the workflow that signed, with its ref. */
  signer: string | null
}

/** Null for what a certificate does not say, or says twice. */
export function claimsOf({ identity }: Signer): Claims {
  const said = (number: number) => {
    const oid = `1.3.6.1.4.1.57264.1.${number}`
    const found = (identity?.oids ?? []).filter(({ oid: one }) => one?.id.join('.') === oid)
    return found.length === 1 && found[0] ? utf8String(found[0].value) : null
  }
  const entries = Object.entries(extensions).map(([name, number]) => [name, said(number)] as const)
  return {
    ...(Object.fromEntries(entries) as Record<keyof typeof extensions, string | null>),
    signer: identity?.subjectAlternativeName ?? null,
  }
}

/** The text of a DER UTF8String: its tag, its length in one to three bytes, its bytes. */
function utf8String(der: Uint8Array): string | null {
  const [tag, first = 0] = der
  const more = first < 0x80 ? 0 : first - 0x80
  if (tag !== 0x0c || more > 2) return null
  const length = more === 0 ? first : Buffer.from(der).readUIntBE(2, more)
  return der.length === 2 + more + length ? Buffer.from(der.subarray(2 + more)).toString() : null
}
