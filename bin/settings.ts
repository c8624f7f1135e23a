/** The settings of the repository that a command is run in, where it has any. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  type LogPattern,
  parseSettings,
  type Settings,
  settingsPath,
  type SpecSettings,
} from '../spec-tools/index.ts'
import { wholeSettingsAt } from './learnt.ts'

export async function settingsAt(cwd: string): Promise<SpecSettings[]> {
  return (await ownSettings(cwd))?.specs ?? []
}

/**
 * The same, or the only specification that the checkout holds.
 *
 * @throws CodicilError `no-spec` where no document, or more than one, may be meant
 */
export async function learntAt(cwd: string): Promise<SpecSettings[]> {
  return parseSettings(await wholeSettingsAt(cwd), settingsPath).specs
}

/** Patterns for the lines of logs that no grammar reads. */
export async function patternsAt(cwd: string): Promise<LogPattern[]> {
  return (await ownSettings(cwd))?.patterns ?? []
}

/** Null where there is no file. */
async function ownSettings(cwd: string): Promise<Settings | null> {
  if (!existsSync(join(cwd, settingsPath))) return null
  const text = await wholeSettingsAt(cwd)
  return parseSettings(text, settingsPath)
}

/** What the settings say about a document; undefined where they do not name it. */
export function settingsFor(
  settings: SpecSettings[],
  cwd: string,
  document: string,
): SpecSettings | undefined {
  return settings.find((spec) => resolve(cwd, spec.path) === resolve(cwd, document))
}
