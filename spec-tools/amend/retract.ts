/**
 * Retraction: a section that later evidence refutes keeps its text, gets a banner, and the criteria
 * that rested on it are open again. Reinstatement undoes it the same way. Both are parts of an
 * intent, so they are applied with everything else that the later section decides.
 */
import { asMarkdown, composed, type Markdown } from '../markdown.ts'
import { readSpec, Refusal, type Section, type Spec } from '../document/index.ts'
import { findReferences } from '../document/references.ts'
import { readScoreboard, type Criterion, type Flip, type Statuses } from '../document/scoreboard.ts'
import type { DraftedIntent } from './intent.ts'

/** The section whose evidence decides, and the version that it makes. */
export interface Decider {
  /** As the document cites it: `§30`, or its title in a document without numbers. */
  section: Markdown
  version: Markdown | null
}

export interface Retraction {
  replace: DraftedIntent['replace']
  /** Criteria to be flipped with `flipCriteria`, so that the totals follow. */
  flips: Flip[]
  /** Ids of these criteria, for the text of the later section. */
  rows: string[]
}

/**
 * Plans the retraction of a section: its banner, and the rows that rest on it.
 *
 * A done criterion rests on a section if its row cites it, or if `rows` names it.
 *
 * @throws Refusal if no section has the number, or if it is retracted already.
 */
export function retract(
  text: string,
  number: string,
  by: Decider,
  statuses: Statuses,
  rows: readonly string[] = [],
): Retraction {
  const spec = readSpec(text)
  const section = sectionOf(spec, number)
  const standing = findBanner(spec, section)
  if (standing !== null) {
    throw new Refusal({
      code: 'ambiguous-anchor',
      what: `§${number} is retracted already`,
      line: spec.lines.at(standing.start),
      remedy: 'Reinstate it first, or leave it',
    })
  }
  const board = readScoreboard(spec, statuses)
  const resting = criteriaOn(spec, section, board.criteria, rows)
  const { heading, eol } = headingOf(spec, section)
  return {
    replace: [
      {
        old: heading + eol,
        new: composed`${heading}${eol}${eol}${refutedBanner(by, resting)}${eol}`,
      },
    ],
    flips: resting.map(({ id }) => ({ row: id, to: board.statuses.open })),
    rows: resting.map(({ id }) => id),
  }
}

/**
 * Plans the undoing of a retraction: the banner goes, and the rows that it names are done again.
 *
 * @throws Refusal if the section is not retracted.
 */
export function reinstate(text: string, number: string, statuses: Statuses): Retraction {
  const spec = readSpec(text)
  const section = sectionOf(spec, number)
  const found = findBanner(spec, section)
  if (found === null) {
    throw new Refusal({
      code: 'missing-anchor',
      what: `§${number} is not retracted`,
      line: section.line,
      remedy: 'Name a section that has a retraction banner',
    })
  }
  const { heading, eol } = headingOf(spec, section)
  const board = readScoreboard(spec, statuses)
  const rows = found.rows.filter((id) =>
    board.criteria.some(({ ids, standing }) => ids.includes(id) && standing === 'open'),
  )
  return {
    replace: [
      { old: `${heading}${eol}${eol}${found.text}${eol}`, new: composed`${heading}${eol}` },
    ],
    flips: rows.map((row) => ({ row, to: board.statuses.done })),
    rows,
  }
}

function headingOf({ text, eol }: Spec, { headingRange }: Section) {
  const heading = asMarkdown(text.slice(headingRange.start, headingRange.end))
  return { heading, eol: asMarkdown(eol.text) }
}

/** Whether a section has a retraction banner; false for one that does not exist. */
export function isRetracted(text: string, number: string): boolean {
  const spec = readSpec(text)
  const section = spec.sections.find(
    ({ key, heading }) => key?.written === number || heading === number,
  )
  return section !== undefined && findBanner(spec, section) !== null
}

function sectionOf(spec: Spec, number: string): Section {
  const found = spec.sections.filter(
    ({ key, heading }) => key?.written === number || heading === number,
  )
  const [section] = found
  if (section === undefined || found.length > 1) {
    throw new Refusal({
      code: section ? 'ambiguous-anchor' : 'missing-anchor',
      what: section
        ? `${found.length} sections are numbered ${number}`
        : `no section is numbered ${number}`,
      line: section?.line ?? 1,
      remedy: 'Name a section by the number in its heading',
    })
  }
  return section
}

/** One line, so that it is found again as it was written. */
function refutedBanner(by: Decider, rows: readonly Criterion[]): Markdown {
  const where = placeOf(by)
  const resting = asMarkdown(rows.map(({ id }) => `\`${id}\``).join(', '))
  const open = composed` Open again, since it rested on this section: ${resting}.`
  return composed`> **Refuted by ${where}.**${rows.length === 0 ? composed`` : open}`
}

/** Of a paragraph; it says so, since one of its section may stand right above it. */
export function paragraphBanner(by: Decider): Markdown {
  return composed`> **Refuted by ${placeOf(by)}:** the paragraph below.`
}

function placeOf({ section, version }: Decider): Markdown {
  return version === null ? section : composed`${section} (v${version})`
}

/** Right after the heading: banners further down are of paragraphs. */
const BANNER =
  /^\s*(> \*\*Refuted by .+?\.\*\*(?: Open again, since it rested on this section: ((?:`[^`]+`(?:, )?)+)\.)?)(?=\r|\n|$)/

/** What stands between a heading and the text of its section: blank lines, and banners if any. */
export const beforeText = /^\s*(?:> \*\*Refuted by [^\r\n]*\s*)*/

function findBanner(
  spec: Spec,
  { own, headingRange }: Section,
): { start: number; text: string; rows: string[] } | null {
  const [before, text, rows = ''] = BANNER.exec(spec.text.slice(headingRange.end, own.end)) ?? []
  if (before === undefined || text === undefined) return null
  return {
    start: headingRange.end + before.length - text.length,
    text,
    rows: [...rows.matchAll(/`([^`]+)`/g)].map(([, id]) => id ?? ''),
  }
}

function criteriaOn(
  spec: Spec,
  section: Section,
  criteria: readonly Criterion[],
  named: readonly string[],
): Criterion[] {
  const citing = findReferences(spec).filter(
    ({ target }) =>
      target !== null &&
      target.headingRange.start >= section.subtree.start &&
      target.headingRange.start < section.subtree.end,
  )
  return criteria.filter(
    ({ standing, ids, row }) =>
      standing === 'done' &&
      (ids.some((id) => named.includes(id)) ||
        citing.some(({ start }) => start >= row.start && start < row.end)),
  )
}
