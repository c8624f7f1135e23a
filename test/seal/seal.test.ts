import { execa } from 'execa'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  BundleError,
  drawFindings,
  judge,
  knownRun,
  readBundle,
  sealBundle,
  SealRefusal,
  serialiseStatement,
  type Evidence,
} from '../../spec-tools/index.ts'
import { bundle, evidenceOf, log, set, sha256 } from '../evidence/sample.ts'

/** The predicate's specification, field by field; a statement may hold no other. */
const digest = z.record(z.string().regex(/^[a-zA-Z0-9_]+$/), z.string().regex(/^[0-9a-f]+$/))
const resource = z.strictObject({
  name: z.string().optional(),
  uri: z.url().optional(),
  digest: digest.refine((all) => Object.keys(all).length > 0),
})
const statement = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(resource).min(1),
  predicateType: z.literal('https://in-toto.io/attestation/test-result/v0.1'),
  predicate: z.strictObject({
    result: z.enum(['PASSED', 'WARNED', 'FAILED']),
    configuration: z.array(resource),
    url: z.url().optional(),
    passedTests: z.array(z.string()),
    warnedTests: z.array(z.string()),
    failedTests: z.array(z.string()),
  }),
})

const nothing = knownRun({})
const onGitHub: Partial<Evidence> = {
  request: {
    id: 'r-1',
    repository: { id: 9, name: 'acme/engine' },
    pullRequest: 7,
    sha: 'a'.repeat(40),
  },
  run: { ...evidenceOf(log).run, id: 501, attempt: 2 },
}

/** A statement about the small bundle with its evidence changed. */
function sealed(change: Partial<Evidence> = {}, known = nothing) {
  return sealBundle(bundle({ evidence: { ...evidenceOf(log), ...change } }), known, sha256)
}

describe('the statement about a bundle', () => {
  it('has the fields of in-toto, and no others', () => {
    const known = knownRun({ 'artifact-id': '4711', 'artifact-digest': `sha256:${'b'.repeat(64)}` })
    for (const one of [sealed(), sealed(onGitHub, known)]) {
      expect(statement.parse(JSON.parse(serialiseStatement(one)))).toEqual(one)
    }
  })

  it('is about the commit, every file of the bundle and the artifact', () => {
    const known = knownRun({ 'artifact-id': '4711', 'artifact-digest': 'b'.repeat(64) })
    const { subject } = sealed(onGitHub, known)
    expect(subject[0]).toEqual({
      uri: 'git+https://github.com/acme/engine',
      digest: { gitCommit: 'a'.repeat(40) },
    })
    expect(subject.slice(1, -1).map(({ name }) => name)).toEqual([...bundle().keys()].sort())
    expect(subject.at(-1)).toEqual({
      name: 'codicil-evidence-r-1.zip',
      uri: 'https://github.com/acme/engine/actions/runs/501/artifacts/4711',
      digest: { sha256: 'b'.repeat(64) },
    })
  })

  it('leads to the run and names what it was configured by', () => {
    const { predicate } = sealed(onGitHub)
    expect(predicate.url).toBe('https://github.com/acme/engine/actions/runs/501/attempts/2')
    const [commit, ...configuration] = predicate.configuration
    expect(commit?.digest).toEqual({ gitCommit: 'a'.repeat(40) })
    expect(configuration.map(({ name }) => name)).toEqual(['settings.yml', 'investigation.yml'])
  })

  it('calls a stage that was not compared a warning, not a pass', () => {
    const { result, passedTests, warnedTests } = sealed().predicate
    expect(result).toBe('WARNED')
    expect(passedTests).toEqual(['diagnostic q4k'])
    expect(warnedTests).toEqual(['stage Q-out'])
  })

  it('calls a diagnostic that did not end well a failure', () => {
    const [one] = evidenceOf(log).diagnostics
    const diagnostics = [{ ...one!, exit: { code: 1, signal: null, timedOut: false } }]
    const { result, failedTests } = sealed({ diagnostics }).predicate
    expect({ result, failedTests }).toEqual({ result: 'FAILED', failedTests: ['diagnostic q4k'] })
  })

  it('does not pass what is not whole', () => {
    expect(sealed({ partial: ['disk full'] }).predicate.result).toBe('WARNED')
  })

  it('has the same bytes for the same bundle, in whatever order its files come', () => {
    const turned = new Map([...bundle()].toReversed())
    expect(serialiseStatement(sealBundle(turned, nothing, sha256))).toBe(
      serialiseStatement(sealed()),
    )
  })
})

describe('a bundle that is not sealed', () => {
  it('is one whose file was changed', () => {
    const files = bundle({ after: set('logs/q4k.stdout.txt', log.replace('0.2', '0.3')) })
    expect(() => sealBundle(files, nothing, sha256)).toThrow(BundleError)
  })

  it.each([
    ['commit', { sha: 'c'.repeat(40) }],
    ['repository', { repository: 'acme/other' }],
    ['workflow run', { run: '502' }],
    ['attempt', { attempt: '1' }],
  ])('is one of another %s than the one that is known', (what, texts) => {
    expect(() => sealed(onGitHub, knownRun(texts))).toThrow(
      expect.objectContaining({
        code: 'other-run',
        message: expect.stringContaining(what) as string,
      }),
    )
  })

  it('is sealed by a later attempt of its run', () => {
    const known = knownRun({ run: '501', attempt: '3', repository: 'acme/engine' })
    expect(sealed(onGitHub, known).predicate.url).toContain('/attempts/2')
  })

  it('is one whose figures were changed and whose sums were made again', () => {
    const evidence = evidenceOf(log)
    evidence.measurements.pop()
    expect(() => sealed(evidence)).toThrow(expect.objectContaining({ code: 'does-not-follow' }))
  })

  it('is one whose page of findings says something else', () => {
    const evidence = evidenceOf(log)
    const judged = judge(readBundle(bundle(), sha256))
    const page = drawFindings(evidence, judged).get('findings.md') ?? ''
    const seal = (text: string) =>
      sealBundle(bundle({ before: set('findings.md', text) }), nothing, sha256)
    expect(seal(page).predicate.result).toBe('WARNED')
    expect(() => seal(`${page}All is well.\n`)).toThrow(SealRefusal)
  })
})

describe('what is known of a run', () => {
  it.each([
    ['sha', 'abc123'],
    ['repository', 'acme'],
    ['run', '-1'],
    ['artifact-digest', 'md5:1'],
    ['server', 'javascript:alert(1)'],
  ] as const)('is refused where %s is %s', (name, text) => {
    expect(() => knownRun({ [name]: text })).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: expect.stringContaining(name) as string,
      }),
    )
  })
})

describe('codicil seal', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codicil-seal-'))
    for (const [path, bytes] of bundle()) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), bytes)
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  const main = join(import.meta.dirname, '../../bin/main.ts')
  const codicil = (...args: string[]) =>
    execa(process.execPath, [main, 'seal', ...args], { reject: false })

  it('prints the digests that sha256sum gives', async () => {
    const { stdout } = await codicil(folder)
    const { subject } = statement.parse(JSON.parse(stdout))
    const { stdout: sums } = await execa('sha256sum', [...bundle().keys()].sort(), { cwd: folder })
    expect(subject.slice(1).map(({ name, digest: { sha256: is } }) => `${is}  ${name}`)).toEqual(
      sums.split('\n'),
    )
  })

  it('prints the predicate alone for tools that add the subjects', async () => {
    const { stdout } = await codicil(folder, '--predicate')
    expect(statement.shape.predicate.parse(JSON.parse(stdout)).result).toBe('WARNED')
  })

  it('refuses a bundle of another commit, and says which it is of', async () => {
    const { exitCode, stderr, stdout } = await codicil(folder, '--sha', 'c'.repeat(40))
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain('a'.repeat(40))
  })

  const verify = (...args: string[]) =>
    execa(process.execPath, [main, 'verify', folder, ...args], { reject: false })

  it('is verified by the statement that it printed, and by no other', async () => {
    const file = join(folder, '../statement.json')
    const { stdout } = await codicil(folder)
    await writeFile(file, `${stdout}\n`)
    const right = await verify('--statement', file)
    expect(right.stdout).toContain('The statement is the one of this bundle.')
    await writeFile(file, `${stdout.replace('WARNED', 'PASSED')}\n`)
    const wrong = await verify('--statement', file)
    expect(wrong.exitCode).toBe(1)
    expect(wrong.stderr).toContain('is not the statement of this bundle')
    await rm(file)
  })

  it('refuses a bundle with a changed byte', async () => {
    await writeFile(join(folder, 'settings.yml'), 'specs: []\n')
    const { exitCode, stderr } = await codicil(folder)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('settings.yml')
  })
})
