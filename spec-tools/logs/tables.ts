/**
 * Tables: CSV and TSV with or without a header, Markdown and box-drawing tables.
 *
 * Here it is found out which lines are rows of which table, and what its columns are; `rows.ts` says
 * what is measured in a row.
 */
import { bar, comma, space } from './characters.ts'
import { box, Cell, Cells } from './cells.ts'
import type { Collector } from './collector.ts'
import { type Columns, columnsOf, plainCell, unnamedColumns } from './columns.ts'
import type { Outline } from './outline.ts'
import { Rows } from './rows.ts'
import { unitOf } from './units.ts'

/** A line of names. */
interface Header {
  cells: string[]
  /** What it says about the columns, by what the first row below it holds. */
  columns: Map<string, Columns>
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
interface Candidate {
  delimiter: number
  header: Header
}

export class Tables {
  readonly #collector: Collector
  readonly #outline: Outline
  /** The cells of the line being read. */
  readonly cells = new Cells()
  #table: Table | null = null
  #candidate: Candidate | null = null
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

  /** How many cells a row of this delimiter must have now; 0 if none is looked for. */
  expected(delimiter: number): number {
    if (this.#table !== null) return this.#table.delimiter === delimiter ? this.#table.cells : 0
    const candidate = this.#candidate
    return candidate?.delimiter === delimiter ? candidate.header.cells.length : 0
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
  framed(line: string, from: number, to: number): boolean {
    const delimiter = line.charCodeAt(from) === bar ? bar : box
    this.cells.split(line, from, to, delimiter, true)
    if (this.cells.count < 2) return this.#isRule(line)
    this.cells.classify(line, delimiter)
    let table = this.#table
    if (table?.delimiter !== delimiter || table.cells !== this.cells.count) {
      table = this.#begin(delimiter)
    }
    if (table.unreadable) return true
    if (this.#isRule(line)) return true
    if (table.header === null && table.columns === null) {
      if (this.cells.numbers() === 0) {
        table.header = this.#header(line)
        table.headerRows = 1
        return true
      }
    }
    if (table.columns === null && this.cells.numbers() === 0) {
      // A second line of texts: a header over two lines unless a rule stood between them.
      if (table.headerRows === 1) table.unreadable = true
      else this.#rows.heads(line)
      return true
    }
    this.#row(line, table)
    return true
  }

  /** A rule such as `|---|---|` or `+----+` or `├──┤`: a header is over, a row is not. */
  rule(): void {
    if (this.#table !== null && this.#table.headerRows === 1) this.#table.headerRows = 2
  }

  /** Reads a line with commas or tabs; true if it is part of a table. */
  separated(line: string, from: number, to: number, delimiter: number): boolean {
    const table = this.#table
    const candidate = this.#candidate
    this.cells.split(line, from, to, delimiter)
    const cells = this.cells.count
    if (cells < 2) return this.#leave()
    this.cells.classify(line, delimiter)
    const numbers = this.cells.numbers()
    if (table !== null && table.delimiter === delimiter && table.cells === cells) {
      if (numbers > 0) {
        this.#row(line, table)
        return true
      }
      if (table.header !== null && sameCells(table.header, this.#header(line))) {
        this.#collector.account(0, line.length)
        return true
      }
    }
    this.#table = null
    this.#candidate = null
    const named = candidate?.delimiter === delimiter && candidate.header.cells.length === cells
    if (numbers === 0) {
      const header = this.#header(line)
      if (fitsHeader(header.cells)) {
        this.#candidate = {
          delimiter,
          header: named ? withUnits(candidate.header, header) : header,
        }
      }
      return false
    }
    if (!named && !this.#isBareRow(line, delimiter)) return false
    this.#candidate = candidate
    this.#row(line, named ? this.#named() : this.#begin(delimiter))
    return true
  }

  /** Reads a line whose columns are set apart by two blanks or more; true if it is a table's row. */
  aligned(line: string, from: number, to: number): boolean {
    return this.separated(line, from, to, space)
  }

  #leave(): boolean {
    this.close()
    return false
  }

  #begin(delimiter: number): Table {
    this.#candidate = null
    this.#rows.restart()
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
  #isRule(line: string): boolean {
    for (let cell = 0; cell < this.cells.count; cell++) {
      if (!/^[\s:=+─━═╌┼╪╬-]+$/u.test(line.slice(this.cells.from[cell]!, this.cells.to[cell]!)))
        return false
    }
    this.rule()
    return true
  }

  #header(line: string): Header {
    return { cells: this.cells.texts(line), columns: new Map() }
  }

  #columns(header: Header | null, line: string): Columns {
    const kinds = this.cells.kinds(line)
    if (header === null) return unnamedColumns(kinds)
    const key = kinds.join()
    const columns = header.columns.get(key) ?? columnsOf(header.cells, kinds)
    header.columns.set(key, columns)
    return columns
  }

  /** A row that stands by itself: numbers, dates and single words, mostly numbers. */
  #isBareRow(line: string, delimiter: number): boolean {
    if (delimiter === space) return false
    if (this.cells.numbers() < 2 || this.cells.numbers() * 2 < this.cells.count) return false
    const prose = delimiter === comma ? /[\s=:"()[\]{}]/ : /[=:"[\]{}]/
    return this.cells
      .texts(line)
      .every((cell, at) => this.cells.kind[at] !== Cell.text || !prose.test(cell))
  }

  #row(line: string, table: Table): void {
    table.columns ??= this.#columns(table.header, line)
    this.#rows.take(line, table.columns)
  }
}

function sameCells(one: Header, other: Header): boolean {
  return one.cells.every((cell, at) => cell === other.cells[at])
}

/** Whether the cells are names of a few words each: prose with commas in it has longer ones. */
function fitsHeader(printed: readonly string[]): boolean {
  const cells = printed.map((cell) => plainCell(cell).replace(/\s*(?:±|\+\/?-)\s*/, '/'))
  const words = cells.length > 2 ? 4 : 2
  return cells.every(
    (cell) =>
      /^[\p{L}_#%|][\p{L}\p{N}_ .%/#()[\]|°↑↓⬆⬇-]{0,63}$/u.test(cell) &&
      !/\.$|\s\d/.test(cell) &&
      cell.split(' ').length <= words,
  )
}

/** A header whose second line holds the units of the first; else that second line is the header. */
function withUnits(names: Header, units: Header): Header {
  const known = units.cells.map((unit) => unitOf(unit))
  if (known.filter((unit) => unit !== null).length * 2 < known.length) return units
  const cells = names.cells.map((name, at) => (known[at] ? `${name} [${known[at]}]` : name))
  return { cells, columns: new Map() }
}
