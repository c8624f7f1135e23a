/**
 * All that other rooms import of the pure core. No file system, network, environment, clock or randomness: what it needs
 * of them comes in as an argument, and the same input gives the same bytes.
 */
export * from './amend/index.ts'
export * from './bundle/index.ts'
export { CodicilError, explained, type ErrorDetails } from './error.ts'
export * from './evidence/index.ts'
export {
  codicilPreset,
  evidencedSection,
  fixSpec,
  lintSpec,
  rules as lintRules,
  toSarif,
  type EvidencedSection,
  type Finding as LintFinding,
  type LintContext,
} from './lint/index.ts'
export {
  lastLines,
  logPattern,
  measurementLine,
  readLog,
  readMeasurements,
  readTensors,
  type LineProblem,
  type LogPattern,
  type LogReading,
  type LogSource,
  type TensorComparison,
  type TensorRole,
} from './logs/index.ts'
export * from './render/markdown/index.ts'
export * from './judge/index.ts'
export * from './ledger/index.ts'
export * from './render/plot/index.ts'
export * from './seal/index.ts'
export * from './settings/index.ts'
export {
  applyEdits,
  invertEdits,
  nextSection,
  nextVersion,
  readSpec,
  Refusal,
  type Bump,
  type Finding,
  type Overrides,
  type Section,
  type Spec,
} from './document/index.ts'
export {
  defaultStatuses,
  describeScoreboard,
  flipCriteria,
  readScoreboard,
  type Scoreboard,
  type Statuses,
} from './document/scoreboard.ts'
