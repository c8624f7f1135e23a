/** What a statement says that somebody else has made: hostile input. */
import { parseJson } from '../evidence/index.ts'
import { z } from '../schema.ts'

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
