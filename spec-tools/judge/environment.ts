/** Whether what was measured may be believed at all: what trusted code saw of the machine. */
import type { Evidence, HealthFinding, Measurement } from '../evidence/index.ts'
import { conversion } from '../settings/index.ts'
import type { Environment, HypothesisVerdict } from './types.ts'

/**
 * A finding that voids the whole run makes it INFRA: to be run again, and never the fault of what was
 * measured. One that voids the figures of a single diagnostic leaves the others as they are.
 */
export function environmentOf({ health = [] }: Pick<Evidence, 'health'>): Environment {
  const voided = health.some(({ voids, diagnostic }) => voids && diagnostic === null)
  return { status: voided ? 'INFRA' : 'sound', findings: health }
}

/** The finding that an INFRA run is known by; null for a sound one. */
export function infraReason({ status, findings }: Environment): HealthFinding | null {
  if (status === 'sound') return null
  return findings.find(({ voids, diagnostic }) => voids && diagnostic === null) ?? null
}

/** Nothing is concluded from an INFRA run, whatever its figures say. */
export function withoutConclusion(
  verdict: HypothesisVerdict,
  because: HealthFinding,
  next: string | undefined,
): HypothesisVerdict {
  return {
    ...verdict,
    outcome: 'INCONCLUSIVE',
    reason: `environment: ${because.detail}`,
    flips: [],
    changes: [],
    retracts: [],
    next: next ?? because.advice,
  }
}

/**
 * Why a figure cannot be used: it is of time or throughput, and the GPU was held back or shared while
 * its diagnostic ran. Null where nothing speaks against it.
 *
 * @param unit the one declared for the figure, else the one that the log states
 */
export function disturbed(
  { source, repeat = 0, facts }: Measurement,
  metric: string,
  unit: string | undefined,
  { findings }: Environment,
): string | null {
  if (!isPerformance(unit ?? facts.unit, metric)) return null
  const found = findings.find(
    (one) => one.voids && one.diagnostic === source.diagnostic && (one.repeat ?? 0) === repeat,
  )
  return found ? `${found.kind} during ${source.diagnostic}: ${found.detail}` : null
}

const performanceName =
  /(?:^|_)(?:seconds?|secs?|time|latency|duration|ttft|tpot|tps|gflops|tflops|throughput|bandwidth|speed|fps|[num]s)(?:_|$)|_per_(?:s|sec|second|min)|_s$/i

/** Times and rates, by their unit; by their name where no unit is known. */
function isPerformance(unit: string | undefined, metric: string): boolean {
  if (unit === undefined) return performanceName.test(metric)
  return (
    /\/\s?(?:s|sec|second|min|h)$|FLOPS?$|^tps$|per second/i.test(unit) ||
    conversion(unit, 's') !== null
  )
}
