import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  abs,
  add,
  divide,
  type Interval,
  intersect,
  isKnown,
  multiply,
  root,
  square,
  subtract,
} from '../../spec-tools/judge/interval.ts'

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })

/** An interval and a value inside of it. */
const inside = fc
  .tuple(value, value, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([a, b, share]) => {
    const interval = { lo: Math.min(a, b), hi: Math.max(a, b) }
    const at = interval.lo + share * (interval.hi - interval.lo)
    return { interval, value: Math.min(interval.hi, Math.max(interval.lo, at)) }
  })

function holds({ lo, hi }: Interval, result: number): boolean {
  return lo <= result && result <= hi
}

describe('interval arithmetic', () => {
  it.each([
    ['sum', add, (a: number, b: number) => a + b],
    ['difference', subtract, (a: number, b: number) => a - b],
    ['product', multiply, (a: number, b: number) => a * b],
  ] as const)('holds every %s of values inside the operands', (_, of, exact) => {
    fc.assert(
      fc.property(inside, inside, (a, b) => {
        expect(holds(of(a.interval, b.interval), exact(a.value, b.value))).toBe(true)
      }),
    )
  })

  it('holds every quotient, or says that the divisor may be zero', () => {
    fc.assert(
      fc.property(inside, inside, (a, b) => {
        const quotient = divide(a.interval, b.interval)
        const mayBeZero = b.interval.lo <= 0 && b.interval.hi >= 0
        expect(isKnown(quotient)).toBe(!mayBeZero)
        expect(mayBeZero || holds(quotient, a.value / b.value)).toBe(true)
      }),
    )
  })

  it.each([
    ['absolute value', abs, Math.abs],
    ['square', square, (a: number) => a * a],
    ['root', (a: Interval) => root(abs(a)), (a: number) => Math.sqrt(Math.abs(a))],
  ] as const)('holds every %s', (_, of, exact) => {
    fc.assert(
      fc.property(inside, (a) => {
        expect(holds(of(a.interval), exact(a.value))).toBe(true)
      }),
    )
  })

  it('keeps what two statements about one value have in common', () => {
    expect(intersect({ lo: 0, hi: 2 }, { lo: 1, hi: 3 })).toEqual({ lo: 1, hi: 2 })
    expect(intersect({ lo: 0, hi: 1 }, { lo: 2, hi: 3 })).toBeNull()
  })
})
