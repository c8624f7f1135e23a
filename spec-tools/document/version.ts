/** Version tokens of documents: `2.74.0`, `2.1`, `3.09.0`, `0.9.0-spec`, `v1.2`. */
import type { Bump, Spec } from './types.ts'

export interface ParsedVersion {
  /** `v` or nothing. */
  prefix: string
  numbers: number[]
  /** Digits of each number, for zero padding. */
  widths: number[]
  /** `-spec`, `-draft`, `-rc.1`, or nothing. */
  label: string
}

/** A version token anywhere in a text; two numbers at least. */
const VERSION_TOKEN = /(?<![\w.])v?\d+(?:\.\d+)+(?:-[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?(?![\w])/

export function parseVersion(token: string): ParsedVersion | null {
  const [, prefix, dotted, label = ''] =
    /^([vV]?)(\d+(?:\.\d+)*)([-+][0-9A-Za-z.+-]*)?$/.exec(token.trim()) ?? []
  if (prefix === undefined || dotted === undefined) return null
  const written = dotted.split('.')
  return { prefix, numbers: written.map(Number), widths: written.map((n) => n.length), label }
}

/**
 * The next version as the document writes it: the number of parts, zero padding, prefix and label
 * stay. Where the document has no part for a bump, its last part rises.
 */
export function bumpVersion(token: string, bump: Bump): string {
  const version = parseVersion(token)
  if (version === null) {
    throw new TypeError(`"${token}" is no version: expected dotted numbers such as 2.74.0 or 2.1`)
  }
  const { prefix, numbers, widths, label } = version
  const wanted = { major: 0, minor: 1, patch: 2 }[bump]
  const raised = Math.min(wanted, numbers.length - 1)
  const bumped = numbers.map((number, index) => {
    if (index < raised) return number
    return index === raised ? number + 1 : 0
  })
  const written = bumped.map((number, index) => {
    const width = widths[index] ?? 0
    const padded = width > 1 && padding(token, index)
    return padded ? String(number).padStart(width, '0') : String(number)
  })
  return prefix + written.join('.') + label
}

/** Negative, zero or positive; missing parts count as zero, and a release follows its labels. */
export function compareVersions(one: string, other: string): number {
  const left = parseVersion(one)
  const right = parseVersion(other)
  if (left === null || right === null) return 0
  const length = Math.max(left.numbers.length, right.numbers.length)
  for (let index = 0; index < length; index += 1) {
    const order = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0)
    if (order !== 0) return order
  }
  if (left.label === right.label) return 0
  if (left.label === '') return 1
  if (right.label === '') return -1
  return left.label < right.label ? -1 : 1
}

/** The version that an amendment gives the document; null where it has none. */
export function nextVersion(spec: Spec, bump: Bump): string | null {
  return spec.version === null ? null : bumpVersion(spec.version.token, bump)
}

/** The first version token of a text, for history entries and banners. */
export function versionIn(text: string): { token: string; at: number } | null {
  const found = VERSION_TOKEN.exec(text)
  return found === null ? null : { token: found[0], at: found.index }
}

/** Whether the number was written with a leading zero, and so keeps its width. */
function padding(token: string, index: number): boolean {
  const written = token.replace(/^[vV]/, '').split(/[.+-]/)[index] ?? ''
  return /^0\d/.test(written)
}
