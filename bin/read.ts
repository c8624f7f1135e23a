import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import {
  type LogReading,
  type Measurement,
  type NamedSelector,
  readLog,
  selectors,
  unknownFormat,
} from '../spec-tools/index.ts'
import { UsageError, type Command } from './command.ts'
import { patternsAt } from './settings.ts'

export const read: Command = {
  name: 'read',
  summary: 'Shows what is read from a log, and which of its lines are not.',
  usage: 'read <file> [options]',
  options: {
    json: { type: 'boolean', help: 'Print figures and unread lines as JSON.' },
    format: {
      type: 'string',
      value: '<name>',
      help: 'The known format that it has; `general` for none. Default: found out.',
    },
  },
  notes: [
    'Each figure is shown with the selector that stands for it under `measurements:` in an investigation.',
    'Patterns of the settings, .github/codicil.yml, are in force.',
  ],
  example: 'codicil read bench.log',

  async run({ values, positionals, cwd, out }) {
    const [file, ...rest] = positionals
    if (file === undefined || rest.length > 0) throw new UsageError('name one log')
    const format = typeof values['format'] === 'string' ? values['format'] : undefined
    const unknown = format === undefined ? null : unknownFormat(format)
    if (unknown !== null) throw new UsageError(unknown)
    const patterns = await patternsAt(cwd)
    const source = { diagnostic: 'log', file: 'log', patterns }
    const reading = readLog(await readFile(resolve(cwd, file)), {
      ...source,
      ...(format !== undefined && { format }),
    })
    const figures = figuresOf(reading)
    const unread = reading.unreadLines
    out(
      values['json'] === true
        ? `${JSON.stringify({ figures, unread }, null, 2)}\n`
        : asText(basename(file), figures, reading),
    )
    return 0
  },
}

interface ReadFigure {
  line: number
  printed: string
  name: string
  under: string[]
  side: string | null
  statistic: string
  unit: string | null
  n: number | null
  selector: NamedSelector | null
}

function figuresOf({ measurements }: LogReading): ReadFigure[] {
  const selectorOf = selectors(measurements)
  return measurements
    .flatMap((measurement) =>
      Object.entries(measurement.figures).map(([statistic, { line, printed }]) => ({
        line,
        printed,
        name: measurement.stage,
        under: measurement.under,
        side: sideOf(measurement),
        statistic,
        unit: statistic === 'n' ? null : (measurement.facts.unit ?? null),
        n: measurement.facts.n ?? null,
        selector: selectorOf(measurement, statistic),
      })),
    )
    .toSorted((a, b) => a.line - b.line)
}

function sideOf({ side, against }: Measurement): string | null {
  return against === null ? side : `${side ?? '?'} vs ${against}`
}

function asText(name: string, figures: readonly ReadFigure[], reading: LogReading): string {
  const { lines, unread, unreadLines } = reading
  const head = `${name}: ${counted(lines, 'line')}, ${counted(figures.length, 'figure')} read, ${counted(unread, 'line')} with something unread\n`
  const shown = figures.map((one) => {
    const { line, printed, unit, statistic, under, side, n, selector } = one
    const quantity = unit === null ? printed : `${printed} ${unit}`
    const about = [
      ...(under.length > 0 ? [`under ${under.join(' > ')}`] : []),
      ...(side === null ? [] : [`side ${side}`]),
      ...(n === null ? [] : [`n ${n}`]),
    ]
    return [
      `${String(line).padStart(6)}  ${one.name}: ${statistic} = ${quantity}`,
      ...about.map((text) => `        ${text}`),
      `        ${selector === null ? 'no selector picks this figure alone' : asYaml(selector)}`,
    ].join('\n')
  })
  const told = unreadLines.map(({ line, reason }) => `${String(line).padStart(6)}  ${reason}`)
  return [
    head,
    ...(shown.length > 0 ? [`Figures\n${shown.join('\n')}\n`] : []),
    ...(told.length > 0 ? [`Not read\n${told.join('\n')}\n`] : []),
  ].join('\n')
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** The selector as one line of YAML: `{ stage: q, metric: mean }`. */
function asYaml(selector: NamedSelector): string {
  const parts = Object.entries(selector).map(
    ([key, value]) => `${key}: ${typeof value === 'number' ? value : JSON.stringify(value)}`,
  )
  return `{ ${parts.join(', ')} }`
}
