/** Runs a script in the isolation and within the limits of the run, and keeps what it prints. */
import { chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  scratchFolders,
  type Built,
  type Confinement,
  type Isolation,
  type Limits,
} from './isolation/index.ts'
import type { RunLog } from './job-log.ts'
import { runCommand, type Outcome } from './process/command.ts'
import { KeptOutput, type Kept } from './process/kept-output.ts'
import type { Redaction, RedactionStream } from './redaction.ts'

/** What every script of a run is run with. */
export interface ConfinedPlace {
  source: string
  /** Private folder; made by `makeScratch`. */
  scratch: string
  env: Readonly<Record<string, string>>
  isolation: Isolation
  limits: Limits
  redaction: Redaction
  mark: string
  log: RunLog
  signal: AbortSignal
  /** What `setup` built, or is to build. */
  built: Built | null
}

interface Script {
  run: string
  timeoutMs: number
  network: boolean
  /** Beside those that tell of its folders. */
  variables: Readonly<Record<string, string>>
}

export interface Ran {
  outcome: Outcome
  stdout: Kept
  stderr: Kept
  /** Limits that it was held to. */
  met: string[]
}

const MiB = 1024 * 1024
const kept = { head: MiB, tail: MiB }
/** Of each stream, shown in the job log as it comes. */
const shownLive = MiB / 4
const graceMs = 3000

export async function runConfined(place: ConfinedPlace, script: Script): Promise<Ran> {
  const confinement = await place.limits.confine(place.scratch)
  try {
    return await runWithin(confinement, place, script)
  } finally {
    await confinement.end()
  }
}

async function runWithin(
  confinement: Confinement,
  place: ConfinedPlace,
  { run, timeoutMs, network, variables }: Script,
): Promise<Ran> {
  const { source, scratch, redaction, log, isolation } = place
  const streams = {
    stdout: new Listener(redaction, log),
    stderr: new Listener(redaction, log),
  }
  const command = await isolation.commandLine(run, { ...place, network })
  const outcome = await runCommand({
    ...confinement.commandLine(command),
    cwd: source,
    env: {
      ...place.env,
      TMPDIR: join(scratch, 'tmp'),
      CODICIL_BUILD: join(scratch, 'build'),
      ...variables,
    },
    timeoutMs,
    graceMs,
    mark: place.mark,
    signal: place.signal,
    onOutput: (name, chunk) => streams[name].push(chunk),
    watch: () => confinement.exceeded(streams.stdout.printed + streams.stderr.printed),
    kill: confinement.kill,
    sandbox: isolation.kind === 'bubblewrap',
  })
  const [stdout, stderr] = [streams.stdout.end(), streams.stderr.end()]
  return { outcome, stdout, stderr, met: await confinement.met(outcome) }
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

  end(): Kept {
    if (this.#shown < shownLive) this.#log.show(this.#live.end())
    return this.#kept.finish()
  }
}

/** Folders that belong to whoever the script runs as. */
export async function makeScratch(scratch: string, { owner }: Isolation): Promise<void> {
  const folders = [scratch, ...scratchFolders.map((name) => join(scratch, name))]
  // The first shuts out everybody else. In the others, of which one is seen as /tmp, bubblewrap must
  // find its way although it has given up the rights of root.
  for (const folder of folders) await mkdir(folder, { mode: folder === scratch ? 0o700 : 0o755 })
  if (owner === null) return
  for (const path of folders) await chown(path, owner, owner)
}
