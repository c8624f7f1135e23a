/** Sealed bundles: in-toto statements about what a run showed. */
export { knownRun, type KnownRun, type KnownTexts } from './known.ts'
export { SealRefusal } from './refusal.ts'
export { sealBundle } from './seal.ts'
export {
  serialiseStatement,
  statementType,
  testResultType,
  type Statement,
  type TestResult,
} from './statement.ts'
export { attestedResult, statedDigests, type AttestedResult } from './stated.ts'
