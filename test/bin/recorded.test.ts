import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../evidence/sample.ts'
import { codicil } from './codicil.ts'

const spec = `# A spec

**Version:** 1.4.0

## 1. Why

Because.

## 2. What

That.
`

let root: string
let folder: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'codicil-recorded-'))
  folder = join(root, 'evidence/q4k')
  for (const [path, bytes] of bundle()) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
  await mkdir(join(root, 'docs'))
  await writeFile(join(root, 'docs/spec.md'), spec)
})
afterAll(() => rm(root, { recursive: true }))

describe('codicil demo --bundle', () => {
  it('shows the comment and the section that come of a recorded bundle', async () => {
    const { code, stdout } = await codicil('demo', '--bundle', root)
    expect(code).toBe(0)
    expect(stdout).toContain('━━ the comment ━━\n\n### ')
    expect(stdout).toContain('━━ its section ━━\n\n3. Is the product right?')
    expect(stdout).toContain('There is no plot')
  })

  it('takes the bundle itself, and a spec that stands elsewhere', async () => {
    const without = await codicil('demo', '--bundle', folder)
    expect(without.stdout).toContain('No amendment is drafted: the spec is not at hand')
    const named = await codicil('demo', '--bundle', folder, '--spec', join(root, 'docs/spec.md'))
    expect(named.stdout).toContain('━━ its section ━━')
  })

  it('says so where there is no bundle', async () => {
    const { code, stderr } = await codicil('demo', '--bundle', join(root, 'docs'))
    expect(code).toBe(1)
    expect(stderr).toContain('holds no bundle')
  })

  it('takes a folder only then', async () => {
    expect((await codicil('demo', folder)).code).toBe(2)
  })
})

describe('codicil check', () => {
  it('finds a page of findings that does not follow from its evidence', async () => {
    const forged = join(root, 'forged')
    const files = bundle({
      before: (all) => all.set('findings.md', new TextEncoder().encode('# All is well\n')),
    })
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(forged, path)), { recursive: true })
      await writeFile(join(forged, path), bytes)
    }
    const { code, stdout } = await codicil('check', forged)
    expect(code).toBe(1)
    expect(stdout).toContain('findings.md:1 does not follow from the evidence')
    await rm(forged, { recursive: true })
  })
})

describe('the bundle of a real GPU that comes with Codicil', () => {
  const recorded = join(import.meta.dirname, '../../examples/h200-q4k/bundle')

  it('still gives its figures, its findings and its plot', async () => {
    const { code, stdout } = await codicil('check', recorded)
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('fine') })
  })

  it('is what the demo shows', async () => {
    const { code, stdout } = await codicil('demo', '--bundle')
    expect(code).toBe(0)
    expect(stdout).toContain('on NVIDIA H200')
    expect(stdout).toContain('bundle/divergence.svg')
    expect(stdout).toContain('━━ its section ━━')
  })
})
