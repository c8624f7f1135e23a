import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noteTable, toMarkdown } from '../../spec-tools/render/markdown/index.ts'
import { judged, type Line } from './bundle.ts'

const sides = { candidate: 'fast', reference: 'exact' }
const facts = { n: 4096, selection: 'last' as const }
const declared = (floor?: number) => ({
  sides,
  stages: ['out'],
  ...(floor !== undefined && { floor: { relative_l2: floor } }),
})

/** One run of a diagnostic that prints both sides, and their difference where it is given. */
function run(
  repeat: number,
  { fast = '2.0000', exact = '2.0000', rms }: { fast?: string; exact?: string; rms?: string } = {},
): Line[] {
  const pair: Line = { stage: 'out', side: 'fast', against: 'exact', rms_diff: rms, facts, repeat }
  return [
    { stage: 'out fast', mean: '0.0000', std: fast, facts, repeat },
    { stage: 'out exact', mean: '0.0000', std: exact, facts, repeat },
    ...(rms === undefined ? [] : [pair]),
  ]
}

function rowOf(lines: readonly Line[], floor?: number) {
  return judged(lines, declared(floor)).rows[0]!
}

describe('a verdict over several runs', () => {
  const runs = (...rms: string[]) => rms.flatMap((one, repeat) => run(repeat, { rms: one }))

  it('is MATCH only where every run matches, and shows the worst', () => {
    expect(rowOf(runs('0.0100', '0.0120'), 0.01).cell.text).toBe('MATCH(relL2 .006≤.01)')
    expect(rowOf(runs('0.0100', '0.0300'), 0.01).cell.text).toBe('UNPROVEN(relL2 .005–.015)')
  })

  it('is DIVERGENT only where every run diverges, and shows the least', () => {
    expect(rowOf(runs('0.0400', '0.0500'), 0.01).cell.text).toBe('DIVERGENT(relL2 ≥.02>.01)')
    expect(rowOf(runs('0.0400', '0.0400'), 0.01).cell.text).toBe('DIVERGENT(relL2 .02>.01)')
  })

  it('is the same whatever the order of the runs in the bundle', () => {
    const lines = runs('0.0400', '0.0500', '0.0410')
    const cells = [lines, lines.toReversed()].map((order) => rowOf(order, 0.01).cell.text)
    expect(new Set(cells).size).toBe(1)
  })

  it('is NONFINITE where one run alone has a value that is not finite', () => {
    const lines = [...run(0, { rms: '0.0100' }), ...run(1, { rms: '0.0100', fast: 'NaN' })]
    expect(rowOf(lines, 0.01).cell.text).toBe('NONFINITE(A: std NaN)')
  })

  it('is INCOMPARABLE where the sides of one run are', () => {
    const lines = [...run(0), ...run(1).with(1, { ...run(1)[1]!, facts: { ...facts, n: 8 } })]
    expect(rowOf(lines, 0.01)).toMatchObject({
      cell: { text: 'INCOMPARABLE(n 4096≠8)' },
      ratio: null,
    })
  })

  it('takes a side that ran once for each run of the other', () => {
    const lines = [...run(0), run(1)[0]!, run(2, { fast: '3.0000' })[0]!]
    const { ratio, candidate, reference } = rowOf(lines)
    expect([candidate!.measurements, reference!.measurements]).toEqual([['m1', 'm3', 'm4'], ['m2']])
    expect([ratio!.value, ratio!.text]).toEqual([1, '1.0000'])
    expect(ratio!.hi).toBeCloseTo(1.5, 3)
  })
})

describe('the noise that repeats prove', () => {
  /** A second run in which both sides come out larger. */
  const moved = (rms: string) => run(1, { rms, fast: '2.1000', exact: '2.1000' })

  it('lifts a declared floor that is smaller, and warns', () => {
    const lines = [...run(0, { rms: '0.0400' }), ...moved('0.0400')]
    const { rows, warnings } = judged(lines, declared(0.01))
    expect(rows[0]!.floor).toMatchObject({ origin: 'measured' })
    expect(rows[0]!.floor!.relativeL2).toBeCloseTo(0.1 / 2.1, 3)
    expect(rows[0]!.cell.text).toBe('MATCH(relL2 .02≤.047)')
    expect(warnings).toEqual([expect.stringContaining('above relative L2 0.01, declared')])
  })

  it('is that of either side, the larger', () => {
    const lines = [...run(0), ...run(1, { fast: '2.1000', exact: '2.4000' })]
    expect(rowOf(lines, 0.01).floor!.text).toContain('2 runs of exact differ')
  })

  it('never shows a difference to diverge where nobody says how much noise there is at most', () => {
    const lines = [...run(0, { rms: '0.4000' }), ...moved('0.4000')]
    expect(rowOf(lines)).toMatchObject({ floor: { atLeast: true } })
    expect(rowOf(lines).cell.text).toBe('UNPROVEN(floor ≥.047?)')
  })

  it('shows a difference below it to match without any declared floor', () => {
    const lines = [...run(0, { rms: '0.0400' }), ...moved('0.0400')]
    expect(rowOf(lines).cell.text).toBe('MATCH(relL2 .02≤.047)')
  })

  it('is no floor where the runs agree, and the line about floors says so', () => {
    const judgement = judged(
      [0, 1, 2].flatMap((repeat) => run(repeat)),
      declared(),
    )
    expect(judgement.rows[0]).toMatchObject({
      floor: null,
      cell: { text: 'UNPROVEN(floor?)' },
      repeats: [
        '3 runs of fast agree to all printed digits',
        '3 runs of exact agree to all printed digits',
      ],
    })
    const notes = noteTable(judgement.rows)
    expect(toMarkdown(notes ? [notes] : [])).toContain(
      '| limit | not known | `out` |\n| repeats | 3 runs of fast agree to all printed digits | `out` |',
    )
  })

  it('is not claimed where the printed digits overlap', () => {
    const lines = [...run(0, { fast: '2.0' }), ...run(1, { fast: '2.01' })]
    expect(rowOf(lines)).toMatchObject({
      floor: null,
      repeats: expect.arrayContaining(['2 runs of fast agree within the printed precision']),
    })
  })

  it('is not claimed where no norm says what a gap is relative to', () => {
    const meanless = [...run(0), ...run(1, { fast: '2.5000' })].map((line) => ({
      ...line,
      mean: undefined,
    }))
    expect(rowOf(meanless as Line[]).repeats![0]).toBe(
      '2 runs of fast differ, but what they print bounds no relative L2',
    )
  })

  it('is at least half of what differences of the sides spread by', () => {
    const lines = [...run(0, { rms: '0.0040' }), ...run(1, { rms: '0.0400' })]
    const { floor, cell } = rowOf(lines, 0.0001)
    expect(floor!.relativeL2).toBeCloseTo((0.04 - 0.004) / 2 / 2, 4)
    expect(cell.text).toMatch(/^UNPROVEN\(relL2 \.002–\.02\)$/)
  })

  it('is proven by seeds as by repeats', () => {
    const seeded = (seed: number, std: string): Line[] =>
      run(0, { fast: std }).map((line) => ({ ...line, facts: { ...facts, seed } }))
    const row = rowOf([...seeded(1, '2.0000'), ...seeded(2, '2.1000')], 0.01)
    expect(row.floor!.text).toContain('2 runs of fast differ by a relative L2 of at least .047')
    expect(row.cell.verdict).toBe('UNPROVEN')
  })

  it('does not make different seeds of the sides comparable', () => {
    const [fast, exact] = run(0)
    const lines = [
      { ...fast!, facts: { ...facts, seed: 1 } },
      { ...exact!, facts: { ...facts, seed: 2 } },
    ]
    expect(rowOf(lines, 0.01).cell.text).toBe('INCOMPARABLE(seed 1≠2)')
  })

  it('never exceeds what real tensors differ by', () => {
    const tensor = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), {
      minLength: 5,
      maxLength: 5,
    })
    let proven = 0
    fc.assert(
      fc.property(fc.array(tensor, { minLength: 2, maxLength: 4 }), (runs) => {
        const lines = runs.map((values, repeat): Line => {
          return { stage: 'out fast', ...summary(values), facts: { n: 5 }, repeat }
        })
        const least = judged(lines, declared()).rows[0]!.floor?.relativeL2 ?? 0
        if (least > 0) proven += 1
        const noise = runs.flatMap((a) => runs.map((b) => relativeL2(a, b)))
        expect(least).toBeLessThanOrEqual(Math.max(...noise) * (1 + 1e-9))
      }),
      { numRuns: 500 },
    )
    // Some 140 are expected.
    expect(proven).toBeGreaterThan(20)
  })
})

function summary(values: readonly number[]): Record<string, string> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return {
    mean: mean.toFixed(4),
    std: Math.sqrt(variance).toFixed(4),
    min: Math.min(...values).toFixed(4),
    max: Math.max(...values).toFixed(4),
  }
}

function relativeL2(a: readonly number[], b: readonly number[]): number {
  const norm = Math.hypot(...b)
  return norm === 0 ? Infinity : Math.hypot(...a.map((value, at) => value - b[at]!)) / norm
}

describe('a named figure of several runs', () => {
  const decode = (value: string, repeat: number): Line => ({ stage: 'decode', value, repeat })
  const verdict = (lines: readonly Line[]) =>
    judged(lines, {
      sides,
      measurements: { t: { stage: 'decode', metric: 'value' } },
      hypotheses: [{ id: 'H', claim: 'c', confirm: 't >= 30', refute: 't < 30' }],
    }).hypotheses[0]!

  it('must satisfy the predicate in every run', () => {
    expect(verdict([decode('31.0', 0), decode('32.0', 1)])).toMatchObject({
      outcome: 'CONFIRMED',
      reason: 't is 31.0 (first of 2 runs, with 30.95 to 32.05): `t >= 30` holds.',
    })
    expect(verdict([decode('31.0', 0), decode('29.0', 1)]).outcome).toBe('INCONCLUSIVE')
    expect(verdict([decode('28.0', 0), decode('29.0', 1)]).outcome).toBe('REFUTED')
  })

  it('is its range over seeds too', () => {
    const seeded = (value: string, seed: number): Line => ({
      stage: 'decode',
      value,
      facts: { seed },
    })
    expect(verdict([seeded('31.0', 1), seeded('32.0', 2)]).outcome).toBe('CONFIRMED')
    expect(verdict([seeded('31.0', 1), seeded('29.0', 2)]).outcome).toBe('INCONCLUSIVE')
  })

  it('must be one figure in each run', () => {
    expect(verdict([decode('31.0', 0), decode('35.0', 0), decode('31.0', 1)]).reason).toContain(
      'do not say the same',
    )
  })

  it('of a stage is its whole range too', () => {
    const lines = [...run(0, { rms: '0.0100' }), ...run(1, { rms: '0.0300' })]
    const [hypothesis] = judged(lines, {
      ...declared(0.01),
      measurements: { apart: { stage: 'out', side: 'pair', metric: 'relative_l2' } },
      hypotheses: [{ id: 'H', claim: 'c', confirm: 'apart > 0.01', refute: 'apart <= 0.01' }],
    }).hypotheses
    expect(hypothesis!.outcome).toBe('INCONCLUSIVE')
  })
})
