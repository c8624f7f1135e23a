/** Checks a file of settings as the app and the Action read it. */
import { basename } from 'node:path'
import {
  type LintFinding,
  parseSettings,
  settingsPath,
  SettingsError,
  withoutPlace,
} from '../spec-tools/index.ts'

/** Whether a YAML file is one of settings: by its name, or because it lists specifications. */
export function isSettings(path: string, text: string): boolean {
  return basename(path) === basename(settingsPath) || /^["']?specs["']?\s*:/m.test(text)
}

export function checkSettings(path: string, text: string): LintFinding[] {
  try {
    parseSettings(text, path)
    return []
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.problems.map((problem) => ({
      rule: 'settings',
      severity: 'error',
      message: withoutPlace(problem),
      line: problem.line,
      column: problem.column,
      start: 0,
      end: 0,
    }))
  }
}
