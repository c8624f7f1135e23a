/** Runs one diagnostic, shows it, and gathers what it left. */
import { mkdir, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic, DiagnosticSettings } from '../spec-tools/index.ts'
import { gather, type Diagnosed } from './bundle/gather.ts'
import { runCommand } from './command.ts'
import { milliseconds } from './duration.ts'
import type { Isolation } from './isolation/index.ts'
import type { RunLog } from './job-log.ts'
import { KeptOutput } from './kept-output.ts'
import type { Redaction, RedactionStream } from './redaction.ts'

export interface DiagnosticOrder {
  id: string
  settings: DiagnosticSettings
  device: Diagnostic['device']
  source: string
  /** Private folder; made here. */
  scratch: string
  env: Readonly<Record<string, string>>
  isolation: Isolation
  redaction: Redaction
  mark: string
  now(): Date
  log: RunLog
  signal: AbortSignal
}

const MiB = 1024 * 1024
const kept = { head: MiB, tail: MiB }
/** Of each stream, shown in the job log as it comes. */
const shownLive = MiB / 4
const graceMs = 3000
/** A diagnostic is stopped while there is still room for the bundle. */
const leastFreeDisk = 64 * MiB

export async function diagnose(order: DiagnosticOrder): Promise<Diagnosed> {
  const { id, settings, scratch, redaction, log } = order
  const output = join(scratch, 'out')
  const measurements = join(scratch, 'measurements.jsonl')
  const temp = join(scratch, 'tmp')
  for (const folder of [output, temp]) await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(measurements, '')

  const startedAt = order.now()
  const streams = {
    stdout: new Listener(redaction, log),
    stderr: new Listener(redaction, log),
  }
  const outcome = await runCommand({
    ...order.isolation.commandLine(settings.run, order),
    cwd: order.source,
    env: {
      ...order.env,
      TMPDIR: temp,
      CODICIL_OUT: output,
      CODICIL_MEASUREMENTS: measurements,
      CODICIL_DEVICE: order.device,
    },
    timeoutMs: milliseconds(settings.timeout),
    graceMs,
    mark: order.mark,
    signal: order.signal,
    onOutput: (name, chunk) => streams[name].push(chunk),
    watch: () => diskFull(scratch),
  })
  return gather({
    id,
    settings,
    device: order.device,
    startedAt,
    outcome,
    stdout: streams.stdout.end(),
    stderr: streams.stderr.end(),
    scratch,
    redaction,
  })
}

/** Keeps a stream for the bundle and shows its start in the job log. */
class Listener {
  readonly #kept: KeptOutput
  readonly #live: RedactionStream
  readonly #log: RunLog
  #shown = 0

  constructor(redaction: Redaction, log: RunLog) {
    this.#kept = new KeptOutput(redaction, kept)
    this.#live = redaction.stream()
    this.#log = log
  }

  push(chunk: Buffer): void {
    this.#kept.push(chunk)
    if (this.#shown >= shownLive) return
    const part = chunk.subarray(0, shownLive - this.#shown)
    this.#log.show(this.#live.push(part))
    this.#shown += part.length
    if (this.#shown >= shownLive) {
      this.#log.show(Buffer.from('\n'))
      this.#log.say('… more output than is shown here; its head and tail are in the bundle.')
    }
  }

  end() {
    if (this.#shown < shownLive) this.#log.show(this.#live.end())
    return this.#kept.finish()
  }
}

async function diskFull(folder: string): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize < leastFreeDisk ? 'disk full' : undefined
}
