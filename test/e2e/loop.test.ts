/**
 * The whole loop over real HTTP: signed webhooks into the real app, its calls to the stand-in of
 * GitHub, the built Action as a child process, the artifact, the amendment's commit in real git.
 */
import { execa } from 'execa'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { amendmentsOf, commentsOf, Stage } from '../../demo/stage.ts'
import { checkContract } from '../contract/check.ts'
import type { HubRepository } from '../../demo/hub/index.ts'
import type { PullRequest } from '../../demo/hub/model.ts'
import { createRepository, lattice, openPullRequest, shipTwo, type Case } from './repository.ts'

const codicil = join(import.meta.dirname, '../../bin/codicil.js')
let stage: Stage

beforeAll(async () => {
  stage = await Stage.start()
}, 120_000)
afterAll(() => stage.stop())

interface Told {
  repository: HubRepository
  pull: PullRequest
  amendment: PullRequest
  comment: string
}

async function label(one: Case): Promise<Told> {
  const repository = await createRepository(stage, one)
  const pull = await openPullRequest(repository, one)
  await repository.addLabel(pull, 'needs-gpu-evidence', 'ada')
  await stage.settle()
  const [amendment] = amendmentsOf(stage.hub, repository)
  const request = await stage.request(repository, pull)
  if (!amendment) throw new Error(`No amendment: ${JSON.stringify(request?.problem)}`)
  const comments = commentsOf(stage.hub, repository, pull)
  expect(comments).toHaveLength(1)
  return { repository, pull, amendment, comment: comments[0]?.body ?? '' }
}

/** What exists on the stand-in, to see whether something new came. */
const everything = ({ repository }: Told) => ({
  pulls: repository.record.pulls.size,
  comments: repository.record.comments.size,
  checks: repository.record.checks.size,
  runs: repository.record.runs.size,
})

describe.each([
  [
    shipTwo,
    {
      title:
        /^docs\(ship-two-001\): §30 — PR E investigation refutes §28 narrow hypothesis — v2\.74\.0 → v2\.75\.0$/,
      branch: 'docs/spec-30-ship-007-pr-e-investigation-mixed',
      folder: /^evidence\/ship-007-pr-e-investigation-\d{4}-\d\d-\d\d\//,
      verdicts: ['| ? unproven | `layer0_qkv` |', '0.00258 < 0.01'],
    },
  ],
  [
    lattice,
    {
      title:
        /^docs\(lattice-num\): §8 — The tiling claims, measured: .* open — v1\.4\.0 → v1\.5\.0$/,
      branch: 'docs/spec-8-tiling-claims-mixed',
      folder: /^docs\/evidence\/tiling-claims-\d{4}-\d\d-\d\d\//,
      verdicts: ['✓ confirmed', '✗ refuted', '? open'],
    },
  ],
])('a label on the pull request of $name', (one, expected) => {
  let told: Told
  let files: string[]

  beforeAll(async () => {
    told = await label(one)
    const { amendment, repository } = told
    const { stdout } = await execa('git', [
      '--git-dir',
      repository.record.git.directory,
      'diff',
      '--name-only',
      `${amendment.base.sha}...${amendment.head.sha}`,
    ])
    files = stdout.split('\n')
  }, 120_000)

  it('opens one draft pull request with the next section and version', () => {
    const { amendment } = told
    expect(amendment.title).toMatch(expected.title)
    expect(amendment.head.ref).toBe(expected.branch)
    expect(amendment.base.ref).toBe('main')
    expect(amendment.draft).toBe(true)
    expect(amendment.body).toContain(told.pull.head.sha)
  })

  it('commits the spec and the evidence, signed by GitHub because no author was given', async () => {
    const [spec, ...evidence] = [...files].sort((a) => (a === one.specPath ? -1 : 0))
    expect(spec).toBe(one.specPath)
    expect(evidence.length).toBeGreaterThan(7)
    expect(evidence.filter((path) => !expected.folder.test(path))).toEqual([])
    expect(told.repository.record.signed.has(told.amendment.head.sha)).toBe(true)
  })

  it('answers with the divergence table, the verdicts and a link to the amendment', () => {
    for (const verdict of expected.verdicts) expect(told.comment).toContain(verdict)
    expect(told.comment).toContain(`/pull/${told.amendment.number}`)
    expect(told.comment).toContain('read from files, nothing was run')
  })

  it('completes one check on the commit that was measured', () => {
    const checks = [...told.repository.record.checks.values()]
    expect(checks.map(({ headSha, status }) => [headSha, status])).toEqual([
      [told.pull.head.sha, 'completed'],
    ])
  })

  it('notes each verdict once, beside the line that declares the hypothesis', async () => {
    const { checks } = told.repository.record
    const notes = [...checks.values()].flatMap(({ annotations }) => annotations) as Note[]
    expect(notes.length).toBeGreaterThan(2)
    for (const { path, start_line: line, title, message } of notes) {
      const text = await told.repository.file(path, told.pull.head.ref)
      const [id = '?'] = title.split(':')
      expect(text?.toString().split('\n')[line - 1]).toContain(id)
      expect(title).toMatch(/: (?:confirmed|refuted|open)$/)
      expect(message).not.toBe('')
    }
    expect(new Set(notes.map(({ title }) => title)).size).toBe(notes.length)
  })

  it('leaves the statement that the hosted runner sealed', () => {
    const [run] = [...told.repository.record.runs.values()]
    expect(run?.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['diagnose', 'success'],
      ['seal / seal', 'success'],
    ])
    const artifacts = [...told.repository.record.artifacts.values()].map(({ name }) => name)
    expect(artifacts).toEqual([
      expect.stringMatching(/^codicil-evidence-/),
      expect.stringMatching(/^codicil-seal-/),
    ])
  })

  it('can be replayed from a clone, and no longer after one changed byte', async () => {
    const clone = await mkdtemp(join(tmpdir(), 'codicil-clone-'))
    try {
      await execa('git', ['clone', '--quiet', told.repository.cloneUrl, clone])
      await execa('git', ['checkout', '--quiet', expected.branch], { cwd: clone })
      const folder = expected.folder.exec(
        files.find((path) => expected.folder.test(path)) ?? '',
      )?.[0]
      const replay = () =>
        execa(process.execPath, [codicil, 'replay', folder ?? ''], { cwd: clone, reject: false })
      const equal = await replay()
      expect(equal.stdout).toContain('✓ equal')
      expect(equal.exitCode).toBe(0)

      const log = join(
        clone,
        folder ?? '',
        'logs',
        `${one === shipTwo ? 'qkv-layer0' : 'norm-parity'}.stdout.log`,
      )
      const bytes = await readFile(log)
      const digit = bytes.findIndex((byte) => byte >= 0x31 && byte <= 0x38)
      bytes[digit] = (bytes[digit] ?? 0) + 1
      await writeFile(log, bytes)
      const changed = await replay()
      expect(changed.exitCode).toBe(1)
      expect(changed.stdout).toContain('.stdout.log')
    } finally {
      await rm(clone, { recursive: true })
    }
  })

  it('brings nothing new when the same label or delivery comes again', async () => {
    const before = everything(told)
    const { repository, pull } = told
    await repository.removeLabel(pull, 'needs-gpu-evidence', 'ada')
    await repository.addLabel(pull, 'needs-gpu-evidence', 'ada')
    const labelled = stage.hub.webhooks.deliveries.filter(({ action }) => action === 'labeled')
    for (const { guid } of labelled) stage.hub.redeliver(guid)
    await stage.settle()
    expect(everything(told)).toEqual(before)
  })

  it('marks the evidence as stale after a push, and runs nothing', async () => {
    const before = everything(told)
    await told.repository.push('topic', { 'more.txt': 'more\n' }, 'ada')
    await stage.settle()
    expect(everything(told)).toEqual(before)
    const [comment] = commentsOf(stage.hub, told.repository, told.pull)
    expect(comment?.body).toContain('Stale')
  })
})

describe('the calls of the app', () => {
  it('are all as GitHub describes its API', () => {
    const { violations, inspected } = checkContract(stage.hub.requests)
    expect(violations).toEqual([])
    expect(inspected.requests).toBeGreaterThan(40)
    expect(inspected.operations.length).toBeGreaterThan(15)
  })
})

/** An annotation of a check, as it was sent. */
interface Note {
  path: string
  start_line: number
  title: string
  message: string
}
