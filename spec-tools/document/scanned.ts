/** What one pass over the lines of a document finds. */
import type { Block, Definition, Opaque } from './types.ts'
import type { Range } from './range.ts'

export interface Scanned {
  /** Blocks of the document itself. */
  blocks: Block[]
  /** Headings of the document itself. */
  headings: ScannedHeading[]
  /** Tables anywhere, in order. */
  tables: ScannedTable[]
  /** Lists anywhere, in the order in which they end. */
  lists: ScannedList[]
  /** Code and HTML anywhere, in order. */
  opaque: Opaque[]
  definitions: Definition[]
}

export interface ScannedHeading {
  level: number
  form: 'atx' | 'setext'
  line: number
  lastLine: number
  text: Range
}

export interface ScannedTable {
  line: number
  lastLine: number
  /** Header, delimiter row, body rows: from the first character to the end of the line. */
  rows: Range[]
  /** How many lists, quotes and footnotes it stands in. */
  depth: number
}

export interface ScannedList {
  ordered: boolean
  items: ScannedItem[]
  depth: number
}

export interface ScannedItem {
  line: number
  lastLine: number
  /** `-` or `12.`, and where its text begins. */
  marker: Range
  content: number
}
