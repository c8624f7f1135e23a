import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Facts } from '../../spec-tools/evidence/index.ts'
import {
  Comparable,
  compare,
  type GateSide,
  type GateSource,
  ratio,
} from '../../spec-tools/judge/index.ts'
import { printed } from '../../spec-tools/judge/quantity.ts'

function side(facts: Facts, std = '1.5'): GateSide {
  const figure = { value: Number(std), printed: std, line: 1 }
  return { facts, figures: { std: printed(figure, 'std', 'm#std') } }
}

function outcome(a: Facts, b: Facts, source: GateSource = 'summaries'): string {
  const gate = compare(side(a), side(b), source)
  if (gate.outcome === 'pass') return 'pass'
  return `${gate.outcome}: ${gate.reasons.map(({ text }) => text).join('; ')}`
}

const stated: Facts = { n: 18944, selection: 'last', layer: 3 }

describe('the comparability gate', () => {
  it('passes where both sides state the same', () => {
    expect(outcome(stated, stated)).toBe('pass')
  })

  it.each<[string, Facts, Facts, string]>([
    ['counts', { n: 32256 }, { n: 4608 }, 'n 32256≠4608'],
    [
      'counts and selections',
      { n: 132608, selection: 'all' },
      { n: 18944, selection: 'last' },
      'n 132608≠18944; tok all≠last',
    ],
    ['layers', { ...stated, layer: 3 }, { ...stated, layer: 4 }, 'layer 3≠4'],
    ['shapes', { shape: [7, 2] }, { shape: [1, 2] }, 'shape [7,2]≠[1,2]'],
    ['one setting', { config: { eps: 1 } }, { config: { eps: 2 } }, 'config.eps 1≠2'],
    ['truncation', { ...stated, truncated: true }, stated, 'truncated A'],
  ])('finds different %s incomparable', (_, a, b, reasons) => {
    expect(outcome(a, b)).toBe(`INCOMPARABLE: ${reasons}`)
  })

  it.each<[string, Facts, Facts, GateSource, string]>([
    ['the count of a printed difference', {}, {}, 'pair', 'n?'],
    ['count and selection of two summaries', {}, {}, 'summaries', 'n?; tok?'],
    ['a count that one side lacks', stated, { ...stated, n: undefined }, 'summaries', 'n?'],
    ['the shape of two tensors', { n: 2 }, { n: 2 }, 'tensors', 'shape?'],
    [
      'a layer that one side alone has',
      stated,
      { ...stated, layer: undefined },
      'summaries',
      'layer?',
    ],
    [
      'a prompt that one side alone states',
      { ...stated, prompt: 'hi' },
      stated,
      'summaries',
      'prompt?',
    ],
    [
      'a setting that one side alone states',
      { ...stated, config: { eps: 1, theta: 2 } },
      { ...stated, config: { eps: 1 } },
      'summaries',
      'config.theta?',
    ],
  ])('misses %s', (_, a, b, source, reasons) => {
    expect(outcome(a, b, source)).toBe(`UNPROVEN: ${reasons}`)
  })

  it('puts what the source must state before what one side happens to state', () => {
    expect(outcome({ shape: [2], weights: 'a'.repeat(64) }, {})).toBe(
      'UNPROVEN: n?; tok?; shape?; weights?',
    )
  })

  it('misses a statistic that both sides state', () => {
    const a = { facts: stated, figures: {} }
    expect(compare(a, side(stated), 'summaries')).toMatchObject({
      outcome: 'UNPROVEN',
      reasons: [{ text: 'statistic?' }],
    })
  })

  it('takes the last token by its index for the last one', () => {
    const tokens = [5, 6, 7]
    const a: Facts = { n: 4, tokens, selection: 2 }
    expect(outcome(a, { n: 4, tokens, selection: 'last' })).toBe('pass')
    expect(outcome(a, { n: 4, tokens, selection: 1 })).toBe('INCOMPARABLE: tok last≠1')
  })

  it('lists the hard facts that neither side states', () => {
    const gate = compare(side(stated), side(stated), 'summaries')
    expect(gate.notStated).toContain('weights')
    expect(gate.notStated).not.toContain('layer')
    expect(gate.notStated).not.toContain('dtype')
  })

  it('shows long values cut, but still unequal', () => {
    const long = 'x'.repeat(40)
    const text = outcome({ prompt: `${long}a` }, { prompt: `${long}b` })
    const [left, right] = text.replace('INCOMPARABLE: prompt ', '').split('≠')
    expect(left).not.toBe(right)
  })

  it('comes to the same outcome from either side', () => {
    const fact = fc.record(
      {
        n: fc.integer({ min: 1, max: 3 }),
        selection: fc.constantFrom<Facts['selection']>('all', 'last', 0, 1),
        layer: fc.integer({ min: 0, max: 1 }),
        shape: fc.constantFrom<number[]>([1], [2]),
        tokens: fc.constantFrom<number[]>([1], [1, 2]),
        config: fc.dictionary(fc.constantFrom('eps', 'theta'), fc.integer({ min: 0, max: 1 })),
        truncated: fc.boolean(),
      },
      { requiredKeys: [] },
    )
    const seen = new Set<string>()
    fc.assert(
      fc.property(
        fact,
        fact,
        fc.boolean(),
        fc.constantFrom<GateSource>('pair', 'summaries'),
        (a, other, same, source) => {
          const b = same ? { ...a } : other
          const [there, back] = [
            compare(side(a), side(b), source),
            compare(side(b), side(a), source),
          ]
          seen.add(there.outcome)
          expect(back.outcome).toBe(there.outcome)
          expect(back.notStated).toEqual(there.notStated)
          if (there.outcome === 'pass' || back.outcome === 'pass') return
          expect(back.reasons.map(({ about }) => about)).toEqual(
            there.reasons.map(({ about }) => about),
          )
        },
      ),
      { numRuns: 3000 },
    )
    expect([...seen].toSorted()).toEqual(['INCOMPARABLE', 'UNPROVEN', 'pass'])
  })
})

describe('a ratio', () => {
  const passed = (a: GateSide, b: GateSide) => {
    const gate = compare(a, b, 'summaries')
    if (gate.outcome !== 'pass') throw new Error('the gate was not passed')
    return gate.comparable
  }

  it('is candidate over reference, with the digits that both allow', () => {
    const sides = passed(side(stated, '0.083436'), side(stated, '0.067006'))
    expect(ratio(sides)).toMatchObject({ text: '1.2452', from: ['m#std'] })
  })

  it('has no value over a reference that may be zero', () => {
    expect(ratio(passed(side(stated, '1.5'), side(stated, '0.0000')))).toMatchObject({
      text: 'n/a',
    })
  })

  it('cannot be had without the gate', () => {
    expect(() => new Comparable(Symbol('forged') as never, side({}), side({}))).toThrow(TypeError)
    const forged = Object.create(Comparable.prototype) as Comparable
    expect(() => ratio(forged)).toThrow(TypeError)
  })
})
