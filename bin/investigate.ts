import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import {
  draftInvestigation,
  type Measurement,
  readLog,
  type Selectable,
  selectableIn,
} from '../spec-tools/index.ts'
import { rowsOfSpecAt } from './learnt.ts'
import { UsageError, type Command } from './command.ts'
import { patternsAt } from './settings.ts'

export const investigate: Command = {
  name: 'investigate',
  summary: 'Lists what logs and spec hold, and writes an investigation to keep or strike lines of.',
  usage: 'investigate <log> ...',
  options: {
    title: { type: 'string', value: '<text>', help: 'What the evidence is about.' },
  },
  notes: [
    'A log is a diagnostic with the name of its file; `<diagnostic>=<file>` gives it another.',
    'Bounds are those that the logs meet now: replace them by what is claimed.',
  ],
  example: 'codicil investigate old.log new.log > .codicil/investigations/faster.yml',

  async run({ values, positionals, cwd, out, err }) {
    if (positionals.length === 0) throw new UsageError('name a log')
    const patterns = await patternsAt(cwd)
    const measurements: Measurement[] = []
    const files = new Map<string, Uint8Array>()
    for (const log of positionals) {
      const [, id, path] = /^([a-z0-9-]+)=(.+)$/.exec(log) ?? []
      const file = path ?? log
      const diagnostic = id ?? basename(file, extname(file))
      const bytes = await readFile(resolve(cwd, file))
      files.set(`logs/${diagnostic}`, bytes)
      measurements.push(
        ...readLog(bytes, { diagnostic, file: `logs/${diagnostic}`, patterns }).measurements,
      )
    }
    for (const diagnostic of new Set(measurements.map(({ source }) => source.diagnostic))) {
      const own = measurements.filter(({ source }) => source.diagnostic === diagnostic)
      err(listed(diagnostic, selectableIn({ measurements: own, files })))
    }
    const rows = await rowsOfSpecAt(cwd)
    if (rows !== null) err(`Rows of ${rows.path}: ${several(rows.rows)}\n`)
    const title = String(values['title'] ?? 'What these logs show')
    out(draftInvestigation({ measurements, files }, title))
    return 0
  },
}

/** What a log holds, in a few lines for the screen; the investigation goes to standard output. */
function listed(diagnostic: string, { figures, series, columns }: Selectable): string {
  const lines = [
    ['Figures', figures.map(({ call, text }) => `${call} ${text}`)],
    ['Series', series.map(({ call, count }) => `${call} (${count})`)],
    ['Columns', columns.map(({ name, texts }) => `${name} (${several(texts, 4)})`)],
  ] as const
  const told = lines.filter(([, all]) => all.length > 0)
  return told.length === 0
    ? `${diagnostic}: no figure was read; codicil read says why\n`
    : told.map(([what, all]) => `${what} of ${diagnostic}: ${several(all)}\n`).join('')
}

function several(all: readonly string[], most = 12): string {
  const more = all.length - most
  return `${all.slice(0, most).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}
