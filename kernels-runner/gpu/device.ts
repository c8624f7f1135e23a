/** What is known about a GPU and what runs on it, in whatever format nvidia-smi gave it. */
import { basename } from 'node:path'
import type { GpuProcess } from '../../spec-tools/index.ts'

/** What the driver or the GPU does not say is null. */
export interface Device {
  /** As nvidia-smi counts, by PCI bus. */
  index: number | null
  name: string
  uuid: string | null
  driver: string | null
  memoryMiB: number | null
  memoryUsedMiB: number | null
  temperatureC: number | null
  smClockMHz: number | null
  memoryClockMHz: number | null
  smClockMaxMHz: number | null
  memoryClockMaxMHz: number | null
  powerLimitW: number | null
  utilisationPercent: number | null
  /** Active throttle reasons, as a mask or by name. */
  throttle: string | null
  mig: boolean
  persistence: boolean | null
  /** Default, Exclusive_Process, Prohibited. */
  computeMode: string | null
  ecc: { enabled: boolean | null; uncorrected: number | null }
  /** Memory pages to be retired and rows to be remapped. */
  repair: { pending: boolean | null; failed: boolean | null }
  /** What the driver says in place of values, or asks for: `GPU requires reset`. */
  faults: readonly string[]
}

/** A process on a GPU; `device` is its UUID or PCI address where that is told. */
export interface DeviceProcess extends GpuProcess {
  device: string | null
}

export interface Answered {
  devices: Device[]
  processes: DeviceProcess[]
  /** Newest CUDA version that the driver supports. */
  cuda: string | null
  /** Which name the driver has for the reasons that hold the clocks back. */
  throttleField: 'clocks_event_reasons.active' | 'clocks_throttle_reasons.active' | null
}

/** Texts in place of a value. `Unknown Error` is what many a laptop says of its fan. */
export function isGiven(value: string | undefined): value is string {
  return (
    value !== undefined &&
    !/^(?:\[.*\]|N\/A|Not Supported|Unknown Error|Insufficient Permissions|)$/i.test(value) &&
    !/deprecated|requires reset|is lost|fallen off the bus/i.test(value)
  )
}

/** Whether a value says that the GPU itself is gone. */
export function isFault(value: string): boolean {
  return /requires reset|is lost|fallen off the bus/i.test(value)
}

/** `143771 MiB` and `143771` alike; anything else than a number is not given. */
export function number(value: string | undefined): number | null {
  const digits = /^(-?\d+(?:\.\d+)?)(?:\s+\S+)?$/.exec(value ?? '')?.[1]
  return digits === undefined ? null : Number(digits)
}

export function flag(value: string | undefined): boolean | null {
  if (value === undefined) return null
  if (/^(?:Enabled|Yes|Active)$/i.test(value)) return true
  return /^(?:Disabled|No|Not Active)$/i.test(value) ? false : null
}

/** A program's name without its folder, which may tell of users and machines. */
export function programName(path: string | undefined): string | null {
  return isGiven(path) && path !== '-' ? basename(path).slice(0, 128) : null
}
