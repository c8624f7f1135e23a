/** What rows are sorted by: the number, letter, id or version in their first cell. */
import { compareVersions } from '../../document/index.ts'

export interface SortKey {
  /** What stands before the number: `AC-`, `spec-v`. */
  label: string
  /** What counts: `003`, `1.5`, `1.0.0-rc.10`; null for a single letter. */
  number: string | null
  letter: string
  /** What stands behind the number: `B` of `1.5B`. */
  unit: string
}

/** The key of a cell, whatever link, code or emphasis it is written in; null where it counts nothing. */
export function sortKey(cell: string | undefined): SortKey | null {
  const bare = (cell ?? '')
    .replaceAll(/!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replaceAll(/<[^<>]*>/g, '')
    .replace(/^[*_`#§\s[]+|[*_`.)\]\s]+$/g, '')
  const [, year, month, day = ''] =
    /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(bare) ??
    reversed(/^(\d{2})\.(\d{2})\.(\d{4})$/.exec(bare)) ??
    []
  if (year !== undefined) {
    return { label: 'date', number: `${year}.${month}${day && `.${day}`}`, letter: '', unit: '' }
  }
  if (/^[A-Za-z]$/.test(bare)) {
    return { label: '', number: null, letter: bare.toUpperCase(), unit: '' }
  }
  const [, label, number, unit] =
    /^((?:\p{L}[\p{L}\p{N}]*[-_ ])*[\p{L}]*[-_ ]?)(\d+(?:\.\d+)*(?:-[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*)?)[ ]?(\p{L}{0,3}|%)$/u.exec(
      bare,
    ) ?? []
  if (label === undefined || number === undefined) return null
  return { label: label.toLowerCase(), number, letter: '', unit: unit ?? '' }
}

/** `31.12.2026` in the order of `2026-12-31`. */
function reversed(match: RegExpExecArray | null): string[] | null {
  return match && [match[0], ...match.slice(1).toReversed()]
}

/** Whether two keys count the same thing. */
export function comparable(one: SortKey, other: SortKey): boolean {
  if (one.number === null || other.number === null) return one.label === other.label
  return one.label === other.label && one.unit === other.unit
}

/** Negative, zero or positive; letters come after all numbers. */
export function compareSortKeys(one: SortKey, other: SortKey): number {
  if (one.number === null || other.number === null) {
    if (one.number !== null) return -1
    if (other.number !== null) return 1
    return one.letter < other.letter ? -1 : Number(one.letter > other.letter)
  }
  const order = compareVersions(one.number, other.number)
  // `2` comes before `2.0`, its own part.
  return order === 0 ? one.number.split('.').length - other.number.split('.').length : order
}
