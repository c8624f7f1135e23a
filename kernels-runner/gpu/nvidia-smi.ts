/**
 * What nvidia-smi is asked, and how its answers of any driver generation are read. Text in, facts out.
 *
 * A field that the GPU or the driver does not give is null: `[N/A]`, `[Not Supported]`,
 * `[Insufficient Permissions]`, `[Unknown Error]`, `[GPU requires reset]`.
 */

export interface Query {
  /** Of each GPU, once, before anything else runs. */
  devices: string[]
  /** Of each GPU, while the diagnostics run. */
  samples: string[]
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

const sampleFields = [
  'timestamp',
  'index',
  'temperature.gpu',
  'power.draw',
  'clocks.current.sm',
  'clocks.current.memory',
  'utilization.gpu',
  'memory.used',
]

/** Queries to try in turn: a driver refuses a whole query for one field that it doesn't know. */
export const queries: readonly Query[] = [
  ...throttleFields.map((throttle) => ({
    devices: [...deviceFields, 'mig.mode.current', throttle],
    samples: [...sampleFields, throttle],
  })),
  { devices: deviceFields, samples: sampleFields },
]

export const processFields = ['pid', 'used_memory']

export interface Device {
  index: number | null
  name: string
  uuid: string | null
  driver: string | null
  memoryMiB: number | null
  memoryUsedMiB: number | null
  temperatureC: number | null
  smClockMHz: number | null
  memoryClockMHz: number | null
  throttle: string | null
  mig: boolean
}

/** @returns null if the text is not an answer about devices, such as a message. */
export function readDevices(csv: string): Device[] | null {
  return (
    readRows(csv, 'name')?.map((row) => ({
      index: number(row['index']),
      name: row['name'] ?? 'unnamed GPU',
      uuid: row['uuid'] ?? null,
      driver: row['driver_version'] ?? null,
      memoryMiB: number(row['memory.total']),
      memoryUsedMiB: number(row['memory.used']),
      temperatureC: number(row['temperature.gpu']),
      smClockMHz: number(row['clocks.current.sm']),
      memoryClockMHz: number(row['clocks.current.memory']),
      throttle: row[throttleFields[0]] ?? row[throttleFields[1]] ?? null,
      mig: row['mig.mode.current'] === 'Enabled',
    })) ?? null
  )
}

export interface ComputeProcess {
  pid: number | null
  memoryMiB: number | null
}

/** Processes that compute on a GPU; none if the text is not an answer about processes. */
export function readProcesses(csv: string): ComputeProcess[] {
  const rows = readRows(csv, 'pid') ?? []
  return rows.map((row) => ({
    pid: number(row['pid']),
    memoryMiB: number(row['used_memory'] ?? row['used_gpu_memory']),
  }))
}

type Row = Readonly<Record<string, string | undefined>>

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
    .filter((cells) => cells.length === names.length)
    .map((cells) => {
      const given = names.map((name, column) => [name, cells[column] ?? ''] as const)
      return Object.fromEntries(given.filter(([, cell]) => !/^(?:\[.*\]|N\/A|)$/.test(cell)))
    })
}

/** `143771 MiB` and `143771` alike; anything else than a number is not given. */
function number(cell: string | undefined): number | null {
  const digits = /^(-?\d+(?:\.\d+)?)(?:\s+\S+)?$/.exec(cell ?? '')?.[1]
  return digits === undefined ? null : Number(digits)
}
