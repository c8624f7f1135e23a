/** What `setup` built, kept for later runs with the same key. */
import { randomUUID } from 'node:crypto'
import {
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import type { Evidence } from '../../spec-tools/index.ts'

export interface Kept {
  /** Name of the folder. */
  folder: string
  evidence: NonNullable<Evidence['setup']>
  log: string
  digests: string
}

/** Milliseconds after which what nobody used is removed. */
const unused = 14 * 24 * 3600 * 1000

export async function readKept(cache: string, key: string): Promise<Kept | null> {
  const file = join(cache, `${key}.json`)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  const kept = JSON.parse(text) as Kept
  const stat = await lstat(join(cache, kept.folder)).catch(() => null)
  if (!stat?.isDirectory()) return null
  await utimes(file, new Date(), new Date()).catch(() => undefined)
  return kept
}

/**
 * Takes a folder away to where it is kept. What makes it found is written once it is whole.
 *
 * @returns the folder
 */
export async function keep(
  cache: string,
  key: string,
  built: string,
  about: Omit<Kept, 'folder'>,
): Promise<string> {
  const folder = `${key}-${randomUUID()}`
  const path = join(cache, folder)
  await mkdir(cache, { recursive: true })
  await rename(built, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error
    return cp(built, path, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  })
  const draft = `${path}.json`
  await writeFile(draft, JSON.stringify({ folder, ...about }))
  await rename(draft, join(cache, `${key}.json`))
  return path
}

/** Removes what was not used for long, and what was never finished. */
export async function prune(cache: string, now: Date): Promise<void> {
  const names = await readdir(cache).catch(() => [])
  const live = new Set<string>()
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const file = join(cache, name)
    const stat = await lstat(file).catch(() => null)
    if (stat === null || now.getTime() - stat.mtimeMs > unused) await rm(file, { force: true })
    else live.add(((await readFile(file, 'utf8').then(JSON.parse)) as Kept).folder)
  }
  for (const name of names.filter((one) => !one.endsWith('.json') && !live.has(one))) {
    const stat = await lstat(join(cache, name)).catch(() => null)
    if (stat && now.getTime() - stat.mtimeMs > unused) {
      await rm(join(cache, name), { recursive: true, force: true }).catch(() => undefined)
    }
  }
}
