export {
  type Change,
  changesOn,
  figuresInText,
  filled,
  flipsOn,
  headingsRetractedOn,
} from './changes.ts'
export { numbersMissing } from './claim-numbers.ts'
export { unknownFormat } from './format-name.ts'
export * from './investigation.ts'
export type { DocumentWords } from './declared-changes.ts'
export { type InvestigationContext, parseInvestigation, parseSettings, slugOf } from './parse.ts'
export {
  type Comparison,
  comparisonsIn,
  type Expression,
  type FigureSelector,
  figuresIn,
  namesIn,
  nearest,
  overlap,
  parseFigure,
  parsePredicate,
  type Predicate,
  PredicateError,
  type SeriesFunction,
  stageIn,
  textOfExpression,
} from './predicate/index.ts'
export { type Problem, SettingsError, withoutPlace } from './problem.ts'
export { readYaml, type Yaml } from './yaml.ts'
export * from './schema.ts'
export { conversion } from './unit.ts'
export { lineOfDiagnostic } from './place.ts'
