/** Samples of the GPUs while the diagnostics run: clocks, temperature, power, throttling, memory. */
import { follow } from '../command.ts'
import { csvQuery, type Probe } from './probe.ts'

/** Twice a second. */
const intervalMs = 500
/** Nine hours of one GPU. */
const most = 8 * 1024 * 1024

export interface Telemetry {
  /** Ends the sampling and gives the CSV, times in UTC; empty where there is no GPU. */
  stop(): Promise<Buffer>
}

export function startTelemetry(tool: Probe['telemetry']): Telemetry {
  if (tool === null) return { stop: async () => Buffer.alloc(0) }
  const chunks: Buffer[] = []
  let length = 0
  const args = [...csvQuery('gpu', tool.fields), `--loop-ms=${intervalMs}`]
  const following = follow(tool.file, args, (chunk) => {
    if (length + chunk.length > most) return
    length += chunk.length
    chunks.push(chunk)
  })
  return {
    async stop() {
      await following.stop()
      const csv = Buffer.concat(chunks)
      // The last line may have been cut by the end.
      return csv.subarray(0, csv.lastIndexOf(0x0a) + 1)
    },
  }
}
