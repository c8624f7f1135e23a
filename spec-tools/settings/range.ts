/** Between what a figure lies by what it is, before anything is measured. */
import { type PairMetric, pairMetricNamed, pairMetrics } from '../evidence/index.ts'
import type { Expression } from './predicate/index.ts'

export interface Range {
  lo: number
  hi: number
}

/** No figure that anybody prints is larger; a bound beyond it is none. */
const any: Range = { lo: -1e100, hi: 1e100 }
const notNegative: Range = { lo: 0, hi: any.hi }
const share: Range = { lo: 0, hi: 1 }

const neverNegative = /^(?:std|n|count|l2|norm|seconds|rows)$/

export function rangeOfStatistic(statistic: string): Range {
  const key = pairMetricNamed.get(statistic)
  const metric: PairMetric | undefined = key && pairMetrics[key]
  if (metric !== undefined) return { ...any, ...metric.range }
  return neverNegative.test(statistic) ? notNegative : any
}

export function rangeOfExpression(expression: Expression): Range {
  switch (expression.kind) {
    case 'figure':
      return expression.statistic === null ? any : rangeOfStatistic(expression.statistic)
    case 'series':
      return ['count', 'rises', 'falls', 'plateau'].includes(expression.how) ? notNegative : any
    case 'run':
      return expression.what === 'exit_code' ? any : notNegative
    case 'text':
    case 'same output':
      return share
    case 'in':
      return rangeOfExpression(expression.of)
    case 'number':
      return { lo: expression.value, hi: expression.value }
    case 'sum':
    case 'difference':
    case 'product':
    case 'quotient':
      return rangeOfTwo(expression.kind, expression.left, expression.right)
    default:
      return any
  }
}

/** Two sides that are one figure give what no figure can change: `a - a`, `a / a`, `a * a`. */
function rangeOfTwo(
  kind: 'sum' | 'difference' | 'product' | 'quotient',
  left: Expression,
  right: Expression,
): Range {
  const one = JSON.stringify(left) === JSON.stringify(right)
  const [a, b] = [rangeOfExpression(left), rangeOfExpression(right)]
  switch (kind) {
    case 'sum':
      return { lo: a.lo + b.lo, hi: a.hi + b.hi }
    case 'difference':
      return one ? { lo: 0, hi: 0 } : { lo: a.lo - b.hi, hi: a.hi - b.lo }
    case 'product': {
      if (one) return notNegative
      const [ll, lh, hl, hh] = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi] as const
      return { lo: Math.min(ll, lh, hl, hh), hi: Math.max(ll, lh, hl, hh) }
    }
    case 'quotient':
      return one ? { lo: 1, hi: 1 } : any
  }
}
