import { describe, expect, it } from 'vitest'
import {
  pinnedRoots,
  readRoots,
  verifyAttestation,
  type Attested,
} from '../../app/attestation/index.ts'
import { sha, statement, wanted } from './attested.ts'
import { githubJob, Sigstore, type Job, type Signing } from './sigstore.ts'

const other = 'b'.repeat(40)
const sigstore = new Sigstore()
const roots = readRoots(sigstore.root(), 'root.json')

interface Tried {
  signing?: Signing
  statement?: object
  wanted?: Partial<Attested>
  roots?: typeof roots
  change?: (bundle: ReturnType<Sigstore['attest']>) => unknown
}

function tried({ change = (one) => one, ...how }: Tried = {}) {
  const signed = sigstore.attest({ ...statement, ...how.statement }, how.signing)
  const bytes = Buffer.from(JSON.stringify(change(signed)))
  return () => verifyAttestation(bytes, { ...wanted, ...how.wanted }, how.roots ?? roots)
}

const job = (change: Partial<Job>): Tried => ({ signing: { job: change } })
const predicate = (change: object): Tried => ({
  statement: { predicate: { ...statement.predicate, ...change } },
})
const [firstFile = { name: '' }, ...moreFiles] = statement.subject
const commitOf = (gitCommit: string) => ({ digest: { gitCommit } })
const workflows = 'https://github.com/acme/engine/.github/workflows/codicil.yml'
const runs = 'https://github.com/acme/engine/actions/runs'

describe('an attestation', () => {
  it('of that run and bundle, signed by that workflow on a machine of GitHub, holds', () => {
    expect(tried()()).toBe('github-hosted')
    expect(tried({ roots: [...pinnedRoots(), ...roots] })()).toBe('github-hosted')
  })

  it('of a self-hosted runner holds as what it is', () => {
    expect(tried(job({ 11: 'self-hosted' }))()).toBe('self-hosted')
  })

  it('may be signed by a later attempt than the one that measured, and by no later one than there is', () => {
    const measured = { attempts: { measured: 2, last: 3 } }
    const later = job({ 21: `${runs}/501/attempts/3` })
    expect(tried({ ...later, wanted: measured })()).toBe('github-hosted')
    expect(tried(later)).toThrow(/was signed in .*attempts\/3 and not/)
  })

  it.each<[string, Tried, RegExp]>([
    [
      'another repository of workflows',
      job({ signer: githubJob.signer.replace('codicil/codicil', 'evil/codicil') }),
      /signed by .*evil/,
    ],
    [
      'another workflow',
      job({ signer: githubJob.signer.replace('attest-', 'test-') }),
      /signed by/,
    ],
    [
      'another ref',
      job({ signer: githubJob.signer.replace(/@.*/, '@refs/heads/main-evil') }),
      /signed by/,
    ],
    ['a name that begins alike', job({ signer: `${githubJob.signer}0` }), /signed by/],
    [
      'a name that ends alike',
      job({ signer: `https://evil.test/?${githubJob.signer}` }),
      /signed by/,
    ],
    ['a workflow whose ref was moved', job({ 10: other }), /signed by the workflow at/],
    ['another authority of tokens', job({ 8: 'https://token.evil.test' }), /tokens of/],
    ['a job in another repository', job({ 15: '10' }), /for repository 10 and not 9/],
    [
      'a job of another caller',
      job({ 18: `${workflows.replace('codicil.yml', 'evil.yml')}@refs/heads/main` }),
      /in a run of/,
    ],
    ['a job of another branch', job({ 18: `${workflows}@refs/heads/evil` }), /in a run of/],
    ['a job of another commit of the workflow', job({ 13: other }), /of the commit/],
    ['a job that a pull request started', job({ 20: 'pull_request' }), /started by pull_request/],
    ['another run', job({ 21: `${runs}/502/attempts/2` }), /was signed in .*runs\/502/],
    ['an earlier attempt', job({ 21: `${runs}/501/attempts/1` }), /attempts\/1 and not/],
    ['an attempt that is no number', job({ 21: `${runs}/501/attempts/2e0` }), /attempts\/2e0/],
    [
      'a run of another server',
      job({
        12: 'https://evil.test/acme/engine',
        18: `https://evil.test/acme/engine/.github/workflows/codicil.yml@refs/heads/main`,
        21: 'https://evil.test/acme/engine/actions/runs/501/attempts/2',
      }),
      /was signed in/,
    ],
    [
      'a runner of no known kind',
      job({ 11: 'GitHub-hosted' }),
      /on a runner that is GitHub-hosted/,
    ],
  ])('signed by %s is refused', (_, how, message) => {
    expect(tried(how)).toThrow(message)
    expect(tried(how)).toThrow(/Take bundle and attestation from one run, and name/)
  })

  it.each<[string, Tried, RegExp]>([
    ['another commit', predicate({ configuration: [commitOf(other)] }), /the commit b+ and not a+/],
    [
      'two commits',
      predicate({ configuration: [commitOf(sha), commitOf(other)] }),
      /commit a+ and b+/,
    ],
    ['no commit', predicate({ configuration: [] }), /the commit none/],
    ['another run', predicate({ url: `${runs}/502/attempts/2` }), /the run .*502/],
    ['another attempt', predicate({ url: `${runs}/501/attempts/1` }), /the run .*attempts\/1/],
    [
      'another digest',
      {
        statement: {
          subject: [{ ...firstFile, digest: { sha256: '0'.repeat(64) } }, ...moreFiles],
        },
      },
      /names .* with SHA-256 0+/,
    ],
    ['a file less', { statement: { subject: moreFiles } }, /does not name evidence\.json/],
    [
      'a file more',
      { statement: { subject: [...statement.subject, { ...firstFile, name: 'more' }] } },
      /names more, which/,
    ],
    [
      'another bundle',
      { wanted: { files: new Map([...wanted.files, ['more', '0'.repeat(64)]]) } },
      /does not name more/,
    ],
  ])('about %s is refused', (_, how, message) => {
    expect(tried(how)).toThrow(message)
    expect(tried(how)).toThrow(/Take bundle and attestation from one run\./)
  })

  it.each<[string, Tried, RegExp]>([
    [
      'that expired before it was signed',
      { signing: { late: 601_000 } },
      /certificate chain.*expired/,
    ],
    ['of another authority', { roots: readRoots(new Sigstore().root(), 'r') }, /does not verify/],
    ['of none that is pinned', { roots: pinnedRoots() }, /does not verify/],
    [
      'without the log of certificates that its root has',
      {
        roots: readRoots(
          sigstore.root({ ctlogs: (JSON.parse(sigstore.root()) as { tlogs: object[] }).tlogs }),
          'r',
        ),
      },
      /expected 1 SCTs, got 0/,
    ],
  ])('with a certificate %s is refused', (_, how, message) => {
    expect(tried(how)).toThrow(message)
    expect(tried(how)).toThrow(/gh attestation trusted-root/)
  })

  it.each<[string, Required<Tried>['change'], RegExp]>([
    [
      'a changed payload',
      (one) => ((one.dsseEnvelope.payload = Buffer.from('{}').toString('base64')), one),
      /does not verify/,
    ],
    [
      'a changed signature',
      (one) => ((one.dsseEnvelope.signatures = [{ sig: 'AAAA' }]), one),
      /does not verify/,
    ],
    [
      'no entry of the log',
      (one) => ((one.verificationMaterial.tlogEntries = []), one),
      /expected 1 timestamps, got 0/,
    ],
    [
      'an entry of another time',
      (one) => ((entry(one).integratedTime = '1772359000'), one),
      /does not verify/,
    ],
    [
      'an entry of another tree',
      (one) => (
        (entry(one).inclusionProof.checkpoint.envelope =
          'log.test\n1\nAAAA\n\n\u2014 log.test AAAAAAAA\n'),
        one
      ),
      /checkpoint/,
    ],
    [
      'an entry without promise and time',
      (one) => {
        const { inclusionPromise: _, ...rest } = entry(one)
        return {
          ...one,
          verificationMaterial: { ...one.verificationMaterial, tlogEntries: [rest] },
        }
      },
      /expected 1 timestamps/,
    ],
    [
      'the entry of another',
      (one) => (
        (one.verificationMaterial.tlogEntries = sigstore.attest(
          {},
        ).verificationMaterial.tlogEntries),
        one
      ),
      /does not verify/,
    ],
  ])('with %s does not verify', (_, change, message) => {
    expect(tried({ change })).toThrow(message)
  })

  it.each<[string, Tried, RegExp]>([
    ['a list', { change: () => [] }, /cannot be read/],
    ['nothing', { change: () => ({}) }, /cannot be read/],
    [
      'two signatures',
      { change: (one) => (one.dsseEnvelope.signatures.push({ sig: 'AAAA' }), one) },
      /invalid bundle/,
    ],
    [
      'a key in place of a certificate',
      {
        change: (one) => ({
          ...one,
          verificationMaterial: {
            ...one.verificationMaterial,
            certificate: undefined,
            publicKey: { hint: 'x' },
          },
        }),
      },
      /has no certificate/,
    ],
    [
      'a certificate that is none',
      { change: (one) => ((one.verificationMaterial.certificate.rawBytes = 'AAAA'), one) },
      /cannot be read/,
    ],
    [
      'a payload of another kind',
      { signing: { payloadType: 'text/plain' } },
      /it signs "text\/plain"/,
    ],
    [
      'a statement of another predicate',
      { statement: { predicateType: 'https://slsa.dev/provenance/v1' } },
      /no test result/,
    ],
    [
      'a file that is named twice',
      { statement: { subject: [...statement.subject, firstFile] } },
      /no test result/,
    ],
  ])('that holds %s cannot be read', (_, how, message) => {
    expect(tried(how)).toThrow(message)
    expect(tried(how)).toThrow(/from the artifact codicil-attestation-/)
  })
})

it('trusted roots come one a line as well, and anything else is refused', () => {
  const two = `${sigstore.root()}\n${new Sigstore().root()}\n`
  expect(readRoots(two, 'roots.jsonl')).toHaveLength(2)
  for (const text of ['', '{}', '[]', 'a', '{"certificateAuthorities":[]}']) {
    expect(() => readRoots(text, 'roots.jsonl')).toThrow(/roots\.jsonl: holds no trusted root/)
  }
})

function entry(one: ReturnType<Sigstore['attest']>) {
  const [first] = one.verificationMaterial.tlogEntries
  if (!first) throw new Error('no entry')
  return first
}
