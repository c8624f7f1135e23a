/** What the samples say about the diagnostics: whose figures were taken while the GPU was held back. */
import type { HealthFinding } from '../../spec-tools/index.ts'
import type { Device } from './device.ts'
import { nameOf, throttleAdvice } from './health.ts'
import { readSamples, type Sample } from './nvidia-smi.ts'
import type { Sampled, Sighting } from './telemetry.ts'
import { gravityOf, throttleReasons } from './throttle.ts'

/** One run of a diagnostic that had the GPU, in milliseconds since 1970. */
export interface Span {
  id: string
  repeat: number
  from: number
  to: number
}

/**
 * Findings during each run of a diagnostic, in the order of the runs. Throttling and processes of
 * others void its performance figures; a power limit is only said, since cards are built to run into
 * it.
 *
 * @param devices that the run is about; on a GPU split by MIG, processes are not told apart
 */
export function findingsDuring(
  { csv, foreign }: Sampled,
  spans: readonly Span[],
  devices: readonly Device[],
): HealthFinding[] {
  const samples = readSamples(csv.toString('utf8'))
  return spans.flatMap((span) => {
    const within = <T extends { at: number }>(all: readonly T[]) =>
      all.filter(({ at }) => at >= span.from && at <= span.to)
    const about = {
      when: 'during' as const,
      diagnostic: span.id,
      ...(span.repeat > 0 && { repeat: span.repeat }),
    }
    return [
      ...devices.flatMap((device) => throttled(device, within(samples))),
      ...intruders(within(foreign), devices),
    ].map(({ kind, detail, advice, voids }) => ({ kind, ...about, detail, advice, voids }))
  })
}

type Found = Pick<HealthFinding, 'kind' | 'detail' | 'advice' | 'voids'>

function throttled(device: Device, all: readonly Sample[]): Found[] {
  const samples = all.filter(({ index }) => device.index === null || index === device.index)
  const reasons = samples.map(({ throttle }) => throttleReasons(throttle) ?? [])
  const counted = (gravity: ReturnType<typeof gravityOf>): Found | null => {
    const seen = reasons.map((names) => names.filter((name) => gravityOf(name) === gravity))
    const hits = seen.filter((names) => names.length > 0).length
    if (hits === 0) return null
    const names = [...new Set(seen.flat())]
    const hottest = Math.max(...samples.flatMap(({ temperatureC }) => temperatureC ?? []))
    const heat = Number.isFinite(hottest) ? `, at most ${hottest} °C` : ''
    return {
      kind: 'throttled',
      detail: `${nameOf(device)}: the clocks were held back (${names.join(', ')}) in ${hits} of ${samples.length} samples${heat}.`,
      advice:
        gravity === 'slowdown'
          ? throttleAdvice(names)
          : 'Compare only with figures taken under the same power limit.',
      voids: gravity === 'slowdown',
    }
  }
  return [counted('slowdown'), counted('by design')].filter((found) => found !== null)
}

function intruders(sightings: readonly Sighting[], devices: readonly Device[]): Found[] {
  const whole = new Map(devices.map(({ uuid, mig }) => [uuid, !mig]))
  const here = sightings.filter(({ device }) => device === null || whole.has(device))
  const processes = Map.groupBy(here, ({ pid }) => pid)
  return [...processes.values()].flatMap((seen) => {
    const [first] = seen
    if (first === undefined) return []
    const { pid, name, device } = first
    const memory = Math.max(...seen.map(({ memoryMiB }) => memoryMiB ?? 0))
    return [
      {
        kind: 'foreign process' as const,
        detail: `Process ${pid}${name === null ? '' : ` (${name})`} of somebody else computed on the GPU meanwhile, with up to ${memory} MiB.`,
        advice: 'Use a runner that has the GPU to itself.',
        voids: whole.get(device) ?? true,
      },
    ]
  })
}
