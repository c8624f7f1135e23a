/** Commands in a checkout without settings, or whose settings leave out what can be learnt. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { check } from '../../bin/check.ts'
import type { Command } from '../../bin/command.ts'
import { draft } from '../../bin/draft.ts'
import { investigate } from '../../bin/investigate.ts'
import { wholeSettings } from '../../bin/learnt.ts'
import { run } from '../../bin/run.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'codicil-learnt-'))
})
afterAll(() => rm(root, { recursive: true }))

const spec = `# Engine

**Version:** 1.4.0

## 1. Scope

All of it.

## 2. Criteria

| Id       | Status |
| -------- | ------ |
| SHIP-007 | Open   |
| SHIP-008 | Done   |
`
const readme = '# Engine\n\n**Version:** 9.0.0\n\n## Install\n\nx\n'

async function repository(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, name)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const git = (...args: string[]) => execa('git', args, { cwd: folder })
  await git('init', '-q')
  await git('add', '-A')
  await git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '-qm', 'one')
  return folder
}

async function ran(
  { run: command }: Command,
  cwd: string,
  positionals: string[] = [],
  values: Record<string, string | boolean | string[]> = {},
) {
  const told: string[] = []
  const tell = (text: string | Uint8Array) => void told.push(String(text))
  const code = await command({ values, positionals, cwd, env: process.env, out: tell, err: tell })
  return { code, text: told.join('') }
}

describe('without settings', () => {
  it('the only document with a version is the specification, whatever a README says', async () => {
    const cwd = await repository('one', { 'docs/engine-spec.md': spec, 'README.md': readme })
    expect(await wholeSettings(cwd, null)).toBe(
      'specs: [{"id":"engine","path":"docs/engine-spec.md"}]\n',
    )
    expect(await ran(check, cwd)).toEqual({ code: 0, text: 'docs/engine-spec.md: fine\n' })
  })

  it('an investigation is held against it', async () => {
    const cwd = await repository('asked', {
      'docs/engine-spec.md': spec,
      'x.yml': 'title: t\nhypotheses: { H1: { confirm: a < 5, flips: { SHIP-070: Done } } }\n',
    })
    const { code, text } = await ran(check, cwd, ['x.yml'])
    expect(code).toBe(1)
    expect(text).toContain('no row of the document has this id')
    expect(text).toContain('Did you mean SHIP-007')
  })

  it('investigate lists what a log and the document hold, and writes an investigation', async () => {
    const cwd = await repository('listed', {
      'docs/engine-spec.md': spec,
      'bench.log': 'latency: 12.5 ms\nloss: 3.5\nloss: 2.5\n',
    })
    expect((await ran(investigate, cwd, ['bench.log'])).text).toBe(
      [
        'Figures of bench: latency 12.5 ms',
        'Series of bench: loss (2)',
        'Rows of docs/engine-spec.md: SHIP-007 (Open), SHIP-008 (Done)',
        'title: What these logs show',
        'hypotheses:',
        '  H1: latency <= 13 ms',
        '  H2: last(loss) <= 2.6',
        '',
      ].join('\n'),
    )
  })

  it('several documents are told, with the line to write', async () => {
    const cwd = await repository('two', { 'a-spec.md': spec, 'docs/b.md': spec })
    await expect(ran(check, cwd)).rejects.toThrow(
      'There is no .github/codicil.yml, and 2 documents here state a version. Write one of these lines into it:\n  specs: [{ id: a, path: a-spec.md }]\n  specs: [{ id: b, path: docs/b.md }]',
    )
  })

  it('no document is told, too', async () => {
    const cwd = await repository('none', { 'README.md': readme, 'notes.md': '# Notes\n\nx\n' })
    await expect(ran(check, cwd)).rejects.toThrow('no Markdown document here states a version')
  })

  it('a run says how to tell what is to be run', async () => {
    const cwd = await repository('silent', { 'engine.md': spec })
    await expect(ran(run, cwd)).rejects.toThrow("give --diagnostic 'bench=./bench.sh'")
  })
})

describe('with settings that leave out what can be learnt', () => {
  it('a run and its draft need no more than the command', async () => {
    const cwd = await repository('loop', {
      '.github/codicil.yml': '# Trusted code only.\nisolation: none\ncanary: false\n',
      'docs/engine-spec.md': spec,
      '.codicil/investigations/fast.yml':
        'title: It is fast\nhypotheses: { H1: { confirm: latency < 20 ms, flips: SHIP-007 } }\n',
    })
    const out = join(root, 'loop-bundle')
    const diagnostic = 'bench=echo latency: 12.5 ms'
    const measured = await ran(run, cwd, [], { out, diagnostic, 'allow-no-gpu': true })
    expect(measured).toMatchObject({ code: 0 })
    expect(await readFile(join(out, 'settings.yml'), 'utf8')).toContain('path: docs/engine-spec.md')
    const drafted = await ran(draft, cwd, [out])
    expect(drafted.code).toBe(0)
    expect(drafted.text).toContain('+| SHIP-007 | Done')
  })

  it('comments and places of the text stay as they are', async () => {
    const cwd = await repository('kept', { 'engine.md': spec })
    const text = '# ours\ndiagnostics: { bench: { run: ./b } }'
    const line = 'specs: [{"id":"engine","path":"engine.md"}]\n'
    expect(await wholeSettings(cwd, text)).toBe(`${text}\n${line}`)
    expect(JSON.parse(await wholeSettings(cwd, '{"isolation": "none"}'))).toEqual({
      isolation: 'none',
      specs: [{ id: 'engine', path: 'engine.md' }],
    })
    expect(await wholeSettings(cwd, 'specs: []\n')).toBe('specs: []\n')
  })
})
