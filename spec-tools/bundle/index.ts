/** A bundle's files, read and held against each other; its logs read again. */
export type { Bundle } from './bundle.ts'
export { evidenceFile, readBundle } from './read.ts'
export { specOf } from './spec-of.ts'
export { type Difference, rereadMeasurements } from './reread.ts'
export { comparedTensors, isTensorRecord } from './tensors.ts'
