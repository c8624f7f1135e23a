/** Names that who measures and who judges must spell alike. */

/** The repository's settings, on its default branch. */
export const settingsPath = '.github/codicil.yml'

/** Where a pull request declares what is to be learnt. */
export const investigationFolder = '.codicil/investigations'

/** The artifact that carries the bundle of a request. */
export function artifactName(request: string): string {
  return `codicil-evidence-${request}`
}

/** The artifact that carries the statement about it, `statement.intoto.json`. */
export function sealName(request: string): string {
  return `codicil-seal-${request}`
}

/** The artifact that carries its attestation, `attestation.json`: a signed statement, a Sigstore bundle. */
export function attestationName(request: string): string {
  return `codicil-attestation-${request}`
}

/**
 * The name of one run of a diagnostic, as it stands in the paths of its logs and in the ids of its
 * measurements: `d1`, and `d1.1` for the first time that it is run again. Ids hold no dot.
 */
export function runName(id: string, repeat = 0): string {
  return repeat === 0 ? id : `${id}.${repeat}`
}
