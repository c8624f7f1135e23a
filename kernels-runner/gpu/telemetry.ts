/**
 * Samples of the GPUs while the diagnostics run: clocks, temperature, power, throttling and memory
 * twice a second, the processes that compute every two seconds.
 */
import { follow } from '../process/command.ts'
import type { DeviceProcess } from './device.ts'
import { csvQuery, processFields, readProcesses } from './nvidia-smi.ts'
import { isForeign } from './own-processes.ts'
import type { Probe } from './probe.ts'

const intervalMs = 500
const processIntervalMs = 2000
/** Nine hours of one GPU. */
const most = 8 * 1024 * 1024

/** A process of somebody else, when it was seen. */
export interface Sighting extends Pick<DeviceProcess, 'pid' | 'name' | 'memoryMiB' | 'device'> {
  /** Milliseconds since 1970. */
  at: number
}

export interface Sampled {
  /** CSV, times in UTC; empty where there is no GPU. */
  csv: Buffer
  foreign: Sighting[]
}

export interface Telemetry {
  /** Ends the sampling. */
  stop(): Promise<Sampled>
}

export function startTelemetry(tool: Probe['telemetry'], now: () => Date): Telemetry {
  if (tool === null) return { stop: async () => ({ csv: Buffer.alloc(0), foreign: [] }) }
  const gpus = sampleGpus(tool)
  const processes = watchProcesses(tool.file, now)
  return {
    async stop() {
      const [csv, foreign] = await Promise.all([gpus.stop(), processes.stop()])
      return { csv, foreign }
    },
  }
}

function sampleGpus({ file, fields }: NonNullable<Probe['telemetry']>) {
  const chunks: Buffer[] = []
  let length = 0
  const args = [...csvQuery('gpu', fields), `--loop-ms=${intervalMs}`]
  const following = follow(file, args, (chunk) => {
    if (length + chunk.length > most) return
    length += chunk.length
    chunks.push(chunk)
  })
  return {
    async stop(): Promise<Buffer> {
      await following.stop()
      const csv = Buffer.concat(chunks)
      // The last line may have been cut by the end.
      return csv.subarray(0, csv.lastIndexOf(0x0a) + 1)
    },
  }
}

/** Sightings that are kept; what is seen more often says nothing new. */
const mostSightings = 4096

/** Each process is looked at as soon as it is named: later it may have ended. */
function watchProcesses(file: string, now: () => Date) {
  const foreign: Sighting[] = []
  const pending = new Set<Promise<void>>()
  let header = ''
  let rest = ''
  const look = async (line: string, at: number): Promise<void> => {
    for (const { pid, ...one } of readProcesses(`${header}\n${line}\n`)) {
      if (pid === null || foreign.length >= mostSightings) continue
      if (await isForeign(pid, one.name)) foreign.push({ at, pid, ...one })
    }
  }
  const args = [...csvQuery('compute-apps', processFields), `--loop-ms=${processIntervalMs}`]
  const following = follow(file, args, (chunk) => {
    const at = now().getTime()
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop()?.slice(-65_536) ?? ''
    for (const line of lines) {
      if (/(?:^|,)\s*pid\s*(?:,|$)/.test(line)) header = line
      else if (line.trim() !== '') {
        const looking = look(line, at).finally(() => pending.delete(looking))
        pending.add(looking)
      }
    }
  })
  return {
    async stop(): Promise<Sighting[]> {
      await following.stop()
      await Promise.all(pending)
      return foreign
    },
  }
}
