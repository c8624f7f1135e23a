/** What a reading has found so far, within its limits. */
import { runName } from '../evidence/run-name.ts'
import type { Claim, Figure, Measurement, Stream } from '../evidence/schema.ts'
import { hasDigit } from './characters.ts'
import { visible } from './clean.ts'
import { cut } from './label.ts'
import type { Line } from './line.ts'
import type { LogLimits, LogReading, LogSource } from './reading.ts'

/** Characters of a raw line that are kept; of what follows only the size is. */
const rawLength = 1024
const samplesKept = 5

/** A measurement, less what its place in the log says about it. */
export type Found = Omit<Measurement, 'id' | 'source' | 'vouch'> & {
  line: number
  raw: string
}

export class Collector {
  readonly #source: LogSource
  readonly #limits: LogLimits
  readonly #prefix: string
  readonly #measurements: Measurement[] = []
  /** Line of the measurement found last, and how many were found on it in a row. */
  #latest = 0
  #onLatest = 0
  /** Line -> measurements; null while each was found on the line of the last or on a later one. */
  #perLine: Map<number, number> | null = null
  readonly #claims: Claim[] = []
  readonly #samples: Stream['samples'] = []
  readonly #beyond = { measurements: 0, claims: 0 }
  #unread = 0
  #line: Line | null = null
  #raw: string | undefined
  /** The line being read, from 1. */
  number = 0
  /** Whether anything was made of the line being read. */
  read = false
  /** Whether it states a verdict. */
  claimed = false

  constructor(source: LogSource, limits: LogLimits) {
    this.#source = source
    this.#limits = limits
    const { diagnostic, stream = 'stdout', repeat } = source
    const run = runName(diagnostic, repeat)
    this.#prefix = stream === 'stdout' ? run : `${run}/${stream}`
  }

  start(line: Line): void {
    this.number++
    this.read = this.claimed = false
    this.#line = line
    this.#raw = undefined
  }

  /** The line being read, as it goes into the bundle. */
  get raw(): string {
    this.#raw ??= this.#line === null ? '' : rawLine(this.#line)
    return this.#raw
  }

  /** Whether further measurements are only counted. */
  get full(): boolean {
    return this.#measurements.length >= this.#limits.measurements
  }

  /** Counts measurements that are not kept. */
  skip(count = 1): void {
    this.#beyond.measurements += count
  }

  add({ line, raw, side, against, stage, under, facts, figures }: Found): void {
    if (this.full) return this.skip()
    const nth = this.#nth(line)
    const { diagnostic, file, repeat = 0 } = this.#source
    const id = `${this.#prefix}:${line}${nth === 1 ? '' : `.${nth}`}`
    const place = { diagnostic, file, line, raw }
    const found = { id, side, against, stage, under, facts, figures }
    this.#measurements.push(
      repeat > 0
        ? { ...found, repeat, source: place, vouch: 'self-reported' }
        : { ...found, source: place, vouch: 'self-reported' },
    )
  }

  /** The number, from 1, of one more measurement among those of its line. */
  #nth(line: number): number {
    if (this.#perLine === null && line >= this.#latest) {
      this.#onLatest = line === this.#latest ? this.#onLatest + 1 : 1
      this.#latest = line
      return this.#onLatest
    }
    this.#perLine ??= perLine(this.#measurements)
    const nth = (this.#perLine.get(line) ?? 0) + 1
    this.#perLine.set(line, nth)
    return nth
  }

  claim(statement: string): void {
    this.read = this.claimed = true
    if (this.#claims.length >= this.#limits.claims) {
      this.#beyond.claims++
      return
    }
    const { diagnostic, file } = this.#source
    this.#claims.push({ text: statement, source: { diagnostic, file, line: this.number } })
  }

  /** Ends the line: if it holds a digit and nothing was made of it, it is counted and shown. */
  finish(): void {
    if (this.read || !hasDigit(this.#line?.text ?? '')) return
    this.unread(this.number, this.raw)
  }

  /** Counts a line beyond the limit; its head is shown, and the size of all of it. */
  tooLong({ printed, bytes }: Line): void {
    const head = visible(printed.slice(0, rawLength + 1))
    this.unread(this.number, `${cut(head, rawLength)} (${bytes} bytes)`)
  }

  unread(line: number, raw: string): void {
    this.#unread++
    if (this.#samples.length < samplesKept) this.#samples.push({ line, raw })
  }

  reading(bytes: number): LogReading {
    return {
      measurements:
        this.#perLine === null ? this.#measurements : this.#measurements.toSorted(byLine),
      claims: this.#claims,
      unread: this.#unread,
      samples: this.#samples.toSorted((a, b) => a.line - b.line),
      beyond: this.#beyond,
      lines: this.number,
      bytes,
    }
  }
}

/** A figure; the sign of a zero stays in what was printed, since JSON does not keep it. */
export function figure(value: number, printed: string, line: number): Figure {
  if (value === 0) return { value: 0, printed, line }
  return { value: Number.isFinite(value) ? value : nonFinite(value), printed, line }
}

function byLine(a: Measurement, b: Measurement): number {
  return a.source.line - b.source.line
}

function perLine(measurements: readonly Measurement[]): Map<number, number> {
  const lines = new Map<number, number>()
  for (const { source } of measurements) lines.set(source.line, (lines.get(source.line) ?? 0) + 1)
  return lines
}

function nonFinite(value: number): 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'Infinity' : '-Infinity'
}

function rawLine({ printed, bytes }: Line): string {
  const head = visible(printed.slice(0, rawLength + 1))
  return head.length <= rawLength ? head : `${cut(head, rawLength)} (${bytes} bytes)`
}
