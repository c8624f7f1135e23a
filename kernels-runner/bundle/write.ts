/** Writes a bundle so that it is there whole or not at all. */
import { CodicilError } from '../../spec-tools/index.ts'
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { RunRefusal } from '../refusal.ts'
import type { BundleFiles } from './assemble.ts'

export class BundleNotWritten extends CodicilError<'disk-full' | 'write-failed' | 'changed'> {
  override readonly name = 'BundleNotWritten'

  constructor(code: BundleNotWritten['code'], what: string, options?: ErrorOptions) {
    super({ code, what, ...options })
  }
}

/** @throws RunRefusal if the folder holds anything: evidence is never mixed with older evidence. */
export async function refuseOccupied(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (entries.length > 0) {
    throw new RunRefusal(
      'output-exists',
      `${folder} is not empty (${entries.length} entries); name another folder for the bundle, or remove it.`,
    )
  }
}

export interface Written extends BundleFiles {
  /** Absolute. */
  folder: string
}

/**
 * Writes beside the target and renames.
 *
 * @param forms The bundle, and smaller ones of it, each tried when the disk was too full for the last.
 * @throws BundleNotWritten
 */
export async function writeBundle(
  out: string,
  forms: readonly (() => BundleFiles)[],
): Promise<Written> {
  const folder = resolve(out)
  let failure: unknown
  for (const form of forms) {
    const bundle = form()
    try {
      await writeFolder(folder, bundle.files)
      return { ...bundle, folder }
    } catch (error) {
      failure = error
      if (!isDiskFull(error)) break
    }
  }
  throw new BundleNotWritten(
    isDiskFull(failure) ? 'disk-full' : 'write-failed',
    `The bundle could not be written to ${folder}: ${(failure as Error).message}.`,
    { cause: failure },
  )
}

async function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const draft = `${folder}.part`
  await rm(draft, { recursive: true, force: true })
  try {
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true })
      await writeFile(join(draft, path), bytes, { flag: 'wx' })
    }
    await rmdir(folder).catch(() => undefined)
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')
}

/**
 * Makes sure that what is about to be uploaded is what was hashed.
 *
 * @throws BundleNotWritten naming the first file that was changed since.
 */
export async function refuseChanged(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  for (const [path, bytes] of files) {
    const now = await readFile(join(folder, path)).catch(() => undefined)
    if (now === undefined || !now.equals(bytes)) {
      throw new BundleNotWritten(
        'changed',
        `${path} of the bundle was changed after it was written: something that the diagnostics started is still running. Nothing is uploaded; use an ephemeral runner or isolation.`,
      )
    }
  }
}
