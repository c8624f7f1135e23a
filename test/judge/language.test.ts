import { describe, expect, it } from 'vitest'
import { parseInvestigation, parseSettings } from '../../spec-tools/settings/index.ts'
import { judged, type Line } from './bundle.ts'

const settings = parseSettings(
  'specs: [{ id: spec, path: spec.md }]\ndiagnostics: { new: { run: cat, needs: cpu }, old: { run: cat, needs: cpu } }\n',
)

const problemsOf = (text: string) => {
  try {
    parseInvestigation(text, { slug: 'x', file: 'x.yml', settings })
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

const verdictOf = (lines: readonly Line[], confirm: string) =>
  judged(lines, { hypotheses: [{ id: 'H1', confirm }] }).hypotheses[0]!

const speeds: Line[] = [
  { stage: 'speed', diagnostic: 'new', facts: { unit: 'tok/s' }, mean: '40.0', std: '0.5' },
  { stage: 'speed', diagnostic: 'old', facts: { unit: 'tok/s' }, mean: '30.0', std: '0.5' },
  { stage: 'wait', diagnostic: 'new', facts: { unit: 'ms' }, value: '250.0' },
  { stage: 'wait', diagnostic: 'old', facts: { unit: 's' }, value: '0.50' },
  { stage: 'mass', diagnostic: 'old', facts: { unit: 'GiB' }, value: '2.0' },
]

describe('a comparison of performance figures', () => {
  it('puts both figures and their relation into the verdict', () => {
    const verdict = verdictOf(speeds, 'speed(new) >= 1.2 * speed(old)')
    expect(verdict.outcome).toBe('CONFIRMED')
    expect(verdict.values.map(({ name }) => name)).toEqual([
      'speed(new)',
      'speed(old)',
      'speed(new) / speed(old)',
    ])
  })

  it('is open within the spread that the log prints', () => {
    expect(verdictOf(speeds, 'speed(new) >= 1.33 * speed(old)').outcome).toBe('INCONCLUSIVE')
  })

  it('converts units', () => {
    expect(verdictOf(speeds, 'wait(new) < 0.6 * wait(old)').outcome).toBe('CONFIRMED')
  })

  it('refuses units that do not convert', () => {
    const { outcome, reason } = verdictOf(speeds, 'wait(new) < mass(old)')
    expect(outcome).toBe('INCONCLUSIVE')
    expect(reason).toContain('INCOMPARABLE(unit ms≠GiB)')
  })

  it('leaves statistics of tensors to stages: means that differ are no std ratio', () => {
    const lines: Line[] = [
      { stage: 'q', diagnostic: 'new', facts: { n: 64 }, mean: '0.18', std: '1.0' },
      { stage: 'q', diagnostic: 'old', facts: { n: 64 }, mean: '20.1', std: '1.0' },
    ]
    expect(verdictOf(lines, 'mean(q, new) < 0.02 * mean(q, old)').reason).toContain('as a stage')
  })
})

describe('a misspelt name', () => {
  it.each([
    ['spedd(new) > 1', 'near it: speed'],
    ['speed(nwe) > 1', 'near it: new'],
    ['speed(new, {uint: "tok/s"}) > 1', 'near it: unit'],
    ['p999(wait, new) > 1', 'wait states no p999, but value'],
  ])('is told with names that are near: %s', (confirm, told) => {
    const { outcome, reason } = verdictOf(speeds, confirm)
    expect(outcome).toBe('INCONCLUSIVE')
    expect(reason).toContain(told)
  })

  it('of a declared measurement is refused before the run', () => {
    expect(
      problemsOf(
        'title: x\nmeasurements: { speed: { stage: speed, metric: mean } }\nhypotheses:\n  - H1: sped > 3\n',
      ),
    ).toContain('Did you mean speed?')
  })
})

describe('a predicate that nothing can fail', () => {
  it.each([
    'a > -1e300',
    'a > 1 || a <= 1',
    'std(a) >= 0',
    'count(a) >= 0',
    '!(a < 1 && a > 2)',
    'a == a',
    'a >= a',
    'a - a == 0',
    'a / a == 1',
    'a * a >= 0',
    'std(a) + count(a) >= 0',
    'std(a) * 2 > -1',
  ])('is refused: %s', (confirm) => {
    expect(problemsOf(`title: x\nhypotheses:\n  - { id: H1, confirm: "${confirm}" }\n`)).toContain(
      'this always holds',
    )
  })

  it.each(['a >= b', 'a - b < 1', 'a * b > 0', 'std(a) - std(b) < 1', 'a / b > 1', 'a + a > 1'])(
    'is not one that two figures can miss: %s',
    (confirm) => {
      expect(
        problemsOf(`title: x\nhypotheses:\n  - { id: H1, confirm: "${confirm}" }\n`),
      ).not.toContain('this always holds')
    },
  )
})

describe('a ratio without a word of what', () => {
  const of = (side: string) =>
    problemsOf(
      `title: x\nstages: [q]\nmeasurements: { r: { stage: q, ${side}metric: ratio } }\nhypotheses:\n  - H1: r > 3\n`,
    )

  it('is read as the std ratio where nothing else can be meant, with a warning', () => {
    expect(of('side: pair, ')).toBe('')
    const declared = {
      stages: ['q'],
      measurements: { r: { stage: 'q', side: 'pair', metric: 'ratio' } },
    }
    expect(judged([], declared).warnings.join()).toContain('is read as std_ratio')
  })

  it('is an error that says which to write anywhere else', () => {
    expect(of('')).toContain('metric: std_ratio')
    expect(of('')).toContain('gain: { of: tok/s, between: [new, old] }')
  })
})

describe('a gain', () => {
  it.each([
    ['ratio', 'g >= 1.2'],
    ['change', 'g >= 20 %'],
    ['difference', 'g >= 5'],
  ])('is a %s', (as, confirm) => {
    const { hypotheses } = judged(speeds, {
      measurements: { g: { gain: { of: 'speed', between: ['new', 'old'], as } } },
      hypotheses: [{ id: 'H1', confirm }],
    })
    expect(hypotheses[0]?.outcome).toBe('CONFIRMED')
  })
})
