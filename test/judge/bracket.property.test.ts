import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Brackets, matchAll } from '../../spec-tools/judge/bracket.ts'
import { cell } from '../../spec-tools/judge/cell.ts'
import { firstDivergence, type JudgedStage } from '../../spec-tools/judge/order.ts'
import { noFigures } from '../../spec-tools/judge/metrics.ts'
import type { PlacedRow } from '../../spec-tools/judge/types.ts'
import type { Outcome, Verdict } from '../../spec-tools/judge/verdicts.ts'

const outcomes = ['match', 'divergent', 'unjudged', 'unjudged', 'unjudged'] as const

/** Some with values that are not finite, most without. */
const randomDag: fc.Arbitrary<JudgedStage[]> = fc
  .constantFrom<Outcome[]>([...outcomes], [...outcomes], [...outcomes, 'nonfinite'])
  .chain((kinds) =>
    fc.array(fc.tuple(fc.constantFrom(...kinds), fc.array(fc.nat(), { maxLength: 2 })), {
      minLength: 1,
      maxLength: 12,
    }),
  )
  .map((nodes) =>
    nodes.map(([outcome, parents], index) => ({
      id: `s${index}`,
      after: index === 0 ? [] : [...new Set(parents.map((parent) => `s${parent % index}`))],
      outcome,
    })),
  )

/** Stages that one is computed from, over whatever steps, by the definition. */
function ancestorsOf({ after }: JudgedStage, all: readonly JudgedStage[]): Set<string> {
  const parents = all.filter(({ id }) => after.includes(id))
  return new Set(parents.flatMap((one) => [one.id, ...ancestorsOf(one, all)]))
}

/** Unjudged stages from which a path of unjudged stages leads to one, by the definition. */
function openBefore({ after }: JudgedStage, all: readonly JudgedStage[]): Set<string> {
  const parents = all.filter(({ id, outcome }) => after.includes(id) && outcome === 'unjudged')
  return new Set(parents.flatMap((one) => [one.id, ...openBefore(one, all)]))
}

/** The bracket by the definition: each stage is held against each other. */
function bracketOf(stages: readonly JudgedStage[]): string[] {
  const isBehind = (stage: JudgedStage, kind: (one: JudgedStage) => boolean) => {
    const ancestors = ancestorsOf(stage, stages)
    return stages.some((one) => kind(one) && ancestors.has(one.id))
  }
  const isDecisive = ({ outcome }: JudgedStage) =>
    outcome === 'nonfinite' || outcome === 'divergent'
  const earliest = stages.filter((one) => isDecisive(one) && !isBehind(one, isDecisive))
  const [first] = earliest
  if (!first) return []
  const open = new Set(earliest.flatMap((one) => [...openBefore(one, stages)]))
  const before = stages.slice(0, stages.indexOf(first)).filter(({ id }) => open.has(id))
  return [...before, first].map(({ id }) => id)
}

function answered(stages: readonly JudgedStage[], answers: ReadonlyMap<string, Outcome>) {
  return stages.map((one) => ({ ...one, outcome: answers.get(one.id) ?? one.outcome }))
}

/** The union over what each later stage that does not follow from the first would leave. */
function afterFirst(stages: readonly JudgedStage[], measured: readonly string[], index: number) {
  const at = measured[index]!
  const answers = new Map([...matchAll(measured.slice(0, index)), [at, 'divergent' as Outcome]])
  const apart = stages.filter(
    (one) => measured.indexOf(one.id) > index && !ancestorsOf(one, stages).has(at),
  )
  const left = new Set([
    ...bracketOf(answered(stages, answers)),
    ...apart.flatMap(({ id }) =>
      bracketOf(answered(stages, new Map([...answers, [id, 'divergent' as Outcome]]))),
    ),
  ])
  return stages.map(({ id }) => id).filter((id) => left.has(id))
}

const verdicts: Readonly<Record<Outcome, Verdict>> = {
  match: 'MATCH',
  divergent: 'DIVERGENT',
  nonfinite: 'NONFINITE',
  unjudged: 'NO-DATA',
}

function placed({ id, after, outcome }: JudgedStage): PlacedRow {
  const about = { candidate: null, reference: null, floor: null, notStated: [] }
  const vouch = 'self-reported' as const
  return {
    row: { stage: id, ...about, ...noFigures, cell: cell(verdicts[outcome]), vouch },
    after,
  }
}

it('the bracket is the one that the definition gives, values that are not finite included', () => {
  fc.assert(
    fc.property(randomDag, (stages) => {
      expect(firstDivergence(stages).stages).toEqual(bracketOf(stages))
    }),
    { numRuns: 1000 },
  )
})

it('what a measurement of several stages leaves is what each outcome by itself leaves', () => {
  let wider = 0
  fc.assert(
    fc.property(randomDag, fc.nat(), fc.nat({ max: 4095 }), (stages, chosen, asked) => {
      const open = stages
        .filter(({ outcome }, place) => outcome === 'unjudged' && asked & (1 << place))
        .map(({ id }) => id)
      if (open.length === 0) return
      const index = chosen % open.length
      const found = new Brackets(stages.map(placed)).afterFirst(open, index)
      expect(found).toEqual(afterFirst(stages, open, index))
      const answers = new Map([
        ...matchAll(open.slice(0, index)),
        [open[index]!, 'divergent' as const],
      ])
      if (found.length > bracketOf(answered(stages, answers)).length) wider += 1
    }),
    { numRuns: 6000 },
  )
  // Some 70 are expected.
  expect(wider).toBeGreaterThan(10)
})

it('ten thousand stages of which each may diverge on its own path are walked through at once', () => {
  const stages = Array.from({ length: 10_000 }, (_, index): JudgedStage => {
    const last = index === 9999
    return { id: `s${index}`, after: last ? ['s0', 's1'] : [], outcome: 'unjudged' }
  })
  const all = stages.map(({ id }) => id)
  expect(new Brackets(stages.map(placed)).afterFirst(all, 0)).toEqual(['s0'])
})
