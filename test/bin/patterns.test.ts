import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseEvidence } from '../../spec-tools/index.ts'
import { codicil } from './codicil.ts'

const settings = `specs: [{ id: ship, path: spec.md }]
isolation: none
diagnostics:
  probe: { run: "echo 'DUMP attn L3 avg -0.5 of 3584'", needs: cpu, timeout: 1m }
patterns:
  - name: dump
    match: '^DUMP (?P<stage>\\w+) L(?P<layer>\\d+) avg (?P<mean>[-0-9.e]+) of (?P<n>\\d+)'
`

describe('named patterns of the settings', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'codicil-patterns-'))
    mkdirSync(join(folder, '.github'))
    writeFileSync(join(folder, '.github/codicil.yml'), settings)
    writeFileSync(join(folder, 'spec.md'), '# Spec\n')
    git('init', '-q')
    git('add', '.')
    git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '-qm', 'start')
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function git(...args: string[]): void {
    execFileSync('git', ['-C', folder, ...args])
  }

  it('read the log of a run, and read it again when its bundle is checked', async () => {
    const bundle = join(folder, 'evidence')
    const ran = await codicil('run', '--source', folder, '--out', bundle)
    expect(ran).toMatchObject({ code: 0 })
    const { measurements } = parseEvidence(readFileSync(join(bundle, 'evidence.json'), 'utf8'))
    expect(measurements).toMatchObject([
      {
        stage: 'attn',
        facts: { layer: 3, n: 3584 },
        figures: { mean: { value: -0.5, printed: '-0.5', line: 1 } },
      },
    ])
    expect(await codicil('check', bundle)).toMatchObject({ code: 0 })
  })
})
