import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codicil } from './codicil.ts'

const log = `=== APR ===
q_out: n=4, mean=0.5
took 5 of 10 steps
test,model,loss
pp512,small,0.5
pp512,large,0.25
`
let folder = ''
let file = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-read-'))
  file = join(folder, 'a.log')
  await writeFile(file, log)
})
afterAll(() => rm(folder, { recursive: true }))

describe('codicil read', () => {
  it('prints each figure with its selector, and each line that it did not read', async () => {
    const { code, stdout } = await codicil('read', '--json', file)
    expect(code).toBe(0)
    const { figures, unread } = JSON.parse(stdout)
    expect(figures[1]).toEqual({
      line: 2,
      printed: '0.5',
      name: 'q_out',
      under: ['APR'],
      side: null,
      statistic: 'mean',
      unit: null,
      n: 4,
      selector: { stage: 'q_out', metric: 'mean' },
    })
    expect(unread).toEqual([{ line: 3, reason: expect.stringContaining('5, 10') }])
  })

  it('tells rows apart by their columns', async () => {
    const { stdout } = await codicil('read', '--json', file)
    const { figures } = JSON.parse(stdout)
    const selectors = figures.slice(2).map(({ selector }: { selector: object }) => selector)
    expect(selectors).toEqual([
      { stage: 'pp512 small loss', metric: 'value' },
      { stage: 'pp512 large loss', metric: 'value' },
    ])
  })

  it('is legible without --json', async () => {
    const { stdout } = await codicil('read', file)
    expect(stdout).toContain('a.log: 6 lines, 4 figures read, 1 line with something unread')
    expect(stdout).toContain('{ stage: "q_out", metric: "mean" }')
  })

  it('refuses a format that is not known, with names that are near and with all', async () => {
    const { code, stderr } = await codicil('read', '--format', 'llama-bench', file)
    expect(code).toBe(2)
    expect(stderr).toContain('no known format is called llama-bench. Near it: llama-bench-csv')
    expect(stderr).toContain('hyperfine')
    expect((await codicil('read', '--format', 'general', file)).code).toBe(0)
  })

  it('wants one file', async () => {
    expect((await codicil('read')).code).toBe(2)
  })
})
