/** A bundle, and what `actions/attest` would attest of it in the run that it is of. */
import type { Attested } from '../../app/attestation/index.ts'
import { knownRun, sealBundle } from '../../spec-tools/index.ts'
import { bundle, evidenceOf, log, sha256 } from '../evidence/sample.ts'
import { githubJob } from './sigstore.ts'

export const sha = 'a'.repeat(40)

/** The bundle of attempt 2 of run 501 in acme/engine: path -> bytes. */
export const attestedBundle = bundle({
  evidence: {
    ...evidenceOf(log),
    request: { id: 'r-1', repository: { id: 9, name: 'acme/engine' }, pullRequest: 7, sha },
    run: { ...evidenceOf(log).run, id: 501, attempt: 2 },
  },
})

export const wanted: Attested = {
  signer: githubJob.signer.replace('https://github.com/', ''),
  server: 'https://github.com',
  repository: { id: 9, name: 'acme/engine' },
  sha,
  run: 501,
  attempts: { measured: 2, last: 2 },
  workflow: { path: '.github/workflows/codicil.yml@refs/heads/main', commit: 'd'.repeat(40) },
  files: new Map([...attestedBundle].map(([path, bytes]) => [path, sha256(bytes)])),
}

const { subject, ...made } = sealBundle(attestedBundle, knownRun({}), sha256)

/** The files that SHA256SUMS names, and our predicate. */
export const statement = {
  ...made,
  subject: subject.filter(({ name }) => name !== undefined && name !== 'SHA256SUMS'),
}
