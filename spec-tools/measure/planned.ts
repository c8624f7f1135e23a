/** A next step as an investigation that can be run: the file that `codicil plan` writes. */
import { stringify } from 'yaml'
import type { Investigation, Stage } from '../settings/index.ts'
import type { NextStep } from './types.ts'

/** More stages than this are compared all the same; they only get no hypothesis of their own. */
const most = 16

/**
 * YAML text of an investigation that repeats the declared one and asks what the step asks. Each stage
 * with a floor gets a hypothesis with an outcome for either side of it, which is what makes the step
 * falsifiable.
 */
export function plannedInvestigation(step: NextStep, declared: Investigation): string {
  const known = new Map(declared.stages.map((stage) => [stage.id, stage]))
  const tested = step.stages.slice(0, most).flatMap((id, index) => {
    const floor = (known.get(id)?.floor ?? declared.floor)?.relative_l2
    return floor === undefined ? [] : [{ id, name: `apart_${index + 1}`, floor }]
  })
  const { spec, refutes, diagnostics, sides, floor } = declared
  const planned = {
    title: `Next: ${step.kind} ${step.stages.join(', ')}`.slice(0, 200),
    spec,
    refutes,
    diagnostics,
    sides,
    floor,
    stages: declared.stages.map(written),
    measurements: Object.fromEntries(
      tested.map(({ id, name }) => [name, { stage: id, side: 'pair', metric: 'relative_l2' }]),
    ),
    hypotheses: tested.map(({ id, name, floor: limit }, index) => ({
      id: `${step.kind}-${index + 1}`,
      claim: `${id} diverges`,
      confirm: `${name} > ${limit}`,
      refute: `${name} <= ${limit}`,
      inconclusive: `On ${step.sides.map((side) => sides[side]).join(' and ')}: ${step.capture}.`,
    })),
    open: step.outcomes.map(({ outcome, then }) => `If ${outcome}, ${then}.`),
  }
  return stringify(planned, { lineWidth: 100, version: '1.2', aliasDuplicateObjects: false })
}

/** A stage without what is its default. */
function written(stage: Stage): unknown {
  const parts = Object.entries(stage).filter(
    ([, value]) => value !== undefined && JSON.stringify(value) !== '{}',
  )
  return parts.length === 1 ? stage.id : Object.fromEntries(parts)
}
