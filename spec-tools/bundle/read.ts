/** A whole bundle: its files held against `SHA256SUMS`, its document against its files. */
import { parseInvestigation, parseSettings } from '../settings/index.ts'
import type { Investigation, Settings } from '../settings/index.ts'
import type { Bundle } from './bundle.ts'
import { comparedTensors } from './tensors.ts'
import { BundleError, type BundleErrorCode } from '../evidence/error.ts'
import { bundleLimits } from '../evidence/limits.ts'
import { checkLogs } from './logs.ts'
import { parseEvidence, utf8 } from '../evidence/parse.ts'
import { bundlePath, type Evidence } from '../evidence/schema.ts'
import { readSums, sumsFile } from '../evidence/sums.ts'

export const evidenceFile = 'evidence.json'

type Files = ReadonlyMap<string, Uint8Array>
type Digest = (bytes: Uint8Array) => string

/**
 * Reads a bundle from its files.
 *
 * @param files path in the bundle -> bytes; unpacking and its limits are the caller's
 * @param sha256 gives the digest in lower-case hex
 * @throws {BundleError} for anything that does not agree: nothing of the bundle is to be used then
 */
export function readBundle(files: Files, sha256: Digest): Bundle {
  checkPaths(files)
  const sums = readSums(utf8(file(files, sumsFile), sumsFile, bundleLimits.sums))
  checkSums(files, sums, sha256)
  const evidence = parseEvidence(file(files, evidenceFile), evidenceFile)
  const settings = readSettings(files, sums, evidence)
  const investigation = readInvestigation(files, sums, evidence, settings)
  checkLogs(evidence, files)
  return { evidence, settings, investigation, tensors: comparedTensors(files), files }
}

function checkPaths(files: Files): void {
  if (files.size > bundleLimits.files) {
    throw new BundleError({
      code: 'too-large',
      path: 'the bundle',
      what: `holds more than ${bundleLimits.files} files`,
      received: String(files.size),
      remedy: 'Keep what a diagnostic leaves behind in few files.',
    })
  }
  let total = 0
  for (const [path, bytes] of files) {
    total += bytes.length
    if (!bundlePath.safeParse(path).success) {
      throw new BundleError({
        code: 'bad-path',
        path: JSON.stringify(path.slice(0, 240)),
        what: 'is not a plain relative path',
        remedy: 'The bundle is refused as a whole; see who could have written it.',
      })
    }
  }
  if (total > bundleLimits.total) {
    throw new BundleError({
      code: 'too-large',
      path: 'the bundle',
      what: `is larger than ${bundleLimits.total} bytes`,
      received: `${total} bytes`,
      remedy: 'Let the diagnostics print less.',
    })
  }
}

function checkSums(files: Files, sums: ReadonlyMap<string, string>, sha256: Digest): void {
  const missing = [...sums.keys()].filter((path) => !files.has(path))
  refuse('missing-file', missing, `is listed in ${sumsFile} but not there`)
  const extra = [...files.keys()].filter((path) => path !== sumsFile && !sums.has(path))
  refuse('extra-file', extra, `is not listed in ${sumsFile}`)
  const changed = [...sums].filter(([path, digest]) => sha256(file(files, path)) !== digest)
  refuse(
    'digest-mismatch',
    changed.map(([path]) => path),
    `does not have the digest that ${sumsFile} states`,
  )
}

function refuse(code: BundleErrorCode, paths: string[], what: string): void {
  const [first, ...others] = paths
  if (first === undefined) return
  const more =
    others.length > 0 ? `, nor do the others right: ${others.slice(0, 8).join(', ')}` : ''
  throw new BundleError({
    code,
    path: first,
    what: `${what}${more}`,
    remedy: 'The bundle was changed after it was sealed, or is not whole; take it from the run.',
  })
}

function readSettings(
  files: Files,
  sums: ReadonlyMap<string, string>,
  { settings }: Evidence,
): Settings {
  const text = declaration(files, sums, settings)
  return declared(settings.file, () => parseSettings(text, settings.file))
}

function readInvestigation(
  files: Files,
  sums: ReadonlyMap<string, string>,
  { investigation }: Evidence,
  settings: Settings,
): Investigation | null {
  if (investigation === null) return null
  const text = declaration(files, sums, investigation)
  const context = { slug: investigation.slug, file: investigation.file, settings }
  return declared(investigation.file, () => parseInvestigation(text, context))
}

/** The text of a declaration, whose digest the document repeats. */
function declaration(
  files: Files,
  sums: ReadonlyMap<string, string>,
  { file: path, sha256 }: { file: string; sha256: string },
): string {
  const text = utf8(file(files, path), path, bundleLimits.declaration)
  if (sums.get(path) === sha256) return text
  throw new BundleError({
    code: 'digest-mismatch',
    path,
    what: `does not have the digest that ${evidenceFile} states`,
    received: sums.get(path) ?? 'none',
    remedy: 'The declaration must be the one that was in force when the run began.',
  })
}

function declared<Declaration>(path: string, parse: () => Declaration): Declaration {
  try {
    return parse()
  } catch (cause) {
    throw new BundleError({
      code: 'settings',
      path,
      what: `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Read the bundle with the version of codicil that wrote it.',
      cause,
    })
  }
}

function file(files: Files, path: string): Uint8Array {
  const bytes = files.get(path)
  if (bytes !== undefined) return bytes
  throw new BundleError({
    code: 'missing-file',
    path,
    what: 'is not in the bundle',
    remedy: 'The bundle is not whole; take it from the run again.',
  })
}
