import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDeclarations } from '../../kernels-runner/declarations.ts'
import { parseSettings } from '../../spec-tools/index.ts'

let base: string

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'codicil-declared-'))
})

afterEach(() => rm(base, { recursive: true }))

async function put(path: string, content: string) {
  await mkdir(dirname(join(base, path)), { recursive: true })
  await writeFile(join(base, path), content)
}

const settings = '.github/codicil.yml'
const read = (
  builtin: Parameters<typeof readDeclarations>[0]['builtin'],
  named: string | null = null,
) => readDeclarations({ base, source: base, settings, builtin, named })

describe('built-in diagnostics in place of those of the settings', () => {
  it('stand in the settings that the bundle carries', async () => {
    await put(settings, 'specs: [{ id: a, path: a.md }]\ndiagnostics: { own: { run: make } }\n')
    const { settings: declared } = await read(['d5-health', 'd1-q4k'])
    const text = new TextDecoder().decode(declared.bytes)
    expect(parseSettings(text)).toEqual(declared.value)
    expect(Object.keys(declared.value.diagnostics)).toEqual(['d5-health', 'd1-q4k'])
    expect(declared.value.diagnostics['d1-q4k']).toMatchObject({ builtin: 'd1-q4k', needs: 'gpu' })
    expect(declared.value.specs).toMatchObject([{ id: 'a', path: 'a.md' }])
    expect(text).toMatch(/^# \.github\/codicil\.yml \(sha256 [0-9a-f]{64}\), with built-in/)
  })

  it('need no settings', async () => {
    const { settings: declared, investigation } = await read(['d4-determinism'])
    const text = new TextDecoder().decode(declared.bytes)
    expect(text).toContain('there is no .github/codicil.yml')
    expect(Object.keys(parseSettings(text).diagnostics)).toEqual(['d4-determinism'])
    expect(investigation).toBeNull()
  })

  it('do not hide settings that are wrong', async () => {
    await put(settings, 'specs: []\n')
    await expect(read(['d1-q4k'])).rejects.toThrow('specs')
  })

  it('leave an investigation aside that nobody named', async () => {
    await put(settings, 'specs: [{ id: a, path: a.md }]\ndiagnostics: { own: { run: make } }\n')
    await put('.codicil/investigations/q.yml', 'title: A question\ndiagnostics: [own]\n')
    expect((await read(['d1-q4k'])).investigation).toBeNull()
    expect((await read([])).investigation?.slug).toBe('q')
    await expect(read(['d1-q4k'], 'q')).rejects.toThrow('no diagnostic with this id')
  })
})
