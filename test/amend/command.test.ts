import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '../../bin/amend.ts'
import { UsageError } from '../../bin/command.ts'

const before = '# S\n\n**Version:** 1.0\n\n## 1. A\n\nText.\n'
const intent = { version: '1.1' }

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'codicil-amend-'))
  writeFileSync(join(cwd, 'spec.md'), before)
  writeFileSync(join(cwd, 'intent.json'), JSON.stringify(intent))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

/** Runs the command and collects what it prints. */
async function run(values: Record<string, string | boolean>) {
  let out = ''
  let err = ''
  const code = await amend.run({
    values: { spec: 'spec.md', intent: 'intent.json', ...values },
    positionals: [],
    out: (text) => (out += typeof text === 'string' ? text : new TextDecoder().decode(text)),
    err: (text) => (err += text),
    cwd,
    env: {},
  })
  return { code, out, err, file: readFileSync(join(cwd, 'spec.md'), 'utf8') }
}

describe('codicil amend', () => {
  it('prints the amended document and leaves the file alone', async () => {
    const after = before.replace('1.0', '1.1')
    expect(await run({})).toEqual({ code: 0, out: after, err: '', file: before })
  })

  it('writes the file where it is asked to', async () => {
    const after = before.replace('1.0', '1.1')
    expect(await run({ write: true })).toEqual({ code: 0, out: '', err: '', file: after })
  })

  it('follows what the settings say about the document', async () => {
    const generated = `<!-- This file is generated; do not edit. -->\n\n${before}`
    writeFileSync(join(cwd, 'spec.md'), generated)
    expect(await run({})).toMatchObject({ code: 1, out: '' })
    mkdirSync(join(cwd, '.github'))
    const settings = 'specs: [{ id: s, path: spec.md, style: { allow: [generated] } }]\n'
    writeFileSync(join(cwd, '.github/codicil.yml'), settings)
    expect(await run({})).toMatchObject({ code: 0, out: generated.replace('1.0', '1.1') })
  })

  it('prints edits and places as JSON', async () => {
    const { out } = await run({ json: true })
    expect(JSON.parse(out)).toMatchObject({
      spec: 'spec.md',
      placed: [{ part: 'version', what: '1.1', line: 3 }],
      edits: [{ start: 18, end: 21, text: '1.1' }],
    })
  })

  it('names file, line and remedy of a refusal, exits with 1 and writes nothing', async () => {
    writeFileSync(
      join(cwd, 'intent.json'),
      JSON.stringify({ title: 'T', replace: [{ old: 'none', new: 'some' }] }),
    )
    const { code, out, err, file } = await run({ write: true })
    expect([code, out, file]).toEqual([1, '', before])
    expect(err).toBe(
      'spec.md:1:1: The text to replace does not occur: "none".\n  Give it as it stands in the document.\n',
    )
  })

  it('says where an intent is no JSON or does not fit', async () => {
    writeFileSync(join(cwd, 'intent.json'), '{"version": }')
    await expect(run({})).rejects.toThrow(/^intent\.json is no JSON/)
    writeFileSync(join(cwd, 'intent.json'), '{"sections": [{}]}')
    await expect(run({})).rejects.toThrow('sections.0.heading')
  })

  it('asks for both files', async () => {
    await expect(run({ spec: true })).rejects.toThrow(UsageError)
  })
})
