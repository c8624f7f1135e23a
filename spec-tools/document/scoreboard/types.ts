import type { Cell, Row, Section, Table } from '../types.ts'
import type { Range } from '../range.ts'

/** The words for a criterion that is met and for one that is still open. */
export interface Statuses {
  done: string
  open: string
}

export type Standing = 'done' | 'open'

/** One acceptance criterion: a table row with an id and a status. */
export interface Criterion {
  /** The id in the row's first cell that has one, such as `AC-SHIP1-001`. */
  id: string
  /** Every id that names this row, such as that of its falsifier; `id` included. */
  ids: string[]
  /** As written, such as `PARTIAL_ALGORITHM_LEVEL`. */
  status: string
  /** Neither for a row whose status is a third one, such as `Blocked`. */
  standing: Standing | 'neither'
  /** The category of the published totals that it belongs to; null where none can be told. */
  category: string | null
  line: number
  table: Table
  row: Row
  /** Column of the status, from 0. */
  column: number
  cell: Cell
}

/** A row that has an id but whose status cannot be told; it is in no count. */
export interface UnclearRow {
  id: string
  line: number
  reason: string
}

/** A number that the document publishes, and where it stands. */
export interface PublishedNumber {
  value: number
  /** The cell as written, `**33**` or `31%`. */
  text: string
  /** The number alone, as written. */
  figure: Figure
  line: number
  /** Column of the table, from 0. */
  column: number
}

/** One row of a table of totals. */
export interface Total {
  /** `MODEL-1`, or `Sum`. */
  label: string
  /** Whether it adds up the other rows of its table. */
  sum: boolean
  /** A figure of an earlier amendment: held against itself, not against today's criteria. */
  snapshot: boolean
  done: PublishedNumber | null
  open: PublishedNumber | null
  percent: PublishedNumber | null
  line: number
  table: Table
  row: Row
}

/** Digits of the document, with the range that they were read from. */
export interface Figure extends Range {
  value: number
  /** As written: `33`, `31.5`, `31,5`. */
  written: string
}

/** Symbols that fill up: `███░░░`, `🟩🟩⬜`, `[##--]` without its brackets. */
export interface Bar extends Range {
  cells: number
  filled: number
  /** One cell that is filled, and one that is not; null where the bar shows none. */
  full: string | null
  empty: string | null
}

/** A text in which counts are looked for: a line, a heading, a cell. */
export interface Place extends Range {
  kind: 'line' | 'heading' | 'cell' | 'markup' | 'front matter'
  text: string
  line: number
  /** The section whose rows it may count; null for the whole document. */
  section: Section | null
  /** What else names it: the first cell of its row, the title of its column. */
  about: string
  /** Whether a fraction may stand there without a status word. */
  bare: boolean
  cell: { table: Table; row: Row; column: number } | null
}

/** A percentage, and the status that it is the share of. */
export interface Share {
  of: Standing
  figure: Figure
}

/** The numbers that one statement gives: `3 of 10 verified (30 %)`. */
export interface Reading {
  /** Offsets within its place. */
  from: number
  to: number
  done: Figure | null
  open: Figure | null
  all: Figure | null
  percents: Share[]
  bars: Bar[]
  /** Whether the text says which number is which; `15+33` alone does not. */
  ordered: boolean
  /** Whether a status word names what is counted. */
  worded: boolean
}

/** What a statement counts; `whole` says whether rows of a third status are among them. */
export type Scope =
  | { kind: 'criteria'; criteria: readonly Criterion[]; name: string; whole: 'both' | 'all' }
  | { kind: 'total'; total: Total; name: string }
  | { kind: 'unknown'; reason: string }

/** A count outside of tables of totals, and what it counts. */
export interface Statement extends Reading {
  /** As written. */
  text: string
  line: number
  place: Place
  scope: Scope
}

/** A text that speaks of statuses in a way that is not understood; it is left alone. */
export interface Unread {
  text: string
  line: number
  reason: string
  /** Whether it speaks of another time, so that no flip of today concerns it. */
  past: boolean
}

export interface Count {
  done: number
  open: number
  /** 100 · done / (done + open); null when there is nothing to count. */
  percent: number | null
}

export interface Counts {
  /** Category -> count, in the order of the published totals, else of the document. */
  categories: ReadonlyMap<string, Count>
  total: Count
}

/** A published number that does not follow from what it is said to count. */
export interface Drift {
  /** What was compared, such as `Sum, PARTIAL, against its rows`. */
  what: string
  published: number
  counted: number
  /** Lines of the published number and of what was counted. */
  lines: number[]
  text: string
}

export interface Scoreboard extends Counts {
  statuses: Statuses
  criteria: Criterion[]
  unclear: UnclearRow[]
  totals: Total[]
  /** Counts in headings, lines, badges, bars and other cells. */
  statements: Statement[]
  /** What speaks of statuses and was not understood. */
  unread: Unread[]
  drift: Drift[]
}
