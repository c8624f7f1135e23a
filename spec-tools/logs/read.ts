/**
 * The reading of logs: text or bytes -> what is measured in them.
 *
 * All grammars are active together and none knows a repository. A line goes to the first that takes
 * it; what none takes heads the lines below it.
 */
import { Collector } from './collector.ts'
import type { ReadingState } from './grammar.ts'
import { grammars, jsonUnderWay } from './grammars/index.ts'
import { PatternReader } from './grammars/patterns.ts'
import { JsonLines } from './json-lines.ts'
import { mayBeJson } from './json-text.ts'
import { Lexer } from './lexer.ts'
import { type Line, linesOf } from './line.ts'
import { Outline } from './outline.ts'
import { type LogReading, logLimits, type LogSource } from './reading.ts'
import { Tables } from './tables.ts'

/** Reads a whole log. */
export function readLog(log: string | Uint8Array, source: LogSource): LogReading {
  const limits = { ...logLimits, ...source.limits }
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log
  const collector = new Collector(source, limits)
  const outline = new Outline((label, line) => collector.unread(line, label.text))
  const state: ReadingState = {
    collector,
    outline,
    tables: new Tables(collector, outline),
    json: new JsonLines(collector, outline),
    patterns: new PatternReader(source.patterns ?? [], collector, outline),
    tokens: new Lexer(),
  }
  for (const line of linesOf(bytes)) {
    collector.start(line)
    if (line.bytes > limits.line) readLong(line, state)
    else readLine(line, state)
    collector.finish()
  }
  if (state.json.open) state.json.break()
  outline.end()
  return collector.reading(bytes.length)
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
  if (collector.read) return
  collector.tooLong(line)
  collector.read = true
}
