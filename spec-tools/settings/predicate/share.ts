/** Which expressions are shares by what they are: numbers without a unit. */
import { pairMetricNamed, pairMetrics } from '../../evidence/metrics.ts'
import type { Expression } from './expression.ts'

export function isShare(expression: Expression): boolean {
  switch (expression.kind) {
    case 'quotient':
      return true
    case 'series':
      return expression.how === 'plateau'
    case 'figure': {
      const { selector, statistic } = expression
      return isDimensionless(statistic ?? selector.name)
    }
    case 'sum':
    case 'difference':
    case 'product':
      return [expression.left, expression.right].every(
        (one) => one.kind === 'number' || isShare(one),
      )
    default:
      return false
  }
}

function isDimensionless(metric: string): boolean {
  const key = pairMetricNamed.get(metric)
  return key !== undefined && pairMetrics[key].unit === null
}
