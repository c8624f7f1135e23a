/**
 * Lines that are like others before them: taken at once, by what those were found to be.
 *
 * What a line was is learnt after it was read; `forms.ts` says when another line is like it. Where
 * the reading of a line hangs on more than its bytes, such as on the table above it, that is asked
 * here before it is taken.
 */
import { lineEnd, space } from './bytes.ts'
import type { Collector } from './collector.ts'
import type { Figures, Statement, Wording } from './figures.ts'
import { Forms } from './forms.ts'
import type { Heading, Headings } from './headings.ts'
import { mayBeJson } from './json-text.ts'
import type { Lexer } from './lexer.ts'
import { Kind, type Outline } from './outline.ts'
import type { KnownPairs, Pairs } from './pairs.ts'
import type { Candidate, KnownRow, Tables } from './table.ts'
import type { Verdicts } from './verdict.ts'

/** What a line is, apart from its figures. */
type Plan = (PairsPlan | StatementPlan | HeadingPlan) & {
  /** Whether it states a verdict as well. */
  claims: boolean
}

interface PairsPlan extends KnownPairs {
  kind: 'pairs'
  wording: Wording
}

interface StatementPlan extends Statement {
  kind: 'statement'
}

interface HeadingPlan extends Heading {
  kind: 'heading'
  /** Where it may be the header of a table as well. */
  candidate: Candidate | null
}

/** What reads the lines that are not familiar. */
interface Readers {
  collector: Collector
  outline: Outline
  lexer: Lexer
  pairs: Pairs
  figures: Figures
  headings: Headings
  tables: Tables
  verdicts: Verdicts
}

/** A line without figures. */
const none = { count: 0, from: [], to: [] }

export class Familiar {
  readonly #readers: Readers
  /** Bytes of the longest line that is read at all. */
  readonly #longest: number
  readonly #forms = new Forms<Plan>(false)
  readonly #rows = new Forms<KnownRow>(true)
  /** The wording of the line being read, if it holds pairs. */
  wording: Wording | null = null
  /** Whether the line being read stands neither in a table nor where one may begin. */
  #settled = true

  constructor(readers: Readers, longest: number) {
    this.#readers = readers
    this.#longest = longest
  }

  /** Takes the line that begins here, if it is a familiar one; its line feed, or -1. */
  take(bytes: Uint8Array, from: number): number {
    const { collector, outline, tables, verdicts } = this.#readers
    let first = from
    while (bytes[first] === space) first++
    if (bytes[first]! <= 13) {
      const end = lineEnd(bytes, first)
      if (end < 0 || end - from > this.#longest) return -1
      collector.line++
      outline.blank()
      tables.close()
      return end
    }
    const settled = !tables.open && !tables.waits
    if (!settled) {
      const row = this.#takeRow(bytes, from, first)
      if (row >= 0 || tables.open) return row
    }
    const plan = this.#forms.find(bytes, first)
    if (plan === null || (plan.kind !== 'pairs' && !settled)) return -1
    const { end } = this.#forms.line
    if (end - from > this.#longest) return -1
    const to = contentEnd(bytes, end)
    collector.start(bytes, from, to)
    if (plan.claims) verdicts.claim(bytes, first, to)
    this.#carryOut(plan, bytes, first - from)
    return end
  }

  /** Before a line that is not familiar is read. */
  watch(): void {
    const { tables, headings } = this.#readers
    this.wording = headings.recent = tables.recent = null
    this.#settled = !tables.open && !tables.waits
  }

  /** Keeps what the line was that was just read, for lines that differ in their figures alone. */
  learn(bytes: Uint8Array, from: number, to: number): void {
    const { collector, lexer, pairs, figures, headings, tables } = this.#readers
    const { wording } = this
    const heading = headings.recent
    if (heading === null && wording === null && tables.recent === null) return
    if (!collector.plain) return
    let first = from
    while (bytes[first] === space) first++
    const claims = collector.claimed
    const { statement } = figures
    if (tables.recent !== null) {
      if (claims || lexer.assignments > 0) return
      const numerals = tables.recent === 'row' ? tables.cells.numerals() : none
      this.#rows.learn(bytes, first, to, numerals, () => tables.known(bytes, to, numerals))
    } else if (wording !== null && statement === null) {
      this.#forms.learn(bytes, first, to, pairs, () => {
        const known = pairs.known(bytes)
        return known === null ? null : { kind: 'pairs', claims, wording, ...known }
      })
    } else if (this.#settled && wording !== null && statement !== null) {
      const plan = (): Plan => ({ kind: 'statement', claims, ...statement })
      this.#forms.learn(bytes, first, to, none, plan)
    } else if (this.#settled && heading !== null && !mayBeJson(bytes, first, to)) {
      const { candidate } = tables
      const plan = (): Plan => ({ kind: 'heading', claims, ...heading, candidate })
      this.#forms.learn(bytes, first, to, none, plan)
    }
  }

  #takeRow(bytes: Uint8Array, from: number, first: number): number {
    const { collector, tables } = this.#readers
    let end = tables.numbers(bytes, first)
    let row: KnownRow | null = null
    if (end < 0) {
      row = this.#rows.find(bytes, first)
      if (row === null || !tables.fits(row)) return -1
      end = this.#rows.line.end
    }
    if (end - from > this.#longest) return -1
    collector.start(bytes, from, contentEnd(bytes, end))
    if (row === null) tables.row(bytes)
    else tables.again(bytes, row)
    collector.finish()
    return end
  }

  #carryOut(plan: Plan, bytes: Uint8Array, indent: number): void {
    const { collector, outline, pairs, figures, headings, tables } = this.#readers
    if (plan.kind === 'heading') {
      headings.enter(plan, indent)
      tables.await(plan.candidate)
      return
    }
    outline.enter(indent, Kind.figure)
    if (plan.kind === 'statement') {
      figures.restate(plan, indent)
    } else if (!collector.full || !figures.count(plan.wording)) {
      pairs.recall(plan, bytes, this.#forms.line)
      figures.take(plan.wording, bytes, indent)
    }
    collector.read = true
    tables.close()
  }
}

/** Where a line ends whose line feed stands here: a carriage return before it is no part of it. */
function contentEnd(bytes: Uint8Array, end: number): number {
  return bytes[end - 1] === 13 ? end - 1 : end
}
