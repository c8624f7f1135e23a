import { CodicilError } from '../spec-tools/index.ts'

export type RunRefusalCode =
  | 'bad-input'
  | 'other-commit'
  | 'several-investigations'
  | 'no-gpu'
  | 'no-diagnostic'
  | 'unknown-diagnostic'
  | 'too-many-runs'
  | 'no-programs'
  | 'no-key-file'
  | 'no-isolation'
  | 'no-limit'
  | 'output-exists'

/** Why a run was not started; nothing was run and no bundle was left. */
export class RunRefusal extends CodicilError<RunRefusalCode> {
  override readonly name = 'RunRefusal'

  constructor(code: RunRefusal['code'], what: string, options?: ErrorOptions) {
    super({ code, what, ...options })
  }
}
