/**
 * What a run is declared to do: the settings of the default branch and the investigation of the pull
 * request, as bytes and as values. Both are hashed as they were before the first diagnostic.
 */
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import {
  parseInvestigation,
  parseSettings,
  type Investigation,
  type Settings,
} from '../spec-tools/index.ts'
import { FileRefusal, listTree, readRegularFile } from './files.ts'
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

export const investigationFolder = '.codicil/investigations'
const limit = 1024 * 1024

/** @throws FileRefusal, or the error of `parseSettings` that lists every problem. */
export async function readSettings(folder: string, path: string): Promise<Declared<Settings>> {
  return declared(await readRegularFile(folder, path, limit), (text) => parseSettings(text, path))
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
    ...declared(bytes, (text) => parseInvestigation(text, { slug, file, settings })),
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
      'OTHER_COMMIT',
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
      'SEVERAL_INVESTIGATIONS',
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

function declared<T>(bytes: Uint8Array, parse: (text: string) => T): Declared<T> {
  const text = new TextDecoder().decode(bytes)
  return { value: parse(text), bytes, sha256: sha256(bytes) }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
