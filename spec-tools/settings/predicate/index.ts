export {
  type Expression,
  type FigureSelector,
  figuresIn,
  stageIn,
  type RunFunction,
  type SeriesFunction,
  textOfExpression,
} from './expression.ts'
export type { Names } from './figure.ts'
export { nearest } from './near.ts'
export { overlap, type Overlap, overlapWithin } from './overlap.ts'
export {
  type Comparison,
  comparisonsIn,
  namesIn,
  parseFigure,
  parsePredicate,
  type Predicate,
} from './parse.ts'
export { PredicateError } from './refusal.ts'
