/**
 * The story of a run: probe the GPU, run the diagnostics, leave the bundle. Used by the Action and,
 * without GitHub, by the command line.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { arch, availableParallelism, release, type } from 'node:os'
import { join, resolve } from 'node:path'
import {
  diagnosticSettings,
  runName,
  type Evidence,
  type HealthFinding,
  type Investigation,
  type Judgement,
  type Machine,
  type Settings,
} from '../spec-tools/index.ts'
import { assembleBundle, withoutOutputs } from './bundle/assemble.ts'
import { Budget } from './bundle/budget.ts'
import type { Diagnosed } from './bundle/gather.ts'
import { compareLeft } from './bundle/left.ts'
import { usualSides } from './bundle/outputs.ts'
import { refuseOccupied, writeBundle } from './bundle/write.ts'
import type { Declared, DeclaredInvestigation } from './declarations.ts'
import { diagnose } from './diagnose.ts'
import { milliseconds } from './duration.ts'
import { diagnosticEnvironment, sensitive, type Environment } from './environment.ts'
import { canaryName } from './gpu/canary.ts'
import { preflight } from './gpu/preflight.ts'
import type { Probe } from './gpu/probe.ts'
import { GpuWatch, type Seen } from './gpu/watch.ts'
import { isolationFor, limitsHere, type Isolation, type Limits } from './isolation/index.ts'
import type { RunLog } from './job-log.ts'
import {
  buildCanary,
  buildSuite,
  builtinsAmong,
  onPath,
  type BuiltinName,
  type KernelPlace,
} from './kernels/suite.ts'
import { choose, deviceFor, interleaved, type PlannedRun } from './plan.ts'
import { showProgress } from './progress.ts'
import { Redaction } from './redaction.ts'
import { RunRefusal } from './refusal.ts'
import type { SetUp } from './setup.ts'

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
export interface RunEnvironment {
  env: Environment
  now(): Date
  log: RunLog
  /** Aborted when the run is cancelled: what was measured so far is still left as a bundle. */
  signal: AbortSignal
  /** Absolute paths of nvidia-smi, tried in turn. */
  nvidiaSmi: readonly string[]
  /** Where the built-in programs come from and go; absent: none of them can be run. */
  kernels?: KernelPlace
  /** What is kept between runs; absent: nothing of what `setup` builds. */
  cache?: string
  /** Folder for private files of the run. */
  temp: string
}

export interface RunResult {
  folder: string
  evidence: Evidence
  investigation: Investigation | null
  /** What the evidence shows; null where it could not be judged. */
  judgement: Judgement | null
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
export async function runDiagnostics(order: RunOrder, around: RunEnvironment): Promise<RunResult> {
  const startedAt = around.now()
  const { settings, investigation } = order
  await refuseOccupied(order.out)
  const chosen = choose(settings.value, investigation)
  const builtins = builtinsAmong(chosen)
  // Tried while the GPU is asked. That there is no GPU is the more useful thing to hear first.
  const isolating = isolate(settings.value)
  isolating.catch(() => undefined)
  const { probe, findings } = await preflight(around.nvidiaSmi, around.env, settings.value.health)
  announce(probe.gpu, around.log)
  const runs = interleaved(chosen, deviceFor(chosen, probe.gpu, order.allowNoGpu))
  const { isolation, limits } = await isolating
  const measured = await measure({
    order,
    around,
    runs,
    builtins,
    isolation,
    limits,
    probe,
    findings,
  })

  const run = { ...order.run, startedAt: instant(startedAt), finishedAt: instant(around.now()) }
  const machine = { ...system(), gpu: probe.gpu, vouch: 'probe-reported' as const }
  const detail = `${isolation.detail} ${limits.detail}`
  const parts = { ...order, ...measured, run, machine, isolation: { ...isolation, detail } }
  const { describeFor } = await import('./bundle/describe.ts')
  const describe = describeFor(around.log)
  const bundle = await writeBundle(order.out, [
    () => assembleBundle(parts, describe),
    () => assembleBundle(withoutOutputs(parts), describe),
  ])
  return { ...bundle, investigation: investigation?.value ?? null }
}

async function isolate(settings: Settings) {
  const [isolation, limits] = await Promise.all([
    isolationFor(settings.isolation),
    limitsHere(settings.limits),
  ])
  return { isolation, limits }
}

interface Plan {
  order: RunOrder
  around: RunEnvironment
  runs: readonly PlannedRun[]
  builtins: readonly BuiltinName[]
  isolation: Isolation
  limits: Limits
  probe: Probe
  findings: readonly HealthFinding[]
}

/**
 * Runs one diagnostic after the other, each in a folder of its own that does not outlive the run.
 * Nothing of the pull request is run on a GPU that cannot be measured on.
 */
async function measure(plan: Plan) {
  const { order, around, runs, isolation, limits, probe } = plan
  const source = resolve(order.source)
  const scratch = await mkdtemp(join(resolve(around.temp), 'codicil-'))
  const redaction = new Redaction(
    sensitive(around.env, order.mask, { [scratch]: '<scratch>', [source]: '<source>' }),
  )
  const budget = new Budget(milliseconds(order.settings.value.limits.after), around.signal)
  const { now, log, signal } = around
  const place = { source, isolation, limits, redaction, budget, now, log, signal }
  let setup: SetUp | null = null
  const scratchOf = ({ id, repeat }: { id: string; repeat?: number | undefined }) =>
    join(scratch, runName(id, repeat))
  const start = (
    run: Pick<PlannedRun, 'id' | 'settings' | 'device' | 'repeat'>,
    env: Environment,
  ) =>
    diagnose({
      ...run,
      ...place,
      patterns: order.settings.value.patterns,
      scratch: scratchOf(run),
      env: diagnosticEnvironment(env),
      mark: randomBytes(16).toString('hex'),
      built: setup?.built ?? null,
    })
  const onGpu = runs.some(({ device }) => device === 'gpu')
  const watch = new GpuWatch({ ...around, probe, findings: onGpu ? plan.findings : [] })
  const diagnosed: Diagnosed[] = []
  const partial: string[] = []
  try {
    const programs = watch.stop === null ? await programsFor(plan, onGpu) : null
    if (programs !== null && order.settings.value.setup) {
      const { setUp } = await import('./setup.ts')
      setup = await setUp({
        ...place,
        settings: order.settings.value.setup,
        env: diagnosticEnvironment(around.env),
        scratch: join(scratch, '_setup'),
        mark: randomBytes(16).toString('hex'),
        cache: around.cache === undefined ? null : join(around.cache, 'setup'),
      })
    }
    const ready = programs !== null && !setup?.finding
    await watch.begin((ready && programs.canary) || null, (folder, repeat) =>
      start({ ...canaryRun(), repeat }, onPath(folder, around.env)),
    )
    const progress = showProgress(runs, around.log)
    for (const run of runs) {
      if (!ready || watch.stop !== null) break
      if (around.signal.aborted) {
        progress.skip(run, 'the run was cancelled')
        partial.push(`${runName(run.id, run.repeat)}: not run, the run was cancelled`)
        continue
      }
      const running = progress.begin(run)
      const one = await start(run, programs.env)
      running.end(one.diagnostic, one.measurements.length)
      diagnosed.push(one)
    }
    const stop = watch.stop ?? setup?.finding
    if (stop) {
      const why = redaction.text(stop.detail).replace(/\.$/, '')
      partial.push(`INFRA, no diagnostic was run: ${why}`)
    }
    const seen = await watch.end(diagnosed, around.signal.aborted)
    const tensors = await compareLeft({
      runs: diagnosed.map((one) => ({ ...one, scratch: scratchOf(one.diagnostic) })),
      sides: order.investigation?.value.sides ?? usualSides,
      budget,
      redaction,
      room: { folder: scratch, bytes: limits.disk },
    })
    const health = [...seen.health, ...(setup?.finding ? [setup.finding] : [])]
    return { diagnosed, partial, tensors, setup, ...redacted({ ...seen, health }, redaction) }
  } finally {
    await watch.abandon()
    // Before the bundle is written: it may be what filled the disk.
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The canary as a diagnostic; no diagnostic of the settings can have its id. */
function canaryRun() {
  return {
    id: `_${canaryName}`,
    settings: diagnosticSettings.parse({ run: canaryName, timeout: '1m' }),
    device: 'gpu' as const,
  }
}

/** Compiles what comes with Codicil, before anything is run. */
async function programsFor({ order, around, builtins }: Plan, onGpu: boolean) {
  const { env, kernels, nvidiaSmi } = around
  if (builtins.length > 0 && !kernels) {
    throw new RunRefusal(
      'no-programs',
      `${builtins.join(', ')} come with Codicil and are compiled where they run, but this run was given no folder for their programs.`,
    )
  }
  const place = kernels && { ...kernels, env, nvidiaSmi }
  const suite =
    place && builtins.length > 0 ? await buildSuite({ ...place, names: builtins }) : null
  const wanted = onGpu && order.settings.value.canary
  const none = { missing: 'This run was given no folder for its program.' }
  return {
    env: suite?.env ?? env,
    canary: wanted ? (place ? await buildCanary(place) : none) : null,
  }
}

/** What trusted code saw may name places of this machine, too. */
function redacted({ health, canary, telemetry }: Seen, redaction: Redaction): Seen {
  const text = (line: string) => redaction.text(line)
  return {
    telemetry,
    health: health.map((one) => ({ ...one, detail: text(one.detail), advice: text(one.advice) })),
    canary: canary.map((one) => ({ ...one, detail: text(one.detail) })),
  }
}

function announce({ status, detail, devices }: Machine['gpu'], log: RunLog): void {
  for (const { name, driver } of devices) log.say(`GPU: ${name}, driver ${driver ?? 'unknown'}`)
  if (devices.length === 0) log.say(`GPU: ${status}. ${detail}`)
}

function system(): Pick<Machine, 'os' | 'arch' | 'cpus'> {
  return { os: `${type()} ${release()}`, arch: arch(), cpus: availableParallelism() }
}

function instant(date: Date): string {
  return date.toISOString()
}
