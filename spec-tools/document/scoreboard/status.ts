/** Status words in table cells: `DISCHARGED`, `**(PARTIAL_ALGORITHM_LEVEL v2.32.0)**`. */
import { asMarkdown, type Markdown } from '../../markdown.ts'
import type { Criterion, Standing, Statuses } from './types.ts'

export interface FoundStatus {
  /** With its qualifier: `PARTIAL_ALGORITHM_LEVEL`. */
  text: string
  standing: Standing
  /** Offset in the cell's text. */
  start: number
}

/** All status words of a text, in order. A qualifier may follow after `_`. */
export function findStatuses(text: string, statuses: Statuses): FoundStatus[] {
  const words = [statuses.done, statuses.open].map((word) => RegExp.escape(word)).join('|')
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_-])(${words})(?:_[A-Z0-9_]+)?(?![\\p{L}\\p{N}_])`,
    'gu',
  )
  return [...text.matchAll(pattern)].map((match) => ({
    text: match[0],
    standing: match[1] === statuses.done ? 'done' : 'open',
    start: match.index,
  }))
}

/** The words of a status cell, without pictures, emphasis and brackets. */
export function plainStatus(cell: string): string {
  return cell
    .replaceAll(/\p{Extended_Pictographic}\uFE0F?|[*_`~()[\]]/gu, (mark, at: number) =>
      mark === '_' && /\w_\w/.test(cell.slice(at - 1, at + 2)) ? mark : '',
    )
    .trim()
}

/** Ids of criteria in a text: capitals and digits in at least two groups that end in a number. */
export function findIds(text: string): string[] {
  return [
    ...text.matchAll(
      /(?<![\p{L}\p{N}_-])[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)*[-_]\d+[a-z]?(?![\p{L}\p{N}_-])/gu,
    ),
  ].map(([id]) => id)
}

/** The words that a verdict may write: those of the settings, and those that rows have already. */
export function statusWords(
  statuses: Statuses,
  criteria: readonly Criterion[],
): ReadonlyMap<string, Markdown> {
  const words = [statuses.done, statuses.open, ...criteria.map(({ status }) => status)]
  return new Map(words.map((word) => [word, asMarkdown(word)]))
}

/**
 * The cell's text with its status replaced, and the version that stands beside it renewed:
 * `**(PARTIAL_ALGORITHM_LEVEL v2.32.0)**` becomes `**(DISCHARGED v2.75.0)**`.
 */
export function withStatus(
  cell: string,
  status: FoundStatus,
  to: Markdown,
  version: string | null,
): Markdown {
  const before = cell.slice(0, status.start)
  const after = cell.slice(status.start + status.text.length)
  const renewed =
    version === null
      ? after
      : after.replace(/^([*_`~)\s]*[\s(]\(?v?)\d+(?:\.\d+)+(?:-[a-z]+)?/, `$1${version}`)
  return asMarkdown(`${before}${to}${renewed}`)
}
