/** What a run showed, in one sentence: the same in the section, the banner, the comment, the check. */
import type { Evidence } from '../evidence/index.ts'
import { infraReason } from '../judge/environment.ts'
import {
  byGravity,
  type HypothesisOutcome,
  isAlarm,
  type Judgement,
  type Verdict,
  verdicts,
} from '../judge/index.ts'

export function headline(evidence: Evidence, judgement: Judgement): string {
  const infra = infraReason(judgement.environment)
  if (infra) return `INFRA: ${infra.detail} ${infra.advice} Then run it again.`
  const parts = [...hypotheses(judgement), ...stages(judgement)]
  if (parts.length === 0) {
    const { measurements, diagnostics } = evidence
    return `${plural(measurements.length, 'measurement')} from ${plural(diagnostics.length, 'diagnostic')}; nothing was compared.`
  }
  return `${capital(parts.join('; '))}.`
}

/** `1 stage`, `2 stages`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function hypotheses({ hypotheses: decided }: Judgement): string[] {
  const order: HypothesisOutcome[] = ['REFUTED', 'CONFIRMED', 'INCONCLUSIVE']
  return order.flatMap((outcome) => {
    const ids = decided.filter((verdict) => verdict.outcome === outcome).map(({ id }) => id)
    if (ids.length === 0) return []
    const named = ids.length > 8 ? `${ids.length} hypotheses` : ids.join(', ')
    return [`${outcome.toLowerCase()}: ${named}`]
  })
}

function stages({ rows, first }: Judgement): string[] {
  if (rows.length === 0) return []
  const apart = rows.filter(isAlarm)
  if (apart.length > 0) return [first.text.replace(/\.$/, '')]
  const counts = [...byGravity].toSorted(matchesFirst).flatMap((verdict) => {
    const count = rows.filter(({ cell }) => cell.verdict === verdict).length
    return count > 0 ? [`${count} ${verdict}`] : []
  })
  return [`stages: ${counts.join(', ')}`]
}

/** What agrees, then what could not be judged. */
function matchesFirst(a: Verdict, b: Verdict): number {
  const place = (verdict: Verdict) => (verdicts[verdict].outcome === 'match' ? 0 : 1)
  return place(a) - place(b)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
