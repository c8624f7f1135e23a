/** The settings that count: those on the default branch, at one pinned commit, hashed as they are. */
import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { type Settings, settingsPath } from '../../spec-tools/index.ts'
import type { Core } from '../core/index.ts'
import type { Repository } from './client.ts'
import { InvalidInput } from '../errors.ts'
import { fileOf, NotAFile, readFile, type File } from './file.ts'
import { defaultBranchFields, defaultBranchOf, type DefaultBranch } from './gate-read.ts'
import { readGraph } from './graphql.ts'

const maxBytes = 64 * 1024

export type SettingsRead =
  | { status: 'read'; settings: Settings; branch: string; commit: string; sha256: string }
  | { status: 'absent' }
  /** `label` is what the text seems to call the label, so that who uses it can be answered. */
  | { status: 'unusable'; label: string | null; message: string }

/** Those at the head of the default branch. */
export async function readSettings(core: Core, repository: Repository): Promise<SettingsRead> {
  const answer = await readGraph<Parameters<typeof defaultBranchOf>[0]>(repository, {
    name: 'Settings',
    select: defaultBranchFields,
  })
  return settingsOn(core, repository, defaultBranchOf(answer))
}

/** Those that a read of the default branch found. */
export async function settingsOn(
  core: Core,
  repository: Repository,
  shown: DefaultBranch | null,
): Promise<SettingsRead> {
  if (!shown) return { status: 'absent' }
  const { branch, commit, entry } = shown
  const at = { commit, path: settingsPath }
  return parsed(core, { branch, commit }, () => fileOf(repository, at, entry, maxBytes))
}

/** Those at an earlier commit of the default branch. */
export function settingsAt(
  core: Core,
  repository: Repository,
  at: { branch: string; commit: string },
): Promise<SettingsRead> {
  return parsed(core, at, () => readFile(repository, at.commit, settingsPath, maxBytes))
}

async function parsed(
  core: Core,
  at: { branch: string; commit: string },
  read: () => Promise<File | null>,
): Promise<SettingsRead> {
  let text = ''
  try {
    const file = await read()
    if (!file) return { status: 'absent' }
    if (!isUtf8(file.bytes)) throw new NotAFile(`${settingsPath} is not UTF-8.`)
    text = new TextDecoder().decode(file.bytes)
    const settings = await core.run('settings', text)
    return { status: 'read', settings, ...at, sha256: hash('sha256', file.bytes) }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    const label = /^label:[ \t]*["']?([^"'#\n]+?)["']?[ \t]*(?:#.*)?$/m.exec(text)?.[1] ?? null
    return { status: 'unusable', label, message: error.message }
  }
}
