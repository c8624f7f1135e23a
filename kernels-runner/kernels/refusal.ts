export type BuildRefusalCode =
  'NO_NVCC' | 'NO_GPU' | 'COMPILE_FAILED' | 'UNKNOWN_ARCHITECTURE' | 'UNKNOWN_BUILTIN'

/** Why a built-in diagnostic cannot be run here. */
export class BuildRefusal extends Error {
  override readonly name = 'BuildRefusal'
  readonly code: BuildRefusalCode

  constructor(code: BuildRefusalCode, message: string) {
    super(message)
    this.code = code
  }
}
