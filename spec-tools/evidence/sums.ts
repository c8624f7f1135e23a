/** `SHA256SUMS`: what coreutils' `sha256sum` writes and checks, over every other file of a bundle. */
import { BundleError } from './error.ts'
import { bundlePath } from './schema.ts'

export const sumsFile = 'SHA256SUMS'

const entry = /^([0-9a-f]{64}) [ *](.+)$/

/**
 * Path -> digest, in the order of the file.
 *
 * @throws {BundleError} with the line of an entry that is malformed, repeated or leads elsewhere
 */
export function readSums(text: string): Map<string, string> {
  const sums = new Map<string, string>()
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (const [index, line] of lines.entries()) {
    const where = `${sumsFile}:${index + 1}`
    const [, digest, path] = entry.exec(line) ?? []
    if (digest === undefined || path === undefined) {
      throw new BundleError({
        code: 'bad-sums',
        path: where,
        what: 'is not a line of sha256sum: 64 hex digits, two blanks, a path',
        received: JSON.stringify(line.slice(0, 120)),
        remedy: 'Write the file with sha256sum.',
      })
    }
    if (!bundlePath.safeParse(path).success || path === sumsFile) {
      throw new BundleError({
        code: 'bad-path',
        path: where,
        what: 'names a path that a bundle cannot hold',
        received: JSON.stringify(path.slice(0, 240)),
        remedy: 'Use plain relative paths, with / between the parts.',
      })
    }
    if (sums.has(path)) {
      throw new BundleError({
        code: 'bad-sums',
        path: where,
        what: `lists ${path} a second time`,
        remedy: 'List every file once.',
      })
    }
    sums.set(path, digest)
  }
  return sums
}

/** The file's text, sorted by path in byte order, as `LC_ALL=C sort` would. */
export function writeSums(entries: Iterable<readonly [path: string, sha256: string]>): string {
  return [...entries]
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([path, sha256]) => `${sha256}  ${path}\n`)
    .join('')
}
