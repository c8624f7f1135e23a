/**
 * Measurements that a diagnostic states outright: one JSON object a line, in the file named by
 * `$CODICIL_MEASUREMENTS` or anywhere in its output.
 *
 *     {"stage": "q_proj", "side": "F32", "layer": 0, "n": 3584, "mean": -0.0039, "std": 0.2609}
 *
 * The published schema (`docs/reference/measurements.schema.json`) is derived from here.
 */
import { facts as factSchema, type Facts } from '../evidence/facts.ts'
import { JsonError, parseJson } from '../evidence/json.ts'
import { real, type Figure } from '../evidence/schema.ts'
import { described, form, list, nonEmpty, z } from '../schema.ts'
import { visible } from './clean.ts'
import { Collector, figure } from './collector.ts'
import { linesOf } from './line.ts'
import type { Outline } from './outline.ts'
import { logLimits, type LogReading, type LogSource } from './reading.ts'

const name = nonEmpty(256)
const statistic = form(/^[a-z][a-z0-9_]{0,63}$/)
const factNames = new Set(Object.keys(factSchema.shape))

const keys = z.object({
  stage: described(name, 'The point of the computation.'),
  side: described(z.optional(name), 'The implementation measured.'),
  against: described(
    z.optional(name),
    'The other implementation, where the figures describe the pair.',
  ),
  under: described(z.optional(list(name, 16)), 'Headings, outermost first.'),
  figures: described(
    z.optional(z.record(statistic, real)),
    'Statistic -> number: mean, std, min, max, max_abs_diff, … or value.',
  ),
  ...factSchema.shape,
})
const otherKey = described(real, 'Any other key is a statistic and its number.')

export const measurementLine = described(
  z.catchall(keys, otherKey).check(
    z.superRefine((line, context) => {
      const figures = statisticsOf(line)
      if (figures.length === 0) {
        context.addIssue({ code: 'custom', message: 'states no figure, such as "mean": 0.5' })
      }
      for (const key of figures) {
        if (statistic.safeParse(key).success) continue
        const message = 'a statistic is lower-case letters, digits and _'
        context.addIssue({ code: 'custom', path: [key], message })
      }
    }),
  ),
  'One measurement; facts such as n, layer, dtype and unit stand beside it.',
)

export type MeasurementLine = z.infer<typeof measurementLine>

const places = new Set(['stage', 'side', 'against', 'under', 'figures'])

function statisticsOf(line: Record<string, unknown>): string[] {
  const own = Object.keys(line).filter((key) => !places.has(key) && !factNames.has(key))
  const figures = line['figures']
  const inner = typeof figures === 'object' && figures !== null ? Object.keys(figures) : []
  return [...own, ...inner, ...(line['n'] === undefined ? [] : ['n'])]
}

export interface LineProblem {
  line: number
  message: string
}

/**
 * Reads the file named by `$CODICIL_MEASUREMENTS`. A line that is not a measurement is reported with
 * its number, and counted among the unread.
 */
export function readMeasurements(
  log: string | Uint8Array,
  source: LogSource,
): LogReading & { problems: LineProblem[] } {
  const limits = { ...logLimits, ...source.limits }
  const problems: LineProblem[] = []
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log
  const lines = linesOf(bytes)
  const collector = new Collector({ stream: 'measurements', ...source }, limits, lines)
  for (const [at, line] of lines.entries()) {
    collector.start(at + 1)
    if (line.printed.trim() === '') continue
    const problem = takeStated(line.printed, collector, null)
    if (problem === null) continue
    problems.push({ line: collector.number, message: problem })
    collector.tell(collector.number, problem)
  }
  return { ...collector.reading(bytes.length), problems }
}

/** Takes one line; what is wrong with it, or null. */
export function takeStated(
  line: string,
  collector: Collector,
  outline: Outline | null,
): string | null {
  const printed = new Map<string, string>()
  let json: unknown
  try {
    json = parseJson(line, { onNumber: (path, characters) => printed.set(path, characters) })
  } catch (error) {
    if (error instanceof JsonError) return `column ${error.column}: ${error.what}`
    throw error
  }
  const parsed = measurementLine.safeParse(json)
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    return issues.join('; ').replaceAll(/(?:^|(?<=; )): /g, '')
  }
  add(parsed.data, printed, collector, outline)
  return null
}

function add(
  line: MeasurementLine,
  printed: ReadonlyMap<string, string>,
  collector: Collector,
  outline: Outline | null,
): void {
  const facts: Facts = { ...outline?.facts() }
  const figures: Record<string, Figure> = {}
  for (const [key, value] of Object.entries(line)) {
    if (places.has(key)) continue
    if (factNames.has(key)) Object.assign(facts, { [key]: value })
    if (!factNames.has(key) || key === 'n') set(key, key, value)
  }
  for (const [key, value] of Object.entries(line.figures ?? {})) set(key, `figures.${key}`, value)
  if (facts.n === undefined && typeof line.figures?.['n'] === 'number') {
    const { n } = line.figures
    if (Number.isSafeInteger(n) && n >= 0) facts.n = n
  }
  outline?.use()
  collector.account(0, Infinity)
  collector.add({
    side: line.side ?? null,
    against: line.against ?? null,
    stage: visible(line.stage),
    under: line.under ?? outline?.under() ?? [],
    facts,
    figures,
    line: collector.number,
  })

  function set(statisticName: string, path: string, value: unknown): void {
    const characters = printed.get(path) ?? String(value)
    figures[statisticName] = figure(Number(value), characters.slice(0, 64), collector.number)
  }
}
