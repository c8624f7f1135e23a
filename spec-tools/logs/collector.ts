/** What a reading has found so far, within its limits. */
import { runName } from '../evidence/names.ts'
import type { Claim, Figure, Measurement, Stream } from '../evidence/schema.ts'
import { Announced } from './announced.ts'
import { visible } from './clean.ts'
import { cut, labelOf } from './label.ts'
import type { Line } from './line.ts'
import { leftOver, reasonFor, type Said } from './numbers.ts'
import { statisticName } from './statistics.ts'
import type { LogLimits, LogReading, LogSource } from './reading.ts'

/** Why a figure was refused that was understood. */
export const refusedStd = 'a negative standard deviation is none'
const refusedCount = 'a count is a whole number'

/** Characters of a raw line that are kept; of what follows only the size is. */
const rawLength = 1024
const samplesKept = 5
/** Statistics that can only be of two sides. */
const differences = new Set('max_abs_diff mean_abs_diff rms_diff relative_l2 cosine'.split(' '))
/** The evidence schema's limits for labels. */
const longestLabel = 256
const mostLabels = 64

/** A measurement, less what its place in the log says about it. */
export type Found = Omit<Measurement, 'id' | 'source' | 'vouch' | 'repeat'> & { line: number }

export class Collector {
  readonly #source: LogSource
  readonly #limits: LogLimits
  readonly #lines: readonly Line[]
  readonly #prefix: string
  readonly #measurements: Measurement[] = []
  readonly #perLine = new Map<number, number>()
  readonly #claims: Claim[] = []
  readonly #beyond = { measurements: 0, claims: 0 }
  /** Line -> why something on it was not read, and whether a claim of the log holds it all the same. */
  readonly #unread = new Map<number, { reason: string; claimed: boolean }>()
  /** Between which sides differences are that do not say it themselves. */
  readonly announced = new Announced()
  /** What measurements of the line being read hold: names, facts, figures. */
  #said: Said[] = []
  /** The line being read, from 1. */
  number = 0
  /** Whether anything was made of the line being read. */
  read = false
  /** Whether it states a verdict. */
  claimed = false

  constructor(source: LogSource, limits: LogLimits, lines: readonly Line[]) {
    this.#source = source
    this.#limits = limits
    this.#lines = lines
    const { diagnostic, stream = 'stdout', repeat } = source
    const run = runName(diagnostic, repeat)
    this.#prefix = stream === 'stdout' ? run : `${run}/${stream}`
  }

  /** @param number of the line, from 1 */
  start(number: number): void {
    this.number = number
    this.read = this.claimed = false
    this.#said = []
  }

  /** Says that what stands here on the line being read was read, or is a name of what was. */
  account(from: number, to: number): void {
    this.read = true
    this.#lines[this.number - 1]?.account(from, to)
  }

  /** Takes back what was accounted for on the line being read: it is read anew. */
  forget(): void {
    this.read = false
    this.#lines[this.number - 1]?.forget()
  }

  add({ line, under, labels, figures: found, ...named }: Found): void {
    const figures = this.#possible(found)
    const { side, against, stage, facts } = this.#sided(named, figures)
    if (Object.keys(figures).length === 0) return
    this.announced.use()
    if (line === this.number)
      this.#said.push({ side, against, stage, under, facts, labels, figures })
    if (this.#measurements.length >= this.#limits.measurements) {
      this.#beyond.measurements++
      return
    }
    const nth = (this.#perLine.get(line) ?? 0) + 1
    this.#perLine.set(line, nth)
    const { diagnostic, file, repeat = 0 } = this.#source
    const id = `${this.#prefix}:${line}${nth === 1 ? '' : `.${nth}`}`
    const kept = labels === undefined ? undefined : withinLimits(labels)
    this.#measurements.push({
      id,
      side,
      against,
      stage,
      under,
      facts,
      ...(kept !== undefined && { labels: kept }),
      figures,
      ...(repeat > 0 && { repeat }),
      source: { diagnostic, file, line, raw: this.#raw(line) },
      vouch: 'self-reported',
    })
  }

  /** A difference with its sides: those of its own name, else those that a line above announced. */
  #sided(
    found: Pick<Found, 'side' | 'against' | 'stage' | 'facts'>,
    figures: Record<string, Figure>,
  ) {
    if (found.side !== null || found.against !== null) return found
    if (!Object.keys(figures).some((name) => differences.has(name))) return found
    const { pair, stage } = labelOf(found.stage)
    if (pair !== null)
      return { ...pair, stage: stage === '' ? found.stage : stage, facts: found.facts }
    const { sides, of } = this.announced
    if (sides === null) return found
    const name = statisticName(found.stage)
    const named = of === null || of.stage === '' || !name.known || name.base !== ''
    if (named) return { ...sides, stage: found.stage, facts: found.facts }
    return { ...sides, stage: of.stage, facts: { ...of.facts, ...found.facts } }
  }

  /** The figures without those that cannot be: no standard deviation is negative. */
  #possible(figures: Record<string, Figure>): Record<string, Figure> {
    const { std, n } = figures
    const refused = new Set<string>()
    const negative = std?.value === '-Infinity' || Number(std?.value) < 0
    if (std && negative) {
      refused.add('std')
      this.tell(std.line, `${refusedStd}: ${std.printed}`)
    }
    if (n && !(Number.isSafeInteger(n.value) && Number(n.value) >= 0)) {
      refused.add('n')
      this.tell(n.line, `${refusedCount}: ${n.printed}`)
    }
    if (refused.size === 0) return figures
    return Object.fromEntries(Object.entries(figures).filter(([name]) => !refused.has(name)))
  }

  claim(text: string, line = this.number): void {
    if (line === this.number) this.claimed = true
    if (this.#claims.length >= this.#limits.claims) {
      this.#beyond.claims++
      return
    }
    const { diagnostic, file } = this.#source
    this.#claims.push({ text, source: { diagnostic, file, line } })
  }

  /** Says why something on a line was not read. The first reason counts. */
  tell(line: number, reason: string, claimed = false): void {
    if (!this.#unread.has(line)) this.#unread.set(line, { reason, claimed })
  }

  /** Whether a line holds a number at all; only then can one of it be unread. */
  hasNumber(number: number): boolean {
    return /\d|\b(?:nan|inf(?:inity)?)\b/i.test(this.#lines[number - 1]?.shown ?? '')
  }

  /** Tells a line that turned out to head nothing. */
  tellHeading(number: number): void {
    const line = this.#lines[number - 1]
    line?.forget()
    const reason = line === undefined ? null : reasonFor(leftOver(line), false)
    if (reason === null) return
    // What was told of its figures alone gives way.
    this.#unread.delete(number)
    this.tell(number, reason)
  }

  /** Ends the line: a number on it that was neither read nor explained is told. */
  finish(): void {
    const line = this.#lines[this.number - 1]
    if (line === undefined) return
    const left = leftOver(line, this.#said)
    if (left.length === 0) return
    const reason = reasonFor(left, this.read)
    if (reason === null) return
    const told = this.claimed ? `in a verdict that the log prints: ${reason}` : reason
    this.tell(this.number, told, this.claimed)
  }

  reading(bytes: number): LogReading {
    const told = [...this.#unread].toSorted(([a], [b]) => a - b)
    const unread = told.filter(([, { claimed }]) => !claimed)
    // What was understood and refused is shown before what was not understood.
    const refused = ({ reason }: { reason: string }) => (reason.includes(refusedStd) ? 0 : 1)
    const samples: Stream['samples'] = unread
      .toSorted(([, a], [, b]) => refused(a) - refused(b))
      .slice(0, samplesKept)
      .toSorted(([a], [b]) => a - b)
      .map(([line, { reason }]) => ({ line, raw: this.#raw(line), reason }))
    return {
      measurements: this.#measurements.toSorted((a, b) => a.source.line - b.source.line),
      claims: this.#claims,
      unread: unread.length,
      unreadLines: told.map(([line, { reason }]) => ({ line, reason })),
      samples,
      beyond: this.#beyond,
      lines: this.#lines.length,
      bytes,
    }
  }

  /** A line as it goes into the bundle. */
  #raw(number: number): string {
    const line = this.#lines[number - 1]
    return line === undefined ? '' : rawLine(line)
  }
}

/** A figure; the sign of a zero stays in what was printed, since JSON does not keep it. */
export function figure(value: number, printed: string, line: number): Figure {
  if (value === 0) return { value: 0, printed, line }
  return { value: Number.isFinite(value) ? value : nonFinite(value), printed, line }
}

function nonFinite(value: number): 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'Infinity' : '-Infinity'
}

/** A line as it goes into the bundle: its head. */
export function rawLine({ printed, bytes }: Line): string {
  const head = visible(printed.slice(0, rawLength + 1))
  return head.length <= rawLength ? head : `${cut(head, rawLength)} (${bytes} bytes)`
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype', ''])

function withinLimits(
  labels: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const kept = Object.entries(labels)
    .map(([name, text]) => [cut(visible(name), longestLabel), cut(visible(text), longestLabel)])
    .filter(([name, text]) => !forbidden.has(name!) && text !== '')
    .slice(0, mostLabels)
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as Record<string, string>)
}
