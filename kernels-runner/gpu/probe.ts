/** Asks the machine for its GPUs, before any code of the pull request runs. */
import { hash } from 'node:crypto'
import type { Gpu, Machine } from '../../spec-tools/index.ts'
import { ask, type Answer } from '../process/command.ts'
import type { Environment } from '../environment.ts'
import { firstExecutable } from '../files.ts'
import type { Answered, Device, DeviceProcess } from './device.ts'
import { readLogXml } from './nvidia-smi-xml.ts'
import {
  csvQuery,
  processFields,
  queries,
  readDevices,
  readProcesses,
  sampleFields,
} from './nvidia-smi.ts'
import { throttleReasons } from './throttle.ts'
import { visibleDevices } from './visible-devices.ts'

/** Where drivers put it: distributions, containers and vendors' images, Windows' Linux. */
export const usualPaths: readonly string[] = [
  '/usr/bin/nvidia-smi',
  '/usr/local/nvidia/bin/nvidia-smi',
  '/usr/local/bin/nvidia-smi',
  '/opt/bin/nvidia-smi',
  '/usr/lib/wsl/lib/nvidia-smi',
  '/run/current-system/sw/bin/nvidia-smi',
]

export interface Probe {
  gpu: Machine['gpu']
  /** The devices that the run is about, and the processes on them. */
  devices: Device[]
  processes: DeviceProcess[]
  /** What samples the GPUs while the diagnostics run; null where there is none. */
  telemetry: { file: string; fields: string[] } | null
}

/** Without persistence mode a driver needs seconds to wake several GPUs. */
const timeoutMs = 30_000

/**
 * What GPUs there are. A machine without one is `absent`; one whose driver does not answer sensibly is
 * `unreadable`. Never searched for on `PATH`, which code of a pull request could have changed.
 *
 * One question as XML tells most; a driver whose XML cannot be read is asked for CSV, with fewer
 * fields as long as it does not know them.
 *
 * @param paths Absolute paths of nvidia-smi; the first that exists is asked.
 * @param env In which the diagnostics run: `CUDA_VISIBLE_DEVICES` decides which GPUs count.
 */
export async function probeGpu(paths: readonly string[], env: Environment = {}): Promise<Probe> {
  const file = await firstExecutable(paths)
  if (file === undefined) return without('absent', `No nvidia-smi at ${paths.join(', ')}.`)
  const forms = [() => asXml(file), ...queries.map((query) => () => asCsv(file, query))]
  let detail = ''
  for (const form of forms) {
    const { ran, answer, found } = await form()
    if (answer instanceof Error) return without('unreadable', answer.message)
    if (answer.code === 0 && found !== null) return present(file, ran, found, env)
    detail = `${ran}: ${wentWrong(answer)}`
    if (/no devices were found/i.test(answer.stdout + answer.stderr)) {
      return without('absent', detail)
    }
    if (answer.timedOut) break
  }
  return without('unreadable', detail)
}

interface Asked {
  ran: string
  answer: Answer | Error
  found: Answered | null
}

async function asXml(file: string): Promise<Asked> {
  const args = ['-q', '-x']
  const answer = await asked(file, args)
  const found = answer instanceof Error ? null : readLogXml(answer.stdout)
  return { ran: [file, ...args].join(' '), answer, found }
}

async function asCsv(file: string, query: (typeof queries)[number]): Promise<Asked> {
  const args = csvQuery('gpu', query.devices)
  const answer = await asked(file, args)
  const devices = answer instanceof Error ? null : readDevices(answer.stdout)
  const ran = [file, ...args].join(' ')
  if (devices === null || devices.length === 0) return { ran, answer, found: null }
  const processes = await asked(file, csvQuery('compute-apps', processFields))
  return {
    ran,
    answer,
    found: {
      devices,
      processes: processes instanceof Error ? [] : readProcesses(processes.stdout),
      cuda: null,
      throttleField: query.throttleField,
    },
  }
}

function asked(file: string, args: readonly string[]): Promise<Answer | Error> {
  return ask(file, args, timeoutMs).catch((error: Error) => error)
}

function without(status: 'absent' | 'unreadable', detail: string): Probe {
  return {
    gpu: { status, detail, devices: [] },
    devices: [],
    processes: [],
    telemetry: null,
  }
}

function present(file: string, ran: string, found: Answered, env: Environment): Probe {
  const { devices, note } = visibleDevices(
    found.devices,
    env['CUDA_VISIBLE_DEVICES'],
    env['CUDA_DEVICE_ORDER'],
  )
  if (devices.length === 0) return without('absent', `${ran}. ${note ?? ''}`)
  const uuids = new Set(devices.map(({ uuid }) => uuid))
  // Where it is not told on which device a process is, it may be on one that counts.
  const processes = found.processes.filter(({ device }) => device === null || uuids.has(device))
  const mostProcesses = 256
  return {
    gpu: {
      status: 'present',
      detail: described(ran, devices, processes, note),
      devices: devices.map(recorded),
      cuda: found.cuda,
      processes: processes.slice(0, mostProcesses).map(({ pid, name, kind, memoryMiB }) => ({
        pid,
        name,
        kind,
        memoryMiB,
      })),
    },
    devices,
    processes,
    telemetry: { file, fields: sampleFields(found.throttleField) },
  }
}

function described(
  ran: string,
  devices: readonly Device[],
  processes: readonly DeviceProcess[],
  note: string | null,
): string {
  const mig = devices.filter((device) => device.mig).map((device) => device.index ?? '?')
  const computing = processes.filter(({ kind }) => kind !== 'graphics')
  const memory = computing.reduce((sum, { memoryMiB }) => sum + (memoryMiB ?? 0), 0)
  return [
    `${ran}: ${counted(devices.length, 'device')}.`,
    ...(note === null ? [] : [note]),
    ...(mig.length > 0
      ? [`MIG is enabled on ${mig.join(', ')}: figures are those of the whole GPU.`]
      : []),
    ...(computing.length > 0
      ? [
          `Before the run ${counted(computing.length, 'other process')} computed, with ${memory} MiB.`,
        ]
      : []),
  ].join(' ')
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}${noun.endsWith('s') ? 'es' : 's'}`
}

function wentWrong(answer: Answer): string {
  const said = (answer.stdout + answer.stderr).trim().replaceAll(/\s+/g, ' ').slice(0, 500)
  if (answer.timedOut) return `no answer within ${timeoutMs / 1000} s.`
  return `exit code ${answer.code ?? 'none'}, it said: ${said === '' ? 'nothing' : said}`
}

/** A device as the bundle holds it, with the digest of its UUID in place of the UUID. */
function recorded(device: Device): Gpu {
  const { uuid } = device
  return {
    name: device.name.slice(0, 128),
    uuidDigest: uuid === null ? null : hash('sha256', uuid),
    driver: device.driver?.slice(0, 64) ?? null,
    memoryMiB: device.memoryMiB,
    memoryUsedMiB: device.memoryUsedMiB,
    temperatureC: device.temperatureC,
    smClockMHz: device.smClockMHz,
    memoryClockMHz: device.memoryClockMHz,
    throttle: device.throttle?.slice(0, 128) ?? null,
    throttleReasons: throttleReasons(device.throttle)?.slice(0, 64) ?? [],
    smClockMaxMHz: device.smClockMaxMHz,
    memoryClockMaxMHz: device.memoryClockMaxMHz,
    powerLimitW: device.powerLimitW,
    utilisationPercent: device.utilisationPercent,
    persistence: device.persistence,
    computeMode: device.computeMode?.slice(0, 64) ?? null,
    mig: device.mig,
    ecc: device.ecc,
    repair: device.repair,
  }
}
