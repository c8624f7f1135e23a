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
    default:
      return any
  }
}
