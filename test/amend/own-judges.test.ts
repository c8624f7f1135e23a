import { describe, expect, it } from 'vitest'
import { ownJudges, proposeAmendment } from '../../spec-tools/amend/index.ts'
import { settings } from '../../spec-tools/settings/index.ts'
import { judgement, verdict } from '../render/markdown/judgements.ts'
import { bundle, declared, input } from './input.ts'

const known = settings.parse({
  specs: [{ id: 'engine', path: 'docs/engine.md' }],
  diagnostics: {
    q4k: { run: 'cargo run --release --example check_q4k' },
    probe: { run: './scripts/probe.sh && python -m tools.measure' },
  },
})
const kindOf = (path: string) => ownJudges([path], known, true).changed[0]?.kind ?? null

describe('a file of the pull request', () => {
  it.each([
    ['.codicil/investigations/a.yml', 'investigation'],
    ['.github/codicil.yml', 'settings'],
    ['.github/workflows/codicil.yml', 'workflow'],
    ['.github/actions/x/action.yml', 'workflow'],
    ['docs/engine.md', 'spec'],
    ['Cargo.lock', 'lock file'],
    ['py/uv.lock', 'lock file'],
    ['package-lock.json', 'lock file'],
    ['requirements-dev.txt', 'lock file'],
    ['examples/check_q4k.rs', 'diagnostic'],
    ['scripts/probe.sh', 'diagnostic'],
    ['tools/measure.py', 'diagnostic'],
    ['Cargo.toml', 'diagnostic'],
    ['crates/a/build.rs', 'diagnostic'],
    ['tests/conftest.py', 'diagnostic'],
    ['Makefile', null],
    ['src/kernels/q4k.cu', null],
    ['docs/other.md', null],
  ])('%s has the say of: %s', (path, kind) => expect(kindOf(path)).toBe(kind))

  it('is not forgotten where there are many', () => {
    const paths = Array.from({ length: 200 }, (_, n) => `.codicil/investigations/${n}.yml`)
    expect(ownJudges(paths, known, true)).toMatchObject({ complete: false })
  })
})

describe('what a pull request changes about its judges', () => {
  const drafted = (paths: string[], complete = true) =>
    proposeAmendment(
      input({
        bundle: bundle({ investigation: declared() }),
        judgement: judgement({ hypotheses: [verdict({ id: 'H1' })] }),
        origin: { ...input().origin, judges: ownJudges(paths, known, complete) },
      }),
    )

  it('is said in check, comment, section and body, beside the verdicts', () => {
    const { check, comment, section, body } = drafted([
      '.codicil/investigations/a.yml',
      'scripts/probe.sh',
      '.github/codicil.yml',
    ])
    const said =
      'The pull request itself changes what it is judged by: the investigation ' +
      '`.codicil/investigations/a.yml`; what a diagnostic runs, `scripts/probe.sh`; the settings ' +
      '(those of the default branch were used) `.github/codicil.yml`.'
    for (const page of [check.summary, comment, section.markdown, body])
      expect(page).toContain(said)
    expect(section.markdown).toContain(
      'The pull request that was measured itself declares the bounds of these verdicts and changes ' +
        'what their diagnostics run: look at both before these verdicts count.',
    )
  })

  it('is not said where it changes none of them', () => {
    const { check, comment, section, body } = drafted(['src/kernels/q4k.cu'])
    for (const page of [check.summary, comment, section.markdown, body]) {
      expect(page).not.toContain('itself changes')
    }
  })

  it('is said to be unknown in part where GitHub does not list all files', () => {
    expect(drafted(['src/a.c'], false).body).toContain('more files than GitHub lists')
  })

  it('shows a hostile file name and does nothing by it', () => {
    const { section } = drafted(['.codicil/investigations/`@team ![x](https://evil.example).yml'])
    expect(section.markdown).toContain('`.codicil/investigations/U+0060@team ![x]')
  })
})
