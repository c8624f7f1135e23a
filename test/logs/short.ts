/** Measurements in few words, so that a test shows what it is about. */
import type { Measurement } from '../../spec-tools/index.ts'
import { type LogReading, type LogSource, readLog } from '../../spec-tools/index.ts'

export const source: LogSource = { diagnostic: 'd', file: 'logs/d.txt' }

export function read(log: string | Uint8Array, more: Partial<LogSource> = {}): LogReading {
  return readLog(log, { ...source, ...more })
}

/** `Q-out: n=3584 mean=-0.0039`, with the statistics as printed. */
export function short({ stage, figures }: Measurement): string {
  const printed = Object.entries(figures).map(([name, figure]) => `${name}=${figure.printed}`)
  return `${stage}: ${printed.join(' ')}`
}

/** All measurements of a log in few words. */
export function brief(log: string | Uint8Array): string[] {
  return read(log).measurements.map(short)
}

/** The only measurement of a log. */
export function only(log: string | Uint8Array): Measurement {
  const { measurements } = read(log)
  const [measurement, ...others] = measurements
  if (measurement === undefined || others.length > 0) {
    throw new Error(`expected one measurement, read ${JSON.stringify(measurements.map(short))}`)
  }
  return measurement
}
