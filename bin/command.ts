import { CodicilError } from '../spec-tools/error.ts'

/** What each file of this folder exports: one command of the `codicil` command line. */
export interface Command {
  name: string
  /** One line for the list of commands. */
  summary: string
  /** Text after `Usage: codicil `. */
  usage: string
  /** Flags with their meaning, in the order of the help page. */
  options: Record<string, Option>
  /** Lines below the flags: what a flag has no place for. */
  notes?: readonly string[]
  /** A command that works as it stands. */
  example: string
  /** Does the work; the exit code is 0 fine, 1 the thing checked is not fine, 2 usage. */
  run(input: Input): Promise<number>
}

export interface Option {
  type: 'string' | 'boolean'
  multiple?: boolean
  short?: string
  /** Shown as `--name <value>` in the help page. */
  value?: string
  help: string
}

export interface Input {
  values: Record<string, string | boolean | string[] | undefined>
  positionals: string[]
  /** Where the command prints its result, and where it says what went wrong. */
  out(text: string | Uint8Array): void
  err(text: string): void
  cwd: string
  env: Record<string, string | undefined>
}

/** The command line cannot be understood; the exit code is 2. */
export class UsageError extends CodicilError<'usage'> {
  override readonly name = 'UsageError'

  constructor(what: string, options?: ErrorOptions) {
    super({ code: 'usage', what, ...options })
  }
}
