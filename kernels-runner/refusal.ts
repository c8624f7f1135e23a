export type RunRefusalCode =
  | 'BAD_INPUT'
  | 'OTHER_COMMIT'
  | 'SEVERAL_INVESTIGATIONS'
  | 'NO_GPU'
  | 'NO_DIAGNOSTIC'
  | 'UNKNOWN_DIAGNOSTIC'
  | 'TOO_MANY_RUNS'
  | 'NO_PROGRAMS'
  | 'NO_ISOLATION'
  | 'NO_LIMIT'
  | 'OUTPUT_EXISTS'

/** Why a run was not started; nothing was run and no bundle was left. */
export class RunRefusal extends Error {
  override readonly name = 'RunRefusal'
  readonly code: RunRefusalCode

  constructor(code: RunRefusalCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
