/** What an investigation says that its verdicts change, checked for sense. */
import { type Change, changesOn, figuresInText, headingsRetractedOn } from './changes.ts'
import type { Hypothesis, Investigation } from './investigation.ts'
import { type Names, parseFigure, PredicateError } from './predicate/index.ts'
import { excerpt, type Note, type Path } from './problem.ts'
import { nearest } from './predicate/near.ts'

/** What a document knows that an investigation may flip. */
export interface DocumentWords {
  /** Ids of its criteria, with the lines of their rows. */
  rows: ReadonlyMap<string, readonly number[]>
  /** The statuses that its rows have. */
  statuses: readonly string[]
  /** Numbers and headings of its sections. */
  sections: readonly string[]
  /** Why a change cannot be made in it; null where it can. */
  whyNot: (change: Change) => string | null
  /** Why a heading is not that of one section; null where it is. */
  whyNoHeading: (heading: string) => string | null
}

interface Known {
  path: Path
  names: Names
  /** The two statuses of the settings. */
  statuses: readonly string[]
  /** Null where the document is not at hand. */
  document: DocumentWords | null
}

export function problemsOfChanges(
  hypothesis: Hypothesis,
  { path, names, statuses, document }: Known,
  note: Note,
): void {
  const seen = new Set<string>()
  for (const [index, { row, to, on }] of hypothesis.flips.entries()) {
    if (row !== undefined && to !== undefined) {
      problemsOfStatus(to, [...path, 'flips', index, 'to'], { statuses, document }, note)
    }
    if (row !== undefined && document) problemsOfRow(row, [...path, 'flips', index], document, note)
    const key = JSON.stringify([row, on])
    if (row !== undefined && seen.has(key)) {
      note([...path, 'flips', index, 'row'], {
        what: `this row is flipped twice when the verdict is ${on}`,
        received: excerpt(row),
        remedy: 'Keep one of the flips',
      })
    }
    seen.add(key)
  }
  const changes = ['CONFIRMED', 'REFUTED'].flatMap((verdict) => changesOn(hypothesis, verdict))
  if (document) problemsOfPlaces(hypothesis, path, document, note)
  for (const change of changes) {
    if (!('to' in change)) continue
    const key = change.kind === 'cell' ? 'flips' : 'replaces'
    problemsOfFigures([change.to].flat().join(' '), [...path, key], names, note)
  }
}

type Alone = Pick<Hypothesis, 'flips' | 'ticks' | 'replaces' | 'retracts'>
type Each = [key: string, index: number, alone: Alone]

/** Cells, items, paragraphs, rows and headings that the document does not hold, each at its place. */
function problemsOfPlaces(
  { flips, ticks, replaces, retracts }: Hypothesis,
  path: Path,
  document: DocumentWords,
  note: Note,
): void {
  const none = { flips: [], ticks: [], replaces: [], retracts: [] }
  const each: Each[] = [
    ...flips.map((one, at): Each => ['flips', at, { ...none, flips: [one] }]),
    ...ticks.map((one, at): Each => ['ticks', at, { ...none, ticks: [one] }]),
    ...replaces.map((one, at): Each => ['replaces', at, { ...none, replaces: [one] }]),
    ...retracts.map((one, at): Each => ['retracts', at, { ...none, retracts: [one] }]),
  ]
  for (const [key, index, alone] of each) {
    const verdicts = ['CONFIRMED', 'REFUTED']
    const reasons = verdicts.flatMap((verdict) => [
      ...changesOn(alone, verdict).map(document.whyNot),
      ...headingsRetractedOn(alone, verdict).map(document.whyNoHeading),
    ])
    const reason = reasons.find((one) => one !== null)
    if (reason === undefined || reason === null) continue
    const [what = '', remedy] = reason.split('; ')
    note([...path, key, index], {
      what: `the document cannot be changed so: ${what}`,
      received: null,
      remedy: remedy === undefined ? 'Write it as the document does' : capital(remedy),
    })
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Sections that the document does not hold. */
export function problemsOfSections(
  { refutes, retracts, reinstates, hypotheses }: Investigation,
  { sections }: DocumentWords,
  note: Note,
): void {
  const uses = [
    ...Object.entries({ refutes, retracts, reinstates }).flatMap(([key, numbers]) =>
      numbers.map((number, index): [Path, string] => [[key, index], number]),
    ),
    ...hypotheses.flatMap(({ section }, index): [Path, string][] =>
      section === undefined ? [] : [[['hypotheses', index, 'section'], section]],
    ),
  ]
  for (const [path, number] of uses) {
    if (sections.includes(number.replace(/^§\s*/, ''))) continue
    note(path, {
      what: 'no section of the document has this number',
      received: excerpt(number),
      remedy: meant(number, sections),
    })
  }
}

/** Without the document, a plain word that is like none of the settings may be one of its own. */
function problemsOfStatus(
  to: string,
  path: Path,
  { statuses, document }: Pick<Known, 'statuses' | 'document'>,
  note: Note,
): void {
  const known = [...statuses, ...(document?.statuses ?? [])]
  const isKnown = document
    ? known.includes(to)
    : statuses.some((one) => isStatus(to, one)) ||
      (/^\p{L}[\p{L}\p{N} -]{0,63}$/u.test(to) && nearest(to, statuses).length === 0)
  if (isKnown) return
  note(path, {
    what: document
      ? 'neither the settings nor a row of the document have this status'
      : 'this is no status of the settings',
    received: excerpt(to),
    remedy: `${meant(to, known)} Other texts are written by \`cell: [row, column]\``,
  })
}

function problemsOfRow(row: string, path: Path, { rows }: DocumentWords, note: Note): void {
  const lines = rows.get(row)
  if (lines?.length === 1) return
  note([...path, 'row'], {
    what: lines
      ? `${lines.length} rows of the document have this id (lines ${lines.join(', ')})`
      : 'no row of the document has this id',
    received: excerpt(row),
    remedy: lines ? 'Give each row its own id' : meant(row, [...rows.keys()]),
  })
}

/** The names that may be meant, else the first of all. */
function meant(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`
  const shown = known.slice(0, 12).join(', ') || '(it has none)'
  return `Use one of: ${shown}${known.length > 12 ? ', …' : ''}.`
}

/** `PARTIAL`, or qualified as documents do it: `PARTIAL_ALGORITHM_LEVEL`. */
function isStatus(text: string, status: string): boolean {
  return text.startsWith(status) && /^(?:_[A-Z0-9_]+)?$/.test(text.slice(status.length))
}

function problemsOfFigures(text: string, path: Path, names: Names, note: Note): void {
  for (const figure of figuresInText(text)) {
    try {
      parseFigure(figure, names)
    } catch (error) {
      if (!(error instanceof PredicateError)) throw error
      note(path, {
        what: `what stands in braces is a figure of the run: ${error.message}`,
        received: excerpt(`{${figure}}`),
        remedy: error.remedy,
      })
    }
  }
}
