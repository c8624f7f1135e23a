/** A next step as an investigation that can be run: the file that `codicil plan` writes. */
import { stringify } from 'yaml'
import { type Investigation, namesIn, parsePredicate, type Stage } from '../settings/index.ts'
import type { NextStep } from './types.ts'

/** More stages than this are compared all the same; they only get no hypothesis of their own. */
const most = 16

/**
 * YAML text of an investigation that repeats the declared one and asks what the step asks. Each stage
 * with a floor gets a hypothesis with an outcome for either side of it, which is what makes the step
 * falsifiable; declared hypotheses that the step may decide are asked again as they are.
 */
export function plannedInvestigation(step: NextStep, declared: Investigation): string {
  const { spec, refutes, diagnostics, sides, floor } = declared
  const again = declared.hypotheses.filter(({ id }) => step.decides?.includes(id))
  const used = new Set(
    again.flatMap(({ confirm, refute }) => namesUsed([confirm, refute], declared)),
  )
  const kept = Object.entries(declared.measurements).filter(([name]) => used.has(name))
  const own = testsOf(step, declared).filter(
    ({ claim }) => !again.some((hypothesis) => hypothesis.claim === claim),
  )
  const planned = {
    title: `Next: ${step.kind} ${step.stages.join(', ')}`.slice(0, 200),
    spec,
    refutes,
    diagnostics,
    sides,
    floor,
    stages: declared.stages.map(written),
    measurements: Object.fromEntries([
      ...own.map(({ name, stage }) => [name, { stage, side: 'pair', metric: 'relative_l2' }]),
      ...kept,
    ]),
    hypotheses: [
      ...own.map(({ id, claim, name, limit }) => ({
        id,
        claim,
        confirm: `${name} > ${limit}`,
        refute: `${name} <= ${limit}`,
        inconclusive: `On ${step.sides.map((side) => sides[side]).join(' and ')}: ${step.capture}.`,
      })),
      ...again,
    ],
    open: step.outcomes.map(({ outcome, then }) => `If ${outcome}, ${then}.`),
  }
  return stringify(planned, { lineWidth: 100, version: '1.2', aliasDuplicateObjects: false })
}

/** That a stage diverges, for each stage of the step that has a floor; by names that are free. */
function testsOf({ kind, stages }: NextStep, { stages: all, floor, ...declared }: Investigation) {
  const known = new Map(all.map((stage) => [stage.id, stage]))
  const ids = new Set(declared.hypotheses.map(({ id }) => id))
  const isFree = (number: number) =>
    !ids.has(`${kind}-${number}`) && !Object.hasOwn(declared.measurements, `apart_${number}`)
  let number = 0
  return stages.slice(0, most).flatMap((stage) => {
    const limit = (known.get(stage)?.floor ?? floor)?.relative_l2
    if (limit === undefined) return []
    do number += 1
    while (!isFree(number))
    const [id, name] = [`${kind}-${number}`, `apart_${number}`]
    return [{ id, name, stage, limit, claim: `${stage} diverges` }]
  })
}

function namesUsed(predicates: readonly string[], { measurements }: Investigation): string[] {
  const units = new Map(Object.entries(measurements).map(([name, { unit }]) => [name, unit]))
  return predicates.flatMap((text) => namesIn(parsePredicate(text, units)))
}

/** A stage without what is its default. */
function written(stage: Stage): unknown {
  const parts = Object.entries(stage).filter(
    ([, value]) => value !== undefined && JSON.stringify(value) !== '{}',
  )
  return parts.length === 1 ? stage.id : Object.fromEntries(parts)
}
