/** Asks the machine for its GPUs, before any code of the pull request runs. */
import { createHash } from 'node:crypto'
import type { Gpu, Machine } from '../../spec-tools/index.ts'
import { ask, type Answer } from '../command.ts'
import { firstExecutable } from '../files.ts'
import {
  processFields,
  queries,
  readDevices,
  readProcesses,
  type ComputeProcess,
  type Device,
} from './nvidia-smi.ts'

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
  /** What samples the GPUs while the diagnostics run; null where there is none. */
  telemetry: { file: string; fields: string[] } | null
}

/** Without persistence mode a driver needs seconds to wake several GPUs. */
const timeoutMs = 30_000

/**
 * What GPUs there are. A machine without one is `absent`; one whose driver does not answer sensibly is
 * `unreadable`. Never searched for on `PATH`, which code of a pull request could have changed.
 *
 * @param paths Absolute paths of nvidia-smi; the first that exists is asked.
 */
export async function probeGpu(paths: readonly string[]): Promise<Probe> {
  const file = await firstExecutable(paths)
  if (file === undefined) return without('absent', `No nvidia-smi at ${paths.join(', ')}.`)
  let detail = ''
  for (const { devices: fields, samples } of queries) {
    const args = csvQuery('gpu', fields)
    const ran = `${file} ${args.join(' ')}`
    const answer = await ask(file, args, timeoutMs).catch((error: Error) => error)
    if (answer instanceof Error) return without('unreadable', answer.message)
    const devices = readDevices(answer.stdout)
    if (answer.code === 0 && devices !== null && devices.length > 0) {
      const processes = await computing(file)
      return {
        gpu: {
          status: 'present',
          detail: found(ran, devices, processes),
          devices: devices.map(described),
        },
        telemetry: { file, fields: samples },
      }
    }
    detail = `${ran}: ${wentWrong(answer)}`
    if (/no devices were found/i.test(answer.stdout + answer.stderr)) {
      return without('absent', detail)
    }
    if (answer.timedOut) break
  }
  return without('unreadable', detail)
}

/** The arguments for one kind of question, answered as CSV with a header. */
export function csvQuery(about: 'gpu' | 'compute-apps', fields: readonly string[]): string[] {
  return [`--query-${about}=${fields.join(',')}`, '--format=csv']
}

async function computing(file: string): Promise<ComputeProcess[]> {
  const answer = await ask(file, csvQuery('compute-apps', processFields), timeoutMs)
  return readProcesses(answer.stdout)
}

function without(status: 'absent' | 'unreadable', detail: string): Probe {
  return { gpu: { status, detail, devices: [] }, telemetry: null }
}

function found(ran: string, devices: Device[], processes: ComputeProcess[]): string {
  const mig = devices.filter((device) => device.mig).map((device) => device.index ?? '?')
  const memory = processes.reduce((sum, { memoryMiB }) => sum + (memoryMiB ?? 0), 0)
  return [
    `${ran}: ${counted(devices.length, 'device')}.`,
    ...(mig.length > 0
      ? [`MIG is enabled on ${mig.join(', ')}: figures are those of the whole GPU.`]
      : []),
    ...(processes.length > 0
      ? [
          `Before the run ${counted(processes.length, 'other process')} computed, with ${memory} MiB.`,
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

function described({ uuid, name, ...device }: Device): Gpu {
  return {
    name: name.slice(0, 128),
    uuidDigest: uuid === null ? null : createHash('sha256').update(uuid).digest('hex'),
    driver: device.driver,
    memoryMiB: device.memoryMiB,
    memoryUsedMiB: device.memoryUsedMiB,
    temperatureC: device.temperatureC,
    smClockMHz: device.smClockMHz,
    memoryClockMHz: device.memoryClockMHz,
    throttle: device.throttle,
  }
}
