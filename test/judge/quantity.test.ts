import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contrast, derived, printed, short, shown } from '../../spec-tools/judge/quantity.ts'

function quantity(text: string, statistic = 'std', unit?: string) {
  const value = Number(text.replaceAll(/[,_]|[^\d.eE+-].*$/g, ''))
  return printed({ value, printed: text, line: 1 }, statistic, `m1#${statistic}`, unit)
}

describe('a printed figure', () => {
  it.each([
    ['0.000673', 0.0006725, 0.0006735],
    ['-1.0314', -1.03145, -1.03135],
    ['10.3291', 10.32905, 10.32915],
    ['0.0000', -0.00005, 0.00005],
    ['1e-5', 0.5e-5, 1.5e-5],
    ['1.50e3', 1495, 1505],
    ['12,345.6', 12345.55, 12345.65],
    ['913', 912.5, 913.5],
    ['.5', 0.45, 0.55],
    ['3.', 2.5, 3.5],
  ])('%s is at least %d and at most %d', (text, lo, hi) => {
    expect(quantity(text).lo).toBeCloseTo(lo, 10)
    expect(quantity(text).hi).toBeCloseTo(hi, 10)
    expect(quantity(text).text).toBe(text)
  })

  it.each([
    ['value', undefined],
    ['entries', 'entries'],
    ['value', 'bytes'],
    ['n', undefined],
  ])('that counts (%s, in %s) is exact', (statistic, unit) => {
    expect(quantity('7225344', statistic, unit)).toMatchObject({ lo: 7225344, hi: 7225344 })
  })

  it.each([
    ['value', 'ms'],
    ['std', undefined],
    ['wall', undefined],
    ['value', 'GB/s'],
  ])('that is a rounded real (%s, in %s) is not', (statistic, unit) => {
    expect(quantity('17', statistic, unit)).toMatchObject({ lo: 16.5, hi: 17.5 })
  })

  it('keeps its precision when the reader scaled it', () => {
    const scaled = printed({ value: 1536, printed: '1.5', line: 1 }, 'value', 'm1#value', 'KiB')
    expect([scaled.lo, scaled.hi]).toEqual([1484.8, 1587.2])
  })

  it.each(['NaN', 'Infinity', '-Infinity'] as const)('that is %s stays so', (value) => {
    const one = printed({ value, printed: value, line: 1 }, 'std', 'm1#std')
    expect(one.value).toBe(Number(value))
  })

  it('lies within its own interval, whatever is printed', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 12 }),
        (exact, decimals) => {
          const text = exact.toFixed(decimals)
          const { lo, hi, value } = quantity(text, 'mean')
          expect(lo).toBeLessThanOrEqual(value)
          expect(hi).toBeGreaterThanOrEqual(value)
          // What was rounded to these digits is inside, up to the rounding of the bounds themselves.
          const slack = Math.abs(exact) * 4 * Number.EPSILON
          expect(exact).toBeGreaterThanOrEqual(lo - slack)
          expect(exact).toBeLessThanOrEqual(hi + slack)
        },
      ),
    )
  })
})

describe('a derived figure', () => {
  it('shows the digits that its interval allows', () => {
    expect(derived(0.0025796, { lo: 0.0025776, hi: 0.0025818 }, 'f', []).text).toBe('0.00258')
    expect(derived(0.99999668, { lo: 0.99999667, hi: 0.99999671 }, 'f', []).text).toBe('0.9999967')
    expect(derived(1234.5, { lo: 1200, hi: 1260 }, 'f', []).text).toBe('1200')
    expect(derived(1.0005, { lo: 1.00045, hi: 1.00055 }, 'f', []).text).toBe('1.0005')
    expect(derived(1.5e-9, { lo: 1.45e-9, hi: 1.55e-9 }, 'f', []).text).toBe('1.5e-9')
    expect(derived(0.3, { lo: -5, hi: 5 }, 'f', []).text).toBe('0.3')
  })

  it('has no value where nothing is known', () => {
    expect(derived(1, { lo: Number.NaN, hi: 1 }, 'f', []).text).toBe('n/a')
  })

  it('never shows more decimals than its interval holds, and stays close to it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-4, max: 0.4, noNaN: true }),
        (value, half) => {
          const width = value + half - (value - half)
          const text = shown(value, { lo: value - half, hi: value + half })
          const decimals = text.split('.')[1]?.length ?? 0
          expect(decimals === 0 || 10 ** -decimals > width * 0.499).toBe(true)
          expect(Math.abs(Number(text) - value)).toBeLessThan(Math.max(width * 5.01, value * 1e-6))
        },
      ),
    )
  })
})

describe('figures in a cell', () => {
  it.each([
    [0.0026, '.0026'],
    [0.21, '.21'],
    [0.01, '.01'],
    [-0.5, '-.5'],
    [18.23, '18'],
    [132608, '132608'],
    [0.0000012, '1.2e-6'],
    [0, '0'],
  ])('%d is %s', (value, text) => {
    expect(short(value)).toBe(text)
  })

  it('show which is the larger', () => {
    expect(contrast(0.010004, 0.01)).toEqual(['.010004', '.01'])
    fc.assert(
      fc.property(
        fc.double({ min: 1e-12, max: 1e12, noNaN: true }),
        fc.double({ min: 1e-12, max: 1e12, noNaN: true }),
        (a, b) => {
          const [left, right] = contrast(a, b).map(Number)
          expect(Math.sign(left! - right!)).toBe(Math.sign(a - b))
        },
      ),
    )
  })
})
