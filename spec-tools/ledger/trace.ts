/**
 * From a line of a specification back to the amendment that wrote it, and from each of its figures to
 * the lines of logs and the commands that it rests on.
 */
import type { AmendmentRecord } from '../amend/record.ts'
import { plain } from '../amend/replay/figures.ts'
import type { LedgerEntry } from '../amend/types.ts'
import type { Bundle } from '../bundle/index.ts'
import { readSpec, sectionAt, type Overrides, type Section } from '../document/index.ts'
import { restsOn, type Rest } from './rest.ts'

/** A line, and the amendment that wrote it. */
export interface Written {
  text: string
  /** The heading that the line stands under; null before the first. */
  heading: string | null
  /** Null where none is known to have written the line. */
  record: AmendmentRecord | null
  /** What its ledger may hold of the line. */
  entries: readonly LedgerEntry[]
}

export interface TracedFigure {
  /** As the line has it. */
  text: string
  /** How it follows from what it rests on, such as `printed` or a formula. */
  how: string
  /** Empty for what was declared before the run, or follows from no figure. */
  rests: Rest[]
}

export interface Traced {
  figures: TracedFigure[]
  /** Numbers of the line that no entry of the ledger holds. */
  unknown: string[]
}

/**
 * Finds the amendment that wrote a line: the one whose section it stands in, else the one that is
 * known to have changed it.
 *
 * @param records of this specification, the newest last
 * @param written those that the commit brought which last changed the line; null where history is
 *   not at hand
 * @throws RangeError for a line that the text does not have
 */
export function whoWrote(
  text: string,
  line: number,
  records: readonly AmendmentRecord[],
  written: readonly AmendmentRecord[] | null,
  style: Overrides = {},
): Written {
  const spec = readSpec(text, style)
  if (line < 1 || line > spec.lines.count) {
    throw new RangeError(`the specification has ${spec.lines.count} lines`)
  }
  const { start, end } = spec.lines.get(line)
  const content = text.slice(start, end)
  const section = sectionAt(spec.sections, start)
  const own = records.findLast((record) => isWithin(section, record))
  const found = own
    ? { record: own, entries: entriesOf(own, section) }
    : outside(content, (written ?? records).toReversed())
  const heading = section?.heading ?? null
  return { text: content, heading, ...(found ?? { record: null, entries: [] }) }
}

/**
 * What stands behind each figure of a line.
 *
 * @param bundle of the amendment that wrote it; null where there is none
 * @param base the specification that the amendment was drafted on, where it is at hand
 */
export function traceFigures(
  { text, entries }: Pick<Written, 'text' | 'entries'>,
  bundle: Bundle | null,
  base: string | null,
): Traced {
  if (bundle === null) return { figures: [], unknown: plain(text).match(number) ?? [] }
  return figuresIn(text, entries, bundle, base)
}

/** Whether a section, or one that it stands in, is the one that an amendment added. */
function isWithin(section: Section | null, { ground }: AmendmentRecord): boolean {
  const added = ground.section
  if (added === null) return false
  for (let at = section; at !== null; at = at.parent) {
    const isIt =
      added.number === null
        ? at.heading === added.heading
        : at.key !== null && `${at.key.label}${at.key.written}` === bare(added.number, at)
    if (isIt) return true
  }
  return false
}

/** The number of a record as a key has it: with its label, without mark and closing dot. */
function bare(number: string, { key }: Section): string {
  const plainNumber = number.replace(/^§/, '').replace(/\.$/, '')
  return plainNumber.startsWith(key?.label ?? '') ? plainNumber : `${key?.label}${plainNumber}`
}

/** Those of the same sub-section first. What a person moved to another says where it was drafted. */
function entriesOf({ figures }: AmendmentRecord, section: Section | null): LedgerEntry[] {
  const here = section?.key?.written ?? ''
  const [own, others] = [true, false].map((is) =>
    figures.filter(({ where }) => (where === here) === is),
  )
  return [
    ...(own ?? []),
    ...(others ?? []).map((entry) => ({
      ...entry,
      how: `${entry.how}, drafted for ${entry.where}`,
    })),
  ]
}

/** What an amendment changed outside of its own section: version, rows, cells, totals. */
function outside(
  content: string,
  newestFirst: readonly AmendmentRecord[],
): { record: AmendmentRecord; entries: LedgerEntry[] } | null {
  const words = plain(content)
  for (const record of newestFirst) {
    const entries = changesOf(record).filter(({ text, beside }) =>
      [text, ...beside].every((part) => placesOf(words, plain(part)).length > 0),
    )
    if (entries.length > 0) return { record, entries }
  }
  return null
}

function changesOf({ ground, figures }: AmendmentRecord): (LedgerEntry & { beside: string[] })[] {
  const { version, scoreboard, changed } = ground
  const counted = [...(scoreboard?.counted ?? []), ...(scoreboard?.published ?? [])]
  const where = ''
  return [
    ...changed.flatMap(({ to, line, by }) => [
      ...figures
        .filter((entry) => entry.where === `line ${line}`)
        .map((entry) => ({ ...entry, beside: [] })),
      { text: to, where, from: [], how: `written because of the verdict on ${by}`, beside: [] },
    ]),
    ...(scoreboard?.flipped ?? []).map(({ id, from, to, line }) => ({
      text: to,
      where,
      from: [`spec#L${line}`],
      how: `${id} was ${from}`,
      beside: [id],
    })),
    ...counted.flatMap(({ label, done, open, lines }) =>
      [String(done), String(open), ...shareOf(done, open, scoreboard)].map((text) => ({
        text,
        where,
        from: lines.map((line) => `spec#L${line}`),
        how: 'counted from rows of the specification, after those that the verdicts flipped',
        beside: [label, String(done), String(open)],
      })),
    ),
    ...(version === null
      ? []
      : [{ text: version.to, where, from: [], how: `raised from ${version.from}`, beside: [] }]),
  ]
}

/** The percentage as the document writes it. */
function shareOf(
  done: number,
  open: number,
  board: AmendmentRecord['ground']['scoreboard'],
): string[] {
  if (board === null || done + open === 0) return []
  const { decimals, sign } = board.percent
  return [`${((100 * done) / (done + open)).toFixed(decimals)}${sign}`]
}

function figuresIn(
  content: string,
  entries: readonly LedgerEntry[],
  bundle: Bundle,
  base: string | null,
): Traced {
  const words = plain(content)
  const rest = restsOn(bundle, base)
  const taken: [start: number, end: number][] = []
  const placed: { at: number; figure: TracedFigure }[] = []
  // The longest first: a verdict holds its figures, and is held whole.
  for (const entry of entries.toSorted((a, b) => b.text.length - a.text.length)) {
    const text = plain(entry.text)
    const at = placesOf(words, text).find(
      (start) => !taken.some(([from, to]) => start < to && start + text.length > from),
    )
    if (at === undefined) continue
    taken.push([at, at + text.length])
    const { text: drafted, how, from } = entry
    placed.push({ at, figure: { text: drafted, how, rests: from.map(rest) } })
  }
  // Code holds names: a stage, a commit, an instant.
  const prose = content.replaceAll(/`[^`]*`/g, (code) => ' '.repeat(code.length - 2))
  const figures = placed.sort((a, b) => a.at - b.at).map(({ figure }) => figure)
  return {
    figures,
    unknown: [...plain(prose).matchAll(number)]
      .map(([token]) => token)
      .filter((token) => !figures.some(({ text }) => placesOf(plain(text), token).length > 0)),
  }
}

/** Where a text stands in another, and is not part of a longer word or number. */
function placesOf(words: string, text: string): number[] {
  const places: number[] = []
  if (text === '') return places
  for (let at = words.indexOf(text); at !== -1; at = words.indexOf(text, at + 1)) {
    const [before, after] = [words.slice(0, at), words.slice(at + text.length)]
    const joined =
      (/^[\p{L}\p{N}]/u.test(text) && /[\p{L}\p{N}](?:[.,])?$/u.test(before)) ||
      (/[\p{L}\p{N}]$/u.test(text) && /^(?:[.,]?\p{N}|\p{L})/u.test(after))
    if (!joined) places.push(at)
  }
  return places
}

const number = /(?<![\p{L}\p{N}_.§-])[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?![\p{L}\p{N}_]|\.\d)/giu
