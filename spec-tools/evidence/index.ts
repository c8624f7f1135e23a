/** The contract between whoever measures and whoever judges. */
export { hasFailed } from './ending.ts'
export * from './error.ts'
export * from './facts.ts'
export { JsonError, type Json, parseJson } from './json.ts'
export { bundleLimits } from './limits.ts'
export {
  pairMetricKeys,
  pairMetricNamed,
  pairMetrics,
  type PairMetric,
  type PairMetricKey,
} from './metrics.ts'
export { parseEvidence } from './parse.ts'
export {
  artifactName,
  attestationName,
  investigationFolder,
  runName,
  sealName,
  settingsPath,
} from './names.ts'
export * from './schema.ts'
export { serialiseEvidence } from './serialise.ts'
export {
  tensorFolder,
  tensorLine,
  type MeasuredFile,
  type MeasuredReplay,
  type MeasuredStage,
  type TensorLine,
} from './tensors.ts'
export { commandFor, fileReadBy, onlyReads } from './read-from.ts'
export { readSums, sumsFile, writeSums } from './sums.ts'
