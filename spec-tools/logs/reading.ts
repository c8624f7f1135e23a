/** What is read from a log, and what a reader must be told about the log. */
import type { Claim, Measurement, Stream } from '../evidence/schema.ts'
import type { LogPattern } from './pattern.ts'

/** Which stream of a diagnostic a log is; it keeps the ids of measurements unique in a bundle. */
export type StreamName = 'stdout' | 'stderr' | 'measurements'

export interface LogSource {
  /** Id of the diagnostic that printed the log. */
  diagnostic: string
  /** Path of the log in the bundle. */
  file: string
  /** Default: stdout. Ids are `<diagnostic>:<line>`, and `<diagnostic>/stderr:<line>` for others. */
  stream?: StreamName
  /** Which run of the diagnostic it is; ids then begin with `<diagnostic>.<repeat>`. Default: 0. */
  repeat?: number
  /** The only known format that is looked for, by its name; `general` for none. Default: all. */
  format?: string
  /** Named patterns of the settings; a line that one of them matches is read by it alone. */
  patterns?: readonly LogPattern[]
  limits?: Partial<LogLimits>
}

export interface LogLimits {
  /** Bytes of one line; a longer one is counted and shown by its head, and only read as JSON. */
  line: number
  /** Measurements that are kept; more are counted in `beyond`. */
  measurements: number
  /** Claims that are kept; more are counted in `beyond`. */
  claims: number
}

export const logLimits: LogLimits = { line: 65_536, measurements: 100_000, claims: 10_000 }

export interface LogReading {
  /** In the order of the log. */
  measurements: Measurement[]
  /** Verdicts that the log prints about itself. */
  claims: Claim[]
  /** Lines with a number that was neither read nor explained, nor is part of a claim. */
  unread: number
  /** All lines with a number that was not read, and why. */
  unreadLines: { line: number; reason: string }[]
  /** The first of them. */
  samples: Stream['samples']
  /** Measurements and claims that were read but not kept because of the limits. */
  beyond: { measurements: number; claims: number }
  lines: number
  bytes: number
}
