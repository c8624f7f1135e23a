/** The numbers of a line that were neither read nor named, and what they may be. */
import type { Measurement } from '../evidence/schema.ts'
import type { Line } from './line.ts'

/** A number that stands by itself: not `Q4K`, not `layer3`. */
const alone = /(?<![\p{L}\p{N}_])\d[\p{L}\p{N}_]*/gu
/** What ends the characters that run on around a number. */
const separators = new Set(' \t\n\v\f\r\u00A0,;|()[]{}"\'`<>=')
/** More of them are not spelt out. */
const shown = 4

/**
 * The runs of characters with numbers in them for which nobody accounts, in order.
 *
 * @param said what was read from the line, with all of its names; a number that is said to be part of a
 *   name but does not turn up there is lost. Empty where nothing was read from the line itself
 */
export function leftOver(line: Line, said: readonly Said[] = []): string[] {
  const { text } = line
  if (!/\d/.test(text)) return []
  const known = said.length === 0 ? null : new Shown(said)
  const spans = line.accounted
  const left: string[] = []
  let next = 0
  let runEnd = 0
  for (const { index } of text.matchAll(alone)) {
    while (next < spans.length && spans[next]!.to <= index) next++
    const accounted = (spans[next]?.from ?? Infinity) <= index
    if (index < runEnd || (accounted && (known === null || known.shows(text, index)))) continue
    runEnd = endOfRun(text, index)
    left.push(text.slice(runStart(text, index), runEnd).replace(/[:.]+$/, ''))
  }
  return left
}

/** What a measurement of a line holds. */
export type Said = Pick<
  Measurement,
  'side' | 'against' | 'stage' | 'under' | 'facts' | 'labels' | 'figures'
>

/** The runs of digits that figures show, and names and facts where those do not suffice. */
class Shown {
  readonly #said: readonly Said[]
  #figures: Set<string> | null = null
  #names: Set<string> | null = null

  constructor(said: readonly Said[]) {
    this.#said = said
  }

  /** @param at where a number begins */
  shows(text: string, at: number): boolean {
    digits.lastIndex = at
    const printed = digits.exec(text)?.[0] ?? ''
    this.#figures ??= runsIn(
      this.#said
        .flatMap(({ figures }) => Object.values(figures).map((one) => one.printed))
        .join(' '),
    )
    if (isIn(printed, this.#figures)) return true
    this.#names ??= runsIn(JSON.stringify(this.#said))
    return isIn(printed, this.#names)
  }
}

const digits = /\d{1,3}(?:,\d{3}(?!\d))+|\d+(?:_\d{3})*/y

function runsIn(text: string): Set<string> {
  return new Set(text.match(/\d+/g))
}

function isIn(printed: string, runs: ReadonlySet<string>): boolean {
  if (!/[,_]/.test(printed)) return runs.has(printed)
  return (
    runs.has(printed.replaceAll(/[,_]/g, '')) ||
    printed.split(/[,_]/).every((part) => runs.has(part))
  )
}

function runStart(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start < 64 && !separators.has(text[start - 1]!)) start--
  const thousands = /(?<![\d,.])\d{1,3}(?:,\d{3})*,$/.exec(
    text.slice(Math.max(0, start - 16), start),
  )
  return thousands && /^\d{3}(?!\d)/.test(text.slice(start)) ? start - thousands[0].length : start
}

/** A comma ends no run between a digit and three others. Lines may be as long as they like. */
function endOfRun(text: string, at: number): number {
  for (let end = at; ; end++) {
    while (end < text.length && !separators.has(text[end]!)) end++
    const thousands = text[end] === ',' && /^\d,\d{3}(?!\d)/.test(text.slice(end - 1, end + 5))
    if (!thousands) return end
  }
}

/**
 * Why these were not read; null where a line of which figures were read says nothing more than dates,
 * addresses and the like.
 */
export function reasonFor(left: readonly string[], read: boolean): string | null {
  if (left.length === 0) return null
  const kinds = left.map(kindOf)
  if (read && kinds.every((kind) => kind !== null)) return null
  const unknown = left.filter((_, at) => kinds[at] === null)
  if (unknown.length === 0) return `no measurement: ${[...new Set(kinds)].join(', ')}`
  const named = unknown.slice(0, shown).map((one) => one.slice(0, 40))
  const more = unknown.length > shown ? ` and ${unknown.length - shown} more` : ''
  return read
    ? `not read on this line: ${named.join(', ')}${more}`
    : `nothing says for certain what it measures: ${named.join(', ')}${more}`
}

/** What is no measurement although it holds digits; null for anything else. */
function kindOf(printed: string): string | null {
  if (/^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T_].*)?$/.test(printed)) return 'a date'
  if (/^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(printed)) return 'a time of day'
  if (/^0x[\da-f]+$/i.test(printed)) return 'an address'
  if (
    /^(?=.*[a-f])(?=.*\d)[\da-f]{7,64}$|^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(printed)
  ) {
    return 'a hash'
  }
  if (/^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$/.test(printed)) return 'an address'
  if (/^v?\d+\.\d+\.\d+(?:[-+.\w]*)$/.test(printed)) return 'a version'
  if (
    /^(?:\w+:\/\/\S*|[.~]{0,2}\/[._-]?)[A-Za-z]|^(?=[\d.-]*[A-Za-z_])[\w.-]+\/\S*\.[A-Za-z]{1,12}$/.test(
      printed,
    )
  )
    return 'a path'
  return null
}
