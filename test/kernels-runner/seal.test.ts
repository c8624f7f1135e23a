/** The built Action that seals, as a hosted runner starts it. */
import { execa } from 'execa'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundle, evidenceOf, log, sha256 } from '../evidence/sample.ts'
import { dist } from './dist.ts'

const built = join(dist, 'seal.js')
const onGitHub = {
  ...evidenceOf(log),
  request: {
    id: 'r-1',
    repository: { id: 9, name: 'acme/engine' },
    pullRequest: 7,
    sha: 'a'.repeat(40),
  },
  run: { ...evidenceOf(log).run, id: 501, attempt: 1 },
}

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-seal-'))
  await writeFile(join(folder, 'output'), '')
  for (const [path, bytes] of bundle({ evidence: onGitHub })) {
    const target = join(folder, 'bundle', path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, bytes)
  }
})
afterEach(() => rm(folder, { recursive: true }))

function seal(inputs: Record<string, string> = {}) {
  const given = { bundle: join(folder, 'bundle'), sha: 'a'.repeat(40), ...inputs }
  const variables = Object.entries(given).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  return execa(process.execPath, [built], {
    reject: false,
    extendEnv: false,
    env: {
      ...Object.fromEntries(variables),
      RUNNER_TEMP: folder,
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_REPOSITORY: 'acme/engine',
      GITHUB_RUN_ID: '501',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_SERVER_URL: 'https://github.com',
    },
  })
}

describe('the Action that seals', () => {
  it('writes the statement and its predicate, and gives the digest of the sums', async () => {
    const { exitCode, stdout } = await seal()
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'Sealed 7 subjects: WARNED (1 passed, 1 with a warning, 0 failed).',
    })
    const read = async (name: string) =>
      JSON.parse(await readFile(join(folder, name), 'utf8')) as { predicate?: unknown }
    const { predicate } = await read('statement.intoto.json')
    expect(predicate).toEqual(await read('test-result.json'))
    const sums = sha256(await readFile(join(folder, 'bundle/SHA256SUMS')))
    expect(await readFile(join(folder, 'output'), 'utf8')).toContain(sums)
  })

  it('refuses a bundle of another commit than the one that was asked for', async () => {
    const { exitCode, stdout } = await seal({ sha: 'b'.repeat(40) })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('::error::The bundle says that it is of the commit')
  })

  it('refuses a bundle with a changed byte', async () => {
    await writeFile(join(folder, 'bundle/logs/q4k.stderr.txt'), '!')
    const { exitCode, stdout } = await seal()
    expect(exitCode).toBe(1)
    expect(stdout).toContain('::error::logs/q4k.stderr.txt')
  })

  it('follows no link', async () => {
    await rm(join(folder, 'bundle/settings.yml'))
    await symlink('/proc/self/environ', join(folder, 'bundle/settings.yml'))
    const { exitCode, stdout } = await seal()
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^::error::settings\.yml is a symbolic link/)
  })
})
