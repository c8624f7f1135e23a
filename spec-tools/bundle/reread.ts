/** The logs of a bundle read again, and held against the measurements that it states. */
import { append } from '../many.ts'
import {
  lastLines,
  type LogReading,
  readLog,
  readMeasurements,
  readTensors,
} from '../logs/index.ts'
import type { Bundle } from './bundle.ts'
import type { Diagnostic, Figure, Measurement } from '../evidence/schema.ts'
import { serialiseMeasurement } from '../evidence/serialise.ts'
import { isTensorRecord } from './tensors.ts'

export interface Difference {
  /** Id of the measurement that differs, or of the diagnostic whose log does. */
  id: string
  /** What differs, as a sentence. */
  what: string
}

/**
 * Reads the logs of a bundle again; empty if everything comes out as the bundle says.
 *
 * Measurements that come from no log are left out: they are checked by digest. The named patterns are those of the settings that were in force, as the bundle has them.
 */
export function rereadMeasurements({ evidence, files, settings }: Bundle): Difference[] {
  const { patterns } = settings
  const differences: Difference[] = []
  const stated = Map.groupBy(evidence.measurements, ({ source }) => source.file)
  for (const diagnostic of evidence.diagnostics) {
    const { id, repeat = 0, stdout, stderr } = diagnostic
    if (!saysSo(diagnostic, files)) {
      differences.push({ id, what: 'its last lines are not those of its log' })
    }
    for (const [stream, { file, unread }] of Object.entries({ stdout, stderr })) {
      const log = files.get(file)
      if (log === undefined) continue
      const name = stream === 'stdout' ? 'stdout' : 'stderr'
      const reading = readLog(log, {
        diagnostic: id,
        file,
        stream: name,
        repeat,
        patterns,
        ...formatOf(settings.diagnostics[id]),
      })
      append(differences, compare(stated.get(file) ?? [], reading))
      stated.delete(file)
      if (reading.unread !== unread) {
        const what = `${file} has ${reading.unread} unread lines where the bundle says ${unread}`
        differences.push({ id, what })
      }
    }
  }
  for (const [file, records] of files) {
    if (!isTensorRecord(file)) continue
    append(differences, compare(stated.get(file) ?? [], readTensors(records, file)))
    stated.delete(file)
  }
  for (const [file, measurements] of stated) {
    const log = files.get(file)
    const [first] = measurements
    if (log === undefined || first === undefined || !file.endsWith('.jsonl')) continue
    const { source, repeat = 0 } = first
    const again = readMeasurements(log, { diagnostic: source.diagnostic, file, repeat })
    append(differences, compare(measurements, again))
  }
  return differences
}

/** Whether the last lines that are stated of a diagnostic, if any, are those of its log. */
function saysSo({ said, stdout, stderr }: Diagnostic, files: Bundle['files']): boolean {
  if (said === undefined) return true
  const [errors, printed] = [stderr, stdout].map(({ file }) => files.get(file) ?? new Uint8Array())
  return JSON.stringify(said) === JSON.stringify(lastLines(errors!, printed!))
}

function formatOf(diagnostic: { format?: string | undefined } | undefined) {
  return diagnostic?.format === undefined ? {} : { format: diagnostic.format }
}

function compare(
  stated: readonly Measurement[],
  { measurements }: Pick<LogReading, 'measurements'>,
): Difference[] {
  const again = new Map(measurements.map((measurement) => [measurement.id, measurement]))
  const differences: Difference[] = []
  for (const measurement of stated) {
    const { id, source } = measurement
    const found = again.get(id)
    again.delete(id)
    if (found === undefined) {
      const what = `${source.file}:${source.line} holds no such measurement any more`
      differences.push({ id, what })
    } else if (serialiseMeasurement(found) !== serialiseMeasurement(measurement)) {
      differences.push({ id, what: difference(measurement, found) })
    }
  }
  for (const { id, source } of again.values()) {
    const what = `${source.file}:${source.line} holds it, but the bundle does not list it`
    differences.push({ id, what })
  }
  return differences
}

function difference(stated: Measurement, found: Measurement): string {
  const where = `${found.source.file}:${found.source.line}`
  for (const statistic of Object.keys({ ...stated.figures, ...found.figures })) {
    const [a, b] = [stated.figures[statistic], found.figures[statistic]]
    if (shown(a) !== shown(b)) {
      return `${statistic} is ${shown(a)} in the bundle and ${shown(b)} in ${where}`
    }
  }
  const keys = ['side', 'against', 'stage', 'under', 'facts', 'source', 'vouch'] as const
  const key = keys.find((one) => JSON.stringify(stated[one]) !== JSON.stringify(found[one]))
  return `${key ?? 'it'} is not what ${where} gives`
}

function shown(figure: Figure | undefined): string {
  if (figure === undefined) return 'absent'
  const { value, printed, line } = figure
  return String(value) === printed
    ? `${printed} on line ${line}`
    : `${printed} (${value}) on line ${line}`
}
