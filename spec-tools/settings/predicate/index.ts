export { overlap, type Overlap } from './overlap.ts'
export {
  type Comparison,
  type Names,
  namesIn,
  parsePredicate,
  type Predicate,
  PredicateError,
} from './parse.ts'
