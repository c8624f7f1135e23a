/** What a statement says that somebody else has made: hostile input. */
import { parseJson } from '../evidence/index.ts'
import { form, z } from '../schema.ts'
import { statementType, testResultType } from './statement.ts'

const statement = z.looseObject({
  subject: z.array(
    z.looseObject({
      name: z.optional(z.string()),
      digest: z.looseObject({
        sha256: z.optional(z.string()),
        gitCommit: z.optional(z.string()),
      }),
    }),
  ),
})

/** The commit, and name -> SHA-256 of its files; null for what is no statement. */
export function statedDigests(
  bytes: Uint8Array | undefined,
): { commit: string; files: Map<string, string> } | null {
  if (bytes === undefined) return null
  try {
    const read = statement.safeParse(parseJson(new TextDecoder().decode(bytes)))
    if (!read.success) return null
    const files = new Map<string, string>()
    let commit = ''
    for (const { name, digest } of read.data.subject) {
      if (digest.gitCommit !== undefined) commit = digest.gitCommit
      else if (name === undefined || files.has(name)) return null
      else files.set(name, digest.sha256 ?? '')
    }
    return { commit, files }
  } catch {
    return null
  }
}

const attested = z.looseObject({
  _type: z.literal(statementType),
  subject: z.array(
    z.looseObject({
      name: z.string(),
      digest: z.looseObject({ sha256: form(/^[0-9a-f]{64}$/) }),
    }),
  ),
  predicateType: z.literal(testResultType),
  predicate: z.looseObject({
    configuration: z.array(
      z.looseObject({ digest: z.looseObject({ gitCommit: z.optional(z.string()) }) }),
    ),
    url: z.string(),
  }),
})

export interface AttestedResult {
  /** Path -> SHA-256. */
  files: Map<string, string>
  commits: string[]
  /** Address of the run that measured, with its attempt. */
  run: string
}

/**
 * What an attestation says of a bundle, whose subjects are its files alone; null for what is no such
 * statement, or names a file twice.
 */
export function attestedResult(payload: Uint8Array): AttestedResult | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
    const read = attested.safeParse(parseJson(text))
    if (!read.success) return null
    const { subject, predicate } = read.data
    const files = new Map(subject.map(({ name, digest }) => [name, digest.sha256]))
    const commits = predicate.configuration.flatMap(({ digest }) => digest.gitCommit ?? [])
    return files.size === subject.length ? { files, commits, run: predicate.url } : null
  } catch {
    return null
  }
}
