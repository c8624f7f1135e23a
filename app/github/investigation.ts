/** The investigations of a pull request, as they are at the commit that is measured. */
import {
  investigationFolder,
  parseInvestigation,
  slugOf,
  type Settings,
} from '../../spec-tools/index.ts'
import { fromInput, InvalidInput } from '../errors.ts'
import type { Repository } from './client.ts'
import { readFile } from './file.ts'
import { changedPaths } from './pull-request.ts'

const maxBytes = 256 * 1024

/**
 * What is wrong with the investigations that a pull request adds or changes: a line for each problem,
 * with file, line and column. Empty where nothing is.
 */
export async function investigationProblems(
  repository: Repository,
  pull: { number: number; sha: string },
  settings: Settings,
): Promise<string[]> {
  const changed = await changedPaths(repository, pull.number)
  const paths = changed.filter((path) => /^\.codicil\/investigations\/[^/]+\.ya?ml$/.test(path))
  const problems: string[] = []
  for (const path of paths) {
    try {
      const file = await readFile(repository, pull.sha, path, maxBytes)
      if (!file) continue
      const slug =
        slugOf(path) ?? path.slice(investigationFolder.length + 1).replace(/\.ya?ml$/, '')
      const text = new TextDecoder().decode(file.bytes)
      fromInput(() => parseInvestigation(text, { slug, file: path, settings }))
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      problems.push(...error.message.split('\n').map((line) => line.trim()))
    }
  }
  return problems
}

/** Whether the commit has an investigation of that name with exactly these bytes. */
export async function hasInvestigation(
  repository: Repository,
  sha: string,
  slug: string,
  bytes: Uint8Array,
): Promise<boolean> {
  for (const extension of ['yml', 'yaml']) {
    const file = await readFile(
      repository,
      sha,
      `${investigationFolder}/${slug}.${extension}`,
      maxBytes,
    )
    if (file && Buffer.from(file.bytes).equals(bytes)) return true
  }
  return false
}
