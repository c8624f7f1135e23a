/** The settings of the repository that a command is run in, where it has any. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  type LogPattern,
  parseSettings,
  type Settings,
  settingsPath,
  type SpecSettings,
} from '../spec-tools/index.ts'

export async function settingsAt(cwd: string): Promise<SpecSettings[]> {
  return (await wholeSettings(cwd))?.specs ?? []
}

/** Patterns for the lines of logs that no grammar reads. */
export async function patternsAt(cwd: string): Promise<LogPattern[]> {
  return (await wholeSettings(cwd))?.patterns ?? []
}

async function wholeSettings(cwd: string): Promise<Settings | null> {
  const file = join(cwd, settingsPath)
  return existsSync(file) ? parseSettings(await readFile(file, 'utf8'), settingsPath) : null
}

/** What the settings say about a document; undefined where they do not name it. */
export function settingsFor(
  settings: SpecSettings[],
  cwd: string,
  document: string,
): SpecSettings | undefined {
  return settings.find((spec) => resolve(cwd, spec.path) === resolve(cwd, document))
}
