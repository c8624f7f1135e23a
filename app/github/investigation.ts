/** The investigations of a pull request, as they are at the commit that is measured. */
import {
  type Investigation,
  investigationFolder,
  slugOf,
  type Settings,
  type SpecSettings,
} from '../../spec-tools/index.ts'
import type { Core } from '../core/index.ts'
import { InvalidInput } from '../errors.ts'
import type { Repository } from './client.ts'
import { readFile } from './file.ts'

const maxBytes = 256 * 1024
const maxDocumentBytes = 8 * 1024 * 1024

/**
 * What is wrong with the investigations that a pull request changes: a line for each problem,
 * with file, line and column. Empty where nothing is.
 */
export async function investigationProblems(
  core: Core,
  repository: Repository,
  pull: { changed: readonly string[]; sha: string },
  settings: Settings,
): Promise<string[]> {
  const paths = pull.changed.filter((path) =>
    /^\.codicil\/investigations\/[^/]+\.ya?ml$/.test(path),
  )
  const problems: string[] = []
  for (const path of paths) {
    try {
      const file = await readFile(repository, pull.sha, path, maxBytes)
      if (!file) continue
      const slug =
        slugOf(path) ?? path.slice(investigationFolder.length + 1).replace(/\.ya?ml$/, '')
      const text = new TextDecoder().decode(file.bytes)
      const context = { text, slug, file: path, settings }
      const declared = await core.run('investigation', context)
      const document = await documentOf(repository, pull.sha, declared, settings)
      if (document !== null) await core.run('investigation', { ...context, document })
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      problems.push(...error.message.split('\n').map((line) => line.trim()))
    }
  }
  return problems
}

/** The document of an investigation at a commit; null where it cannot be read. */
async function documentOf(
  repository: Repository,
  sha: string,
  { spec: id }: Investigation,
  { specs }: Settings,
): Promise<{ bytes: Uint8Array; settings: SpecSettings } | null> {
  const own = specs.find((one) => one.id === id) ?? specs[0]
  if (own === undefined) return null
  try {
    const file = await readFile(repository, sha, own.path, maxDocumentBytes)
    return file === null ? null : { bytes: file.bytes, settings: own }
  } catch (error) {
    // A document that is no file, too large or cannot be read is said when it is amended.
    if (error instanceof InvalidInput) return null
    throw error
  }
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
