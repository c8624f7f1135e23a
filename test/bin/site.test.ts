import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { path, repository, start } from '../site/amendments.ts'
import { codicil } from './codicil.ts'

let root: string
let spec: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'codicil-site-'))
  spec = join(root, path)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root })
  const commit = (subject: string) => {
    git('add', '-A')
    git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-qm', subject)
  }
  git('init', '-q')
  git('remote', 'add', 'origin', 'git@github.com:acme/engine.git')
  await writeFile(spec, start)
  commit('The first version')
  const { text, amendments } = repository(1)
  await writeFile(spec, text)
  for (const { folder, files } of amendments) {
    for (const [file, content] of files) {
      await mkdir(dirname(join(root, folder, file)), { recursive: true })
      await writeFile(join(root, folder, file), content)
    }
  }
  commit('docs(spec): §3 — Speed and error')
})
afterAll(() => rm(root, { recursive: true }))

const lineOf = async (part: string) =>
  (await readFile(spec, 'utf8')).split('\n').findIndex((line) => line.includes(part)) + 1

describe('codicil blame', () => {
  it('leads from a figure to the amendment, the commit, the line of the log and the command', async () => {
    const line = await lineOf('Measured: 90 tok/s')
    const { code, stdout } = await codicil('blame', spec, String(line))
    expect(code).toBe(0)
    expect(stdout).toMatch(/changed +[0-9a-f]{7} [\d-]{10} Ada: docs\(spec\): §3/)
    expect(stdout).toContain('§3, version 1.1.0, 2024-01-01, asked for by ada for pull request 100')
    expect(stdout).toContain('logs/bench.stdout.log:1  value 90.000')
    expect(stdout).toContain('printed: decode speed: 90.000 tok/s')
    expect(stdout).toContain('by:      bench, ./bench (self-reported)')
  })

  it('gives the same as data, for a row that a verdict flipped', async () => {
    const line = await lineOf('| ERROR-001')
    const { code, stdout } = await codicil('blame', `${spec}:${line}`, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      file: path,
      line,
      amendment: { section: '§3', pullRequest: 100 },
      figures: [
        {
          text: 'DISCHARGED',
          how: 'ERROR-001 was PARTIAL',
          rests: [{ reference: 'spec#L10' }],
        },
      ],
      commit: { author: 'Ada' },
    })
  })

  it('says that no amendment wrote a line, and that a line is not there', async () => {
    const none = await codicil('blame', spec, String(await lineOf('Both are claimed.')))
    expect(none).toMatchObject({ code: 1, stdout: expect.stringContaining('none is known') })
    expect((await codicil('blame', spec, '4000')).code).toBe(2)
  })
})

describe('codicil site', () => {
  it('draws the pages of a checkout, with links to its files on the web', async () => {
    const out = join(root, 'pages')
    const { code, stdout } = await codicil('site', root, '--out', out)
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+ files, /),
    })
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('Evidence of acme/engine')
    const page = await readFile(join(out, 'amendments/speed-0-2024-01-01.html'), 'utf8')
    expect(page).toContain('https://github.com/acme/engine/blob/HEAD/evidence/speed-0-2024-01-01')
  })

  it('writes over nothing but an earlier site', async () => {
    const { code, stderr } = await codicil('site', root, '--out', root)
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('other files'),
    })
  })
})
