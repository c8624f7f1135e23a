/** Tensor files: headers read within limits, statistics and pair metrics of any size in one pass. */
export { compareFiles, compareOpen, measureFile } from './compare.ts'
export type { CompareOptions, Progress } from './compare.ts'
export { TensorFileError } from './error.ts'
export type { TensorFileErrorCode } from './error.ts'
export { limits } from './limits.ts'
export { openTensorFile, readTensorFile } from './open.ts'
export type { OpenTensorFile } from './open.ts'
export type * from './types.ts'
