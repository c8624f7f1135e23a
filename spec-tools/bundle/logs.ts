/** The logs of a bundle against what its document says of them. */
import { linesOf } from '../logs/index.ts'
import { BundleError } from '../evidence/error.ts'
import type { Evidence, Measurement, Stream } from '../evidence/schema.ts'

type Files = ReadonlyMap<string, Uint8Array>

/**
 * Checks that the logs have the sizes stated and that each figure stands, as printed, on the line
 * that it names.
 *
 * @throws {BundleError} that names the log or the measurement
 */
export function checkLogs(evidence: Evidence, files: Files): void {
  for (const { stdout, stderr } of evidence.diagnostics) {
    checkSize(stdout, files)
    checkSize(stderr, files)
  }
  const byFile = Map.groupBy(evidence.measurements, ({ source }) => source.file)
  for (const [file, measurements] of byFile) {
    const lines = linesWanted(file, wanted(measurements), files)
    for (const measurement of measurements) checkFigures(measurement, lines)
  }
  const claims = Map.groupBy(evidence.claims, ({ source }) => source.file)
  for (const [file, stated] of claims) {
    const lines = linesWanted(file, new Set(stated.map(({ source }) => source.line)), files)
    for (const { text, source } of stated) {
      if (!lines.has(source.line)) throw noSuchLine(`the claim ${JSON.stringify(text)}`, source)
    }
  }
}

function checkSize({ file, bytes, kept }: Stream, files: Files): void {
  const log = files.get(file)
  if (log === undefined) {
    throw new BundleError({
      code: 'missing-file',
      path: file,
      what: 'is named as a log but is not in the bundle',
      remedy: 'The bundle is not whole; take it from the run again.',
    })
  }
  // A log whose middle was left out also holds the line that says so.
  const agrees = kept === bytes ? log.length === kept : log.length >= kept && kept < bytes
  if (!agrees) {
    throw new BundleError({
      code: 'log-size',
      path: file,
      what: `should hold ${kept} of ${bytes} bytes printed`,
      received: `${log.length} bytes`,
      remedy: 'The log is not the one that was measured; take the bundle from the run again.',
    })
  }
}

function wanted(measurements: readonly Measurement[]): Set<number> {
  return new Set(
    measurements.flatMap(({ source, figures }) => [
      source.line,
      ...Object.values(figures).map(({ line }) => line),
    ]),
  )
}

/**
 * Finds printed figures in a line. Figures of one line come in its order, so each is looked for from
 * where the last one ended; a line is looked through from its start only so often.
 */
class PrintedLine {
  readonly text: string
  #at = 0
  #restarts = 0

  constructor(text: string) {
    this.text = text
  }

  /** @throws {BundleError} where the figures of a long line stand in no order */
  holds(printed: string, path: string): boolean {
    let found = this.text.indexOf(printed, this.#at)
    if (found === -1 && this.#at > 0) {
      this.#restarts += 1
      if (this.#restarts * this.text.length > mostSteps) throw tooManySteps(path)
      found = this.text.indexOf(printed)
    }
    if (found === -1) return false
    this.#at = found
    return true
  }
}

/** Characters of one line that are looked through again. */
const mostSteps = 1_000_000_000

function tooManySteps(path: string): BundleError {
  return new BundleError({
    code: 'too-large',
    path,
    what: 'holds too many figures in too long a line',
    remedy: 'Let the diagnostics print a figure a line.',
  })
}

/** The wanted lines of a log, as a terminal would show them. */
function linesWanted(
  file: string,
  wantedLines: ReadonlySet<number>,
  files: Files,
): Map<number, PrintedLine> {
  const log = files.get(file)
  if (log === undefined) return new Map()
  const all = linesOf(log).map(({ shown }, at) => [at + 1, shown] as const)
  return new Map(
    all.flatMap(([line, shown]) =>
      wantedLines.has(line) ? [[line, new PrintedLine(shown)] as const] : [],
    ),
  )
}

function checkFigures({ id, source, figures }: Measurement, lines: Map<number, PrintedLine>): void {
  if (!lines.has(source.line)) throw noSuchLine(id, source)
  for (const [statistic, { printed, line }] of Object.entries(figures)) {
    const found = lines.get(line)
    if (found === undefined) throw noSuchLine(`${id}#${statistic}`, { file: source.file, line })
    if (found.holds(printed, `${source.file}:${line}`)) continue
    throw new BundleError({
      code: 'log-content',
      path: `${source.file}:${line}`,
      what: `does not print ${printed}, which ${id}#${statistic} is said to come from`,
      received: JSON.stringify(found.text.slice(0, 200)),
      remedy: 'Log or figure was changed after the run; take the bundle from the run again.',
    })
  }
}

function noSuchLine(what: string, { file, line }: { file: string; line: number }): BundleError {
  return new BundleError({
    code: 'log-content',
    path: `${file}:${line}`,
    what: `does not exist, but ${what} is said to come from it`,
    remedy: 'Log or figure was changed after the run; take the bundle from the run again.',
  })
}
