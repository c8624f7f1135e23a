/** What whoever seals a bundle knows without it, from text as flags and inputs give it. */
import { commitSha } from '../evidence/index.ts'
import { SealRefusal } from './refusal.ts'
import type { SealedArtifact } from './statement.ts'

/** Null for what is not known. */
export interface KnownRun {
  /** `owner/name`. */
  repository: string | null
  sha: string | null
  run: number | null
  /** Of the job that seals, which may have been run again alone. */
  attempt: number | null
  artifact: SealedArtifact | null
  /** Address of GitHub's pages, without a final `/`. */
  server: string
}

export interface KnownTexts {
  repository: string
  sha: string
  run: string
  attempt: string
  'artifact-id': string
  /** `sha256:` and 64 hex digits, or these alone. */
  'artifact-digest': string
  server: string
}

/**
 * @param texts empty or absent for what is not known
 * @throws SealRefusal naming the first text that is not what it should be
 */
export function knownRun(texts: Partial<KnownTexts>): KnownRun {
  const read = <Value>(
    name: keyof KnownTexts,
    parse: (text: string) => Value | null,
    is: string,
  ) => {
    const text = texts[name] ?? ''
    const value = text === '' ? null : parse(text)
    if (text !== '' && value === null) {
      throw new SealRefusal('bad-input', `${name} is ${JSON.stringify(text)}; expected ${is}.`)
    }
    return value
  }
  const matching = (pattern: RegExp) => (text: string) => pattern.exec(text)?.[1] ?? null
  const whole = (text: string) => (/^[1-9]\d{0,15}$/.test(text) ? Number(text) : null)
  const sha256 = read(
    'artifact-digest',
    matching(/^(?:sha256:)?([0-9a-f]{64})$/),
    'sha256: and 64 hex digits',
  )
  const id = read('artifact-id', whole, 'a whole number')
  return {
    repository: read('repository', matching(/^([\w.-]+\/[\w.-]+)$/), 'owner/name'),
    sha: read('sha', (text) => commitSha.safeParse(text).data ?? null, 'a full commit SHA'),
    run: read('run', whole, 'a whole number'),
    attempt: read('attempt', whole, 'a whole number'),
    artifact: sha256 === null ? null : { id, sha256 },
    server:
      read('server', matching(/^(https?:\/\/[^\s/]+(?:\/[^\s/]+)*)\/?$/), 'an http(s) address') ??
      'https://github.com',
  }
}
