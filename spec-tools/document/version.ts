/** Version tokens of documents: `2.74.0`, `2.1`, `3.09.0`, `0.9.0-spec`, `v1.2`. */
import { locate, type Token } from './located.ts'
import { Refusal } from './refusal.ts'
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

/** A version token anywhere in a text; two numbers at least, none of more digits than count exactly. Emphasis may stand around it. */
const VERSION_TOKEN =
  /(?<![\p{L}\p{N}.]|[\p{L}\p{N}]_)v?\d{1,15}(?:\.\d{1,15})+(?:-[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?(?:\+[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?(?![\p{L}\p{N}]|_[\p{L}\p{N}])/du

export function parseVersion(token: string): ParsedVersion | null {
  const [, prefix, dotted, label = ''] =
    /^([vV]?)(\d{1,15}(?:\.\d{1,15})*)([-+][0-9A-Za-z.+-]*)?$/.exec(token.trim()) ?? []
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
    throw new Refusal({
      code: 'unfit-version',
      what: `"${token.slice(0, 80)}" is no version that can be raised`,
      line: 1,
      remedy: 'Give dotted numbers of at most 15 digits, such as 2.74.0 or 2.1',
    })
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
  return compareLabels(labelOf(left), labelOf(right))
}

/** The identifiers of a label by the rules of Semantic Versioning 2.0.0; build metadata is none. */
function labelOf({ label }: ParsedVersion): string[] {
  const [release = ''] = label.split('+', 1)
  return release === '' ? [] : release.replace(/^-/, '').split('.')
}

/** A release follows its labels, numbers come before words, and a label before a longer one. */
function compareLabels(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return other.length - one.length
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const [left, right] = [one[at], other[at]]
    if (left === undefined) return -1
    if (right === undefined) return 1
    const order = compareIdentifiers(left, right)
    if (order !== 0) return order
  }
  return 0
}

/** `rc9` comes before `rc10`, which the letter of the rules would turn round. */
function compareIdentifiers(one: string, other: string): number {
  const [, name = '', count = ''] = /^(\D*)(\d*)$/.exec(one) ?? [one, one]
  const [, otherName = '', otherCount = ''] = /^(\D*)(\d*)$/.exec(other) ?? [other, other]
  if (name === otherName) return Number(count) - Number(otherCount)
  if (name === '' || otherName === '') return name === '' ? -1 : 1
  return name < otherName ? -1 : 1
}

/**
 * The version that an amendment gives the document; null where it has none.
 *
 * @param taken Versions that come before it, though the document does not have them yet.
 */
export function nextVersion(spec: Spec, bump: Bump, taken: readonly string[] = []): string | null {
  if (spec.version === null) return null
  const last = taken.reduce(
    (highest, version) => (compareVersions(version, highest) > 0 ? version : highest),
    spec.version.token,
  )
  return bumpVersion(last, bump)
}

/**
 * The first version token of a text, for history entries and banners.
 *
 * @param from Where the text starts in the document.
 */
export function versionIn(text: string, from: number): Token | null {
  return locate(VERSION_TOKEN, text, from)
}

/** Whether the number was written with a leading zero, and so keeps its width. */
function padding(token: string, index: number): boolean {
  const written = token.replace(/^[vV]/, '').split(/[.+-]/)[index] ?? ''
  return /^0\d/.test(written)
}
