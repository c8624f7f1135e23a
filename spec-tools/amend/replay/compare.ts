/** What was committed, held against what was drawn again; figures are called by name. */
import type { Bundle } from '../../bundle/index.ts'
import { readSpec, type Section, type Spec } from '../../document/index.ts'
import type { Ground } from '../ground/index.ts'
import type { AmendmentRecord } from '../record.ts'
import { contentEnd } from '../apply/place.ts'
import { unresolved } from '../resolve.ts'
import type { LedgerEntry } from '../types.ts'
import { compareEdited, type Edited } from './edited.ts'
import { compareLines, type Changed } from './lines.ts'
import { compareRest, withoutSection } from './rest.ts'
import { beforeText } from '../retract.ts'

export interface ReplayDifference {
  /** A file, a figure or a part of the text. */
  what: string
  /** Where it stands, such as `comment.md:12` or `§30, line 4`. */
  where: string
  expected: string
  found: string
}

/** What a person wrote where something was drafted. */
export interface ReplayEdit {
  kind: Edited['kind']
  where: string
  text: string
}

export const commentFile = 'comment.md'
export const recordFile = 'amendment.json'

export function compareComment(
  comment: string,
  files: ReadonlyMap<string, Uint8Array>,
  figures: readonly LedgerEntry[],
): ReplayDifference[] {
  const committed = files.get(commentFile)
  const found = committed === undefined ? '' : decode(committed)
  return compareLines(comment, found).map((changed) =>
    describe(changed, figures, (line) => `${commentFile}:${line}`),
  )
}

export function compareSection(
  section: string,
  { section: drafted }: Ground,
  current: string,
  figures: readonly LedgerEntry[],
  strict: boolean,
): { differences: ReplayDifference[]; edited: ReplayEdit[] } {
  if (drafted === null) return { differences: [], edited: [] }
  const { label, heading, number } = drafted
  const spec = readSpec(current)
  const standing = findSection(spec, number, heading)
  const name = label ?? heading
  if (standing === undefined) {
    const expected = `the section ${name}`
    const lost = { what: name, where: name, expected, found: 'no section of that name' }
    return { differences: [lost], edited: [] }
  }
  const { line, subtree, headingRange } = standing
  // The last section ends before the footer of the document.
  const end = Math.min(subtree.end, contentEnd(spec, standing))
  const whole = spec.text.slice(headingRange.end, end)
  // A later amendment may have retracted the section; its banner is not of this one.
  const [skipped = ''] = beforeText.exec(whole) ?? []
  const body = whole.slice(skipped.length)
  // A thematic break at the end leads the next section.
  const found = body
    .replaceAll(/\r\n?/g, '\n')
    .trim()
    .replace(/\n\n(?:-{3,}|\*{3,}|_{3,})$/, '')
  const offset = line + (skipped.match(/\r\n|\n|\r/g)?.length ?? 0)
  const where = (at: number) => `${name}, line ${offset + at - 1}`
  if (strict) {
    const heads = compareLines(heading, standing.heading).map((changed) =>
      describe(changed, [], () => `${name}, line ${line}`),
    )
    const lines = compareLines(section.trim(), found).map((changed) =>
      describe(changed, figures, where),
    )
    return { differences: [...heads, ...lines], edited: [] }
  }
  const head = told(compareEdited(`# ${heading}`, `# ${standing.heading}`), figures, () => where(1))
  const rest = told(compareEdited(section.trim(), found), figures, where)
  return {
    differences: [...head.differences, ...rest.differences],
    edited: [...head.edited, ...rest.edited],
  }
}

/** The document around the drafted section. */
export function compareAround(
  texts: { drawn: string; base: string; current: string },
  { section: drafted }: Ground,
  path: string,
): { differences: ReplayDifference[]; edited: ReplayEdit[] } {
  const cut = (text: string) =>
    drafted === null
      ? text
      : withoutSection(
          text,
          (heading, number) =>
            heading === drafted.heading || (number !== null && number === drafted.number),
        )
  return told(compareRest(texts, cut), [], (line) => `${path}:${line}`)
}

/** Pieces with their places; the figure of the ledger that is no longer there is called by name. */
function told(
  { edited, unbound }: ReturnType<typeof compareEdited>,
  figures: readonly LedgerEntry[],
  where: (line: number) => string,
): { differences: ReplayDifference[]; edited: ReplayEdit[] } {
  return {
    edited: edited.map(({ kind, line, text }) => ({ kind, where: where(line), text })),
    differences: unbound.map(({ line, what, expected, found }) => {
      const named = describe({ line, expected, found }, figures, where)
      return { ...named, what: named.what === 'text' ? what : `${named.what}: ${what}` }
    }),
  }
}

/** By number, as later amendments may give a section another place; by heading without numbers. */
function findSection(spec: Spec, number: string | null, heading: string): Section | undefined {
  const exact = spec.sections.find((section) => section.heading === heading)
  return number === null
    ? exact
    : (exact ?? spec.sections.find(({ key }) => key?.written === number))
}

export function compareLedger(
  { figures: committed }: AmendmentRecord,
  drawn: readonly LedgerEntry[],
  bundle: Bundle,
  base: string | null,
): ReplayDifference[] {
  const key = (entry: LedgerEntry) =>
    JSON.stringify([entry.where, entry.text, entry.from, entry.how])
  const [was, is] = [new Set(committed.map(key)), new Set(drawn.map(key))]
  const difference = (entry: LedgerEntry, expected: string, found: string): ReplayDifference => ({
    what: `figure ${entry.text}`,
    where: `${recordFile}, ${entry.where}`,
    expected,
    found,
  })
  return [
    ...drawn
      .filter((entry) => !was.has(key(entry)))
      .map((entry) => difference(entry, entry.from.join(', '), 'not in the committed ledger')),
    ...committed
      .filter((entry) => !is.has(key(entry)))
      .map((entry) => difference(entry, 'not in the section', entry.from.join(', '))),
    ...(base === null ? [] : unresolved(committed, bundle, base)).map((entry) =>
      difference(entry, 'a value of the bundle or the base', `nothing at ${entry.from.join(', ')}`),
    ),
  ]
}

export function compareGround(
  { ground }: AmendmentRecord,
  again: AmendmentRecord['ground'],
): ReplayDifference[] {
  const write = (value: unknown) => JSON.stringify(value, null, 2)
  return compareLines(write(again), write(ground)).map((changed) =>
    describe(changed, [], (line) => `${recordFile}, ground, line ${line}`),
  )
}

export function compareText(expected: string, found: string, path: string): ReplayDifference[] {
  return compareLines(expected, found).map((changed) =>
    describe(changed, [], (line) => `${path}:${line}`),
  )
}

/** Names the figure that changed, if one did. */
function describe(
  { line, expected, found }: Changed,
  figures: readonly LedgerEntry[],
  where: (line: number) => string,
): ReplayDifference {
  const lost = figures
    .filter(({ text }) => /\d/.test(text) && holds(expected, text) && !holds(found, text))
    .sort((a, b) => b.text.length - a.text.length)[0]
  return {
    what: lost === undefined ? 'text' : `figure ${lost.text} (${lost.from.join(', ')})`,
    where: where(line),
    expected,
    found,
  }
}

/** Whether a text holds a figure as a whole, not as digits of a longer one. */
function holds(text: string, figure: string): boolean {
  let at = text.indexOf(figure)
  while (at !== -1) {
    // A full stop behind a figure ends a sentence.
    const after = text.slice(at + figure.length, at + figure.length + 2)
    if (!/[\d.]/.test(text[at - 1] ?? ' ') && !/^\.?\d/.test(after)) return true
    at = text.indexOf(figure, at + 1)
  }
  return false
}

export function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
