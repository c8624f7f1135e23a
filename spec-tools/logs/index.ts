/** Text logs -> measurements, without any code for a particular repository. */
export { visible } from './clean.ts'
export { refusedStd } from './collector.ts'
export {
  type LineProblem,
  measurementLine,
  type MeasurementLine,
  readMeasurements,
} from './explicit.ts'
export { type LogPattern, logPattern } from './pattern.ts'
export { lastLines } from './last-lines.ts'
export { linesOf } from './line.ts'
export { readLog } from './read.ts'
export * from './reading.ts'
export { unitOf } from './units.ts'
export {
  readTensors,
  type ComparedStage,
  type TensorComparison,
  type TensorRole,
} from './tensors.ts'
