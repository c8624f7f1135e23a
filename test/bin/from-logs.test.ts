/** Drafts from logs that are there already: nothing is run, and the section says so. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkout } from './checkout.ts'
import { codicil } from './codicil.ts'

const investigation = `title: The new build
hypotheses:
  H1: tok_s(new) > 1.1 * tok_s(old)
  H2: exit_code(new) = 0
`
const log = (rate: number) =>
  `Device 0: NVIDIA GeForce RTX 4090, compute capability 8.9\nthroughput: ${rate} tok/s\n`

let folder = ''
let source = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-logs-test-'))
  source = await checkout(join(folder, 'repo'), {
    diagnostics: { bench: 'exit 7' },
    investigation,
    files: { 'logs/new.log': log(38.5), 'logs/old.log': log(30.5) },
  })
})
afterAll(() => rm(folder, { recursive: true }))

it('in one command, without a GPU and without the diagnostics of the settings', async () => {
  const { stdout, code } = await codicil(
    'draft',
    '--log',
    join(source, 'logs/new.log'),
    '--log',
    `old=${join(source, 'logs/old.log')}`,
    '--repository',
    source,
  )
  expect(code).toBe(0)
  expect(stdout).toContain(
    '**Read from files.** They name NVIDIA GeForce RTX 4090, which was not checked.',
  )
  expect(stdout).toContain('| `new` | not run; read from `logs/new.log` |')
  expect(stdout).toContain('✓ confirmed **H1**')
  expect(stdout).toContain('new was read from a file, so how the program ended is not known')
})

it('and says which file is not there', async () => {
  const { stderr, code } = await codicil('draft', '--log', 'x=none.log', '--repository', source)
  expect(code).toBe(2)
  expect(stderr).toContain('there is no file')
})
