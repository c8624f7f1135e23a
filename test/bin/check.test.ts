import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codicil } from './codicil.ts'

const example = join(import.meta.dirname, '../../.github/codicil.example.yml')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-check-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** What is said of a file, without the folder that it is in. */
async function checked(name: string, text: string) {
  const file = join(folder, name)
  await writeFile(file, text)
  const { code, stdout } = await codicil('check', file)
  return { code, said: stdout.replaceAll(`${folder}/`, '') }
}

describe('codicil check of a YAML file', () => {
  it('finds nothing wrong with the settings of the example', async () => {
    const text = await readFile(example, 'utf8')
    expect(await checked('codicil.yml', text)).toEqual({ code: 0, said: 'codicil.yml: fine\n' })
  })

  it('says every problem of settings with line and column, whatever the file is called', async () => {
    const text = 'specs:\n  - { id: a, path: a.md }\nlabels: x\nisolation: docker\n'
    const { code, said } = await checked('other.yml', text)
    expect(code).toBe(1)
    expect(said).toMatch(/^other\.yml:3:1: error: this key is not known here, received "labels"\./m)
    expect(said).toMatch(/^other\.yml:4:12: error: isolation: .*received "docker"/m)
  })

  it('says every problem of an investigation with line and column', async () => {
    const { code, said } = await checked('qkv.yml', 'title: QKV\nfoo: 1\nstages: 7\n')
    expect(code).toBe(1)
    expect(said).toMatch(/^qkv\.yml:2:1: error: this key is not known here, received "foo"\./m)
    expect(said).toMatch(/^qkv\.yml:3:9: error: stages: /m)
  })
})
