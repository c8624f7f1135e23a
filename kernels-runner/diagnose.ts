/** Runs one diagnostic, shows it, and gathers what it left. */
import { chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic, DiagnosticSettings, LogPattern } from '../spec-tools/index.ts'
import type { Budget } from './bundle/budget.ts'
import type { Diagnosed } from './bundle/gather.ts'
import { runCommand } from './process/command.ts'
import { milliseconds } from './duration.ts'
import {
  hintsFor,
  scratchFolders,
  type Confinement,
  type Isolation,
  type Limits,
} from './isolation/index.ts'
import type { RunLog } from './job-log.ts'
import { KeptOutput } from './process/kept-output.ts'
import type { Redaction, RedactionStream } from './redaction.ts'

export interface DiagnosticOrder {
  id: string
  /** Which run of the diagnostic it is, from 0. */
  repeat: number
  settings: DiagnosticSettings
  patterns: readonly LogPattern[]
  device: Diagnostic['device']
  source: string
  /** Private folder; made here. */
  scratch: string
  env: Readonly<Record<string, string>>
  isolation: Isolation
  limits: Limits
  redaction: Redaction
  /** For what it leaves. */
  budget: Budget
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

export async function diagnose(order: DiagnosticOrder): Promise<Diagnosed> {
  const { scratch } = order
  const measurements = join(scratch, 'measurements.jsonl')
  await makeScratch(scratch, measurements, order.isolation)
  const confinement = await order.limits.confine(scratch)
  try {
    return await diagnoseWithin(confinement, order, measurements)
  } finally {
    await confinement.end()
  }
}

async function diagnoseWithin(
  confinement: Confinement,
  order: DiagnosticOrder,
  measurements: string,
): Promise<Diagnosed> {
  const { id, settings, scratch, redaction, log } = order
  const startedAt = order.now()
  const streams = {
    stdout: new Listener(redaction, log),
    stderr: new Listener(redaction, log),
  }
  const place = { ...order, network: settings.network ?? false }
  const command = await order.isolation.commandLine(settings.run, place)
  const sandbox = order.isolation.kind === 'bubblewrap'
  const outcome = await runCommand({
    ...confinement.commandLine(command),
    cwd: order.source,
    env: {
      ...order.env,
      TMPDIR: join(scratch, 'tmp'),
      CODICIL_BUILD: join(scratch, 'build'),
      CODICIL_OUT: join(scratch, 'out'),
      CODICIL_MEASUREMENTS: measurements,
      CODICIL_DEVICE: order.device,
    },
    timeoutMs: milliseconds(settings.timeout),
    graceMs,
    mark: order.mark,
    signal: order.signal,
    onOutput: (name, chunk) => streams[name].push(chunk),
    watch: () => confinement.exceeded(streams.stdout.printed + streams.stderr.printed),
    kill: confinement.kill,
    sandbox,
  })
  const { gather } = await import('./bundle/gather.ts')
  const stdout = streams.stdout.end()
  const stderr = streams.stderr.end()
  if (outcome.code !== 0 && sandbox) {
    const printed = Buffer.concat([stdout.content, stderr.content]).toString('latin1')
    for (const hint of hintsFor(printed)) log.say(hint)
  }
  return gather({
    id,
    repeat: order.repeat,
    settings,
    patterns: order.patterns,
    device: order.device,
    startedAt,
    outcome,
    met: await confinement.met(outcome),
    network: order.isolation.kind === 'none' || place.network ? 'host' : 'none',
    stdout,
    stderr,
    scratch,
    redaction,
    budget: order.budget,
  })
}

/** Keeps a stream for the bundle and shows its start in the job log. */
class Listener {
  readonly #kept: KeptOutput
  readonly #live: RedactionStream
  readonly #log: RunLog
  #shown = 0
  /** Bytes so far. */
  printed = 0

  constructor(redaction: Redaction, log: RunLog) {
    this.#kept = new KeptOutput(redaction, kept)
    this.#live = redaction.stream()
    this.#log = log
  }

  push(chunk: Buffer): void {
    this.printed += chunk.length
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

/** Folders and a file that belong to whoever the diagnostic runs as. */
async function makeScratch(
  scratch: string,
  measurements: string,
  { owner }: Isolation,
): Promise<void> {
  const folders = [scratch, ...scratchFolders.map((name) => join(scratch, name))]
  // The first shuts out everybody else. In the others, of which one is seen as /tmp, bubblewrap must
  // find its way although it has given up the rights of root.
  for (const folder of folders) await mkdir(folder, { mode: folder === scratch ? 0o700 : 0o755 })
  await writeFile(measurements, '')
  if (owner === null) return
  for (const path of [...folders, measurements]) await chown(path, owner, owner)
}
