import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  conversion,
  namesIn,
  overlap,
  parsePredicate,
  type Predicate,
} from '../../spec-tools/settings/index.ts'

const names = new Map<string, string | undefined>([
  ['x', undefined],
  ['y', undefined],
  ['t', 's'],
])

/** Few values, so that bounds meet often. */
const literal = fc.constantFrom(-1, 0, 0.5, 1, 2)

const comparison: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('x', 'y'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), literal)
  .map(([name, op, value]) => `${name} ${op} ${value}`)

const { predicate } = fc.letrec<{ predicate: string }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 4 },
    comparison,
    fc
      .tuple(tie('predicate'), fc.constantFrom('&&', '||'), tie('predicate'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie('predicate').map((a) => `!(${a})`),
  ),
}))

/** Every literal, and a value between and beyond each two: enough to find any overlap. */
const samples = [-2, -1, -0.5, 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3]

function holds(one: Predicate, values: Readonly<Record<string, number>>): boolean {
  if (one.kind === 'not') return !holds(one.of, values)
  if (one.kind !== 'comparison') {
    const [left, right] = [holds(one.left, values), holds(one.right, values)]
    return one.kind === 'and' ? left && right : left || right
  }
  const value = values[one.name] ?? Number.NaN
  switch (one.op) {
    case '<':
      return value < one.value
    case '<=':
      return value <= one.value
    case '>':
      return value > one.value
    case '>=':
      return value >= one.value
    case '==':
      return value === one.value
    default:
      return value !== one.value
  }
}

describe('overlap', () => {
  it('is found exactly where some values satisfy both predicates', () => {
    let [overlapping, disjoint] = [0, 0]
    fc.assert(
      fc.property(predicate, predicate, (a, b) => {
        const [left, right] = [parsePredicate(a, names), parsePredicate(b, names)]
        const found = samples.some((x) =>
          samples.some((y) => holds(left, { x, y }) && holds(right, { x, y })),
        )
        if (found) overlapping += 1
        else disjoint += 1
        expect(overlap(left, right).kind).toBe(found ? 'possible' : 'never')
      }),
      { numRuns: 2000 },
    )
    expect(Math.min(overlapping, disjoint)).toBeGreaterThan(20)
  })

  it('gives values under which both hold', () => {
    fc.assert(
      fc.property(predicate, predicate, (a, b) => {
        const [left, right] = [parsePredicate(a, names), parsePredicate(b, names)]
        const both = overlap(left, right)
        if (both.kind !== 'possible') return
        const values = { x: 0, y: 0, ...Object.fromEntries(both.witness) }
        expect(holds(left, values) && holds(right, values)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('gives up on predicates with too many alternatives', () => {
    const wide = Array.from({ length: 14 }, (_, n) => `(x != ${n} || y != ${n})`).join(' && ')
    const point = parsePredicate('x == 100 && x == 101', names)
    expect(overlap(parsePredicate(wide, names), point).kind).toBe('undecided')
  })
})

describe('parsePredicate', () => {
  it('reads a comparison from either side', () => {
    expect(parsePredicate('10 >= x', names)).toMatchObject({ name: 'x', op: '<=', value: 10 })
  })

  it('reads negative and scientific literals', () => {
    expect(parsePredicate('x > -1.5e-3', names)).toMatchObject({ value: -0.0015 })
  })

  it('converts a literal into the unit of the measurement', () => {
    expect(parsePredicate('t < "250 ms"', names)).toMatchObject({ value: 0.25 })
  })

  it('knows the names that it uses', () => {
    expect(namesIn(parsePredicate('!(x > 1) || (t < 3 && x < 0)', names))).toEqual(['x', 't'])
  })

  it('refuses a literal that is no finite number', () => {
    expect(() => parsePredicate('x < 1e999', names)).toThrow(/number/)
  })
})

describe('conversion', () => {
  it.each([
    ['ms', 's', 0.001],
    ['GiB', 'MiB', 1024],
    ['GB/s', 'MB/s', 1000],
    ['tok/s', 'tokens/s', 1],
    ['tok/min', 'tok/s', 1 / 60],
    ['TFLOPS', 'GFLOPS', 1000],
    ['ms', 'GB', null],
    ['furlong', 'furlong', 1],
    ['furlong', 'm', null],
    ['constructor', 's', null],
  ])('from %s to %s is %s', (from, to, factor) => {
    expect(conversion(from, to)?.toPrecision(12)).toBe(factor?.toPrecision(12))
  })
})
