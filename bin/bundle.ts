/** Bundles as the commands take them: a folder, read and checked, then judged. */
import { resolve } from 'node:path'
import { readBundle, type Bundle } from '../spec-tools/index.ts'
import { readFolder, sha256 } from './folder.ts'

/** Files that are committed beside a bundle and are not part of it. */
export const committedBeside: ReadonlySet<string> = new Set(['amendment.json', 'comment.md'])

/**
 * Reads a bundle, as a run left it or as it was committed.
 *
 * @throws BundleError that names the file and what is wrong with it.
 */
export async function openBundle(cwd: string, folder: string): Promise<Bundle> {
  const files = await readFolder(resolve(cwd, folder))
  return readBundle(new Map([...files].filter(([path]) => !committedBeside.has(path))), sha256)
}
