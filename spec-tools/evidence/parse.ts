/** `evidence.json`, read as the hostile input that it may be. */
import { BundleError } from './error.ts'
import { JsonError, parseJson, type Json } from './json.ts'
import { bundleLimits } from './limits.ts'
import { runName } from './names.ts'
import { evidence, type Evidence } from './schema.ts'

/** Problems that one message lists; more are counted. */
const listed = 8

/**
 * Reads the document within limits: size, depth, UTF-8, no duplicate key, no key that reaches into
 * a prototype, and nothing that the schema does not know.
 *
 * @throws {BundleError} that says what is wrong, where, and what to do
 */
export function parseEvidence(input: string | Uint8Array, file = 'evidence.json'): Evidence {
  const parsed = evidence.safeParse(json(input, file))
  if (!parsed.success) {
    const { issues } = parsed.error
    const shown = issues.slice(0, listed).map(({ path, message }) => {
      return `${path.length === 0 ? 'the document' : path.map(String).join('.')}: ${message}`
    })
    if (issues.length > listed) shown.push(`and ${issues.length - listed} more`)
    throw new BundleError({
      code: 'schema',
      path: file,
      what: `is not evidence of this version: ${shown.join('; ')}`,
      remedy: 'Write it with the same major version of codicil that reads it.',
      cause: parsed.error,
    })
  }
  checkIds(parsed.data, file)
  return parsed.data
}

/** Text of a bundle's file. @throws {BundleError} if it is too large or not UTF-8 */
export function utf8(bytes: Uint8Array, file: string, limit: number): string {
  if (bytes.length > limit) throw tooLarge(file, bytes.length, limit)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new BundleError({
      code: 'not-utf8',
      path: file,
      what: 'is not UTF-8',
      remedy: 'Write it as UTF-8, without a byte order mark.',
      cause,
    })
  }
}

function json(input: string | Uint8Array, file: string): Json {
  const limit = bundleLimits.evidence
  if (typeof input === 'string' && input.length > limit) throw tooLarge(file, input.length, limit)
  const text = typeof input === 'string' ? input : utf8(input, file, limit)
  try {
    return parseJson(text, { depth: bundleLimits.depth })
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new BundleError({
      code: error.code,
      path: `${file}:${error.line}:${error.column}`,
      what: error.what,
      remedy: 'The document must be plain JSON, each key once.',
      cause: error,
    })
  }
}

function tooLarge(file: string, size: number, limit: number): BundleError {
  return new BundleError({
    code: 'too-large',
    path: file,
    what: `is larger than ${limit} bytes`,
    received: `${size} bytes`,
    remedy: 'Run fewer diagnostics at once, or let them print less.',
  })
}

function checkIds({ measurements, diagnostics }: Evidence, file: string): void {
  const known = new Set<string>()
  for (const [kind, ids] of [
    ['diagnostics', diagnostics.map(({ id, repeat }) => runName(id, repeat))],
    ['measurements', measurements.map(({ id }) => id)],
  ] as const) {
    known.clear()
    for (const id of ids) {
      if (known.has(id)) {
        throw new BundleError({
          code: 'schema',
          path: file,
          what: `two ${kind} have the id ${JSON.stringify(id)}`,
          remedy: 'Ids must be unique, so that a figure can be traced.',
        })
      }
      known.add(id)
    }
  }
}
