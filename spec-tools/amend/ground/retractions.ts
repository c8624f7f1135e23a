/** Which earlier sections the verdicts retract or reinstate, and what follows for their rows. */
import type { HypothesisOutcome, Judgement } from '../../judge/types.ts'
import { described, z } from '../../schema.ts'
import type { Investigation, SpecSettings } from '../../settings/index.ts'
import { isRetracted, reinstate, retract, type Decider, type Retraction } from '../retract.ts'
import type { Spec } from '../../document/index.ts'
import { findSection } from '../in-place/find.ts'
import { bare } from './number.ts'

export const retractionSchema = z.strictObject({
  number: z.string(),
  label: z.string(),
  kind: z.enum(['retracted', 'reinstated']),
  rows: described(z.array(z.string()), 'Criteria that rested on the section.'),
})

export type Retracted = z.infer<typeof retractionSchema>

/** A section with no hypothesis about it is never touched, nor one that stands as asked already. */
export function planRetractions(
  spec: Spec,
  investigation: Investigation | null,
  judgement: Judgement,
  by: Decider,
  { scoreboard }: SpecSettings,
): {
  retracted: Retracted[]
  plans: Retraction[]
  missed: { by: string; what: string; reason: string }[]
} {
  const { text } = spec
  const decided = (
    numbers: readonly string[] = [],
    outcome: HypothesisOutcome,
    standing: boolean,
  ) =>
    numbers
      .map(bare)
      .filter(
        (number) => allAre(judgement, number, outcome) && isRetracted(text, number) === standing,
      )
  const asked = judgement.hypotheses.flatMap(({ id, retracts }) =>
    retracts.map((heading) => ({ by: id, what: heading, found: findSection(spec, heading) })),
  )
  const headings = asked
    .flatMap(({ found }) => ('one' in found ? [found.one.heading] : []))
    .filter((heading) => !isRetracted(text, heading))
  const planned = [
    ...headings.map((number) => ({
      number,
      kind: 'retracted' as const,
      plan: retract(text, number, by, scoreboard),
    })),
    ...decided(investigation?.retracts, 'REFUTED', false).map((number) => ({
      number,
      kind: 'retracted' as const,
      plan: retract(text, number, by, scoreboard),
    })),
    ...decided(investigation?.reinstates, 'CONFIRMED', true).map((number) => ({
      number,
      kind: 'reinstated' as const,
      plan: reinstate(text, number, scoreboard),
    })),
  ]
  return {
    retracted: planned.map(({ number, kind, plan }) => ({
      number,
      label: headings.includes(number) ? `“${number}”` : `§${number}`,
      kind,
      rows: plan.rows,
    })),
    plans: planned.map(({ plan }) => plan),
    missed: asked.flatMap(({ by: id, what, found }) =>
      'reason' in found ? [{ by: id, what, reason: found.reason }] : [],
    ),
  }
}

function allAre({ hypotheses }: Judgement, number: string, outcome: HypothesisOutcome): boolean {
  const own = hypotheses.filter(({ section }) => section !== null && bare(section) === number)
  return own.length > 0 && own.every((verdict) => verdict.outcome === outcome)
}
