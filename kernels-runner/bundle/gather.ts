/** Reads what a diagnostic printed and left, as hostile input, into parts of the bundle. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  hasFailed,
  lastLines,
  readLog,
  readMeasurements,
  runName,
  type Claim,
  type Diagnostic,
  type DiagnosticSettings,
  type LogPattern,
  type LogReading,
  type Measurement,
  type Stream,
} from '../../spec-tools/index.ts'
import type { Outcome, StreamName } from '../process/command.ts'
import { FileRefusal, readRegularFile } from '../files.ts'
import type { Kept } from '../process/kept-output.ts'
import type { Redaction } from '../redaction.ts'
import type { Budget } from './budget.ts'
import { collect } from './collect.ts'

/** What one diagnostic adds to the bundle. */
export interface Diagnosed {
  diagnostic: Diagnostic
  files: Map<string, Uint8Array>
  /** SHA-256 of files that it left and that stay behind, by the path that they would have. */
  digests: Map<string, string>
  measurements: Measurement[]
  claims: Claim[]
  /** Why its part is not whole. */
  partial: string[]
}

export interface Left extends Record<StreamName, Kept> {
  id: string
  /** Which run of the diagnostic it is, from 0. */
  repeat: number
  settings: DiagnosticSettings
  /** Named patterns of the settings for lines that no grammar reads. */
  patterns: readonly LogPattern[]
  device: Diagnostic['device']
  startedAt: Date
  outcome: Outcome
  /** Limits that it was held to. */
  met: readonly string[]
  network: Diagnostic['network']
  /** Its private folder, with `out` and `measurements.jsonl`. */
  scratch: string
  redaction: Redaction
  /** For what it left. */
  budget: Budget
}

const mostMeasured = 8 * 1024 * 1024

export async function gather(left: Left): Promise<Diagnosed> {
  const { id, repeat, settings, outcome, redaction } = left
  const gathered: Gathered = {
    files: new Map(),
    digests: new Map(),
    measurements: [],
    claims: [],
    partial: [],
  }
  if (outcome.stopped !== null) {
    gathered.partial.push(`${nameOf(left)}: ${stoppedBecause(outcome.stopped, settings)}`)
  }
  gathered.partial.push(...left.met.map((limit) => `${nameOf(left)}: ${limit}`))
  const stdout = readStream(left, 'stdout', gathered)
  const stderr = readStream(left, 'stderr', gathered)
  await readStated(left, gathered)
  await collectOutput(left, gathered)
  const exit = {
    code: outcome.code,
    signal: outcome.signal,
    timedOut: outcome.stopped === 'timeout',
  }
  return {
    ...gathered,
    diagnostic: {
      id,
      ...(repeat > 0 && { repeat }),
      command: redaction.text(settings.run),
      device: left.device,
      network: left.network,
      startedAt: left.startedAt.toISOString(),
      seconds: Math.round(outcome.seconds * 1000) / 1000,
      exit,
      stdout,
      stderr,
      ...(hasFailed({ exit }) && { said: lastLines(left.stderr.content, left.stdout.content) }),
    },
  }
}

type Gathered = Omit<Diagnosed, 'diagnostic'>

/** Of its files in the bundle. */
function nameOf({ id, repeat }: Left): string {
  return runName(id, repeat)
}

function readStream(left: Left, stream: StreamName, gathered: Gathered): Stream {
  const { content, bytes, kept } = left[stream]
  const { id: diagnostic, repeat, patterns, settings } = left
  const name = nameOf(left)
  const file = `logs/${name}.${stream}.log`
  if (kept < bytes) {
    gathered.partial.push(
      `${name}: ${stream} printed ${bytes} bytes, ${kept} of them were kept and read`,
    )
  }
  const reading = readLog(content, {
    diagnostic,
    file,
    stream,
    repeat,
    patterns,
    ...(settings.format !== undefined && { format: settings.format }),
  })
  take(reading, file, content, name, gathered)
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { file, bytes, kept, sha256, unread: reading.unread, samples: reading.samples }
}

/** The records in `$CODICIL_MEASUREMENTS`, one JSON object a line. */
async function readStated(left: Left, gathered: Gathered): Promise<void> {
  const { id: diagnostic, repeat, scratch, redaction } = left
  const name = nameOf(left)
  const file = `logs/${name}.measurements.jsonl`
  try {
    const stated = await readRegularFile(scratch, 'measurements.jsonl', mostMeasured, 'hostile')
    if (stated.length === 0) return
    const content = redaction.bytes(stated)
    const reading = readMeasurements(content, { diagnostic, file, repeat })
    take(reading, file, content, name, gathered)
    const [first] = reading.problems
    if (first) {
      gathered.partial.push(
        `${name}: ${reading.problems.length} lines of its measurements could not be read; line ${first.line}: ${first.message}`,
      )
    }
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error
    gathered.partial.push(`${name}: its measurements could not be read: ${error.message}`)
  }
}

async function collectOutput(order: Left, gathered: Gathered): Promise<void> {
  const { scratch, redaction } = order
  const { files, digests, left } = await collect(
    join(scratch, 'out'),
    `out/${nameOf(order)}`,
    (name) => redaction.text(name),
    order.budget,
  )
  gathered.digests = digests
  for (const [path, bytes] of files) gathered.files.set(path, redaction.bytes(bytes))
  gathered.partial.push(...left)
}

function take(
  { measurements, claims, beyond }: LogReading,
  file: string,
  content: Uint8Array,
  name: string,
  gathered: Gathered,
): void {
  gathered.files.set(file, content)
  gathered.measurements.push(...measurements)
  gathered.claims.push(...claims)
  if (beyond.measurements + beyond.claims > 0) {
    gathered.partial.push(
      `${name}: ${file} has ${beyond.measurements} measurements and ${beyond.claims} claims more than were kept`,
    )
  }
}

function stoppedBecause(reason: string, { timeout }: DiagnosticSettings): string {
  if (reason === 'timeout') return `stopped at its time limit of ${timeout}`
  return reason === 'cancelled' ? 'stopped because the run was cancelled' : `stopped: ${reason}`
}
