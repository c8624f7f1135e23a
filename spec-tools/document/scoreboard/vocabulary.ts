/** The statuses that a document knows, and the one that is meant by a word. */
import type { Markdown } from '../../markdown.ts'
import { nearest } from '../../settings/index.ts'
import { plainStatus, statusWords } from './status.ts'
import type { Criterion, Statuses } from './types.ts'

/**
 * The document's own spelling of a status, whatever emphasis, picture or case it is given in; null
 * for a word that neither the settings nor the document know.
 */
export function statusNamed(
  word: string,
  statuses: Statuses,
  criteria: readonly Criterion[],
): Markdown | null {
  const words = statusWords(statuses, criteria)
  const exact = words.get(word)
  if (exact !== undefined) return exact
  const plain = plainStatus(word)
  const known = [...words].map(([, own]) => ({ own, name: plainStatus(own) }))
  const meant =
    known.find(({ name }) => name === plain) ??
    known.find(({ name }) => name.toLowerCase() === plain.toLowerCase())
  return meant?.own ?? null
}

/** What is wrong with a word that is no status, and which one may be meant. */
export function unknownStatus(
  word: string,
  statuses: Statuses,
  criteria: readonly Criterion[],
): string {
  const known = [...statusWords(statuses, criteria).keys()]
  const near = nearest(word, known)
  const shown = JSON.stringify(word.length > 64 ? `${word.slice(0, 64)}…` : word)
  const choice = near.length > 0 ? `near: ${near.join(', ')}` : `it has ${known.join(', ')}`
  return `${shown} is no status of this document (${choice})`
}
