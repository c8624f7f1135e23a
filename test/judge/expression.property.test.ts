/**
 * Random predicates over random logs, decided here by an evaluator of its own: it reads the printed
 * numerals as decimal intervals, and knows nothing of the parser or of the product's intervals.
 */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { parsePredicate } from '../../spec-tools/settings/index.ts'
import { judged } from './bundle.ts'

type Range = readonly [lo: number, hi: number] | null
type Kleene = boolean | null

/** Printed numerals, and figures that no log prints. */
const numeral = fc.constantFrom('0.5', '1.0', '1.00', '2.0', '3.25', '10.0', '0.125', null)

type Log = Readonly<Record<string, string | null>>

interface Made {
  text: string
  /** Whether it is a share by what it is: a quotient of two figures. */
  isShare?: boolean
  range: (log: Log) => Range
}

const names = ['alpha', 'beta', 'gamma'] as const

function printedRange(text: string | null): Range {
  if (text === null) return null
  const half = 0.5 * 10 ** -(text.split('.')[1]?.length ?? 0)
  return [Number(text) - half, Number(text) + half]
}

const figure: fc.Arbitrary<Made> = fc.oneof(
  fc.constantFrom(...names).map((name) => ({
    text: `${name}(probe)`,
    range: (log: Log) => printedRange(log[name] ?? null),
  })),
  fc
    .tuple(fc.constantFrom('max', 'min', 'first', 'last'), fc.constantFrom(...names))
    .map(([how, name]) => ({
      text: `${how}(${name}, probe)`,
      range: (log: Log) => printedRange(log[name] ?? null),
    })),
)

const literals = ['0.5', '1', '2', '0.3', '3.25', '50 %', '9.95']

function numberOf(literal: string): number {
  return literal.endsWith('%') ? Number.parseFloat(literal) / 100 : Number(literal)
}

const value: fc.Arbitrary<Made> = fc.oneof(
  { weight: 3, arbitrary: figure },
  {
    weight: 1,
    arbitrary: fc.tuple(figure, figure).map(([a, b]) => ({
      text: `${a.text} / ${b.text}`,
      isShare: true,
      range: (log: Log) => {
        const [x, y] = [a.range(log), b.range(log)]
        if (!x || !y || y[0] <= 0) return null
        const all = [x[0] / y[0], x[0] / y[1], x[1] / y[0], x[1] / y[1]]
        return [Math.min(...all), Math.max(...all)] as const
      },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(figure, figure).map(([a, b]) => ({
      text: `${a.text} - ${b.text}`,
      range: (log: Log) => {
        const [x, y] = [a.range(log), b.range(log)]
        return x && y && ([x[0] - y[1], x[1] - y[0]] as const)
      },
    })),
  },
)

interface MadePredicate {
  text: string
  holds: (log: Log) => Kleene
  uses: (log: Log) => Range[]
}

function against(range: Range, op: string, bound: number): Kleene {
  if (!range) return null
  const [lo, hi] = range
  if (op === '<') return hi < bound ? true : lo >= bound ? false : null
  if (op === '<=') return hi <= bound ? true : lo > bound ? false : null
  if (op === '>') return lo > bound ? true : hi <= bound ? false : null
  return lo >= bound ? true : hi < bound ? false : null
}

const op = fc.constantFrom('<', '<=', '>', '>=')

/** A figure above 1 without a unit may be per cent or a share: it is held against no `50 %`. */
function rangeBeside(a: Made, literal: string, log: Log): Range {
  const range = a.range(log)
  if (!literal.endsWith('%') || a.isShare === true || range === null) return range
  return Math.abs((range[0] + range[1]) / 2) > 1 + 1e-9 ? null : range
}

const withLiteral: fc.Arbitrary<MadePredicate> = fc
  .tuple(value, op, fc.constantFrom(...literals), fc.boolean())
  .map(([a, sign, literal, inWords]) => ({
    text: `${a.text} ${inWords ? words[sign] : sign} ${literal}`,
    holds: (log: Log) => against(rangeBeside(a, literal, log), sign, numberOf(literal)),
    uses: (log: Log) => [rangeBeside(a, literal, log)],
  }))

const words = { '<': 'less than', '<=': 'is at most', '>': 'above', '>=': 'at least' }

function both(x: Kleene, y: Kleene): Kleene {
  return x === false || y === false ? false : x && y
}

/** Two bounds of one figure, as a chain, as a range, and as a tolerance around a number. */
const betweenTwo: fc.Arbitrary<MadePredicate> = fc
  .tuple(figure, fc.constantFrom('chain', 'range', 'around'), fc.constantFrom('0.5', '1', '2'))
  .map(([a, form, middle]) => {
    const [low, high] = [Number(middle) - 0.25, Number(middle) + 0.25]
    const text = {
      chain: `${low} <= ${a.text} <= ${high}`,
      range: `${a.text} between ${low} and ${high}`,
      around: `${a.text} = ${middle} ± 0.25`,
    }[form]
    return {
      text,
      holds: (log: Log) =>
        both(against(a.range(log), '>=', low), against(a.range(log), '<=', high)),
      uses: (log: Log) => [a.range(log)],
    }
  })

const apart: fc.Arbitrary<MadePredicate> = fc.tuple(figure, figure).map(([a, b]) => {
  const share = (log: Log) => quotient(a.range(log), b.range(log))
  return {
    text: `${a.text} within 50 % of ${b.text}`,
    holds: (log: Log) => both(against(share(log), '>=', 0.5), against(share(log), '<=', 1.5)),
    uses: (log: Log) => [share(log)],
  }
})

function quotient(x: Range, y: Range): Range {
  return !x || !y || y[0] <= 0 ? null : [x[0] / y[1], x[1] / y[0]]
}

const ofTwo: fc.Arbitrary<MadePredicate> = fc
  .tuple(figure, op, fc.constantFrom('1', '2', '0.5'), figure)
  .map(([a, sign, factor, b]) => {
    const share = (log: Log) => quotient(a.range(log), b.range(log))
    return {
      text: `${a.text} ${sign} ${factor} * ${b.text}`,
      holds: (log: Log) => against(share(log), sign, Number(factor)),
      uses: (log: Log) => [share(log)],
    }
  })

const { predicate } = fc.letrec<{ predicate: MadePredicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3 },
    withLiteral,
    ofTwo,
    betweenTwo,
    apart,
    fc
      .tuple(tie('predicate'), fc.constantFrom('&&', '||'), tie('predicate'))
      .map(([a, sign, b]) => ({
        text: `(${a.text}) ${sign} (${b.text})`,
        holds: (log: Log) => {
          const [x, y] = [a.holds(log), b.holds(log)]
          if (sign === '&&') return x === false || y === false ? false : x && y
          return x === true || y === true ? true : x === null || y === null ? null : false
        },
        uses: (log: Log) => [...a.uses(log), ...b.uses(log)],
      })),
    tie('predicate').map((a) => ({
      text: `!(${a.text})`,
      holds: (log: Log) => {
        const one = a.holds(log)
        return one === null ? null : !one
      },
      uses: (log: Log) => a.uses(log),
    })),
  ),
}))

it('decides 10,000 random predicates as an independent evaluator does', () => {
  const seen = { CONFIRMED: 0, REFUTED: 0, INCONCLUSIVE: 0 }
  fc.assert(
    fc.property(
      predicate,
      fc.record({ alpha: numeral, beta: numeral, gamma: numeral }),
      (made, log) => {
        parsePredicate(made.text, new Map())
        const lines = names.flatMap((stage) => {
          const printed = log[stage]
          return printed === null ? [] : [{ stage, value: printed }]
        })
        const hypothesis = { id: 'H1', confirm: made.text }
        const [verdict] = judged(lines, { hypotheses: [hypothesis] }).hypotheses
        const holds = made.uses(log).includes(null) ? null : made.holds(log)
        const expected = holds === null ? 'INCONCLUSIVE' : holds ? 'CONFIRMED' : 'REFUTED'
        seen[expected] += 1
        expect({ text: made.text, log, outcome: verdict?.outcome }).toEqual({
          text: made.text,
          log,
          outcome: expected,
        })
      },
    ),
    { numRuns: 10_000 },
  )
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(1000)
}, 120_000)
