import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Interval } from '../../spec-tools/judge/interval.ts'
import { and, not, type Truth, truthOf } from '../../spec-tools/judge/truth.ts'
import { parsePredicate, type Predicate } from '../../spec-tools/settings/index.ts'

const truths: Truth[] = ['true', 'false', 'unknown']
const names = new Map([
  ['x', undefined],
  ['y', undefined],
])

const comparison = fc
  .tuple(
    fc.constantFrom('x', 'y'),
    fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
    fc.integer({ min: -2, max: 2 }),
  )
  .map(([name, op, value]) => `${name} ${op} ${value}`)

const { predicate } = fc.letrec<{ predicate: string }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3 },
    comparison,
    fc
      .tuple(tie('predicate'), fc.constantFrom('&&', '||'), tie('predicate'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie('predicate').map((a) => `!(${a})`),
  ),
}))

const interval = fc
  .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 3 }))
  .map(([lo, width]): Interval => ({ lo, hi: lo + width }))

const of = (text: string): Predicate => parsePredicate(text, names)

describe('three-valued logic', () => {
  it('is false as soon as one part of a conjunction is', () => {
    for (const other of truths) expect(and('false', other)).toBe('false')
    expect(and('true', 'unknown')).toBe('unknown')
    expect(and('true', 'true')).toBe('true')
  })

  it('does not know the opposite of what it does not know', () => {
    expect(truths.map(not)).toEqual(['false', 'true', 'unknown'])
  })

  it('says true or false only where every value of the intervals agrees', () => {
    let decided = 0
    fc.assert(
      fc.property(predicate, interval, interval, (text, x, y) => {
        const one = of(text)
        const truth = truthOf(one, new Map(Object.entries({ x, y })))
        if (truth === 'unknown') return
        decided += 1
        for (const vx of [x.lo, (x.lo + x.hi) / 2, x.hi]) {
          for (const vy of [y.lo, (y.lo + y.hi) / 2, y.hi]) {
            const at = new Map([
              ['x', { lo: vx, hi: vx }],
              ['y', { lo: vy, hi: vy }],
            ])
            expect(truthOf(one, at)).toBe(truth)
          }
        }
      }),
      { numRuns: 1000 },
    )
    expect(decided).toBeGreaterThan(50)
  })

  it('decides every predicate at exact values', () => {
    fc.assert(
      fc.property(predicate, fc.integer({ min: -3, max: 3 }), (text, value) => {
        const at = { lo: value, hi: value }
        const truth = truthOf(of(text), new Map(Object.entries({ x: at, y: at })))
        expect(truth).not.toBe('unknown')
      }),
    )
  })

  it('knows nothing about values that are not numbers', () => {
    const nan = new Map([['x', { lo: Number.NaN, hi: Number.NaN }]])
    for (const op of ['<', '<=', '>', '>=', '==', '!=']) {
      expect(truthOf(of(`x ${op} 1`), nan)).toBe('unknown')
    }
    expect(truthOf(of('x < 1'), new Map())).toBe('unknown')
  })
})
