/**
 * The reading of logs: text or bytes -> what is measured in them.
 *
 * A block of a known format goes to its own reader. Every other line goes to the first grammar that
 * takes it; all grammars are active together and none knows a repository. What none takes heads the
 * lines below it.
 */
import { Collector } from './collector.ts'
import { addBlock } from './format-block.ts'
import type { Format } from './formats/format.ts'
import { formats } from './formats/index.ts'
import type { ReadingState } from './grammar.ts'
import { grammars, jsonUnderWay } from './grammars/index.ts'
import { PatternReader } from './pattern-reader.ts'
import { JsonLines } from './json-lines.ts'
import { mayBeJson } from './json-text.ts'
import { Lexer } from './lexer.ts'
import { isBinary, type Line, linesOf } from './line.ts'
import { Outline } from './outline.ts'
import { type LogReading, logLimits, type LogSource } from './reading.ts'
import { Tables } from './tables.ts'

/** Reads a whole log. */
export function readLog(log: string | Uint8Array, source: LogSource): LogReading {
  const limits = { ...logLimits, ...source.limits }
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log
  const lines = linesOf(bytes)
  const collector = new Collector(source, limits, lines)
  const outline = new Outline((line) => collector.tellHeading(line))
  const state: ReadingState = {
    collector,
    outline,
    tables: new Tables(collector, outline),
    json: new JsonLines(collector, outline),
    patterns: new PatternReader(source.patterns ?? [], collector, outline),
    tokens: new Lexer(),
  }
  if (isBinary(bytes)) {
    // Digits among such bytes mean nothing.
    const digits = lines.some(({ text }) => /\d/.test(text))
    if (digits) collector.tell(1, 'binary, not text in UTF-8 or marked UTF-16')
    return collector.reading(bytes.length)
  }
  const texts = lines.map(({ text }) => text)
  const known = formatsOf(source.format)
  for (let at = 0; at < lines.length;) {
    const block = state.json.open ? null : firstBlock(known, texts, at)
    if (block !== null) {
      addBlock(block, state)
      at = block.end
      continue
    }
    const line = lines[at++]!
    collector.start(at)
    if (line.bytes > limits.line) readLong(line, state)
    else readLine(line, state)
    collector.finish()
  }
  if (state.json.open) state.json.break()
  outline.end()
  return collector.reading(bytes.length)
}

/** The formats that are looked for. */
function formatsOf(name: string | undefined): readonly Format[] {
  return name === undefined ? formats : formats.filter((format) => format.name === name)
}

function firstBlock(known: readonly Format[], texts: readonly string[], at: number) {
  for (const format of known) {
    const block = format.read(texts, at)
    if (block !== null && block.end > at) return block
  }
  return null
}

function readLine(line: Line, state: ReadingState): void {
  const { outline, tables, tokens } = state
  if (jsonUnderWay.take(line, state) !== null) return
  if (line.first === line.text.length) {
    outline.blank()
    tables.close()
    return
  }
  if (!tokens.scan(line.text, 0, line.text.length)) return
  for (const grammar of grammars) {
    const taken = grammar.take(line, state)
    if (taken !== null && taken !== 'claim') return
  }
}

/** A line beyond the limit is only read as JSON. */
function readLong(line: Line, { json, collector }: ReadingState): void {
  if (!json.open && mayBeJson(line.text, line.first)) json.begin()
  if (json.open) json.take(line)
  if (!collector.read)
    collector.tell(collector.number, `longer than a line that is read (${line.bytes} bytes)`)
}
