import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstDivergence, type JudgedStage } from '../../spec-tools/judge/order.ts'
import type { Outcome } from '../../spec-tools/judge/verdicts.ts'

/** `ok M, bias D` as a chain: M matches, D diverges, N is not finite, ? is unjudged. */
function chain(text: string): JudgedStage[] {
  const outcomes: Record<string, Outcome> = {
    M: 'match',
    D: 'divergent',
    N: 'nonfinite',
    '?': 'unjudged',
  }
  return [...text].map((letter, index) => ({
    id: `s${index}`,
    after: index === 0 ? [] : [`s${index - 1}`],
    outcome: outcomes[letter]!,
  }))
}

describe('firstDivergence', () => {
  it.each([
    ['MMDD', ['s2'], 'one', 's1'],
    ['M??D', ['s1', 's2', 's3'], 'bracket', 's0'],
    ['?M?D', ['s2', 's3'], 'bracket', 's1'],
    ['D', ['s0'], 'one', null],
    ['?D', ['s0', 's1'], 'bracket', null],
    ['MMMM', [], 'none', 's3'],
    ['M?MM', [], 'unknown', 's3'],
    ['', [], 'unknown', null],
    ['MDMD', ['s1'], 'one', 's0'],
  ])('of %s is %j', (text, stages, status, lastMatch) => {
    expect(firstDivergence(chain(text))).toMatchObject({ stages, status, lastMatch })
  })

  it('tells where an error recovers', () => {
    const { recovered, text } = firstDivergence(chain('MDMM'))
    expect(recovered).toEqual(['s2', 's3'])
    expect(text).toContain('s2, s3 match again')
  })

  it.each([
    ['MDMN', 's1', 'The first with values that are not finite is s3.'],
    ['MNDD', 's1', 'The first with a divergence is s2.'],
  ])('of %s names both kinds, and leads with the first by order', (text, first, other) => {
    const found = firstDivergence(chain(text))
    expect(found.stages).toEqual([first])
    expect(found.text).toContain(other)
  })

  it('names the bracket where what lies between was not captured', () => {
    expect(firstDivergence(chain('M??D')).text).toContain('The first is one of s1, s2, s3')
  })

  it('leaves branches alone that do not lead to the divergence', () => {
    const stages: JudgedStage[] = [
      { id: 'x', after: [], outcome: 'match' },
      { id: 'q', after: ['x'], outcome: 'divergent' },
      { id: 'k', after: ['x'], outcome: 'unjudged' },
      { id: 'scores', after: ['q', 'k'], outcome: 'divergent' },
    ]
    expect(firstDivergence(stages)).toMatchObject({ status: 'one', stages: ['q'] })
  })

  it('finds what a search through all possible worlds finds, on random DAGs', () => {
    let brackets = 0
    fc.assert(
      fc.property(randomDag, (stages) => {
        const found = firstDivergence(stages)
        expect(found.stages).toEqual(bruteForce(stages))
        if (found.stages.length > 1) brackets += 1
      }),
      { numRuns: 1500 },
    )
    expect(brackets).toBeGreaterThan(20)
  })
})

const randomDag: fc.Arbitrary<JudgedStage[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom<Outcome>('match', 'divergent', 'unjudged', 'unjudged'),
      fc.array(fc.nat(), { maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((nodes) =>
    nodes.map(([outcome, parents], index) => ({
      id: `s${index}`,
      after: index === 0 ? [] : [...new Set(parents.map((parent) => `s${parent % index}`))],
      outcome,
    })),
  )

/**
 * In each world every unjudged stage is either good or bad. A bad stage whose parents are all good
 * and from which a path of bad stages leads to the divergence may be where it began. Only what
 * began no later than the first divergence, in the order of the computation, may be first.
 */
function bruteForce(stages: readonly JudgedStage[]): string[] {
  const index = new Map(stages.map(({ id }, at) => [id, at]))
  const parents = stages.map(({ after }) => after.map((id) => index.get(id)!))
  const divergent = stages.flatMap(({ outcome }, at) => (outcome === 'divergent' ? [at] : []))
  const ancestors = parents.map(() => new Set<number>())
  for (const [at, direct] of parents.entries()) {
    for (const parent of direct)
      for (const one of [parent, ...ancestors[parent]!]) ancestors[at]!.add(one)
  }
  const minimal = divergent.filter((at) => !divergent.some((one) => ancestors[at]!.has(one)))
  const first = minimal[0]
  if (first === undefined) return []
  const open = stages.flatMap(({ outcome }, at) => (outcome === 'unjudged' ? [at] : []))
  const origins = new Set<number>()
  for (let world = 0; world < 2 ** open.length; world += 1) {
    const bad = new Set([...divergent, ...open.filter((_, bit) => world & (1 << bit))])
    for (const end of minimal) {
      const reach = new Set([end])
      const queue = [end]
      for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
        for (const parent of parents[at]!) {
          if (bad.has(parent) && !reach.has(parent)) {
            reach.add(parent)
            queue.push(parent)
          }
        }
      }
      for (const at of reach) {
        if (parents[at]!.every((parent) => !bad.has(parent))) origins.add(at)
      }
    }
  }
  return [...origins]
    .filter((at) => at === first || (at < first && stages[at]!.outcome === 'unjudged'))
    .toSorted((a, b) => a - b)
    .map((at) => stages[at]!.id)
}
