/** What `setup` built, by its digests. */
import { createHash, hash } from 'node:crypto'
import { readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Budget } from '../bundle/budget.ts'
import { digestRegularFile, FileRefusal, listTree } from '../files.ts'

/** Files that are listed; of more it is said that there are. */
const mostFiles = 4096

/** SHA-256 of what was built, for as long as there is time, and one over all of it. */
export async function listed(folder: string, budget: Budget) {
  const found = await listTree(folder, mostFiles + 1)
  const lines: string[] = []
  for (const { path, kind } of found.slice(0, mostFiles)) {
    lines.push(
      `${await digestOf(folder, path, kind, budget)}  ${path.replaceAll(/[\n\\]/g, '?')}\n`,
    )
  }
  const text = lines.join('')
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { text, summary: { files: lines.length, whole: found.length <= mostFiles, sha256 } }
}

async function digestOf(
  folder: string,
  path: string,
  kind: 'file' | 'link' | 'other',
  budget: Budget,
): Promise<string> {
  if (kind === 'link') return hash('sha256', await readlink(join(folder, path)))
  if (kind !== 'file' || budget.spent) return '-'.repeat(64)
  return budget
    .within((signal) => digestRegularFile(folder, path, signal))
    .catch((error: unknown) => {
      if (error instanceof FileRefusal || budget.spent) return '-'.repeat(64)
      throw error
    })
}
