/**
 * Whom signatures lead back to: certificate authorities, logs and clocks, as Sigstore describes them in
 * a "trusted root" (protobuf-specs, `sigstore_trustroot.proto`). Nothing is fetched.
 */
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toTrustMaterial, Verifier } from '@sigstore/verify'
import { CodicilError, parseJson } from '../../spec-tools/index.ts'
import sigstore from './sigstore-root.json' with { type: 'json' }

/** Sigstore's public instance, which signs for public repositories. */
export function pinnedRoots(): Verifier[] {
  return [verifierOf(TrustedRoot.fromJSON(sigstore))]
}

/**
 * @param text one trusted root as JSON, or several, one a line, as `gh attestation trusted-root` prints
 * @throws CodicilError for what is neither
 */
export function readRoots(text: string, where: string): Verifier[] {
  try {
    const whole = text.trim()
    const one = whole.includes('\n{') ? whole.split('\n') : [whole]
    return one.map((each) => verifierOf(TrustedRoot.fromJSON(parseJson(each))))
  } catch (error) {
    throw new CodicilError({
      code: 'bad-trusted-root',
      where,
      what: 'holds no trusted root of Sigstore',
      remedy: 'Write it anew with `gh attestation trusted-root`.',
      cause: error,
    })
  }
}

/** What a root has, it asks for: an entry in its log, one in its certificates' log; always a time. */
function verifierOf(root: TrustedRoot): Verifier {
  if (root.certificateAuthorities.length === 0) throw new Error('no certificate authority')
  return new Verifier(toTrustMaterial(root), {
    tlogThreshold: Math.min(1, root.tlogs.length),
    ctlogThreshold: Math.min(1, root.ctlogs.length),
    timestampThreshold: 1,
  })
}
