/**
 * Reads `nvidia-smi -q -x`. Drivers from 390 to 580 name the same things in different ways; each name
 * that was ever used stands here beside the newest.
 */
import {
  flag,
  isFault,
  isGiven,
  number,
  programName,
  type Answered,
  type Device,
  type DeviceProcess,
} from './device.ts'
import { elementsAt, NotXml, readXml, type Element } from './xml.ts'

/** @returns null if the text is not such an answer, or names no GPU. */
export function readLogXml(text: string): Answered | null {
  const log = parsed(text)
  if (log?.name !== 'nvidia_smi_log') return null
  const gpus = elementsAt(log, 'gpu')
  if (gpus.length === 0) return null
  const driver = value(log, 'driver_version') ?? null
  return {
    devices: gpus.map((gpu, index) => deviceOf(gpu, index, driver)),
    processes: gpus.flatMap(processesOf),
    cuda: value(log, 'cuda_version') ?? null,
    throttleField: throttleFieldOf(gpus),
  }
}

function parsed(text: string): Element | null {
  try {
    return readXml(text)
  } catch (error) {
    if (error instanceof NotXml) return null
    throw error
  }
}

/** The first of the paths at which something is given. */
function value(element: Element, ...paths: string[]): string | undefined {
  return paths.flatMap((path) => elementsAt(element, path).map(({ text }) => text)).find(isGiven)
}

function deviceOf(gpu: Element, index: number, driver: string | null): Device {
  return {
    index,
    name: value(gpu, 'product_name') ?? 'unnamed GPU',
    uuid: value(gpu, 'uuid') ?? null,
    driver,
    memoryMiB: number(value(gpu, 'fb_memory_usage/total', 'memory_usage/total')),
    memoryUsedMiB: number(value(gpu, 'fb_memory_usage/used', 'memory_usage/used')),
    temperatureC: number(value(gpu, 'temperature/gpu_temp')),
    smClockMHz: number(value(gpu, 'clocks/sm_clock')),
    memoryClockMHz: number(value(gpu, 'clocks/mem_clock')),
    smClockMaxMHz: number(value(gpu, 'max_clocks/sm_clock')),
    memoryClockMaxMHz: number(value(gpu, 'max_clocks/mem_clock')),
    powerLimitW: number(
      value(
        gpu,
        'gpu_power_readings/current_power_limit',
        'gpu_power_readings/power_limit',
        'power_readings/enforced_power_limit',
        'power_readings/power_limit',
      ),
    ),
    utilisationPercent: number(value(gpu, 'utilization/gpu_util')),
    throttle: throttleOf(gpu),
    mig: flag(value(gpu, 'mig_mode/current_mig')) === true,
    persistence: flag(value(gpu, 'persistence_mode')),
    computeMode: value(gpu, 'compute_mode') ?? null,
    ecc: {
      enabled: flag(value(gpu, 'ecc_mode/current_ecc')),
      uncorrected: uncorrected(elementsAt(gpu, 'ecc_errors/volatile')),
    },
    repair: {
      pending: any(
        gpu,
        'retired_pages/pending_retirement',
        'retired_pages/pending_blacklist',
        'remapped_rows/remapped_row_pending',
        'ecc_errors/channel_repair_pending',
        'ecc_errors/tpc_repair_pending',
      ),
      failed: any(gpu, 'remapped_rows/remapped_row_failure', 'ecc_errors/unrepairable_memory'),
    },
    faults: faultsOf(gpu),
  }
}

/** Drivers before 450 count double bits, later ones by memory, those since 545 SRAM by its check. */
function uncorrected(counts: readonly Element[]): number | null {
  const [volatile] = counts
  if (!volatile) return null
  const old = number(value(volatile, 'double_bit/total'))
  if (old !== null) return old
  const known = volatile.children
    .filter(({ name }) => name.includes('uncorrectable'))
    .flatMap(({ text }) => number(text) ?? [])
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0)
}

function any(gpu: Element, ...paths: string[]): boolean | null {
  const known = paths.flatMap((path) => flag(value(gpu, path)) ?? [])
  return known.length === 0 ? null : known.includes(true)
}

const reasonsOf = (gpu: Element) => [
  ...elementsAt(gpu, 'clocks_event_reasons'),
  ...elementsAt(gpu, 'clocks_throttle_reasons'),
]

/** The active reasons by name, with commas between them; empty if there is none. */
function throttleOf(gpu: Element): string | null {
  const given = reasonsOf(gpu).flatMap(({ children }) => children)
  if (given.every(({ text }) => flag(text) === null)) return null
  return given
    .filter(({ text }) => flag(text) === true)
    .map(({ name }) => name.replace(/^clocks_(?:event|throttle)_reason_/, ''))
    .join(', ')
}

function throttleFieldOf(gpus: readonly Element[]): Answered['throttleField'] {
  if (gpus.some((gpu) => elementsAt(gpu, 'clocks_event_reasons').length > 0)) {
    return 'clocks_event_reasons.active'
  }
  const known = gpus.some((gpu) => elementsAt(gpu, 'clocks_throttle_reasons').length > 0)
  return known ? 'clocks_throttle_reasons.active' : null
}

function faultsOf(gpu: Element): string[] {
  const texts = new Set<string>()
  const collect = ({ text, children }: Element): void => {
    if (isFault(text)) texts.add(text.slice(0, 128))
    children.forEach(collect)
  }
  collect(gpu)
  const asked = value(gpu, 'gpu_recovery_action')
  if (asked !== undefined && asked !== 'None') texts.add(`the driver asks for: ${asked}`)
  return [...texts]
}

function processesOf(gpu: Element): DeviceProcess[] {
  const device = value(gpu, 'uuid') ?? null
  return elementsAt(gpu, 'processes/process_info').map((one) => ({
    pid: number(value(one, 'pid')),
    name: programName(value(one, 'process_name')),
    kind: kindOf(value(one, 'type') ?? ''),
    memoryMiB: number(value(one, 'used_memory')),
    device,
  }))
}

/** `C`, `G`, `C+G`; a client of MPS is `M+C`. */
function kindOf(type: string): DeviceProcess['kind'] {
  const [computes, draws] = [type.includes('C'), type.includes('G')]
  if (computes) return draws ? 'both' : 'compute'
  return draws ? 'graphics' : 'unknown'
}
