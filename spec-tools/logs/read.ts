/**
 * A log, line by line: which grammar reads what.
 *
 * All grammars are active together and none knows a repository. A line goes to the first that takes
 * it: a JSON text that is under way, the settings' patterns, JSON, llama.cpp's callback lines, rows
 * of tables, Criterion's intervals, key-value pairs. What no grammar takes heads the lines below it.
 */
import { encode, newline, space, tab, text } from './bytes.ts'
import { callbackLabel } from './callback.ts'
import { asShown, visible } from './clean.ts'
import { Collector } from './collector.ts'
import { Criterion } from './criterion.ts'
import { ExplicitLines } from './explicit.ts'
import { boards, ExpressLane } from './express.ts'
import { Figures } from './figures.ts'
import { JsonFigures } from './json-figures.ts'
import { JsonText, mayBeJson } from './json-text.ts'
import { cut } from './label.ts'
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
import { isVertical, Tables } from './table.ts'
import { Verdicts } from './verdict.ts'

const comma = 44
const bar = 124

/** The byte that begins a terminal's control sequences. */
const escape = 27

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
  readonly #verdicts = new Verdicts(this.#lexer)
  readonly #patterns: PatternReader | null
  /** Whether lines may go by express. */
  readonly #boards: boolean
  readonly #explicit: ExplicitLines
  readonly #jsonFigures: JsonFigures
  #json: JsonText | null = null
  /** Whether the line beyond the limit that is passing by is a JSON text. */
  #longJson = false

  constructor(source: LogSource, limits: LogLimits) {
    const collector = new Collector(source, limits)
    const outline = new Outline((label, line) => collector.unread(line, label.text))
    this.#collector = collector
    this.#outline = outline
    this.#figures = new Figures(this.#pairs, outline, collector)
    this.#tables = new Tables(collector, outline)
    this.#criterion = new Criterion(this.#lexer, outline, collector)
    this.#patterns = source.patterns?.length
      ? new PatternReader(source.patterns, collector, outline)
      : null
    this.#boards = this.#patterns === null && source.express !== false
    this.#explicit = new ExplicitLines(collector, outline)
    this.#jsonFigures = new JsonFigures(collector, outline)
  }

  line(bytes: Uint8Array, from: number, to: number): void {
    const end = bytes[to - 1] === 13 && to > from ? to - 1 : to
    this.#collector.start(bytes, from, end)
    this.#read(bytes, from, end)
    this.#collector.finish()
  }

  piece(bytes: Uint8Array, from: number, to: number, first: boolean): void {
    if (first) {
      this.#collector.start(bytes.slice(from, to), 0, to - from)
      let at = from
      while (at < to && isBlank(bytes[at]!)) at++
      if (this.#json === null && mayBeJson(bytes, at, to))
        this.#json = new JsonText(this.#jsonFigures)
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

  #read(bytes: Uint8Array, from: number, to: number): void {
    if (this.#json !== null) {
      if (this.#goOnWithJson(bytes, from, to)) return
    } else if (this.#boards && this.#byExpress(bytes, from, to)) return
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
    if (this.#tables.open) return this.#tables.numbers(bytes, first, to)
    if (this.#tables.waits || boards[byte] === 0) return false
    if (byte === 91 && mayBeJson(bytes, first, to)) return false
    const what = this.#express.take(bytes, first, to)
    if (what === null) return false
    if (what === 'heading') {
      this.#asHeading(bytes, first, to, first - from, this.#express.digits)
      return true
    }
    this.#outline.enter(first - from, Kind.figure)
    return this.#figures.take(bytes, first - from) && this.#done()
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
    if (this.#verdicts.states(bytes)) this.#claim(bytes, first, to)
    if (this.#asRow(bytes, first, to)) return
    if (this.#asPairs(bytes, from, indent)) return
    this.#asHeading(bytes, first, to, indent, this.#lexer.digits)
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
      if (this.#verdicts.states(bytes)) this.#claim(bytes, first, to)
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
    const { commas, assignments, bars, tabs } = this.#lexer
    const tables = this.#tables
    if (assignments > 0 && !tables.open) return false
    if (tabs) return tables.separated(bytes, first, to, tab)
    if (bars > 0) return tables.separated(bytes, first, to, bar)
    if (commas > 0) return tables.separated(bytes, first, to, comma)
    return tables.aligned(bytes, first, to)
  }

  #asPairs(bytes: Uint8Array, from: number, indent: number): boolean {
    const { digits, assignments, bars } = this.#lexer
    if (assignments === 0 && (bars === 0 || !digits)) return false
    if (this.#lexer.intervals > 0 && this.#criterion.take(bytes, from, indent)) return this.#done()
    if (!this.#pairs.parse(bytes)) return false
    this.#outline.enter(indent, Kind.figure)
    return this.#figures.take(bytes, indent) && this.#done()
  }

  #done(): true {
    this.#collector.read = true
    this.#tables.close()
    return true
  }

  #asHeading(bytes: Uint8Array, first: number, to: number, indent: number, digits: boolean): void {
    const callback = callbackLabel(bytes, first, to)
    if (callback !== null) {
      this.#outline.enter(indent, Kind.plain)
      this.#outline.add(callback, indent, Kind.plain)
      this.#collector.read = true
      return
    }
    const label = this.#figures.labels.get(bytes, first, to)
    const rank = bannerRank.of(bytes, first, to)
    const colon = bytes[lastVisible(bytes, first, to)] === 58
    const kind = rank < 0 ? Kind.banner : colon ? Kind.colon : Kind.plain
    const depth = rank < 0 ? rank : indent
    this.#outline.enter(depth, kind)
    const digitsOn = digits && !this.#collector.read ? this.#collector.line : 0
    this.#outline.add(label, depth, kind, digitsOn)
    // Whether it was read shows when the lines below it are: the outline counts it if not.
    this.#collector.read = true
  }

  #claim(bytes: Uint8Array, first: number, to: number): void {
    this.#collector.claim(
      cut(
        visible(text(bytes, first, to))
          .replaceAll(/\s+/g, ' ')
          .trim(),
        1024,
      ),
    )
  }

  #startJson(bytes: Uint8Array, first: number, to: number, indent: number): boolean {
    if (!mayBeJson(bytes, first, to)) return false
    this.#outline.enter(indent, Kind.plain)
    if (bytes[first] === 123 && this.#explicit.take(bytes, first, to)) return true
    this.#json = new JsonText(this.#jsonFigures)
    return this.#goOnWithJson(bytes, first, to)
  }

  /** Gives the line to the JSON text under way; false if that broke, and the line is still unread. */
  #goOnWithJson(bytes: Uint8Array, from: number, to: number): boolean {
    if (bytes.subarray(from, to).includes(escape)) {
      const shown = asShown(bytes, from, to)
      return this.#goOnWithJson(shown, 0, shown.length - 1)
    }
    if (this.#json!.feed(bytes, from, to) === 'broken') {
      this.#breakJson()
      return false
    }
    return this.#endJsonLine()
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

function isBlank(byte: number): boolean {
  return byte === space || byte === tab || byte === newline
}

/** Columns that the blanks at the beginning of a line take; a tab goes on to the next eighth. */
function columnsBetween(bytes: Uint8Array, from: number, to: number): number {
  let columns = 0
  for (let at = from; at < to; at++) {
    columns = bytes[at] === tab ? (columns | 7) + 1 : columns + 1
  }
  return columns
}

function lastVisible(bytes: Uint8Array, from: number, to: number): number {
  let at = to - 1
  while (at > from && isBlank(bytes[at]!)) at--
  return at
}
