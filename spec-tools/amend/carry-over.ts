/**
 * An amendment whose base has moved is drafted again with the next free number and version. What
 * people changed on its branch meanwhile is carried over: a three-way merge between the draft as it
 * was opened, the branch as it was edited, and the new draft.
 */
import { diff3Merge } from 'node-diff3'
import { readSpec } from '../document/index.ts'
import { renumber } from '../document/renumber.ts'

export interface Drafted {
  /** The whole spec. */
  text: string
  /** Number of the amendment's section; null in a spec without numbers. */
  number: string | null
  version: string | null
}

export interface CarriedOver {
  text: string
  /** Places that both sides changed in ways that cannot both be had; each is shown both ways. */
  conflicts: Conflict[]
}

export interface Conflict {
  /** Line of the first marker in the text. */
  line: number
  edited: string
  drafted: string
}

const markers = {
  edited: '<<<<<<< edited on the branch',
  between: '=======',
  drafted: '>>>>>>> drafted on the new base',
}

/**
 * @param opened The draft as Codicil opened it.
 * @param edited The spec on the branch, with people's edits.
 * @param again The draft on the new base.
 */
export function carryOver(opened: Drafted, edited: string, again: Drafted): CarriedOver {
  const align = (text: string) => withVersion(withNumber(text, opened, again), opened, again)
  const merged = mergeLines(lines(align(edited)), lines(align(opened.text)), lines(again.text))
  const conflicts: Conflict[] = []
  let text = ''
  for (const part of merged) {
    if (typeof part === 'string') {
      text += part
      continue
    }
    const { edited: theirs, drafted } = part
    conflicts.push({ line: text.split(/\r\n|\n|\r/).length, edited: theirs, drafted })
    text += `${markers.edited}\n${ended(theirs)}${markers.between}\n${ended(drafted)}${markers.drafted}\n`
  }
  return { text, conflicts }
}

/** Both old documents get the new number first, so that a new number is no difference. */
function withNumber(text: string, opened: Drafted, again: Drafted): string {
  if (opened.number === null || again.number === null || opened.number === again.number) return text
  const present = readSpec(text).sections.some(({ key }) => key?.written === opened.number)
  // A person may have taken the section out, or numbered it otherwise.
  return present ? renumber(text, opened.number, again.number) : text
}

/** The same for the version: in the header, in its banner and history entry, and in the section. */
function withVersion(text: string, opened: Drafted, again: Drafted): string {
  if (opened.version === null || again.version === null || opened.version === again.version)
    return text
  const spec = readSpec(text)
  const own = spec.sections.find(({ key }) => key?.written === again.number)
  const stated = spec.versions
    .filter(({ token }) => token.replace(/^v/i, '') === opened.version)
    .map(({ range: { end } }) => ({ start: end - (opened.version?.length ?? 0), end }))
  const inSection = own ? occurrences(text, opened.version, own.subtree.start, own.subtree.end) : []
  const ranges = [...stated, ...inSection]
  const distinct = [...new Map(ranges.map((range) => [range.start, range])).values()]
  return distinct
    .sort((one, other) => other.start - one.start)
    .reduce((all, { start, end }) => all.slice(0, start) + again.version + all.slice(end), text)
}

function occurrences(text: string, token: string, start: number, end: number) {
  const pattern = new RegExp(`(?<![\\w.])(?:v)?${RegExp.escape(token)}(?![\\w.]*\\w)`, 'g')
  return [...text.slice(start, end).matchAll(pattern)].map((match) => {
    const stop = start + match.index + match[0].length
    return { start: stop - token.length, end: stop }
  })
}

type Merged = (string | { edited: string; drafted: string })[]

function mergeLines(edited: string[], opened: string[], again: string[]): Merged {
  return diff3Merge(edited, opened, again, { excludeFalseConflicts: true }).flatMap(
    (region): Merged => {
      if (region.ok) return [region.ok.join('')]
      const { a, o, b } = region.conflict ?? { a: [], o: [], b: [] }
      return mergeWithin(a, o, b) ?? [{ edited: a.join(''), drafted: b.join('') }]
    },
  )
}

/**
 * Two changes to one line need not be in each other's way: cells of a table row, sentences of a
 * paragraph on one line. Lines are merged word by word if all three sides have as many of them;
 * undefined where that leaves a conflict, too.
 */
function mergeWithin(edited: string[], opened: string[], again: string[]): Merged | undefined {
  if (edited.length !== opened.length || again.length !== opened.length) return undefined
  const merged: string[] = []
  for (const [at, line] of opened.entries()) {
    const parts = diff3Merge(words(edited[at] ?? ''), words(line), words(again[at] ?? ''), {
      excludeFalseConflicts: true,
    })
    if (parts.some(({ conflict }) => conflict !== undefined)) return undefined
    merged.push(parts.map(({ ok }) => (ok ?? []).join('')).join(''))
  }
  return [merged.join('')]
}

function words(line: string): string[] {
  return line.match(/\r?\n|\|[ \t]*|[^\s|]+[ \t]*|[ \t]+/g) ?? []
}

/** Lines with their endings. */
function lines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? []
}

function ended(text: string): string {
  return text === '' || /[\r\n]$/.test(text) ? text : `${text}\n`
}
