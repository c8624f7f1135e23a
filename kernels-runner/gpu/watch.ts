/** Watches over a run on a GPU: the canary before and after, samples in between, and what they say. */
import type { Canary, HealthFinding } from '../../spec-tools/index.ts'
import type { Diagnosed } from '../bundle/gather.ts'
import type { RunLog } from '../job-log.ts'
import { runCanary, type CanaryProgram } from './canary.ts'
import { findingsDuring, type Span } from './during.ts'
import type { Probe } from './probe.ts'
import { startTelemetry, type Telemetry } from './telemetry.ts'

export interface WatchOrder {
  probe: Probe
  /** What the preflight found. */
  findings: readonly HealthFinding[]
  now(): Date
  log: RunLog
}

export interface Seen {
  /** Samples of the GPUs as CSV. */
  telemetry: Buffer
  health: HealthFinding[]
  canary: Canary[]
}

/** Runs the canary from its folder; `repeat` tells its runs apart. */
export type RunProgram = (folder: string, repeat: number) => Promise<Diagnosed>

export class GpuWatch {
  readonly #order: WatchOrder
  readonly #health: HealthFinding[] = []
  readonly #canary: Canary[] = []
  #program: { canary: CanaryProgram; run: RunProgram } | null = null
  #telemetry: Telemetry | null = null

  constructor(order: WatchOrder) {
    this.#order = order
    this.#find(...order.findings)
  }

  /** Why nothing of the pull request may be run, or why what was run does not count; else null. */
  get stop(): HealthFinding | null {
    return this.#health.find(({ voids, diagnostic }) => voids && diagnostic === null) ?? null
  }

  /**
   * Starts watching.
   *
   * @param canary Null where no GPU is used, or the settings want none.
   */
  async begin(canary: CanaryProgram | null, run: RunProgram): Promise<void> {
    this.#program = canary && { canary, run }
    await this.#runCanary('before')
    if (this.stop === null) {
      this.#telemetry = startTelemetry(this.#order.probe.telemetry, this.#order.now)
    }
  }

  /**
   * Ends watching, and gives what was seen.
   *
   * @param cancelled Then there is no time for another canary.
   */
  async end(diagnosed: readonly Diagnosed[], cancelled: boolean): Promise<Seen> {
    const sampled = await this.#telemetry?.stop()
    if (this.stop === null && !cancelled) await this.#runCanary('after')
    if (sampled) {
      const { devices } = this.#order.probe
      this.#find(...findingsDuring(sampled, diagnosed.flatMap(spanOf), devices))
    }
    return {
      telemetry: sampled?.csv ?? Buffer.alloc(0),
      health: this.#health,
      canary: this.#canary,
    }
  }

  /** Leaves nothing running. */
  async abandon(): Promise<void> {
    await this.#telemetry?.stop()
  }

  async #runCanary(when: Canary['when']): Promise<void> {
    if (this.#program === null) return
    const { log } = this.#order
    const { canary: program, run } = this.#program
    log.open(`canary, ${when} the diagnostics`)
    const { canary, finding } = await runCanary(when, program, (folder) =>
      run(folder, this.#canary.length),
    ).finally(() => log.close())
    this.#canary.push(canary)
    if (canary.status === 'not run') log.warn(`The canary was not run: ${canary.detail}`)
    if (finding) this.#find(finding)
  }

  #find(...findings: readonly HealthFinding[]): void {
    this.#health.push(...findings)
    for (const { detail, advice, voids } of findings) {
      if (voids) this.#order.log.warn(`${detail} ${advice}`)
      else this.#order.log.say(detail)
    }
  }
}

function spanOf({ diagnostic }: Diagnosed): Span[] {
  const { id, repeat = 0, device, startedAt, seconds } = diagnostic
  const from = Date.parse(startedAt)
  return device === 'gpu' ? [{ id, repeat, from, to: from + seconds * 1000 }] : []
}
