export * from './investigation.ts'
export { parseInvestigation, parseSettings, slugOf } from './parse.ts'
export {
  type Comparison,
  type Predicate,
  namesIn,
  overlap,
  parsePredicate,
  PredicateError,
} from './predicate/index.ts'
export { type Problem, SettingsError } from './problem.ts'
export * from './schema.ts'
export { conversion } from './unit.ts'
export { lineOfDiagnostic } from './place.ts'
