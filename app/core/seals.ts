/** Whether what a run sealed is the bundle that it left. */
import { statedDigests, sumsFile, type Bundle, type SealKind } from '../../spec-tools/index.ts'
import {
  AttestationRefusal,
  pinnedRoots,
  readRoots,
  verifyAttestation,
  type Attested,
} from '../attestation/index.ts'

import { sha256 } from './sha256.ts'
import { unzip, type UnzipLimits } from './unzip.ts'

export interface Seals {
  /** SHA-256 of the archive that the bundle came in. */
  artifact: string
  /** Archive of the statement about it. */
  statement: Uint8Array | null
  /** A job of its own that seals has run on a machine of GitHub. */
  sealedByGitHub: boolean
  attestation:
    | (Pick<Attested, 'signer' | 'server' | 'workflow'> & {
        zip: Uint8Array
        /** Trusted roots as text; null: the one that is built in. */
        roots: string | null
      })
    | null
}

interface Sealed {
  kind: SealKind
  /** What is wrong, in words. */
  against: string[]
}

/** @param last attempt of the run */
export async function sealOf(
  { artifact, statement, sealedByGitHub, attestation }: Seals,
  bundle: Bundle,
  last: number,
  limits: UnzipLimits,
): Promise<Sealed> {
  const files = new Map([...bundle.files].map(([path, bytes]) => [path, sha256(bytes)]))
  const stated = statement && (await unzip(statement, limits)).get('statement.intoto.json')
  if (stated !== null && !isAbout(stated, bundle.evidence.request.sha, files, artifact)) {
    const what = 'the statement that its run left, statement.intoto.json, is about another bundle'
    return { kind: 'none', against: [what] }
  }
  if (!attestation) {
    return { kind: stated !== null && sealedByGitHub ? 'stated' : 'none', against: [] }
  }
  const signed = (await unzip(attestation.zip, limits)).get('attestation.json')
  const { request, run } = bundle.evidence
  try {
    const wanted: Attested = {
      ...attestation,
      repository: request.repository ?? { id: 0, name: '' },
      sha: request.sha,
      run: run.id ?? 0,
      attempts: { measured: run.attempt ?? 0, last },
      files,
    }
    const { roots } = attestation
    const on = verifyAttestation(
      signed ?? new Uint8Array(),
      wanted,
      roots === null ? pinnedRoots() : readRoots(roots, 'CODICIL_TRUSTED_ROOT'),
    )
    return { kind: on === 'github-hosted' ? 'attested' : 'attested-self-hosted', against: [] }
  } catch (error) {
    if (!(error instanceof AttestationRefusal)) throw error
    return { kind: 'none', against: [error.message] }
  }
}

/**
 * Whether the statement names the commit, the archive, and every file of the bundle with its digest, and
 * no other. What it says of the figures is not compared: it may be of another version than this one.
 */
function isAbout(
  statement: Uint8Array | undefined,
  sha: string,
  files: ReadonlyMap<string, string>,
  artifact: string,
): boolean {
  const stated = statedDigests(statement)
  if (stated === null || stated.commit !== sha) return false
  const rest = stated.files
  rest.delete(sumsFile)
  for (const [path, digest] of files) {
    if (path !== sumsFile && rest.get(path) !== digest) return false
    rest.delete(path)
  }
  return [...rest.values()].every((digest) => digest === artifact)
}
