import type { Cell, Row, Table } from '../types.ts'

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
  standing: Standing
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
  /** As written, `**33**` or `31%`. */
  text: string
  line: number
  /** Column of the table, from 0; null in prose. */
  column: number | null
}

/** One row of a table of totals, or one statement in prose. */
export interface Total {
  /** `MODEL-1`, or `Sum`. */
  label: string
  /** Whether it adds up the other rows of its table. */
  sum: boolean
  form: 'table' | 'prose'
  /** A figure of an earlier amendment: held against itself, not against today's criteria. */
  snapshot: boolean
  /** Whether the text says which number is which; `15+33` alone does not. */
  ordered: boolean
  done: PublishedNumber | null
  open: PublishedNumber | null
  percent: PublishedNumber | null
  line: number
  table: Table | null
  row: Row | null
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
  drift: Drift[]
}
