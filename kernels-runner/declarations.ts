/**
 * What a run is declared to do: the settings of the default branch and the investigation of the pull
 * request, as bytes and as values. Both are hashed as they were before the first diagnostic.
 */
import { basename } from 'node:path'
import {
  type Investigation,
  investigationFolder,
  parseInvestigation,
  parseSettings,
  type Settings,
} from '../spec-tools/index.ts'
import { FileRefusal, listTree, readRegularFile, sha256 } from './files.ts'
import { builtinDiagnostics, type BuiltinName } from './kernels/suite.ts'
import { RunRefusal } from './refusal.ts'

export interface Declared<T> {
  value: T
  bytes: Uint8Array
  sha256: string
}

export interface DeclaredInvestigation extends Declared<Investigation> {
  /** File name without its extension; names the evidence folder and the branch. */
  slug: string
}

export interface InvestigationQuery {
  /** Checkout of the pull request. */
  source: string
  /**
   * Checkout of the default branch. The same folder where there is only one checkout; then an only
   * investigation counts as the one meant.
   */
  base: string
  settings: Settings
  /** Slug or path, or null to find it. */
  named: string | null
}

const limit = 1024 * 1024

export interface DeclarationQuery extends Omit<InvestigationQuery, 'settings'> {
  /** Path of the settings below `base`. */
  settings: string
  /** Built-in diagnostics to run in place of those of the settings; empty for none. */
  builtin: readonly BuiltinName[]
  /** Adds to the text of the settings, null for no file, what they leave out. Default: nothing. */
  whole?: (text: string | null) => Promise<string>
}

/**
 * Settings and investigation of a run. With built-in diagnostics in place of the declared ones there
 * need be no settings, and an investigation counts only if it is named: one that is merely there is
 * about the diagnostics of the settings.
 *
 * @throws as `readSettings` and `readInvestigation`
 */
export async function readDeclarations(query: DeclarationQuery): Promise<{
  settings: Declared<Settings>
  investigation: DeclaredInvestigation | null
}> {
  const { base, settings: path, builtin, named } = query
  const replaced = builtin.length > 0
  const settings = replaced
    ? builtinSettings(builtin, await settingsIfAny(base, path), path)
    : query.whole
      ? await readWholeSettings(base, path, query.whole)
      : await readSettings(base, path)
  const investigation =
    replaced && named === null
      ? null
      : await readInvestigation({ ...query, settings: settings.value })
  return { settings, investigation }
}

/** @throws FileRefusal, or the error of `parseSettings` that lists every problem. */
export async function readSettings(folder: string, path: string): Promise<Declared<Settings>> {
  return declaredAs(await readRegularFile(folder, path, limit), (text) => parseSettings(text, path))
}

/** @throws the error of `parseSettings`, or that of `whole` */
async function readWholeSettings(
  folder: string,
  path: string,
  whole: NonNullable<DeclarationQuery['whole']>,
): Promise<Declared<Settings>> {
  const bytes = await readRegularFile(folder, path, limit).catch((error: unknown) => {
    if (error instanceof FileRefusal && error.code === 'not-found') return null
    throw error
  })
  const text = await whole(bytes === null ? null : new TextDecoder().decode(bytes))
  return declaredAs(new TextEncoder().encode(text), (all) => parseSettings(all, path))
}

/**
 * The investigation that a run is about: the one named, else the only one that the pull request adds
 * or changes. None is fine: then all diagnostics run and the section reports what they show.
 *
 * @throws RunRefusal if several could be meant, FileRefusal if the one named is not there, or the
 *   error of `parseInvestigation` that lists every problem.
 */
export async function readInvestigation({
  source,
  base,
  settings,
  named,
}: InvestigationQuery): Promise<DeclaredInvestigation | null> {
  const file = named === null ? await changedInvestigation(source, base) : pathOf(named)
  if (file === null) return null
  const slug = basename(file).replace(/\.ya?ml$/, '')
  const bytes = await readRegularFile(source, file, limit)
  return {
    ...declaredAs(bytes, (text) => parseInvestigation(text, { slug, file, settings })),
    slug,
  }
}

/**
 * Makes sure that a checkout is the commit that the evidence will be said to be about.
 *
 * @throws RunRefusal if the checkout's detached HEAD is another commit
 */
export async function refuseOtherCommit(source: string, sha: string): Promise<void> {
  const head = await readRegularFile(source, '.git/HEAD', 1024).catch((error: unknown) => {
    if (error instanceof FileRefusal) return Buffer.alloc(0)
    throw error
  })
  const commit = /^[0-9a-f]{40}(?=\n|$)/.exec(head.toString('latin1'))?.[0]
  if (commit !== undefined && commit !== sha) {
    throw new RunRefusal(
      'other-commit',
      `${source} is checked out at ${commit}, but evidence for ${sha} is asked for. Check out that commit.`,
    )
  }
}

/** Whether the pull request changes the settings; those of the default branch count. */
export async function settingsDiffer(
  source: string,
  path: string,
  settings: Declared<Settings>,
): Promise<boolean> {
  const theirs = await readRegularFile(source, path, limit).catch((error: unknown) => {
    if (error instanceof FileRefusal) return undefined
    throw error
  })
  return theirs !== undefined && sha256(theirs) !== settings.sha256
}

async function settingsIfAny(base: string, path: string): Promise<Declared<Settings> | null> {
  return readSettings(base, path).catch((error: unknown) => {
    if (error instanceof FileRefusal && error.code === 'not-found') return null
    throw error
  })
}

/** Settings are written down like any others, so that the bundle says what was in force. */
function builtinSettings(
  names: readonly BuiltinName[],
  declared: Declared<Settings> | null,
  path: string,
): Declared<Settings> {
  const others = declared?.value ?? { specs: [{ id: 'none', path: 'docs/specification.md' }] }
  const from = declared
    ? `${path} (sha256 ${declared.sha256}), with built-in diagnostics in place of its own.`
    : `Built-in diagnostics alone: there is no ${path}, and no specification is meant.`
  // JSON is YAML, too.
  const json = JSON.stringify({ ...others, diagnostics: builtinDiagnostics(names) }, null, 2)
  const bytes = new TextEncoder().encode(`# ${from}\n${json}\n`)
  return declaredAs(bytes, (text) => parseSettings(text, 'the settings for built-in diagnostics'))
}

async function changedInvestigation(source: string, base: string): Promise<string | null> {
  const all = (await listTree(`${source}/${investigationFolder}`, 10_000))
    .filter(({ path }) => /^[^/]+\.ya?ml$/.test(path))
    .map(({ path }) => `${investigationFolder}/${path}`)
  const candidates: string[] = []
  for (const path of all) {
    if (source === base || (await differs(source, base, path))) candidates.push(path)
  }
  if (candidates.length > 1) {
    throw new RunRefusal(
      'several-investigations',
      `${candidates.length} investigations could be meant: ${candidates.join(', ')}. Name one of them (input "investigation", or --investigation).`,
    )
  }
  return candidates[0] ?? null
}

async function differs(source: string, base: string, path: string): Promise<boolean> {
  const before = await readRegularFile(base, path, limit).catch((error: unknown) => {
    if (error instanceof FileRefusal) return undefined
    throw error
  })
  return before === undefined || !before.equals(await readRegularFile(source, path, limit))
}

/** A slug stands for the file of that name; anything with a `/` or an extension is a path. */
function pathOf(named: string): string {
  return /[/.]/.test(named) ? named : `${investigationFolder}/${named}.yml`
}

function declaredAs<T>(bytes: Uint8Array, parse: (text: string) => T): Declared<T> {
  const text = new TextDecoder().decode(bytes)
  return { value: parse(text), bytes, sha256: sha256(bytes) }
}
