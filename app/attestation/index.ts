/**
 * Attestations of evidence, verified offline. That a signature holds says nothing yet: who signed, in
 * which run, and about which bytes is compared part by part, exactly.
 */
import { bundleFromJSON, isBundleWithDsseEnvelope } from '@sigstore/bundle'
import { toSignedEntity, type Verifier } from '@sigstore/verify'
import { attestedResult, parseJson, sumsFile, type AttestedResult } from '../../spec-tools/index.ts'
import { claimsOf, type Claims } from './certificate.ts'
import { AttestationRefusal } from './refusal.ts'

export { AttestationRefusal } from './refusal.ts'
export { pinnedRoots, readRoots } from './roots.ts'

/** What an attestation has to be of. */
export interface Attested {
  /** `owner/name/.github/workflows/file.yml@ref` that has to have signed. */
  signer: string
  /** Address of GitHub's pages, without a final `/`. */
  server: string
  repository: { id: number; name: string }
  sha: string
  run: number
  /** Attempt of the run that measured, and the last one that may have signed. */
  attempts: { measured: number; last: number | null }
  /** Path of the workflow that ran, with its ref, and its commit, where they are known. */
  workflow: { path: string; commit: string } | null
  /** Path -> SHA-256 of every file of the bundle. */
  files: ReadonlyMap<string, string>
}

/** Where the signature was made; GitHub vouches for its own machines alone. */
export type SignedOn = 'github-hosted' | 'self-hosted'

const mostBytes = 16 * 1024 * 1024
const payloadType = 'application/vnd.in-toto+json'

/**
 * @param bytes a Sigstore bundle as JSON
 * @param roots any of them may vouch for the certificate
 * @throws AttestationRefusal for the first thing that does not fit
 */
export function verifyAttestation(
  bytes: Uint8Array,
  wanted: Attested,
  roots: readonly Verifier[],
): SignedOn {
  const { payload, signer } = verified(bytes, roots)
  const claims = claimsOf(signer)
  const where = signedBy(claims, wanted)
  isAbout(stated(payload), wanted)
  return where
}

/** The signature, its certificate, the log's entry and the time, all by the library. */
function verified(bytes: Uint8Array, roots: readonly Verifier[]) {
  const { bundle, entity } = read(bytes)
  const reasons: string[] = []
  for (const root of roots) {
    try {
      return { payload: bundle.content.dsseEnvelope.payload, signer: root.verify(entity) }
    } catch (error) {
      reasons.push(reason(error))
    }
  }
  throw new AttestationRefusal(
    'unverified',
    `does not verify: ${[...new Set(reasons)].join('; ')}`,
    'Take it from its run again. Where GitHub signs with newer or other keys (private repositories), give them: `gh attestation trusted-root` prints them.',
  )
}

/** What the library reads of hostile bytes may fail anywhere: whatever it throws is a refusal. */
function read(bytes: Uint8Array) {
  try {
    if (bytes.length > mostBytes) throw new Error(`it has more than ${mostBytes} bytes`)
    const bundle = bundleFromJSON(parseJson(new TextDecoder().decode(bytes)))
    if (!isBundleWithDsseEnvelope(bundle)) throw new Error('it signs no statement')
    const { payloadType: type } = bundle.content.dsseEnvelope
    if (type !== payloadType) throw new Error(`it signs ${JSON.stringify(type)}`)
    if (bundle.verificationMaterial.content.$case === 'publicKey') {
      throw new Error('it is signed with a key and has no certificate')
    }
    return { bundle, entity: toSignedEntity(bundle) }
  } catch (error) {
    throw unreadable(reason(error), error)
  }
}

function stated(payload: Uint8Array): AttestedResult {
  const found = attestedResult(payload)
  if (found) return found
  throw unreadable('what it signs is no test result of a bundle')
}

function unreadable(why: string, cause?: unknown): AttestationRefusal {
  return new AttestationRefusal(
    'unreadable',
    `cannot be read: ${why}`,
    'Take attestation.json from the artifact codicil-attestation-<request> of the run again.',
    { cause },
  )
}

/** Why the library refuses, with what it was led to that by. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

function signedBy(claims: Claims, wanted: Attested): SignedOn {
  const { server, repository, workflow, run, attempts } = wanted
  const hold = (what: string, is: string | null, must: string) => {
    if (is !== must) throw otherSigner(what, is, must)
  }
  hold('by', claims.signer, `${server}/${wanted.signer}`)
  hold('for tokens of', claims.issuer, issuerOf(server))
  hold('for repository', claims.repositoryId, String(repository.id))
  const pinned = /@([0-9a-f]{40})$/.exec(wanted.signer)?.[1]
  if (pinned !== undefined) hold('by the workflow at', claims.signerDigest, pinned)
  if (workflow) {
    hold('in a run of', claims.workflow, `${claims.repository}/${workflow.path}`)
    hold('in a run of the commit', claims.commit, workflow.commit)
    hold('in a run started by', claims.event, 'workflow_dispatch')
  }
  const before = `${claims.repository}/actions/runs/${run}/attempts/`
  const attempt = claims.run?.startsWith(before) ? claims.run.slice(before.length) : ''
  const fits = /^[1-9]\d{0,8}$/.test(attempt) && within(Number(attempt), attempts)
  if (!claims.repository?.startsWith(`${server}/`) || !fits) {
    throw otherSigner('in', claims.run, `${before}${attempts.measured}`)
  }
  if (claims.runner === 'github-hosted' || claims.runner === 'self-hosted') return claims.runner
  throw otherSigner('on a runner that is', claims.runner, 'github-hosted')
}

/** What measured may have been an earlier attempt than what signed. */
function within(attempt: number, { measured, last }: Attested['attempts']): boolean {
  return attempt >= measured && (last === null || attempt <= last)
}

function otherSigner(what: string, is: string | null, must: string): AttestationRefusal {
  return new AttestationRefusal(
    'other-signer',
    `was signed ${what} ${is ?? 'nobody knows what'} and not ${must}`,
    'Take bundle and attestation from one run, and name the workflow that is to sign, with its ref.',
  )
}

function issuerOf(server: string): string {
  const { hostname } = new URL(server)
  const host = hostname === 'github.com' ? 'githubusercontent.com' : hostname
  return `https://token.actions.${host}`
}

function isAbout({ files, commits, run }: AttestedResult, wanted: Attested): void {
  const { server, repository, sha, attempts } = wanted
  const must = `${server}/${repository.name}/actions/runs/${wanted.run}/attempts/${attempts.measured}`
  if (commits.length !== 1 || commits[0] !== sha) {
    throw otherSubject(`is about the commit ${commits.join(' and ') || 'none'} and not ${sha}`)
  }
  if (run !== must) throw otherSubject(`is about the run ${run} and not ${must}`)
  const own = [...wanted.files].filter(([path]) => path !== sumsFile)
  for (const [path, digest] of own) {
    const said = files.get(path)
    if (said === undefined) throw otherSubject(`does not name ${path}, which the bundle has`)
    if (said !== digest) throw otherSubject(`names ${path} with SHA-256 ${said}; it is ${digest}`)
  }
  const more = [...files.keys()].find((path) => !wanted.files.has(path))
  if (more !== undefined) throw otherSubject(`names ${more}, which the bundle does not have`)
}

function otherSubject(what: string): AttestationRefusal {
  return new AttestationRefusal('other-subject', what, 'Take bundle and attestation from one run.')
}
