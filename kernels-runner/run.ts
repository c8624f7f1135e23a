/**
 * The story of a run: probe the GPU, run the diagnostics, leave the bundle. Used by the Action and,
 * without GitHub, by the command line.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { arch, availableParallelism, release, type } from 'node:os'
import { join, resolve } from 'node:path'
import type { Diagnostic, Evidence, Investigation, Machine, Settings } from '../spec-tools/index.ts'
import { assembleBundle, type Parts } from './bundle/assemble.ts'
import type { Diagnosed } from './bundle/gather.ts'
import { refuseOccupied, writeBundle } from './bundle/write.ts'
import type { Declared, DeclaredInvestigation } from './declarations.ts'
import { diagnose } from './diagnose.ts'
import { diagnosticEnvironment, sensitive, type Environment } from './environment.ts'
import { probeGpu, type Probe } from './gpu/probe.ts'
import { startTelemetry } from './gpu/telemetry.ts'
import { isolationFor, type Isolation } from './isolation/index.ts'
import type { RunLog } from './job-log.ts'
import { choose, deviceFor, type Chosen } from './plan.ts'
import { showProgress } from './progress.ts'
import { Redaction } from './redaction.ts'

export interface RunOrder {
  request: Evidence['request']
  /** The workflow run, or nulls for a local one. */
  run: { id: number | null; attempt: number | null }
  /** As read and hashed by `readSettings` and `readInvestigation`. */
  settings: Declared<Settings>
  investigation: DeclaredInvestigation | null
  /** Checkout of the pull request, in which the diagnostics run. */
  source: string
  /** Folder that the bundle becomes; must not exist, or be empty. */
  out: string
  /** Run on the CPU what the settings say needs a GPU, on a machine without one. */
  allowNoGpu: boolean
  /** Names of variables whose values are secrets, beyond those that their name gives away. */
  mask: readonly string[]
}

/** What the run takes from the world around it. */
export interface Surroundings {
  env: Environment
  now(): Date
  log: RunLog
  /** Aborted when the run is cancelled: what was measured so far is still left as a bundle. */
  signal: AbortSignal
  /** Absolute paths of nvidia-smi, tried in turn. */
  nvidiaSmi: readonly string[]
  /** Folder for private files of the run. */
  temp: string
}

export interface RunResult {
  folder: string
  evidence: Evidence
  investigation: Investigation | null
  /** The bundle's files as written, `SHA256SUMS` included. */
  files: ReadonlyMap<string, Uint8Array>
}

/**
 * Runs the diagnostics that the investigation names, all of them without one, and writes the bundle.
 *
 * A diagnostic that fails, hangs or floods is reported in the bundle. Only what makes a run pointless
 * is thrown, before anything is run.
 *
 * @throws RunRefusal
 */
export async function runDiagnostics(order: RunOrder, around: Surroundings): Promise<RunResult> {
  const startedAt = around.now()
  const { settings, investigation } = order
  await refuseOccupied(order.out)
  const chosen = choose(settings.value, investigation)
  const { gpu, telemetry } = await probeGpu(around.nvidiaSmi)
  announce(gpu, around.log)
  const device = deviceFor(chosen, gpu, order.allowNoGpu)
  const isolation = await isolationFor(settings.value.isolation)
  const measured = await measure({ order, around, chosen, device, isolation, telemetry })

  const run = { ...order.run, startedAt: instant(startedAt), finishedAt: instant(around.now()) }
  const machine = { ...system(), gpu, vouch: 'probe-reported' as const }
  const parts = { ...order, ...measured, run, machine, isolation }
  const bundle = await writeBundle(order.out, [
    () => assembleBundle(parts),
    () => assembleBundle(withoutOutputs(parts)),
  ])
  return { ...bundle, investigation: investigation?.value ?? null }
}

interface Plan {
  order: RunOrder
  around: Surroundings
  chosen: Chosen
  device: Diagnostic['device']
  isolation: Isolation
  telemetry: Probe['telemetry']
}

/** Runs one diagnostic after the other, each in a folder of its own that does not outlive the run. */
async function measure({ order, around, chosen, device, isolation, telemetry }: Plan) {
  const source = resolve(order.source)
  const scratch = await mkdtemp(join(resolve(around.temp), 'codicil-'))
  const redaction = new Redaction(
    sensitive(around.env, order.mask, { [scratch]: '<scratch>', [source]: '<source>' }),
  )
  const progress = showProgress(chosen, around.log)
  const sampling = startTelemetry(telemetry)
  const diagnosed: Diagnosed[] = []
  const partial: string[] = []
  try {
    for (const [id, settings] of chosen) {
      if (around.signal.aborted) {
        progress.skip(id, 'the run was cancelled')
        partial.push(`${id}: not run, the run was cancelled`)
        continue
      }
      const running = progress.begin(id)
      const one = await diagnose({
        id,
        settings,
        device: settings.needs === 'gpu' ? device : 'cpu',
        source,
        scratch: join(scratch, id),
        env: diagnosticEnvironment(around.env),
        isolation,
        redaction,
        mark: randomBytes(16).toString('hex'),
        now: around.now,
        log: around.log,
        signal: around.signal,
      })
      running.end(one.diagnostic, one.measurements.length)
      diagnosed.push(one)
    }
    return { diagnosed, partial, telemetry: await sampling.stop() }
  } finally {
    await sampling.stop()
    // Before the bundle is written: it may be what filled the disk.
    await rm(scratch, { recursive: true, force: true })
  }
}

function announce({ status, detail, devices }: Machine['gpu'], log: RunLog): void {
  for (const { name, driver } of devices) log.say(`GPU: ${name}, driver ${driver ?? 'unknown'}`)
  if (devices.length === 0) log.say(`GPU: ${status}. ${detail}`)
}

function system(): Pick<Machine, 'os' | 'arch' | 'cpus'> {
  return { os: `${type()} ${release()}`, arch: arch(), cpus: availableParallelism() }
}

/** What is left of a bundle on a full disk: logs and figures, without the files of the diagnostics. */
function withoutOutputs(parts: Parts): Parts {
  const reason = 'disk full: what the diagnostics left in their output folders was dropped'
  return {
    ...parts,
    partial: [...parts.partial, reason],
    diagnosed: parts.diagnosed.map((one) => ({
      ...one,
      files: new Map([...one.files].filter(([path]) => !path.startsWith('out/'))),
    })),
  }
}

function instant(date: Date): string {
  return date.toISOString()
}
