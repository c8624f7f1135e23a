/**
 * Tables: CSV and TSV with or without a header, Markdown and box-drawing tables.
 *
 * One measurement is made of the cells of a row that share a stage: of `apr_mean` and `apr_std`
 * one, of `ffn_gate` and `ffn_up` two. A leading column of indices (`layer`, `step`) is shown among
 * the headings of its row, and `layer` is a fact; a leading column of text names the stage.
 */
import type { Facts } from '../evidence/facts.ts'
import type { Figure } from '../evidence/schema.ts'
import { Class, classOf, isDigit, text } from './bytes.ts'
import { type Collector, figure } from './collector.ts'
import { type CellKind, columnsOf, plainCell, unnamedColumns, type Columns } from './columns.ts'
import { cut } from './label.ts'
import { NumeralScanner } from './numeral.ts'
import type { Outline } from './outline.ts'
import { unitOf } from './units.ts'
import { wordValue } from './values.ts'
import { Vocabulary } from './vocabulary.ts'

const comma = 44
const space = 32
const bar = 124
/** Box-drawing verticals begin with these two bytes in UTF-8. */
const box = 0xe2
const most = 1024

/** What a cell holds. */
const Cell = { empty: 0, text: 1, number: 2, date: 3 } as const

/** What was found out about a line of names; tables repeat their headers. */
interface Header {
  cells: string[]
  /** Whether it can be a header at all; null until that was asked. */
  fits: boolean | null
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

export class Tables {
  readonly #collector: Collector
  readonly #outline: Outline
  readonly #numeral = new NumeralScanner()
  readonly #units = new Vocabulary(unitOf)
  readonly #words = new Vocabulary(wordValue)
  readonly #from = new Int32Array(most)
  readonly #to = new Int32Array(most)
  readonly #kind = new Uint8Array(most)
  readonly #value = new Float64Array(most)
  readonly #numeralFrom = new Int32Array(most)
  readonly #numeralTo = new Int32Array(most)
  readonly #unit: (string | null)[] = Array.from({ length: most }, () => null)
  #cells = 0
  #table: Table | null = null
  /** A line that is the header if the next one is its row. */
  #candidate: { delimiter: number; header: Header } | null = null
  readonly #headers = new Vocabulary(emptyHeader)

  constructor(collector: Collector, outline: Outline) {
    this.#collector = collector
    this.#outline = outline
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

  /** Reads a row of the open CSV if it is nothing but numbers; false leaves it to `separated`. */
  numbers(bytes: Uint8Array, from: number, to: number): boolean {
    const table = this.#table
    if (table === null || table.delimiter !== comma || classOf[bytes[from]!] !== Class.digit) {
      return false
    }
    let at = from
    this.#cells = 0
    for (;;) {
      const end = this.#numeral.scan(bytes, at, false)
      const cell = this.#cells
      if (end === at || cell === table.cells) return false
      this.#kind[cell] = Cell.number
      this.#value[cell] = this.#numeral.value
      this.#from[cell] = this.#numeralFrom[cell] = at
      this.#to[cell] = this.#numeralTo[cell] = end
      this.#unit[cell] = null
      this.#cells++
      if (end >= to) break
      if (bytes[end] !== comma) return false
      at = end + 1
    }
    if (this.#cells !== table.cells) return false
    this.#row(bytes, table)
    return true
  }

  /** Reads a line that begins with a bar; true unless it has a single cell. */
  framed(bytes: Uint8Array, from: number, to: number): boolean {
    const delimiter = bytes[from] === bar ? bar : box
    this.#split(bytes, from, to, delimiter, true)
    if (this.#cells < 2) return this.#isRule(bytes)
    this.#classify(bytes, delimiter)
    let table = this.#table
    if (table?.delimiter !== delimiter || table.cells !== this.#cells) {
      table = this.#begin(delimiter)
    }
    if (table.unreadable) return true
    if (this.#isRule(bytes)) return true
    if (table.header === null && table.columns === null) {
      if (this.#numbers() === 0) {
        table.header = this.#header(bytes, from, to)
        table.headerRows = 1
        return true
      }
    }
    if (table.columns === null && this.#numbers() === 0) {
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
    this.#split(bytes, from, to, delimiter)
    const cells = this.#cells
    if (cells < 2) return this.#leave()
    this.#classify(bytes, delimiter)
    const numbers = this.#numbers()
    if (table !== null && table.delimiter === delimiter && table.cells === cells) {
      if (numbers > 0) {
        this.#row(bytes, table)
        return true
      }
      if (table.header !== null && sameCells(table.header, this.#header(bytes, from, to))) {
        this.#collector.read = true
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
    if (named) this.#outline.retract()
    const begun = this.#begin(delimiter)
    begun.header = named ? candidate.header : null
    this.#row(bytes, begun)
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
      cells: this.#cells,
      header: null,
      columns: null,
      headerRows: 0,
      unreadable: false,
    }
    return this.#table
  }

  /** Finds the cells; quoted ones may hold the delimiter. */
  #split(bytes: Uint8Array, from: number, to: number, delimiter: number, framed = false): void {
    this.#cells = 0
    const width = delimiter === box ? 3 : 1
    let start = framed ? from + width : from
    let at = start
    while (at <= to && this.#cells < most) {
      const byte = bytes[at]
      if (byte === 34 && blankBetween(bytes, start, at)) {
        at++
        while (at < to && bytes[at] !== 34) at++
        at++
        continue
      }
      if (delimiter === bar && byte === 92) {
        at += 2
        continue
      }
      const divides = at >= to || this.#divides(bytes, at, delimiter)
      if (!divides) {
        at++
        continue
      }
      if (delimiter === space) {
        if (start < to) this.#cell(bytes, start, Math.min(at, to))
        while (at < to && classOf[bytes[at]!] === Class.blank) at++
        start = at
        if (at >= to) return
        continue
      }
      if (at < to || !framed || !blankBetween(bytes, start, to)) this.#cell(bytes, start, at)
      at += width
      start = at
    }
  }

  #divides(bytes: Uint8Array, at: number, delimiter: number): boolean {
    if (delimiter === box) return isVertical(bytes, at)
    if (delimiter !== space) return bytes[at] === delimiter
    return classOf[bytes[at]!] === Class.blank && classOf[bytes[at + 1]!] === Class.blank
  }

  #cell(bytes: Uint8Array, from: number, to: number): void {
    let first = from
    let last = Math.min(to, Math.max(from, to))
    while (first < last && classOf[bytes[first]!] === Class.blank) first++
    while (last > first && classOf[bytes[last - 1]!] === Class.blank) last--
    this.#from[this.#cells] = first
    this.#to[this.#cells] = last
    this.#cells++
  }

  #classify(bytes: Uint8Array, delimiter: number): void {
    const commas = delimiter !== comma
    for (let cell = 0; cell < this.#cells; cell++) {
      let from = this.#from[cell]!
      let to = this.#to[cell]!
      if (from === to) {
        this.#kind[cell] = Cell.empty
        continue
      }
      while (to - from > 2 && isEmphasis(bytes[from]!) && bytes[from] === bytes[to - 1]) {
        from++
        to--
      }
      this.#kind[cell] = this.#number(bytes, cell, from, to, commas)
    }
  }

  #number(bytes: Uint8Array, cell: number, from: number, to: number, commas: boolean): number {
    const byte = bytes[from]!
    if (!isDigit(byte) && byte !== 45 && byte !== 43 && byte !== 46) {
      return this.#special(bytes, cell, from, to)
    }
    const end = this.#numeral.scan(bytes, from, commas)
    if (end === from) return this.#special(bytes, cell, from, to)
    let unit: string | null = null
    if (end < to) {
      let at = end
      while (at < to && classOf[bytes[at]!] === Class.blank) at++
      unit = this.#units.get(bytes, at, to)
      if (unit === null) return isDate(bytes, from, to) ? Cell.date : Cell.text
    }
    this.#value[cell] = this.#numeral.value
    this.#numeralFrom[cell] = from
    this.#numeralTo[cell] = end
    this.#unit[cell] = unit
    return Cell.number
  }

  #special(bytes: Uint8Array, cell: number, from: number, to: number): number {
    if (to - from > 9) return Cell.text
    const value = this.#words.get(bytes, from, to)
    if (value === undefined) return Cell.text
    if (value === null) return Cell.empty
    this.#value[cell] = value
    this.#numeralFrom[cell] = from
    this.#numeralTo[cell] = to
    this.#unit[cell] = null
    return Cell.number
  }

  #numbers(): number {
    let numbers = 0
    for (let cell = 0; cell < this.#cells; cell++) {
      if (this.#kind[cell] === Cell.number) numbers++
    }
    return numbers
  }

  #kinds(): CellKind[] {
    return Array.from({ length: this.#cells }, (_, cell) => {
      if (this.#kind[cell] === Cell.number) return 'number'
      return this.#kind[cell] === Cell.date ? 'date' : 'text'
    })
  }

  #texts(bytes: Uint8Array): string[] {
    return Array.from({ length: this.#cells }, (_, cell) =>
      text(bytes, this.#from[cell]!, this.#to[cell]!),
    )
  }

  /** A rule between rows: cells of nothing but dashes, colons and box lines. */
  #isRule(bytes: Uint8Array): boolean {
    for (let cell = 0; cell < this.#cells; cell++) {
      if (!/^[\s:=+─━═╌┼╪╬-]+$/u.test(text(bytes, this.#from[cell]!, this.#to[cell]!))) return false
    }
    this.rule()
    return true
  }

  #header(bytes: Uint8Array, from: number, to: number): Header {
    const header = this.#headers.get(bytes, from, to)
    if (header.cells.length !== this.#cells) header.cells = this.#texts(bytes)
    return header
  }

  #columns(header: Header | null): Columns {
    const kinds = this.#kinds()
    if (header === null) return unnamedColumns(kinds)
    const key = kinds.join()
    const columns = header.columns.get(key) ?? columnsOf(header.cells, kinds)
    header.columns.set(key, columns)
    return columns
  }

  /** A row that stands by itself: numbers, dates and single words, mostly numbers. */
  #isBareRow(bytes: Uint8Array, delimiter: number): boolean {
    if (delimiter === space) return false
    if (this.#numbers() < 2 || this.#numbers() * 2 < this.#cells) return false
    const prose = delimiter === comma ? /[\s=:"()[\]{}]/ : /[=:"[\]{}]/
    return this.#texts(bytes).every((cell, at) => this.#kind[at] !== Cell.text || !prose.test(cell))
  }

  #row(bytes: Uint8Array, table: Table): void {
    table.columns ??= this.#columns(table.header)
    const { groups, index, key } = table.columns
    const full = this.#collector.full
    for (const group of groups) {
      let numbers = 0
      for (const { at } of group.columns) if (this.#kind[at] === Cell.number) numbers++
      if (numbers === 0) continue
      this.#collector.read = true
      if (full) {
        this.#collector.skip()
        this.#outline.use()
      } else this.#measure(bytes, table.columns, group, index, key)
    }
    // A row whose only number is its index says nothing, but nothing was missed either.
  }

  #measure(
    bytes: Uint8Array,
    { names, side }: Columns,
    { base, facts: stated, columns }: Columns['groups'][number],
    index: number,
    key: number,
  ): void {
    const outline = this.#outline
    const { line, raw } = this.#collector
    const cell = (at: number) =>
      plainCell(this.#collector.text(bytes, this.#from[at]!, this.#to[at]!))
    const above = outline.facts()
    const under = outline.under()
    const facts: Facts = { ...above, ...stated }
    if (index >= 0) {
      under.push(`${names[index]!} ${cut(cell(index))}`)
      const layer = this.#value[index]!
      const isLayer = /^(?:layer|block|blk)/i.test(names[index]!)
      if (isLayer && this.#kind[index] === Cell.number && Number.isSafeInteger(layer)) {
        if (layer >= 0) facts.layer = layer
      }
    }
    const byUnit = new Map<string | undefined, Record<string, Figure>>()
    for (const { at, statistic } of columns) {
      if (this.#kind[at] !== Cell.number) continue
      const from = this.#numeralFrom[at]!
      const to = this.#numeralTo[at]!
      const value = this.#value[at]!
      const unit = this.#unit[at] ?? stated.unit
      const figures = byUnit.get(unit) ?? {}
      figures[statistic] = figure(value, this.#collector.text(bytes, from, to), line)
      byUnit.set(unit, figures)
      if (statistic === 'n' && Number.isSafeInteger(value) && value >= 0) facts.n = value
    }
    const rowName = key >= 0 ? cell(key) : ''
    const stage = [rowName, base].filter((part) => part !== '').join(' ')
    outline.use()
    for (const [unit, figures] of byUnit) {
      this.#collector.add({
        side: side >= 0 && cell(side) !== '' ? cut(cell(side)) : null,
        against: null,
        stage: cut(stage === '' ? outline.stage() || (names[columns[0]!.at] ?? 'table') : stage),
        under: under.slice(-16),
        facts: unit === undefined ? facts : { ...facts, unit },
        figures,
        line,
        raw,
      })
    }
  }
}

function emptyHeader(): Header {
  return { cells: [], fits: null, columns: new Map() }
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

function blankBetween(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (classOf[bytes[at]!] !== Class.blank) return false
  }
  return true
}

/** `│`, `┃` and `║`. */
export function isVertical(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== box) return false
  const second = bytes[at + 1]
  const third = bytes[at + 2]
  return (
    (second === 0x94 && (third === 0x82 || third === 0x83)) || (second === 0x95 && third === 0x91)
  )
}

function isEmphasis(byte: number): boolean {
  return byte === 42 || byte === 95 || byte === 96 || byte === 34
}

function isDate(bytes: Uint8Array, from: number, to: number): boolean {
  return /^\d{1,4}[-/:.]\d{1,2}[-/:.]\d{1,4}(?:[T ]|$)/.test(text(bytes, from, to))
}
