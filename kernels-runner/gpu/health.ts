/**
 * Whether a GPU can be measured on: what is found before the run, and during it. Each finding says what
 * a person can do; none is ever the fault of the pull request.
 *
 * What counts as busy:
 * - Programs that compute. Programs that draw (a desktop, a browser) don't: on a workstation's only GPU
 *   they are always there, and idle most of the time. One that draws and computes is a browser or a
 *   video player more often than not, and shows in the utilisation when it is not.
 * - Memory, where a container hides the processes of others. The limit leaves room for a desktop.
 * - Utilisation, if persistence mode is not off: waking the driver shows as work.
 * - On a GPU split by MIG it is not told which instance is whose, so that none of it counts.
 */
import type { HealthFinding, HealthSettings } from '../../spec-tools/index.ts'
import type { Device, DeviceProcess } from './device.ts'
import { gravityOf, throttleReasons } from './throttle.ts'

type Check = HealthSettings['accept'][number]

interface Found {
  kind: HealthFinding['kind']
  /** The check that the settings may accept; null for what nobody can measure on. */
  check: Check | null
  detail: string
  advice: string
  /** Default: true. */
  grave?: boolean
}

/** What is wrong before anything has been started by us, the gravest first. */
export function findingsBefore(
  devices: readonly Device[],
  processes: readonly DeviceProcess[],
  limits: HealthSettings,
): HealthFinding[] {
  const found = [
    ...devices.flatMap(broken),
    ...foreign(devices, processes),
    ...devices.flatMap((device) => occupied(device, limits)),
    ...devices.flatMap((device) => hot(device, limits)),
    ...devices.flatMap(heldBack),
    ...devices.flatMap(restricted),
  ]
  return found.map(({ check, grave = true, kind, detail, advice }) => ({
    kind,
    when: 'before',
    diagnostic: null,
    detail,
    advice,
    voids: grave && (check === null || !limits.accept.includes(check)),
  }))
}

/** Whether waiting may help: others may be about to end. */
export function mayPass({ kind, voids }: HealthFinding): boolean {
  return voids && (kind === 'busy' || kind === 'foreign process')
}

/** `GPU 0 (NVIDIA H100)` */
export function nameOf({ index, name }: Pick<Device, 'index' | 'name'>): string {
  return `GPU ${index ?? '?'} (${name})`
}

/** What a person can do about clocks that are held back. */
export function throttleAdvice(reasons: readonly string[]): string {
  const text = reasons.join(' ')
  if (text.includes('thermal')) return 'Look at the cooling: fans, dust, the air around it.'
  if (text.includes('power')) return 'Look at the power supply and its cables.'
  return 'Look at the cooling and the power supply: nvidia-smi -q -d PERFORMANCE tells more.'
}

function broken(device: Device): Found[] {
  const { faults, ecc, repair } = device
  const gpu = nameOf(device)
  const kind = 'unhealthy'
  return [
    ...faults.map((fault): Found => ({
      kind,
      check: null,
      detail: `${gpu}: ${fault}.`,
      advice: 'Reset the GPU (nvidia-smi --gpu-reset) with nothing on it, or restart the machine.',
    })),
    ...when((ecc.uncorrected ?? 0) > 0, {
      kind,
      check: 'ecc errors',
      detail: `${gpu}: ${ecc.uncorrected} uncorrected memory errors since the driver was loaded.`,
      advice:
        'Reset the GPU, which clears the count and takes bad memory out of use. If they come back, have it replaced.',
    }),
    ...when(repair.failed === true, {
      kind,
      check: 'memory repair',
      detail: `${gpu}: bad memory could not be taken out of use.`,
      advice: 'Have the GPU replaced.',
    }),
    ...when(repair.pending === true, {
      kind,
      check: 'memory repair',
      detail: `${gpu}: bad memory is waiting to be taken out of use.`,
      advice: 'Reset the GPU (nvidia-smi --gpu-reset) with nothing on it.',
    }),
  ]
}

function when(holds: boolean, found: Found): Found[] {
  return holds ? [found] : []
}

/** Serves others on behalf of which it would show; by itself it computes nothing. */
const services = new Set(['nvidia-cuda-mps-server'])

function foreign(devices: readonly Device[], processes: readonly DeviceProcess[]): Found[] {
  const split = new Set(devices.filter(({ mig }) => mig).map(({ uuid }) => uuid))
  return processes
    .filter(({ kind, name }) => kind === 'compute' && !services.has(name ?? ''))
    .map(({ pid, name, memoryMiB, device }) => ({
      kind: 'foreign process',
      check: 'processes',
      detail: `Process ${pid ?? 'of unknown number'}${name === null ? '' : ` (${name})`} computes on the GPU${memoryMiB === null ? '' : `, with ${memoryMiB} MiB`}.`,
      advice: 'Wait until it has ended, or end it; use a runner that has the GPU to itself.',
      grave: !split.has(device),
    }))
}

function occupied(device: Device, limits: HealthSettings): Found[] {
  const { memoryUsedMiB: used, memoryMiB: all, utilisationPercent: busy, persistence } = device
  const gpu = nameOf(device)
  const advice =
    'Wait until whatever uses the GPU has ended; nvidia-smi on the host shows what it is.'
  return [
    ...when(used !== null && used > limits.memory_in_use_mib, {
      kind: 'busy',
      check: 'memory in use',
      detail: `${gpu}: ${used} MiB of ${all ?? '?'} are in use, over the limit of ${limits.memory_in_use_mib} MiB.`,
      advice: `${advice} If that is its normal state, raise health.memory_in_use_mib in the settings.`,
      grave: !device.mig,
    }),
    ...when(busy !== null && busy > limits.utilisation_percent && persistence !== false, {
      kind: 'busy',
      check: 'utilisation',
      detail: `${gpu}: ${busy} % of its time is used, over the limit of ${limits.utilisation_percent} %.`,
      advice,
      grave: !device.mig,
    }),
  ]
}

function hot(device: Device, { temperature_c: limit }: HealthSettings): Found[] {
  const { temperatureC: now } = device
  return when(now !== null && now > limit, {
    kind: 'unhealthy',
    check: 'temperature',
    detail: `${nameOf(device)}: ${now} °C before the run, over the limit of ${limit} °C.`,
    advice: 'Let it cool; if nothing runs on it, look at its fans and at the air around it.',
  })
}

function heldBack(device: Device): Found[] {
  const reasons = (throttleReasons(device.throttle) ?? []).filter(
    (reason) => gravityOf(reason) === 'slowdown',
  )
  return when(reasons.length > 0, {
    kind: 'throttled',
    check: 'throttling',
    detail: `${nameOf(device)}: the clocks are held back before the run (${reasons.join(', ')}).`,
    advice: throttleAdvice(reasons),
  })
}

function restricted(device: Device): Found[] {
  const mode = device.computeMode?.replaceAll('_', ' ') ?? 'Default'
  const advice = 'Set it with nvidia-smi --compute-mode=DEFAULT.'
  if (mode === 'Prohibited') {
    const detail = `${nameOf(device)}: compute mode Prohibited, so that nothing can run on it.`
    return [{ kind: 'unhealthy', check: null, detail, advice }]
  }
  if (!mode.startsWith('Exclusive')) return []
  const detail = `${nameOf(device)}: compute mode ${mode}; a diagnostic of several processes fails.`
  return [{ kind: 'unhealthy', check: null, detail, advice, grave: false }]
}
