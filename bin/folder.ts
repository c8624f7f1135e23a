/** Folders as maps of files, the form in which the core takes and gives them. */
import { hash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { CodicilError } from '../spec-tools/index.ts'

/**
 * Every regular file below a folder, by its path with `/`. Links are named in the error, not
 * followed: a bundle has none.
 */
export async function readFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const link = entries.find((entry) => entry.isSymbolicLink())
  if (link) {
    throw new CodicilError({
      code: 'symbolic-link',
      what: `${join(link.parentPath, link.name)} is a symbolic link; a bundle has none.`,
    })
  }
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return [relative(folder, path).split(sep).join('/'), await readFile(path)] as const
      }),
  )
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Paths of all files below a folder, with `/`. */
export async function readFolderNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

export async function writeFiles(
  folder: string,
  files: { path: string; content: string | Uint8Array }[],
): Promise<void> {
  for (const { path, content } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}
