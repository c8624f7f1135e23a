/**
 * Places that a pattern matched. An edit of something that was read never looks for it again: its
 * range comes from the match itself, and the types allow no other.
 */
import type { Range } from './range.ts'

declare const matched: unique symbol

/** A range that `locate` found; arithmetic on offsets gives none. */
export type Located = Range & { readonly [matched]: true }

export interface Token {
  /** The text of the range. */
  token: string
  range: Located
}

/**
 * The first match of a pattern with the flag `d`: its named group `token`, else all of it.
 *
 * @param from Where `text` starts in the document.
 */
export function locate(pattern: RegExp, text: string, from: number): Token | null {
  const match = pattern.exec(text)
  if (match === null) return null
  const indices = match.indices?.groups?.['token'] ?? match.indices?.[0]
  if (indices === undefined) throw new TypeError(`The pattern ${pattern} lacks the flag d`)
  const [start, end] = indices
  return {
    token: text.slice(start, end),
    range: { start: from + start, end: from + end } as Located,
  }
}
