/** What `codicil investigate` writes of a log can be read, judged and drafted, and the draft replayed. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { draftInvestigation, readLog } from '../../spec-tools/index.ts'
import { draftOf } from './drafted.ts'
import { plainSpec } from './input.ts'

const folder = join(import.meta.dirname, '../fixtures/formats')
const logs = readdirSync(folder).filter((name) => !name.includes('expected'))
const settings =
  'specs: [{ id: engine, path: docs/engine.md }]\ndiagnostics: { probe: { run: ./probe } }\n'

/** Every third log, and those whose units or names no predicate can say. */
const tried = logs.filter(
  (name, index) => index % 3 === 0 || /^(?:rocm-smi|jmh|go-benchmark|hyperfine)/.test(name),
)

it.each(tried)('%s', (name) => {
  const bytes = readFileSync(join(folder, name))
  const { measurements } = readLog(bytes, { diagnostic: 'probe', file: 'logs/probe' })
  const files = new Map([['logs/probe', bytes]])
  const investigation = draftInvestigation({ measurements, files }, 'What this shows')
  const probe = bytes.toString('utf8')
  const { differences } = draftOf(plainSpec, { investigation, logs: { probe }, settings })
  expect(differences).toEqual([])
})
