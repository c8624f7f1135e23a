/** What each file of `grammars/` exports: one way in which a line says something. */
import type { Collector } from './collector.ts'
import type { PatternReader } from './pattern-reader.ts'
import type { JsonLines } from './json-lines.ts'
import type { Lexer } from './lexer.ts'
import type { Line } from './line.ts'
import type { Outline } from './outline.ts'
import type { Tables } from './tables.ts'

/** What is known when a line is read. */
export interface ReadingState {
  /** What was found so far. */
  collector: Collector
  /** The headings that the line stands under. */
  outline: Outline
  /** The table that may go on, or begin. */
  tables: Tables
  /** The JSON text that may be under way. */
  json: JsonLines
  /** The patterns of the settings. */
  patterns: PatternReader
  /** The tokens of the line. */
  tokens: Lexer
}

/**
 * What a grammar made of a line: figures, a heading of those below it, or nothing although no other
 * grammar may guess at it. A claim leaves the line to the grammars behind; null does, too.
 */
export type Taken = 'figures' | 'heading' | 'unread' | 'claim' | null

export interface Grammar {
  name: string
  take(line: Line, state: ReadingState): Taken
}
