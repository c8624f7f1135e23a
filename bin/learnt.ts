/** Settings of a checkout that has none, or that leave out what can be learnt from its documents. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { execa } from 'execa'
import { parse } from 'yaml'
import {
  CodicilError,
  decodeSpec,
  parseSettings,
  readScoreboard,
  readSpec,
  settingsPath,
} from '../spec-tools/index.ts'
import { readFolderNames } from './folder.ts'

/** Documents with a version that are about something else than what is specified. */
const others = /^(?:change-?log|history|releases?|news|readme|contributing|security|license)\b/i

/** Larger documents, and more of them, are not looked through. */
const limits = { bytes: 8 * 1024 * 1024, documents: 2000 }

/** Markdown documents of a checkout that state a version of their own and have sections. */
export async function specsAt(cwd: string): Promise<string[]> {
  const names = (await markdownOf(cwd)).filter((name) => !others.test(basename(name)))
  const found: string[] = []
  for (const name of names.slice(0, limits.documents)) {
    const bytes = await readFile(join(cwd, name)).catch(() => null)
    if (bytes === null || bytes.length > limits.bytes) continue
    const spec = readSpec(decodeSpec(bytes).text)
    const isSpec = spec.version !== null && spec.sections.length > 1 && spec.refusals.length === 0
    if (isSpec) found.push(name)
  }
  return found
}

/**
 * The text of the settings with the specification that the checkout holds, where they name none.
 *
 * @param text as it stands; null where there is no file
 * @throws CodicilError `no-spec` where no document, or more than one, may be meant
 */
export async function wholeSettings(cwd: string, text: string | null): Promise<string> {
  if (text !== null && namesSpecs(text)) return text
  const specs = await specsAt(cwd)
  const [path, ...more] = specs
  if (path === undefined || more.length > 0) {
    throw new CodicilError({ code: 'no-spec', what: whyNone(specs, text !== null) })
  }
  const line = `specs: ${JSON.stringify([{ id: idOf(path), path }])}\n`
  const known = text?.trimEnd() ?? ''
  if (!known.startsWith('{')) return known === '' ? line : `${known}\n${line}`
  const settings: object = parse(known)
  return `${JSON.stringify({ ...settings, ...parse(line) }, null, 2)}\n`
}

/** The same for the settings in their usual place. */
export async function wholeSettingsAt(cwd: string): Promise<string> {
  const file = join(cwd, settingsPath)
  return wholeSettings(cwd, existsSync(file) ? await readFile(file, 'utf8') : null)
}

/** Ids and statuses of the criteria of the specification; null where it is not known or has none. */
export async function rowsOfSpecAt(cwd: string): Promise<{ path: string; rows: string[] } | null> {
  const text = await wholeSettingsAt(cwd).catch(() => null)
  const [own, ...more] = text === null ? [] : parseSettings(text).specs
  if (own === undefined || more.length > 0 || !existsSync(join(cwd, own.path))) return null
  const spec = readSpec(decodeSpec(await readFile(join(cwd, own.path))).text, own.style)
  const { criteria } = readScoreboard(spec, own.scoreboard)
  if (criteria.length === 0) return null
  return { path: own.path, rows: criteria.map(({ id, status }) => `${id} (${status})`) }
}

/** Whether they name specs, or cannot be read: that is told by whoever parses them. */
function namesSpecs(text: string): boolean {
  try {
    const value: unknown = parse(text) ?? {}
    return typeof value !== 'object' || value === null || 'specs' in value
  } catch {
    return true
  }
}

function whyNone(specs: readonly string[], hasFile: boolean): string {
  const where = hasFile ? `${settingsPath} names no specification` : `There is no ${settingsPath}`
  const shown = specs.slice(0, 8)
  const choice = shown.map((path) => `  specs: [{ id: ${idOf(path)}, path: ${path} }]`)
  return specs.length === 0
    ? `${where}, and no Markdown document here states a version of its own. Write which one is meant into it:\n  specs: [{ id: spec, path: docs/spec.md }]`
    : `${where}, and ${specs.length} documents here state a version. Write one of these lines into it:\n${choice.join('\n')}${specs.length > shown.length ? '\n  …' : ''}`
}

/** `ship-two-models` of `docs/ship-two-models-spec.md`. */
function idOf(path: string): string {
  const slug = basename(path)
    .replace(/\.\w+$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^(?:spec(?:ification)?-)?(.+?)(?:-spec(?:ification)?)?$/, '$1')
    .slice(0, 64)
  return slug.replaceAll(/^-+|-+$/g, '') || 'spec'
}

async function markdownOf(cwd: string): Promise<string[]> {
  const listed = await execa(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '*.md', '*.markdown'],
    { cwd, reject: false },
  )
  const names = listed.failed
    ? (await readFolderNames(cwd)).filter((name) => /\.(?:md|markdown)$/.test(name))
    : listed.stdout.split('\0').filter((name) => name !== '')
  return names.filter((name) => !/(?:^|\/)(?:node_modules|\.git)\//.test(name)).toSorted()
}
