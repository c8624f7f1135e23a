import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { noFigures } from '../../spec-tools/judge/metrics.ts'
import { cell } from '../../spec-tools/judge/cell.ts'
import { judgedStages } from '../../spec-tools/judge/bracket.ts'
import { firstDivergence } from '../../spec-tools/judge/order.ts'
import { isFalsifiable, nextSteps } from '../../spec-tools/judge/plan.ts'
import type { PlacedRow, NextStep } from '../../spec-tools/judge/types.ts'

/** A stage as it is in truth, and whether both sides were captured there. */
interface Stage {
  id: string
  after: string[]
  diverges: boolean
  captured: boolean
}

const randomDag: fc.Arbitrary<Stage[]> = fc
  .array(
    fc.tuple(fc.boolean(), fc.integer({ max: 3, min: 0 }), fc.array(fc.nat(), { maxLength: 3 })),
    {
      minLength: 2,
      maxLength: 14,
    },
  )
  .map((nodes) =>
    nodes.map(([diverges, capture, parents], index) => ({
      id: `s${index}`,
      after: index === 0 ? [] : [...new Set(parents.map((parent) => `s${parent % index}`))],
      diverges,
      captured: capture === 0,
    })),
  )

function rowOf({ id, after, diverges, captured }: Stage): PlacedRow {
  const verdict = captured ? cell(diverges ? 'DIVERGENT' : 'MATCH') : cell('NO-DATA')
  const row = {
    stage: id,
    candidate: null,
    reference: null,
    ...noFigures,
    floor: null,
    cell: verdict,
    notStated: [],
    vouch: 'self-reported' as const,
  }
  return { row, after }
}

function planned(stages: readonly Stage[], captures: number) {
  const placed = stages.map(rowOf)
  const first = firstDivergence(judgedStages(placed))
  const sides = { candidate: 'a', reference: 'b' }
  return { first, steps: nextSteps(placed, first, { sides, captures }) }
}

/** What a step was told to lead to, given what its stages are in truth. */
function predicted({ stages, outcomes }: NextStep, truth: readonly Stage[]): string[] | undefined {
  const apart = stages.findIndex((id) => truth.find((one) => one.id === id)!.diverges)
  // Outcomes: all match; then one for each stage, the last of them for all later ones.
  const at = apart === -1 ? 0 : Math.min(apart + 1, outcomes.length - 1)
  return outcomes[at]!.first
}

const narrows = (kind: NextStep['kind']) => kind === 'bisect' || kind === 'repair'

it('every step splits the candidates: no outcome leaves the bracket as it was', () => {
  let seen = 0
  fc.assert(
    fc.property(randomDag, fc.integer({ min: 1, max: 3 }), (stages, captures) => {
      const { first, steps } = planned(stages, captures)
      for (const step of steps) {
        expect(isFalsifiable(step)).toBe(true)
        if (!narrows(step.kind) || first.stages.length === 0) continue
        for (const outcome of step.outcomes) {
          seen += 1
          expect(first.stages).toEqual(expect.arrayContaining(outcome.first!))
          expect(outcome.first!.length).toBeLessThan(first.stages.length)
        }
      }
    }),
    { numRuns: 500 },
  )
  expect(seen).toBeGreaterThan(200)
})

/** Measures what steps ask for until none is offered: what was told each time, and what was left. */
function followed(truth: readonly Stage[], captures: number, choices: readonly number[]) {
  const stages = truth.map((stage) => ({ ...stage }))
  const measured: { step: NextStep; told: string[] | undefined; left: string[] }[] = []
  for (const choice of choices) {
    const offered = planned(stages, captures).steps.filter(({ kind }) => narrows(kind))
    const step = offered[choice % offered.length]
    if (!step) break
    for (const stage of stages) if (step.stages.includes(stage.id)) stage.captured = true
    const left = planned(stages, captures).first.stages
    measured.push({ step, told: predicted(step, truth), left })
  }
  return { measured, end: planned(stages, captures).first }
}

it('truthful outcomes lead where they were told to, and end with one stage', () => {
  let steps = 0
  const choices = fc.array(fc.nat(), { minLength: 16, maxLength: 16 })
  fc.assert(
    fc.property(randomDag, fc.integer({ min: 1, max: 3 }), choices, (truth, captures, chosen) => {
      const { measured, end } = followed(truth, captures, chosen)
      for (const { step, told = step.stages, left } of measured) {
        steps += 1
        expect(told).toEqual(expect.arrayContaining(left))
        // Where one stage is asked for, nothing is left open.
        expect(step.stages.length > 1 || left.length === told.length).toBe(true)
      }
      expect(['one', 'none']).toContain(end.status)
      const diverging = truth.filter(({ diverges }) => diverges).map(({ id }) => id)
      expect(diverging).toEqual(expect.arrayContaining(end.stages))
    }),
    { numRuns: 500 },
  )
  expect(steps).toBeGreaterThan(300)
})

it('one capture at a time halves a bracket of a chain', () => {
  const chain = Array.from({ length: 65 }, (_, index) => ({
    id: `s${index}`,
    after: index === 0 ? [] : [`s${index - 1}`],
    diverges: index >= 23,
    captured: index === 64,
  }))
  const capture = () => {
    const step = planned(chain, 1).steps.find(({ kind, stages }) => {
      return kind === 'bisect' || (kind === 'repair' && stages.length === 1)
    })
    for (const stage of chain) if (step?.stages.includes(stage.id)) stage.captured = true
  }
  for (let captures = 0; captures < 6; captures += 1) capture()
  expect(planned(chain, 1).first.stages).toEqual(['s23'])
})

it('is not falsifiable where all outcomes lead to the same bracket', () => {
  const step = planned(
    [
      { id: 'x', after: [], diverges: false, captured: true },
      { id: 'y', after: ['x'], diverges: true, captured: true },
    ],
    1,
  ).steps[0]!
  expect(isFalsifiable(step)).toBe(true)
  const same = step.outcomes.map((outcome) => ({ ...outcome, first: ['y'] }))
  expect(isFalsifiable({ ...step, outcomes: same })).toBe(false)
})

it('is not made falsifiable by an open hypothesis that it decides with one outcome only', () => {
  const step = planned([{ id: 'y', after: [], diverges: true, captured: true }], 1).steps[0]!
  const same = step.outcomes.map((outcome) => ({ ...outcome, first: ['y'] }))
  expect(isFalsifiable({ ...step, outcomes: same, decides: ['H1'] })).toBe(true)
  expect(isFalsifiable({ ...step, outcomes: same.slice(0, 1), decides: ['H1'] })).toBe(false)
})
