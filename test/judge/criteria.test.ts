import { describe, expect, it } from 'vitest'
import { judged, type Line } from './bundle.ts'

const sides = { candidate: 'fast', reference: 'exact' }
const line = (figures: Record<string, string>): Line => ({
  stage: 'out',
  side: 'fast',
  against: 'exact',
  facts: { n: 4096 },
  relative_l2: '0.0031',
  ...figures,
})
const row = (lines: Line[], declared: object = {}) =>
  judged(lines, { sides, stages: ['out'], ...declared }).rows[0]!
const cell = (figures: Record<string, string>, declared: object = {}) =>
  row([line(figures)], declared).cell.text

describe('a bound that a diagnostic states beside its figures', () => {
  it('makes a match of a value that is at most the bound', () => {
    const { cell: held, floor, bound } = row([line({ error: '0.25', error_limit: '1' })])
    expect(held.text).toBe('MATCH(error .25≤1)')
    expect(floor).toBeNull()
    expect(bound).toBe('error ≤ 1, declared by the diagnostic')
  })

  it('is met by the value that equals it', () => {
    expect(cell({ hashes: '1', hashes_limit: '1' })).toBe('MATCH(hashes 1≤1)')
  })

  it('that is exceeded is a divergence, whatever else holds', () => {
    const figures = { error: '0.25', error_limit: '1', hashes: '99', hashes_limit: '1' }
    expect(cell(figures)).toBe('DIVERGENT(hashes 99>1)')
    expect(cell(figures, { floor: { relative_l2: 0.01 } })).toBe('DIVERGENT(hashes 99>1)')
  })

  it('leaves the word to a floor that somebody else vouches for', () => {
    const figures = { error: '0.25', error_limit: '1' }
    expect(cell(figures, { floor: { relative_l2: 0.001 } })).toBe('DIVERGENT(relL2 .0031>.001)')
  })

  it('is not met by what is no number', () => {
    expect(cell({ error: 'NaN', error_limit: '1' })).toBe('NONFINITE(error NaN)')
  })

  it('is not made up where only one of the two is stated', () => {
    expect(cell({ error: '0.25' })).toBe('UNPROVEN(floor?)')
    expect(cell({ error_limit: '1' })).toBe('UNPROVEN(floor?)')
  })

  it('must hold in every run', () => {
    const runs = ['0.5', '3', '0.25'].map((error, repeat): Line => ({
      ...line({ error, error_limit: '1' }),
      repeat,
    }))
    expect(row(runs).cell.text).toBe('DIVERGENT(error 3>1)')
  })
})

describe('a figure that is printed of both sides', () => {
  const hypothesis = (n: number) => {
    const summaries: Line[] = [
      { stage: 'out', side: 'fast', facts: { n: 4096 }, std: '1.0' },
      { stage: 'out', side: 'exact', facts: { n }, std: '1.0' },
    ]
    return judged([line({ sigmas: '2.5' }), ...summaries], {
      sides,
      stages: ['out'],
      measurements: { sigmas: { stage: 'out', side: 'pair', metric: 'sigmas' } },
      hypotheses: [
        { id: 'H1', claim: 'It is noise.', confirm: 'sigmas <= 6', refute: 'sigmas > 6' },
      ],
    }).hypotheses[0]!
  }

  it('answers a hypothesis', () => {
    expect(hypothesis(4096)).toMatchObject({
      outcome: 'CONFIRMED',
      values: [{ quantity: { from: ['m1#sigmas'] } }],
    })
  })

  it('answers none where the sides cannot be compared', () => {
    const { outcome, reason } = hypothesis(7)
    expect(outcome).toBe('INCONCLUSIVE')
    expect(reason).toContain('INCOMPARABLE')
  })
})
