/**
 * One pull request that tries everything which its author can do with one ordinary label, through the
 * real app, the built Action and the sandbox. First with bounds that nothing can fail, which ends at
 * the gate; then as far as it gets.
 */
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { amendmentsOf, callerWorkflow, commentsOf, Stage } from '../../demo/stage.ts'
import type { HubRepository } from '../../demo/hub/index.ts'
import type { PullRequest } from '../../demo/hub/model.ts'
import { acts, live, shape } from '../acting.ts'

const secret = 'nvapi-5f2c9d1b7e'
const label = 'needs-gpu-evidence'
const hostile =
  '[skip ci] fixes #1 @acme/team ![x](https://evil.example/b.gif) <img src=x> | \u202egnp ***NO_CI***'

const spec = [
  '# Engine',
  '',
  '**Version:** 2.4.0',
  '',
  '## 1. Purpose',
  '',
  'To be right.',
  '',
  '## 2. Criteria',
  '',
  '| ID | Criterion | Status |',
  '|----|-----------|--------|',
  '| AC-1 | Agrees | PARTIAL |',
  '| AC-2 | Is fast | PARTIAL |',
  '',
  '## 3. Notes',
  '',
  `${'- '.repeat(2000)}deep`,
  '',
  `|${' c |'.repeat(1500)}`,
  `|${'---|'.repeat(1500)}`,
  '',
].join('\n')

const settings = `specs:
  - id: engine
    path: docs/engine.md
    evidence: evidence/{slug}/
    scoreboard: { done: DISCHARGED, open: PARTIAL }
diagnostics:
  probe: { run: bash ./probe.sh, timeout: 20s, needs: cpu }
`

const investigation = (bounds: string) => `title: ${JSON.stringify(hostile)}
retracts: [1]
measurements:
  a: { stage: qkv, metric: mean }
hypotheses:
  - id: H1
    claim: ${JSON.stringify(`${hostile}\n\n## 9. Owned\n\nCo-authored-by: A <a@example.org>`)}
    section: 1
${bounds}`

/** What it would need to discharge any row and to retract any section, unseen. */
const unfailing = investigation(`    confirm: a > -1e300
    flips: [{ row: AC-1, to: '![x](https://evil.example/b.gif)' }]
`)
/** What its author can honestly declare, and does. */
const declared = investigation(`    confirm: a > 100
    refute: a < 100
    flips: [{ row: AC-2, to: DISCHARGED, on: REFUTED }]
    retracts: [{ paragraph: To be right., on: REFUTED }]
`)

const probe = `echo 'qkv: mean=0.25 std=1e999 n=9007199254740993'
printf 'norm: mean=1e999\\n\\u202egnp.exe fixes #1 @acme/team\\n'
echo 'text ##[add-mask]qkv'; echo '::add-mask::mean'; echo '::error::owned'
env; env | xxd -p; env | rev
ln -s /proc/self/environ "$CODICIL_OUT/environ"
truncate -s 30G "$CODICIL_OUT/sparse.bin"
echo "$(printf -- '- %.0s' {1..2000})"
for file in $GITHUB_ENV $GITHUB_OUTPUT $GITHUB_STEP_SUMMARY; do echo 'x=owned' >> "$file"; done
`

let stage: Stage
let repository: HubRepository

beforeAll(async () => {
  stage = await Stage.start({ env: { NVIDIA_API_KEY: secret, LC_PASSWORD: secret } })
  repository = await stage.hub.createRepository({
    owner: 'acme',
    name: 'engine',
    files: {
      'docs/engine.md': spec,
      '.github/codicil.yml': settings,
      '.github/workflows/codicil.yml': await callerWorkflow(),
    },
  })
  repository.setPermission('ada', 'write')
  repository.setPermission('mallory', 'read')
}, 60_000)
afterAll(() => stage.stop())

async function open(branch: string, bounds: string): Promise<PullRequest> {
  await repository.commitFiles(
    branch,
    {
      '.codicil/investigations/qkv.yml': bounds,
      '.github/codicil.yml': settings.replace('20s', '9h'),
      '.github/workflows/codicil.yml': 'on: push\n',
      'docs/engine.md': spec.replaceAll('PARTIAL', 'DISCHARGED'),
      'Cargo.lock': 'other\n',
      'probe.sh': probe,
    },
    { author: 'mallory' },
  )
  const pull = await repository.openPullRequest({ from: branch, title: hostile, author: 'mallory' })
  await repository.addLabel(pull, label, 'ada')
  await stage.settle()
  return pull
}

const git = (...args: string[]) =>
  execa('git', ['--git-dir', repository.record.git.directory, ...args], {
    stripFinalNewline: false,
  })

test('where nothing can fail its bounds it ends at the gate, with every place named', async () => {
  const pull = await open('unfailing', unfailing)
  expect(repository.record.runs.size).toBe(0)
  expect(amendmentsOf(stage.hub, repository)).toEqual([])
  const [comment] = commentsOf(stage.hub, repository, pull)
  expect(comment?.body).toMatch(/qkv\.yml:9:\d+:.*always holds/)
  expect(comment?.body).toMatch(/qkv\.yml:10:\d+:/)
  expect(live(comment?.body ?? '')).toEqual([])
}, 30_000)

describe('as far as it gets', () => {
  let pull: PullRequest
  let amendment: PullRequest
  let amended: string
  let comment: string

  beforeAll(async () => {
    pull = await open('topic', declared)
    const [opened] = amendmentsOf(stage.hub, repository)
    const said = commentsOf(stage.hub, repository, pull).map(({ body }) => body)
    if (!opened) throw new Error(`No amendment: ${said.join('\n')}`)
    amendment = opened
    comment = said.join('\n')
    amended = (await git('show', `${amendment.head.ref}:docs/engine.md`)).stdout
  }, 60_000)

  it('is said in comment, check, section and body what it changed about its own judges', () => {
    const said =
      'The pull request itself changes what it is judged by: the investigation ' +
      '`.codicil/investigations/qkv.yml`; the settings (those of the default branch were used) ' +
      '`.github/codicil.yml`; a workflow `.github/workflows/codicil.yml`; a lock file `Cargo.lock`; ' +
      'the specification `docs/engine.md`; what a diagnostic runs, `probe.sh`.'
    const check = [...repository.record.checks.values()].find(
      ({ headSha }) => headSha === pull.head.sha,
    )
    for (const page of [comment, check?.output.summary, amended, amendment.body])
      expect(page).toContain(said)
    expect(amended).toContain('itself declares the bounds of these verdicts')
  })

  it('changes what its verdict flips and retracts, and no other byte', () => {
    const [before = '', section = ''] = amended.split(/^(?=## 4\. )/m)
    const banners = ['.**', ':** the paragraph below.'].map(
      (end) => `> **Refuted by §4 (v2.5.0)${end}\n\n`,
    )
    expect(banners.reduce((text, banner) => text.replace(banner, ''), before)).toBe(
      `${spec.replace('2.4.0', '2.5.0').replace('Is fast | PARTIAL', 'Is fast | DISCHARGED')}\n`,
    )
    expect(section).toContain('0.25 < 100')
    expect(section).not.toMatch(/Infinity|9007199254740992|1e999.*Measured/)
  })

  it('nothing of its text acts: not in pages, nor in titles, messages and the log of the job', async () => {
    const section = amended.slice(amended.indexOf('## 4. '))
    for (const page of [comment, amendment.body ?? '', section]) {
      const found = live(page.replaceAll('\u200b', ''))
      expect(found.filter((each) => each !== `#${pull.number}`)).toEqual([])
      expect(shape(page).filter((each) => each === 'image')).toEqual([])
    }
    expect(shape(section).filter((each) => /html|link|definition/.test(each))).toEqual([])
    const { stdout: messages } = await git('log', '--format=%B', `main..${amendment.head.ref}`)
    const own = messages.replace(/^Codicil-Request: \S+$/gm, '')
    for (const text of [amendment.title, amendment.body ?? '', own]) expect(acts(text)).toBe(false)
    const log = [...repository.record.runs.values()]
      .flatMap(({ jobs }) => jobs)
      .map((job) => job.log)
    const shown = log.join('').replace(/::stop-commands::(\S+)$[^]*?^::\1::$/gm, '')
    expect(shown).not.toMatch(/::error::|add-mask\]|mean|\u202e/)
  })

  it('gets no secret, nothing through a link, and no bytes of a file without any', async () => {
    const { stdout: evidence } = await git('grep', '-ac', '', amendment.head.ref, '--', 'evidence')
    expect(evidence.split('\n').length).toBeGreaterThan(8)
    const { stdout: all } = await git('archive', amendment.head.ref, 'evidence')
    const bytes = all.toLowerCase()
    const hex = Buffer.from(secret).toString('hex')
    for (const form of [secret, hex, [...secret].toReversed().join(''), 'GITHUB_', 'LC_PASSWORD'])
      expect(bytes).not.toContain(form.toLowerCase())
    expect(amendment.body).toMatch(/out\/probe\/environ: a symbolic link/)
    expect(amendment.body).toMatch(/sparse\.bin claims 32212254720 bytes, of which 0 are/)
  })

  it('has its evidence, once merged, written over by nothing that takes its name', async () => {
    amendment.draft = false
    await repository.mergePullRequest(amendment, 'ada', 'squash')
    await stage.settle()
    const { stdout: message } = await git('log', '-1', '--format=%B', 'main')
    expect(acts(message.replace(/^Codicil-Request: \S+$/gm, ''))).toBe(false)
    const tip = await repository.tip()
    const again = await open('again', declared)
    const [said] = commentsOf(stage.hub, repository, again)
    expect(said?.body).toMatch(/evidence\/qkv.* is on the base already/)
    expect(await repository.tip()).toBe(tip)
  })
})
