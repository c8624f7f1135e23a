/**
 * Takes what a diagnostic left in its output folder. The folder was written by code of the pull
 * request: links are not followed, only regular files are opened, and names are encoded.
 */
import { bundlePath } from '../../spec-tools/index.ts'
import { budgetSpent, mostFiles, type Budget } from './budget.ts'
import { digestRegularFile, FileRefusal, isFolder, listTree, readRegularFile } from '../files.ts'

export interface Collected {
  /** Path in the bundle -> bytes. */
  files: Map<string, Uint8Array>
  /** SHA-256 of files that stay behind, by the path that they would have. */
  digests: Map<string, string>
  /** What was left out, and why. */
  left: string[]
}

const limits = { entries: 256, fileBytes: 1024 * 1024, totalBytes: 8 * 1024 * 1024 }

/**
 * @param folder The output folder.
 * @param into Folder of the bundle that takes the files, without a final `/`.
 * @param redacted Takes out of a file's name what must not be shown.
 * @param budget for the digests of large files
 */
export async function collect(
  folder: string,
  into: string,
  redacted: (name: string) => string,
  budget: Budget,
): Promise<Collected> {
  const files = new Map<string, Uint8Array>()
  const left: string[] = []
  const digests = new Map<string, string>()
  let total = 0
  if (!(await isFolder(folder))) {
    return {
      files,
      digests,
      left: [`${into}: the folder for output was replaced; nothing is taken`],
    }
  }
  const found = await listTree(folder, limits.entries + 1)
  if (found.length > limits.entries) {
    left.push(`${into}: more than ${limits.entries} files; the rest was left out`)
  }
  for (const { path, kind } of found.slice(0, limits.entries)) {
    const name = `${into}/${encoded(redacted(path))}`
    if (kind !== 'file') {
      left.push(`${name}: ${kind === 'link' ? 'a symbolic link' : 'not a regular file'}`)
    } else if (!bundlePath.safeParse(name).success || files.has(name)) {
      left.push(`${into}: a file whose name is too long or taken`)
    } else {
      try {
        const bytes = await readRegularFile(folder, path, limits.fileBytes, 'hostile')
        if ((total += bytes.length) > limits.totalBytes) {
          left.push(`${name}: over the ${limits.totalBytes} bytes for one diagnostic`)
        } else if (budget.takeFile()) {
          files.set(name, bytes)
        } else {
          left.push(
            `${into}: over the ${mostFiles} files of all diagnostics; the rest was left out`,
          )
          break
        }
      } catch (error) {
        if (!(error instanceof FileRefusal)) throw error
        if (error.code === 'too-large') {
          // Large files stay behind; their digest says which bytes they had.
          const digest = await digested(folder, path, budget)
          if ('sha256' in digest) digests.set(name, digest.sha256)
          else left.push(`${name}: ${digest.why}`)
        } else if (error.code === 'hard-link') {
          left.push(`${name}: a hard link`)
        } else left.push(`${name}: it changed while it was taken`)
      }
    }
  }
  if (digests.size > 0) {
    const text = [...digests].map(([name, sha256]) => `${sha256}  ${name}\n`).join('')
    files.set(`${into}.sha256`, Buffer.from(text))
  }
  return { files, digests, left }
}

async function digested(
  folder: string,
  path: string,
  budget: Budget,
): Promise<{ sha256: string } | { why: string }> {
  try {
    if (!budget.spent) {
      const digest = (signal: AbortSignal) => digestRegularFile(folder, path, signal)
      return { sha256: await budget.within(digest) }
    }
  } catch (error) {
    if (error instanceof FileRefusal) return { why: `no digest: ${error.what}` }
    if (!budget.spent) throw error
  }
  return { why: `no digest: ${budgetSpent}` }
}

/** Each byte that a bundle's path may not have, as `_` and two hex digits. */
export function encoded(path: string): string {
  return path
    .split('/')
    .map((segment) => {
      const plain = [...Buffer.from(segment)].map((byte) => {
        const character = String.fromCharCode(byte)
        return /[A-Za-z0-9._-]/.test(character) ? character : hex(byte)
      })
      return plain.join('').replace(/^\./, hex(0x2e))
    })
    .join('/')
}

function hex(byte: number): string {
  return `_${byte.toString(16).padStart(2, '0')}`
}
