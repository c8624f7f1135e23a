/**
 * A log, line by line: which grammar reads what.
 *
 * All grammars are active together and none knows a repository. A line goes to the first that takes
 * it: a JSON text that is under way, the settings' patterns, JSON, llama.cpp's callback lines, rows
 * of tables, Criterion's intervals, key-value pairs. What no grammar takes heads the lines below it.
 * Most lines of a log are worded like one before them, and are taken without asking the grammars:
 * see `familiar.ts`.
 */
import { encode, isBlank, lastVisible, newline, space, tab } from './bytes.ts'
import { bar, comma, isVertical } from './cells.ts'
import { asShown } from './clean.ts'
import { Collector } from './collector.ts'
import { Criterion } from './criterion.ts'
import { ExplicitLines } from './explicit.ts'
import { boards, ExpressLane } from './express.ts'
import { Familiar } from './familiar.ts'
import { Figures } from './figures.ts'
import { Headings } from './headings.ts'
import { JsonFigures } from './json-figures.ts'
import { JsonText, mayBeJson } from './json-text.ts'
import { Lexer } from './lexer.ts'
import { Lines, type LineSink } from './lines.ts'
import { Kind, Outline } from './outline.ts'
import { Pairs } from './pairs.ts'
import { PatternReader } from './patterns.ts'
import {
  logLimits,
  type LogLimits,
  type LogReader,
  type LogReading,
  type LogSource,
} from './reading.ts'
import { bannerRank, isRule } from './banner.ts'
import { Tables } from './table.ts'
import { Verdicts } from './verdict.ts'

/** The byte that begins a terminal's control sequences. */
const escape = 27
const carriageReturn = 13

/** Bytes, and the rest of a line, that are searched for control characters at a time. */
const searchedAtOnce = 1024

/** Characters of a string that are encoded at a time. */
const stride = 1 << 18

/** Reads a whole log; see `createLogReader` for one that arrives in pieces. */
export function readLog(
  log: string | Uint8Array | Iterable<string | Uint8Array>,
  source: LogSource,
): LogReading {
  const reader = createLogReader(source)
  if (typeof log === 'string' || log instanceof Uint8Array) reader.push(log)
  else for (const chunk of log) reader.push(chunk)
  return reader.end()
}

/** A reader that takes a log of any size in pieces, in bounded memory. */
export function createLogReader(source: LogSource): LogReader {
  const limits = { ...logLimits, ...source.limits }
  const reading = new Reading(source, limits)
  const lines = new Lines(limits.line, reading)
  let bytes = 0
  let start = true
  /** The first half of a surrogate pair that a piece of text was cut in. */
  let half = ''

  function push(chunk: Uint8Array): void {
    bytes += chunk.length
    const marked = start && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf
    if (chunk.length > 0) start = false
    lines.push(marked ? chunk.subarray(3) : chunk)
  }

  function pushText(chunk: string): void {
    const whole = half + chunk
    half = /[\uD800-\uDBFF]$/.test(whole) ? whole.slice(-1) : ''
    const end = whole.length - half.length
    for (let from = 0; from < end;) {
      let to = Math.min(end, from + stride)
      if (to < end && /[\uD800-\uDBFF]/.test(whole[to - 1]!)) to--
      push(encode(whole.slice(from, to)))
      from = to
    }
  }

  return {
    push: (chunk) => (typeof chunk === 'string' ? pushText(chunk) : push(chunk)),
    end() {
      if (half !== '') push(encode(half))
      lines.end()
      return reading.end(bytes)
    },
  }
}

class Reading implements LineSink {
  readonly #collector: Collector
  readonly #outline: Outline
  readonly #lexer = new Lexer()
  readonly #pairs = new Pairs(this.#lexer)
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
  readonly #jsonFigures: JsonFigures
  readonly #familiar: Familiar
  /** How far the present piece of the log was searched for what a terminal shows otherwise. */
  #searched = 0
  /** Whether that was found. */
  #altered = false
  readonly #jsonText: JsonText
  /** Bytes of the longest line that is read at all. */
  readonly #longest: number
  /** The JSON text that is under way. */
  #json: JsonText | null = null
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
    this.#jsonFigures = new JsonFigures(collector, outline)
    this.#jsonText = new JsonText(this.#jsonFigures)
  }

  line(bytes: Uint8Array, from: number, to: number): void {
    const end = bytes[to - 1] === 13 && to > from ? to - 1 : to
    this.#collector.start(bytes, from, end)
    this.#familiar.watch()
    this.#read(bytes, from, end)
    this.#end(bytes, from, end)
  }

  chunk(): void {
    this.#searched = 0
  }

  known(bytes: Uint8Array, from: number): number {
    if (!this.#boards) return -1
    if (this.#json === null) return this.#familiar.take(bytes, from)
    // Lines of which something is kept need to be cut out first.
    if (!this.#collector.full || bytes.length - from > this.#longest) return -1
    return this.#mayBeAltered(bytes, from) ? -1 : this.#countJson(this.#json, bytes, from)
  }

  piece(bytes: Uint8Array, from: number, to: number, first: boolean): void {
    if (first) {
      this.#collector.start(bytes.slice(from, to), 0, to - from)
      let at = from
      while (at < to && isBlank(bytes[at]!)) at++
      if (this.#json === null && mayBeJson(bytes, at, to)) this.#beginJson()
      this.#longJson = this.#json !== null
    }
    if (!this.#longJson) return
    if (this.#json!.feed(bytes, from, to) === 'broken') this.#breakJson()
  }

  pieceEnd(size: number): void {
    if (this.#longJson) this.#endJsonLine()
    this.#longJson = false
    if (!this.#collector.read) this.#collector.tooLong(size)
  }

  end(bytes: number): LogReading {
    if (this.#json !== null) this.#breakJson()
    this.#outline.end()
    return this.#collector.reading(bytes)
  }

  #end(bytes: Uint8Array, from: number, to: number): void {
    this.#collector.finish()
    if (this.#boards) this.#familiar.learn(bytes, from, to)
  }

  /** Counts what the line adds to the JSON text under way; its line feed. */
  #countJson(json: JsonText, bytes: Uint8Array, from: number): number {
    const collector = this.#collector
    collector.start(bytes, from, from)
    if (json.feed(bytes, from, bytes.length) !== 'broken') {
      collector.stop(json.end)
      if (this.#endJsonLine()) {
        collector.finish()
        return json.end
      }
    }
    const to = bytes.indexOf(newline, from)
    collector.stop(to)
    if (this.#json !== null) this.#breakJson()
    this.#familiar.watch()
    this.#readWords(bytes, from, to)
    this.#end(bytes, from, to)
    return to
  }

  /** Whether a terminal may show something else than this line, or one of those around it. */
  #mayBeAltered(bytes: Uint8Array, from: number): boolean {
    if (from >= this.#searched) {
      const end = bytes.indexOf(newline, from + searchedAtOnce)
      this.#searched = end < 0 ? bytes.length : end
      const lines = bytes.subarray(from, this.#searched)
      this.#altered = lines.includes(escape) || lines.includes(carriageReturn)
    }
    return this.#altered
  }

  #read(bytes: Uint8Array, from: number, to: number): void {
    if (this.#json !== null) {
      if (this.#goOnWithJson(bytes, from, to)) return
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
    return this.#pairs.parse(bytes) && this.#figure(bytes, indent)
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
    this.#beginJson()
    return this.#goOnWithJson(bytes, first, to)
  }

  /** Gives the line to the JSON text under way; false if that broke, and the line is still unread. */
  #goOnWithJson(bytes: Uint8Array, from: number, to: number): boolean {
    if (isAltered(bytes, from, to)) {
      const shown = asShown(bytes, from, to)
      return this.#goOnWithJson(shown, 0, shown.length - 1)
    }
    if (this.#json!.feed(bytes, from, to) === 'broken') {
      this.#breakJson()
      return false
    }
    return this.#endJsonLine()
  }

  #beginJson(): void {
    this.#json = this.#jsonText
    this.#json.begin()
  }

  #endJsonLine(): boolean {
    const state = this.#json?.endLine() ?? 'broken'
    if (state === 'broken') this.#breakJson()
    if (state === 'whole') this.#json = null
    return state !== 'broken'
  }

  #breakJson(): void {
    this.#json = null
    this.#longJson = false
    this.#jsonFigures.abandon()
  }
}

/** Whether a terminal shows something else than the line as it was printed. */
function isAltered(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] === escape || bytes[at] === carriageReturn) return true
  }
  return false
}

/** Columns that the blanks at the beginning of a line take; a tab goes on to the next eighth. */
function columnsBetween(bytes: Uint8Array, from: number, to: number): number {
  let columns = 0
  for (let at = from; at < to; at++) {
    columns = bytes[at] === tab ? (columns | 7) + 1 : columns + 1
  }
  return columns
}
