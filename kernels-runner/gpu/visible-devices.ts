/** Which GPUs a run is about, by `CUDA_VISIBLE_DEVICES`. */
import type { Device } from './device.ts'

/** What is seen, and what a reader should know about the choice; null where there is nothing to say. */
export interface Visible {
  devices: Device[]
  note: string | null
}

/**
 * The devices that CUDA shows to a diagnostic, in the order of the list; all of them without one. CUDA
 * ends at the first entry that it cannot resolve, and so does this.
 *
 * Hazard: CUDA counts by speed unless `CUDA_DEVICE_ORDER` is `PCI_BUS_ID`, as nvidia-smi counts.
 * Where the GPUs are not all alike, a number then means nothing, and all of them count.
 *
 * @param list value of `CUDA_VISIBLE_DEVICES`
 * @param order value of `CUDA_DEVICE_ORDER`
 */
export function visibleDevices(
  devices: readonly Device[],
  list: string | undefined,
  order: string | undefined,
): Visible {
  if (list === undefined) return { devices: [...devices], note: null }
  const shown = `CUDA_VISIBLE_DEVICES=${list.slice(0, 200)}`
  const entries = list.split(',').map((entry) => entry.trim())
  const alike = new Set(devices.map(({ name }) => name)).size <= 1
  if (order !== 'PCI_BUS_ID' && !alike && entries.some((entry) => /^\d+$/.test(entry))) {
    const note = `${shown} counts GPUs that are not alike by their speed; all of them are looked at. Set CUDA_DEVICE_ORDER=PCI_BUS_ID to name one.`
    return { devices: [...devices], note }
  }
  const found: Device[] = []
  for (const entry of entries) {
    const named = find(devices, entry)
    if (named === undefined) break
    if (!found.includes(named)) found.push(named)
  }
  return { devices: found, note: `${shown}: ${found.length} of ${devices.length} devices.` }
}

/** By number, or by the beginning of a UUID that only one has. */
function find(devices: readonly Device[], entry: string): Device | undefined {
  if (/^\d+$/.test(entry)) return devices.find(({ index }) => index === Number(entry))
  // An instance of MIG has an id of its own that the log does not tell; the older form names its GPU.
  const wanted = /^MIG-(GPU-[0-9a-f-]+)/i.exec(entry)?.[1] ?? entry
  if (/^MIG-/i.test(wanted)) {
    const split = devices.filter(({ mig }) => mig)
    return split.length === 1 ? split[0] : undefined
  }
  if (!/^GPU-/i.test(wanted)) return undefined
  const fitting = devices.filter(({ uuid }) => uuid?.toLowerCase().startsWith(wanted.toLowerCase()))
  return fitting.length === 1 ? fitting[0] : undefined
}
