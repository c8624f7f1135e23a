import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { draftInvestigation, type Measurement, readLog } from '../spec-tools/index.ts'
import { UsageError, type Command } from './command.ts'
import { patternsAt } from './settings.ts'

export const investigate: Command = {
  name: 'investigate',
  summary: 'Writes an investigation from logs, for a person to keep or strike lines of.',
  usage: 'investigate <log> ...',
  options: {
    title: { type: 'string', value: '<text>', help: 'What the evidence is about.' },
  },
  notes: [
    'A log is a diagnostic with the name of its file; `<diagnostic>=<file>` gives it another.',
    'Bounds are those that the logs meet now: replace them by what is claimed.',
  ],
  example: 'codicil investigate old.log new.log > .codicil/investigations/faster.yml',

  async run({ values, positionals, cwd, out }) {
    if (positionals.length === 0) throw new UsageError('name a log')
    const patterns = await patternsAt(cwd)
    const measurements: Measurement[] = []
    for (const log of positionals) {
      const [, id, path] = /^([a-z0-9-]+)=(.+)$/.exec(log) ?? []
      const file = path ?? log
      const diagnostic = id ?? basename(file, extname(file))
      const bytes = await readFile(resolve(cwd, file))
      measurements.push(
        ...readLog(bytes, { diagnostic, file: `logs/${diagnostic}`, patterns }).measurements,
      )
    }
    out(draftInvestigation(measurements, String(values['title'] ?? 'What these logs show')))
    return 0
  },
}
