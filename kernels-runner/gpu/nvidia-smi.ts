/**
 * What nvidia-smi is asked as CSV, and how its answers of any driver generation are read. Text in,
 * facts out.
 *
 * A field that the GPU or the driver does not give is null: `[N/A]`, `[Not Supported]`,
 * `[Insufficient Permissions]`, `[Unknown Error]`, `[GPU requires reset]`.
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

export interface Query {
  /** Of each GPU, once, before anything else runs. */
  devices: string[]
  throttleField: Answered['throttleField']
}

/** Newer name first; drivers before 535 know only the older. */
const throttleFields = ['clocks_event_reasons.active', 'clocks_throttle_reasons.active'] as const

const deviceFields = [
  'index',
  'name',
  'uuid',
  'driver_version',
  'memory.total',
  'memory.used',
  'temperature.gpu',
  'clocks.current.sm',
  'clocks.current.memory',
]

const healthFields = [
  'clocks.max.sm',
  'clocks.max.memory',
  'power.limit',
  'utilization.gpu',
  'persistence_mode',
  'compute_mode',
  'ecc.mode.current',
  'ecc.errors.uncorrected.volatile.total',
  'retired_pages.pending',
]

/** Queries to try in turn: a driver refuses a whole query for one field that it doesn't know. */
export const queries: readonly Query[] = [
  ...throttleFields.map((throttleField) => ({
    devices: [...deviceFields, ...healthFields, 'mig.mode.current', throttleField],
    throttleField,
  })),
  {
    devices: [...deviceFields, ...healthFields, throttleFields[1]],
    throttleField: throttleFields[1],
  },
  { devices: deviceFields, throttleField: null },
]

/** Of each GPU, while the diagnostics run. */
export function sampleFields(throttleField: Answered['throttleField']): string[] {
  return [
    'timestamp',
    'index',
    'temperature.gpu',
    'power.draw',
    'clocks.current.sm',
    'clocks.current.memory',
    'utilization.gpu',
    'memory.used',
    ...(throttleField === null ? [] : [throttleField]),
  ]
}

export const processFields = ['gpu_uuid', 'pid', 'process_name', 'used_memory']

/** The arguments for one kind of question, answered as CSV with a header. */
export function csvQuery(about: 'gpu' | 'compute-apps', fields: readonly string[]): string[] {
  return [`--query-${about}=${fields.join(',')}`, '--format=csv']
}

/** @returns null if the text is not an answer about devices, such as a message. */
export function readDevices(csv: string): Device[] | null {
  return (
    readRows(csv, 'name')?.map(({ given, faults }) => ({
      index: number(given['index']),
      name: given['name'] ?? 'unnamed GPU',
      uuid: given['uuid'] ?? null,
      driver: given['driver_version'] ?? null,
      memoryMiB: number(given['memory.total']),
      memoryUsedMiB: number(given['memory.used']),
      temperatureC: number(given['temperature.gpu']),
      smClockMHz: number(given['clocks.current.sm']),
      memoryClockMHz: number(given['clocks.current.memory']),
      smClockMaxMHz: number(given['clocks.max.sm']),
      memoryClockMaxMHz: number(given['clocks.max.memory']),
      powerLimitW: number(given['power.limit']),
      utilisationPercent: number(given['utilization.gpu']),
      throttle: given[throttleFields[0]] ?? given[throttleFields[1]] ?? null,
      mig: given['mig.mode.current'] === 'Enabled',
      persistence: flag(given['persistence_mode']),
      computeMode: given['compute_mode'] ?? null,
      ecc: {
        enabled: flag(given['ecc.mode.current']),
        uncorrected: number(given['ecc.errors.uncorrected.volatile.total']),
      },
      repair: { pending: flag(given['retired_pages.pending']), failed: null },
      faults,
    })) ?? null
  )
}

/** Processes that compute on a GPU; none if the text is not an answer about processes. */
export function readProcesses(csv: string): DeviceProcess[] {
  const rows = readRows(csv, 'pid') ?? []
  return rows.map(({ given }) => ({
    pid: number(given['pid']),
    name: programName(given['process_name']),
    kind: 'compute',
    memoryMiB: number(given['used_memory'] ?? given['used_gpu_memory']),
    device: given['gpu_uuid'] ?? null,
  }))
}

/** A GPU at one moment of the run. */
export interface Sample {
  /** Milliseconds since 1970; nvidia-smi ran with its clock in UTC. */
  at: number
  index: number
  temperatureC: number | null
  throttle: string | null
}

/** Rows whose moment or device cannot be read are left out. */
export function readSamples(csv: string): Sample[] {
  return (readRows(csv, 'timestamp') ?? []).flatMap(({ given }) => {
    const at = momentOf(given['timestamp'] ?? '')
    const index = number(given['index'])
    if (at === null || index === null) return []
    const throttle = given[throttleFields[0]] ?? given[throttleFields[1]] ?? null
    return [{ at, index, temperatureC: number(given['temperature.gpu']), throttle }]
  })
}

/** `2026/11/23 20:02:07.697` */
function momentOf(text: string): number | null {
  const found = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)$/.exec(text)
  if (!found) return null
  const [, year, month, day, time] = found
  const at = Date.parse(`${year}-${month}-${day}T${time}Z`)
  return Number.isNaN(at) ? null : at
}

interface Row {
  given: Readonly<Record<string, string | undefined>>
  faults: string[]
}

/**
 * The rows of `--format=csv` by the names in its header, without their units, so that the order of the
 * columns does not matter. Values that are not given are absent.
 */
function readRows(csv: string, wanted: string): Row[] | null {
  const [header, ...lines] = csv
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()))
  const names = header?.map((cell) => cell.replace(/\s*\[[^\]]*\]$/, ''))
  if (!names?.includes(wanted)) return null
  return lines
    .map((cells) => withCommas(cells, names))
    .filter((cells) => cells.length === names.length)
    .map((cells) => {
      const all = names.map((name, column) => [name, cells[column] ?? ''] as const)
      return {
        given: Object.fromEntries(all.filter(([, cell]) => isGiven(cell))),
        faults: [...new Set(cells.filter(isFault).map((cell) => cell.replaceAll(/[[\]]/g, '')))],
      }
    })
}

/** A program's name may hold commas, and nothing is quoted. */
function withCommas(cells: string[], names: readonly string[]): string[] {
  const column = names.indexOf('process_name')
  const more = cells.length - names.length
  if (column === -1 || more <= 0) return cells
  return cells.toSpliced(column, more + 1, cells.slice(column, column + more + 1).join(','))
}
