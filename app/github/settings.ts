/** The settings that count: those on the default branch, at one pinned commit, hashed as they are. */
import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { type Settings, settingsPath } from '../../spec-tools/index.ts'
import type { Core } from '../core/index.ts'
import type { Repository } from './client.ts'
import { InvalidInput } from '../errors.ts'
import { branchHead, NotAFile, readFile } from './file.ts'

const maxBytes = 64 * 1024

export type SettingsRead =
  | { status: 'read'; settings: Settings; commit: string; sha256: string }
  | { status: 'absent' }
  /** `label` is what the text seems to call the label, so that who uses it can be answered. */
  | { status: 'unusable'; label: string | null; message: string }

/** @param at A commit of the default branch; its head where none is given. */
export async function readSettings(
  core: Core,
  repository: Repository,
  at?: string,
): Promise<SettingsRead> {
  const commit = at ?? (await branchHead(repository, repository.defaultBranch))
  if (commit === null) return { status: 'absent' }
  let text = ''
  try {
    const file = await readFile(repository, commit, settingsPath, maxBytes)
    if (!file) return { status: 'absent' }
    if (!isUtf8(file.bytes)) throw new NotAFile(`${settingsPath} is not UTF-8.`)
    text = new TextDecoder().decode(file.bytes)
    const settings = await core.run('settings', text)
    const sha256 = hash('sha256', file.bytes)
    return { status: 'read', settings, commit, sha256 }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    const label = /^label:[ \t]*["']?([^"'#\n]+?)["']?[ \t]*(?:#.*)?$/m.exec(text)?.[1] ?? null
    return { status: 'unusable', label, message: error.message }
  }
}
