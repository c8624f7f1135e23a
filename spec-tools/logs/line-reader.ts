/**
 * A log, line by line: which grammar reads what.
 *
 * All grammars are active together and none knows a repository. A line goes to the first that takes
 * it: a JSON text that is under way, the settings' patterns, JSON, llama.cpp's callback lines, rows
 * of tables, Criterion's intervals, key-value pairs. What no grammar takes heads the lines below it.
 * Most lines of a log are worded like one before them, and are taken without asking the grammars:
 * see `familiar.ts`.
 */
import { bar, comma, isBlank, lastVisible, newline, space, tab } from './bytes.ts'
import { isVertical } from './cells.ts'
import { asShown } from './clean.ts'
import { Collector } from './collector.ts'
import { Criterion } from './criterion.ts'
import { ExplicitLines } from './explicit.ts'
import { boards, ExpressLane } from './express.ts'
import { Familiar } from './familiar.ts'
import { Figures } from './figures.ts'
import { Headings } from './headings.ts'
import { JsonFigures } from './json-figures.ts'
import { JsonLines } from './json-lines.ts'
import { mayBeJson } from './json-text.ts'
import { Lexer } from './lexer.ts'
import type { LineSink } from './lines.ts'
import { Kind, Outline } from './outline.ts'
import { PairGrammar } from './pair-grammar.ts'
import { Pairs } from './pairs.ts'
import { PatternReader } from './patterns.ts'
import type { LogLimits, LogReading, LogSource } from './reading.ts'
import { bannerRank, isRule } from './banner.ts'
import { Tables } from './table.ts'
import { Verdicts } from './verdict.ts'

export class LineReader implements LineSink {
  readonly #collector: Collector
  readonly #outline: Outline
  readonly #lexer = new Lexer()
  readonly #pairs = new Pairs()
  readonly #grammar = new PairGrammar(this.#lexer, this.#pairs)
  readonly #express = new ExpressLane(this.#pairs)
  readonly #figures: Figures
  readonly #tables: Tables
  readonly #criterion: Criterion
  readonly #verdicts: Verdicts
  readonly #headings: Headings
  readonly #patterns: PatternReader | null
  /** Whether lines may go by express. */
  readonly #boards: boolean
  readonly #explicit: ExplicitLines
  readonly #json: JsonLines
  readonly #familiar: Familiar
  /** Bytes of the longest line that is read at all. */
  readonly #longest: number
  /** Whether the line beyond the limit that is passing by is a JSON text. */
  #longJson = false

  constructor(source: LogSource, limits: LogLimits) {
    const collector = new Collector(source, limits)
    const outline = new Outline((label, line) => collector.unread(line, label.text))
    this.#longest = limits.line
    this.#collector = collector
    this.#outline = outline
    this.#figures = new Figures(this.#pairs, outline, collector)
    this.#headings = new Headings(this.#figures.labels, outline, collector)
    this.#tables = new Tables(collector, outline)
    this.#verdicts = new Verdicts(this.#lexer, collector)
    const readers = {
      collector,
      outline,
      lexer: this.#lexer,
      pairs: this.#pairs,
      figures: this.#figures,
      headings: this.#headings,
      tables: this.#tables,
      verdicts: this.#verdicts,
    }
    this.#familiar = new Familiar(readers, limits.line)
    this.#criterion = new Criterion(this.#lexer, outline, collector)
    this.#patterns = source.patterns?.length
      ? new PatternReader(source.patterns, collector, outline)
      : null
    this.#boards = this.#patterns === null && source.express !== false
    this.#explicit = new ExplicitLines(collector, outline)
    this.#json = new JsonLines(collector, new JsonFigures(collector, outline))
  }

  line(bytes: Uint8Array, from: number, to: number): void {
    const end = bytes[to - 1] === 13 && to > from ? to - 1 : to
    this.#collector.start(bytes, from, end)
    this.#familiar.watch()
    this.#read(bytes, from, end)
    this.#end(bytes, from, end)
  }

  chunk(): void {
    this.#json.chunk()
  }

  known(bytes: Uint8Array, from: number): number {
    if (!this.#boards) return -1
    if (!this.#json.open) return this.#familiar.take(bytes, from)
    if (bytes.length - from > this.#longest || !this.#json.mayCount(bytes, from)) return -1
    return this.#countJson(bytes, from)
  }

  piece(bytes: Uint8Array, from: number, to: number, first: boolean): void {
    const json = this.#json
    if (first) {
      this.#collector.start(bytes.slice(from, to), 0, to - from)
      let at = from
      while (at < to && isBlank(bytes[at]!)) at++
      if (!json.open && mayBeJson(bytes, at, to)) json.begin()
      this.#longJson = json.open
    }
    if (!this.#longJson) return
    json.feed(bytes, from, to)
    this.#longJson = json.open
  }

  pieceEnd(size: number): void {
    if (this.#longJson) this.#json.endLine()
    this.#longJson = false
    if (!this.#collector.read) this.#collector.tooLong(size)
  }

  end(bytes: number): LogReading {
    if (this.#json.open) this.#json.break()
    this.#outline.end()
    return this.#collector.reading(bytes)
  }

  #end(bytes: Uint8Array, from: number, to: number): void {
    this.#collector.finish()
    if (this.#boards) this.#familiar.learn(bytes, from, to)
  }

  /** Takes a line of the JSON text under way where figures are only counted; its line feed. */
  #countJson(bytes: Uint8Array, from: number): number {
    const collector = this.#collector
    collector.start(bytes, from, from)
    if (this.#json.count(bytes, from)) {
      collector.stop(this.#json.end)
      collector.finish()
      return this.#json.end
    }
    const to = bytes.indexOf(newline, from)
    collector.stop(to)
    this.#familiar.watch()
    this.#readWords(bytes, from, to)
    this.#end(bytes, from, to)
    return to
  }

  #read(bytes: Uint8Array, from: number, to: number): void {
    if (this.#json.open) {
      if (this.#json.goOn(bytes, from, to)) return
    } else if (this.#boards && this.#byExpress(bytes, from, to)) return
    this.#readWords(bytes, from, to)
  }

  #readWords(bytes: Uint8Array, from: number, to: number): void {
    if (!this.#lexer.scan(bytes, from, to)) return
    if (!this.#lexer.controls) {
      this.#take(bytes, from, to)
      return
    }
    const shown = asShown(bytes, from, to)
    const end = shown.length - 1
    this.#collector.shown(shown)
    if (this.#lexer.scan(shown, 0, end)) this.#take(shown, 0, end)
  }

  /** Reads the lines that are most of any log in one pass; false sends a line the long way. */
  #byExpress(bytes: Uint8Array, from: number, to: number): boolean {
    let first = from
    while (bytes[first] === space) first++
    if (first === to) {
      this.#outline.blank()
      this.#tables.close()
      return true
    }
    const byte = bytes[first]!
    if (this.#tables.open) return false
    if (this.#tables.waits || boards[byte] === 0) return false
    if (byte === 91 && mayBeJson(bytes, first, to)) return false
    const what = this.#express.take(bytes, first, to)
    if (what === null) return false
    if (what === 'heading') {
      this.#headings.take(bytes, first, to, first - from, this.#express.digits)
      return true
    }
    return this.#figure(bytes, first - from)
  }

  #figure(bytes: Uint8Array, indent: number): boolean {
    this.#outline.enter(indent, Kind.figure)
    const wording = this.#figures.wording(bytes)
    if (!this.#figures.take(wording, bytes, indent)) return false
    this.#familiar.wording = wording
    return this.#done()
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    const { start, count } = this.#lexer
    if (count === 0) {
      this.#outline.blank()
      this.#tables.close()
      return
    }
    const first = start[0]!
    const indent = columnsBetween(bytes, from, first)
    if (this.#patterns?.take(bytes, from, to)) return
    const byte = bytes[first]!
    if (
      byte < 65
        ? this.#opening(bytes, first, to, indent)
        : byte >= 91 && this.#opening(bytes, first, to, indent)
    ) {
      return
    }
    if (!this.#collector.claimed && this.#verdicts.states(bytes))
      this.#verdicts.claim(bytes, first, to)
    if (this.#asRow(bytes, first, to)) return
    if (this.#asPairs(bytes, from, indent)) return
    this.#headings.take(bytes, first, to, indent, this.#lexer.digits)
  }

  /** Lines that are known by how they begin. */
  #opening(bytes: Uint8Array, first: number, to: number, indent: number): boolean {
    const byte = bytes[first]!
    if (byte === 123 || byte === 91) {
      if (this.#startJson(bytes, first, to, indent)) return true
      // What begins as an object and is none is not guessed at.
      return byte === 123 && this.#lexer.kind[1] === 34
    }
    if (byte === 124 || isVertical(bytes, first)) {
      this.#outline.enter(indent, Kind.plain)
      if (this.#verdicts.states(bytes)) this.#verdicts.claim(bytes, first, to)
      return this.#tables.framed(bytes, first, to)
    }
    if (isRule(bytes, first, to)) {
      this.#tables.rule()
      this.#outline.promote(bannerRank.underlined)
      return true
    }
    return false
  }

  #asRow(bytes: Uint8Array, first: number, to: number): boolean {
    const { commas, grouping, assignments, bars, tabs } = this.#lexer
    const tables = this.#tables
    if (assignments > 0 && !tables.open) return false
    if (tabs) return tables.separated(bytes, first, to, tab)
    if (bars > 0) return tables.separated(bytes, first, to, bar)
    const divides = grouping > 0 && tables.expected(comma) === commas + grouping + 1
    if (commas > 0 || divides) return tables.separated(bytes, first, to, comma)
    return tables.aligned(bytes, first, to)
  }

  #asPairs(bytes: Uint8Array, from: number, indent: number): boolean {
    const { digits, assignments, bars } = this.#lexer
    if (assignments === 0 && (bars === 0 || !digits)) return false
    if (this.#lexer.intervals > 0 && this.#criterion.take(bytes, from, indent)) return this.#done()
    return this.#grammar.parse(bytes) && this.#figure(bytes, indent)
  }

  #done(): true {
    this.#collector.read = true
    this.#tables.close()
    return true
  }

  #startJson(bytes: Uint8Array, first: number, to: number, indent: number): boolean {
    if (!mayBeJson(bytes, first, to)) return false
    this.#outline.enter(indent, Kind.plain)
    const whole = bytes[first] === 123 && bytes[lastVisible(bytes, first, to)] === 125
    if (whole && this.#explicit.take(bytes, first, to)) return true
    this.#json.begin()
    return this.#json.goOn(bytes, first, to)
  }
}

/** Columns that the blanks at the beginning of a line take; a tab goes on to the next eighth. */
function columnsBetween(bytes: Uint8Array, from: number, to: number): number {
  let columns = 0
  for (let at = from; at < to; at++) {
    columns = bytes[at] === tab ? (columns | 7) + 1 : columns + 1
  }
  return columns
}
