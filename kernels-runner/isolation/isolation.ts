import type { Evidence } from '../../spec-tools/index.ts'

export interface Isolation {
  kind: Evidence['isolation']['kind']
  /** What it keeps apart and what not, for the bundle. */
  detail: string
  /** Whose processes the diagnostics are, as the rest of the machine sees them. */
  user: 'runner' | 'other'
  /** Number of the user and the group that the scratch folders are given to; null: they stay. */
  owner: number | null
  /** The program and its arguments that run a script of bash in the checkout. */
  commandLine(script: string, place: Place): Promise<CommandLine>
}

export interface Place {
  /** Checkout of the pull request. */
  source: string
  /** Private to one diagnostic, with the `scratchFolders`; the only place that it can write. */
  scratch: string
  env: Readonly<Record<string, string>>
  /** Whether it gets the network of the machine. */
  network: boolean
  /** What `setup` built, or is to build; null where the settings have none. */
  built: Built | null
}

/** The folder that `setup` writes and that diagnostics see. */
export interface Built {
  /** Where it lies. */
  path: string
  /** Where the isolation shows it. */
  seenAs: string
  writable: boolean
}

/** What a scratch folder has in it before a diagnostic starts, a folder before those in it. */
export const scratchFolders = [
  'out',
  'tmp',
  'shm',
  'home',
  'build',
  // Fetched packages are laid into these, which cargo must be able to write beside.
  'cargo',
  'cargo/registry',
  'cargo/git',
] as const

export interface CommandLine {
  /** Absolute path. */
  file: string
  args: string[]
  /** What the program reads from its file descriptor 3. */
  given?: Uint8Array
}

/** A script that stops at its first failing command, and reads no start-up files. */
export function bash(script: string): CommandLine {
  return {
    file: '/bin/bash',
    args: ['--noprofile', '--norc', '-euo', 'pipefail', '-c', script],
  }
}
