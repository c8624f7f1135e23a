/** Kleene's three-valued logic over intervals: what printed precision cannot decide is unknown. */
import type { Comparison, Predicate } from '../settings/index.ts'
import type { Interval } from './interval.ts'

export type Truth = 'true' | 'false' | 'unknown'

export function truthOf(predicate: Predicate, values: ReadonlyMap<string, Interval>): Truth {
  switch (predicate.kind) {
    case 'comparison': {
      const interval = values.get(predicate.name)
      return interval ? compared(interval, predicate) : 'unknown'
    }
    case 'not':
      return not(truthOf(predicate.of, values))
    case 'and':
      return and(truthOf(predicate.left, values), truthOf(predicate.right, values))
    default:
      return not(and(not(truthOf(predicate.left, values)), not(truthOf(predicate.right, values))))
  }
}

export function and(a: Truth, b: Truth): Truth {
  if (a === 'false' || b === 'false') return 'false'
  return a === 'true' && b === 'true' ? 'true' : 'unknown'
}

export function not(a: Truth): Truth {
  if (a === 'unknown') return a
  return a === 'true' ? 'false' : 'true'
}

/** Not-a-number bounds compare as false in every direction, so they come out unknown. */
function compared({ lo, hi }: Interval, { op, value }: Pick<Comparison, 'op' | 'value'>): Truth {
  switch (op) {
    case '<':
      return hi < value ? 'true' : lo >= value ? 'false' : 'unknown'
    case '<=':
      return hi <= value ? 'true' : lo > value ? 'false' : 'unknown'
    case '>':
      return lo > value ? 'true' : hi <= value ? 'false' : 'unknown'
    case '>=':
      return lo >= value ? 'true' : hi < value ? 'false' : 'unknown'
    case '==':
      return lo === value && hi === value ? 'true' : lo > value || hi < value ? 'false' : 'unknown'
    default:
      return not(compared({ lo, hi }, { op: '==', value }))
  }
}
