import { mkdtemp, rm, stat, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codicil } from './codicil.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'codicil-run-'))
})
afterAll(() => rm(root, { recursive: true }))

async function ran(name: string, script: string) {
  const source = join(root, name)
  await mkdir(join(source, '.github'), { recursive: true })
  const settings = `specs: [{ id: ship, path: spec.md }]
isolation: none
diagnostics:
  probe: { run: ${JSON.stringify(script)}, needs: cpu, timeout: 2s }\n`
  await writeFile(join(source, '.github/codicil.yml'), settings)
  await writeFile(join(source, 'spec.md'), '# Spec\n')
  await execa('git', ['init', '-q'], { cwd: source })
  await execa('git', ['add', '-A'], { cwd: source })
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.org']
  await execa('git', [...who, 'commit', '-qm', 'one'], { cwd: source })
  const out = join(root, `${name}-bundle`)
  const { code } = await codicil('run', '--source', source, '--out', out)
  return { code, evidence: (await stat(join(out, 'evidence.json'))).isFile() }
}

describe('codicil run', () => {
  it.each([
    ['exits with 0 where all succeed', 'exit 0', 0],
    ['exits with 1 where a diagnostic fails by its exit code', 'exit 3', 1],
    ['exits with 1 where a signal ends a diagnostic', 'kill -SEGV $$', 1],
    ['exits with 1 where the time of a diagnostic is up', 'sleep 60', 1],
  ])('%s, and leaves the bundle', async (_, script, code) => {
    expect(await ran(script.replaceAll(/\W/g, '-'), script)).toEqual({ code, evidence: true })
  })
})
