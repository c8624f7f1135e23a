import { CodicilError } from '../../spec-tools/index.ts'

export type BuildRefusalCode =
  'no-nvcc' | 'no-gpu' | 'compile-failed' | 'unknown-architecture' | 'unknown-builtin'

/** Why a built-in diagnostic cannot be run here. */
export class BuildRefusal extends CodicilError<BuildRefusalCode> {
  override readonly name = 'BuildRefusal'

  constructor(code: BuildRefusal['code'], what: string, options?: ErrorOptions) {
    super({ code, what, ...options })
  }
}
