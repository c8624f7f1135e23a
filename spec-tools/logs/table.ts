/**
 * Tables: CSV and TSV with or without a header, Markdown and box-drawing tables.
 *
 * Here it is found out which lines are rows of which table, and what its columns are; `rows.ts` says
 * what is measured in a row.
 */
import { bar, comma, space, text } from './bytes.ts'
import { box, Cell, Cells } from './cells.ts'
import type { Collector } from './collector.ts'
import { type Columns, columnsOf, plainCell, unnamedColumns } from './columns.ts'
import { isTouchy, type Numerals } from './form.ts'
import type { Outline } from './outline.ts'
import { Rows } from './rows.ts'
import { unitOf } from './units.ts'
import { Vocabulary } from './vocabulary.ts'

/** What was found out about a line of names; tables repeat their headers. */
interface Header {
  cells: string[]
  /** Whether it can be a header at all; null until that was asked. */
  fits: boolean | null
  /** What it says about the columns, by what the first row below it holds. */
  columns: Map<string, Columns>
  /** The same of the row that was asked for last. */
  last: { kinds: Uint8Array; columns: Columns } | null
}

interface Table {
  delimiter: number
  cells: number
  /** Null for a table without a header. */
  header: Header | null
  columns: Columns | null
  /** Rows of text that came before the first rule: more than one is a header over several lines. */
  headerRows: number
  unreadable: boolean
}

/** A line that is the header if the next one is its row. */
export interface Candidate {
  delimiter: number
  header: Header
}

/** What a row has in common with others that differ from it in their numbers alone. */
export interface KnownRow {
  delimiter: number
  kinds: Uint8Array
  /** Where the row is the header of its table once more. */
  header: Header | null
}

export class Tables {
  readonly #collector: Collector
  readonly #outline: Outline
  /** The cells of the line being read. */
  readonly cells = new Cells()
  #table: Table | null = null
  #candidate: Candidate | null = null
  /** What the line read last was in a table whose cells are set apart by a delimiter. */
  recent: 'row' | 'header' | null = null
  readonly #headers = new Vocabulary(emptyHeader)
  readonly #rows: Rows

  constructor(collector: Collector, outline: Outline) {
    this.#collector = collector
    this.#outline = outline
    this.#rows = new Rows(this.cells, collector, outline)
  }

  /** Ends the table, at a blank line or where another grammar takes over. */
  close(): void {
    this.#table = null
    this.#candidate = null
  }

  /** Whether the line may be a row of the table that is open. */
  get open(): boolean {
    return this.#table !== null
  }

  /** Whether the line above may be the header of a table. */
  get waits(): boolean {
    return this.#candidate !== null
  }

  /** The line above, where it may be the header of a table. */
  get candidate(): Candidate | null {
    return this.#candidate
  }

  /** Lets a line that was known as a header wait for its rows. */
  await(candidate: Candidate | null): void {
    this.#table = null
    this.#candidate = candidate
  }

  /** How many cells a row of this delimiter must have now; 0 if none is looked for. */
  expected(delimiter: number): number {
    if (this.#table !== null) return this.#table.delimiter === delimiter ? this.#table.cells : 0
    const candidate = this.#candidate
    return candidate?.delimiter === delimiter ? candidate.header.cells.length : 0
  }

  /**
   * Finds the cells of a CSV's row that is nothing but numbers; where it ends, or -1 if the line is
   * anything else.
   */
  numbers(bytes: Uint8Array, from: number): number {
    return this.cells.onlyNumbers(bytes, from, this.expected(comma), this.#collector.full)
  }

  /** Reads the row of numbers whose cells were found. */
  row(bytes: Uint8Array): void {
    const table = this.#table ?? this.#named()
    table.columns ??= this.#columns(table.header)
    this.#rows.takeNumbers(bytes, table.columns)
  }

  /** Whether a row known from others is one of the table that is open or begins here. */
  fits({ delimiter, kinds, header }: KnownRow): boolean {
    if (header !== null) return this.#table?.header === header && kinds.length === this.#table.cells
    return this.#collector.full && kinds.length === this.expected(delimiter)
  }

  /** Counts a row known from others. */
  again(bytes: Uint8Array, { kinds, header }: KnownRow): void {
    if (header !== null) {
      this.#collector.read = true
      return
    }
    this.cells.recall(kinds)
    this.#row(bytes, this.#table ?? this.#named())
  }

  /** What the row just read has in common with others; null if that cannot be told. */
  known(bytes: Uint8Array, to: number, numerals: Numerals): KnownRow | null {
    const table = this.#table
    if (table === null) return null
    const kinds = this.cells.kind.slice(0, this.cells.count)
    if (this.recent === 'header') return { delimiter: table.delimiter, kinds, header: table.header }
    for (let nth = 0; nth < numerals.count; nth++) {
      const touchy = isTouchy(bytes, numerals.from[nth]!, numerals.to[nth]!, 0, null)
      if (touchy && table.delimiter !== comma) return null
    }
    if (table.delimiter === comma && !this.cells.divided(bytes, to)) return null
    return { delimiter: table.delimiter, kinds, header: null }
  }

  /** Begins the table whose header is the line above. */
  #named(): Table {
    const { delimiter, header } = this.#candidate!
    this.#outline.retract()
    const table = this.#begin(delimiter)
    table.header = header
    return table
  }

  /** Reads a line that begins with a bar; true unless it has a single cell. */
  framed(bytes: Uint8Array, from: number, to: number): boolean {
    const delimiter = bytes[from] === bar ? bar : box
    this.cells.split(bytes, from, to, delimiter, true)
    if (this.cells.count < 2) return this.#isRule(bytes)
    this.cells.classify(bytes, delimiter)
    let table = this.#table
    if (table?.delimiter !== delimiter || table.cells !== this.cells.count) {
      table = this.#begin(delimiter)
    }
    if (table.unreadable) return true
    if (this.#isRule(bytes)) return true
    if (table.header === null && table.columns === null) {
      if (this.cells.numbers() === 0) {
        table.header = this.#header(bytes, from, to)
        table.headerRows = 1
        return true
      }
    }
    if (table.columns === null && this.cells.numbers() === 0) {
      // A second line of texts: a header over two lines unless a rule stood between them.
      if (table.headerRows === 1) table.unreadable = true
      return true
    }
    this.#row(bytes, table)
    return true
  }

  /** A rule such as `|---|---|` or `+----+` or `├──┤`: a header is over, a row is not. */
  rule(): void {
    if (this.#table !== null && this.#table.headerRows === 1) this.#table.headerRows = 2
  }

  /** Reads a line with commas or tabs; true if it is part of a table. */
  separated(bytes: Uint8Array, from: number, to: number, delimiter: number): boolean {
    const table = this.#table
    const candidate = this.#candidate
    this.cells.split(bytes, from, to, delimiter)
    const cells = this.cells.count
    if (cells < 2) return this.#leave()
    this.cells.classify(bytes, delimiter)
    const numbers = this.cells.numbers()
    if (table !== null && table.delimiter === delimiter && table.cells === cells) {
      if (numbers > 0) {
        this.recent = 'row'
        this.#row(bytes, table)
        return true
      }
      if (table.header !== null && sameCells(table.header, this.#header(bytes, from, to))) {
        this.#collector.read = true
        this.recent = 'header'
        return true
      }
    }
    this.#table = null
    this.#candidate = null
    const named = candidate?.delimiter === delimiter && candidate.header.cells.length === cells
    if (numbers === 0) {
      const header = this.#header(bytes, from, to)
      header.fits ??= fitsHeader(header.cells)
      if (header.fits) {
        this.#candidate = {
          delimiter,
          header: named ? withUnits(candidate.header, header) : header,
        }
      }
      return false
    }
    if (!named && !this.#isBareRow(bytes, delimiter)) return false
    this.recent = 'row'
    this.#candidate = candidate
    this.#row(bytes, named ? this.#named() : this.#begin(delimiter))
    return true
  }

  /** Reads a line whose columns are set apart by two blanks or more; true if it is a table's row. */
  aligned(bytes: Uint8Array, from: number, to: number): boolean {
    return this.separated(bytes, from, to, space)
  }

  #leave(): boolean {
    this.close()
    return false
  }

  #begin(delimiter: number): Table {
    this.#candidate = null
    this.#table = {
      delimiter,
      cells: this.cells.count,
      header: null,
      columns: null,
      headerRows: 0,
      unreadable: false,
    }
    return this.#table
  }

  /** A rule between rows: cells of nothing but dashes, colons and box lines. */
  #isRule(bytes: Uint8Array): boolean {
    for (let cell = 0; cell < this.cells.count; cell++) {
      if (!/^[\s:=+─━═╌┼╪╬-]+$/u.test(text(bytes, this.cells.from[cell]!, this.cells.to[cell]!)))
        return false
    }
    this.rule()
    return true
  }

  #header(bytes: Uint8Array, from: number, to: number): Header {
    const header = this.#headers.get(bytes, from, to)
    if (header.cells.length !== this.cells.count) header.cells = this.cells.texts(bytes)
    return header
  }

  #columns(header: Header | null): Columns {
    const last = header?.last ?? null
    if (last !== null && this.cells.areLike(last.kinds)) return last.columns
    const kinds = this.cells.kinds()
    if (header === null) return unnamedColumns(kinds)
    const key = kinds.join()
    const columns = header.columns.get(key) ?? columnsOf(header.cells, kinds)
    header.columns.set(key, columns)
    header.last = { kinds: this.cells.kind.slice(0, this.cells.count), columns }
    return columns
  }

  /** A row that stands by itself: numbers, dates and single words, mostly numbers. */
  #isBareRow(bytes: Uint8Array, delimiter: number): boolean {
    if (delimiter === space) return false
    if (this.cells.numbers() < 2 || this.cells.numbers() * 2 < this.cells.count) return false
    const prose = delimiter === comma ? /[\s=:"()[\]{}]/ : /[=:"[\]{}]/
    return this.cells
      .texts(bytes)
      .every((cell, at) => this.cells.kind[at] !== Cell.text || !prose.test(cell))
  }

  #row(bytes: Uint8Array, table: Table): void {
    table.columns ??= this.#columns(table.header)
    this.#rows.take(bytes, table.columns)
  }
}

function emptyHeader(): Header {
  return { cells: [], fits: null, columns: new Map(), last: null }
}

function sameCells(one: Header, other: Header): boolean {
  return one === other || one.cells.every((cell, at) => cell === other.cells[at])
}

/** Whether the cells are names of a few words each: prose with commas in it has longer ones. */
function fitsHeader(printed: readonly string[]): boolean {
  const cells = printed.map(plainCell)
  const words = cells.length > 2 ? 4 : 2
  return cells.every(
    (cell) =>
      /^[\p{L}_#%|][\p{L}\p{N}_ .%/#()[\]|°-]{0,63}$/u.test(cell) &&
      !/\.$|\s\d/.test(cell) &&
      cell.split(' ').length <= words,
  )
}

/** A header whose second line holds the units of the first; else that second line is the header. */
function withUnits(names: Header, units: Header): Header {
  const known = units.cells.map((unit) => unitOf(unit))
  if (known.filter((unit) => unit !== null).length * 2 < known.length) return units
  const cells = names.cells.map((name, at) => (known[at] ? `${name} [${known[at]}]` : name))
  return { ...emptyHeader(), cells }
}
