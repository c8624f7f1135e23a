import type { Evidence } from '../../spec-tools/index.ts'

export interface Isolation {
  kind: Evidence['isolation']['kind']
  /** What it keeps apart and what not, for the bundle. */
  detail: string
  /** The program and its arguments that run a script of bash in the checkout. */
  commandLine(script: string, place: Place): CommandLine
}

export interface Place {
  /** Checkout of the pull request. */
  source: string
  /** Private to one diagnostic; the only place that it must be able to write. */
  scratch: string
  env: Readonly<Record<string, string>>
}

export interface CommandLine {
  /** Absolute path. */
  file: string
  args: string[]
}

/** A script that stops at its first failing command, and reads no start-up files. */
export function bash(script: string): CommandLine {
  return {
    file: '/bin/bash',
    args: ['--noprofile', '--norc', '-euo', 'pipefail', '-c', script],
  }
}
