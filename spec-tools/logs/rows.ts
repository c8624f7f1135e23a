/**
 * What is measured in the rows of a table.
 *
 * One measurement is made of the cells of a row that share a stage: of `apr_mean` and `apr_std`
 * one, of `ffn_gate` and `ffn_up` two. A leading column of indices (`layer`, `step`) is shown among
 * the headings of its row, and `layer` is a fact; a leading column of text names the stage.
 */
import type { Facts } from '../evidence/facts.ts'
import type { Figure } from '../evidence/schema.ts'
import { Cell, type Cells } from './cells.ts'
import { type Collector, figure } from './collector.ts'
import { type ColumnGroup, type Columns, plainCell, spreadNamed } from './columns.ts'
import { cut } from './label.ts'
import type { Outline } from './outline.ts'
import { emptyRecord } from '../evidence/dictionary.ts'

export class Rows {
  readonly #cells: Cells
  readonly #collector: Collector
  readonly #outline: Outline
  /** A row that is a name alone, and where it stands: rows below it that stand deeper go on. */
  #above: { name: string; at: number } | null = null

  constructor(cells: Cells, collector: Collector, outline: Outline) {
    this.#cells = cells
    this.#collector = collector
    this.#outline = outline
  }

  /** Reads the row whose cells were found. */
  take(line: string, columns: Columns): void {
    this.heads(line)
    let measured = false
    for (const group of columns.groups) {
      if (!this.#holdsNumber(group.columns)) continue
      measured = true
      this.#measure(line, columns, group)
    }
    if (measured) this.#account(line, columns)
  }

  /** Takes note of a row that is nothing but a name in its first cell. */
  heads(line: string): void {
    const { from, to, kind, count } = this.#cells
    const at = from[0]!
    const alone =
      kind[0] === Cell.text && kind.subarray(1, count).every((one) => one === Cell.empty)
    if (this.#above !== null && at > this.#above.at) return
    this.#above = alone ? { name: plainCell(line.slice(at, to[0])), at } : null
  }

  /** Begins with another table. */
  restart(): void {
    this.#above = null
  }

  /** Says what of the row was read or names it: a text with a number, where one is read, is neither. */
  #account(line: string, { groups }: Columns): void {
    const { from, to, kind, count, numeralFrom, numeralTo } = this.#cells
    const read = new Set(groups.flatMap(({ columns }) => columns.map(({ at }) => at)))
    for (let cell = 0; cell < count; cell++) {
      if (kind[cell] === Cell.number && read.has(cell)) {
        this.#collector.account(numeralFrom[cell]!, numeralTo[cell]!)
        // Words behind a unit hold no digit.
      } else if (
        !read.has(cell) ||
        !/(?<![\p{L}\p{N}_])\d/u.test(line.slice(from[cell], to[cell]))
      ) {
        this.#collector.account(from[cell]!, to[cell]!)
      }
    }
  }

  /** What the columns say in words, and by numbers that measure nothing. */
  #labels(line: string, { names, index, groups }: Columns): Record<string, string> {
    const read = new Set(groups.flatMap(({ columns }) => columns.map(({ at }) => at)))
    const labels = emptyRecord<string>()
    for (let cell = 0; cell < this.#cells.count; cell++) {
      const name = names[cell] ?? ''
      const words = this.#cells.kind[cell] === Cell.text || !read.has(cell) || cell === index
      if (!words || name === '' || names.indexOf(name) !== names.lastIndexOf(name)) continue
      labels[name] = plainCell(line.slice(this.#cells.from[cell], this.#cells.to[cell]))
    }
    return labels
  }

  #holdsNumber(columns: ColumnGroup['columns']): boolean {
    for (const { at } of columns) if (this.#cells.kind[at] === Cell.number) return true
    return false
  }

  #measure(line: string, all: Columns, { base, facts: stated, columns }: ColumnGroup): void {
    const outline = this.#outline
    const { number } = this.#collector
    const labels = this.#labels(line, all)
    const { names, index, keys, side } = all
    const cell = (at: number) => {
      const printed = line.slice(this.#cells.from[at]!, this.#cells.to[at]!)
      return this.#cells.isBare(at) ? printed : plainCell(printed)
    }
    const above = outline.facts()
    const under = outline.under()
    const facts: Facts = { ...above, ...stated }
    if (index >= 0) {
      under.push(`${names[index]!} ${cut(cell(index))}`)
      const layer = this.#cells.value[index]!
      const isLayer = /^(?:layer|block|blk)/i.test(names[index]!)
      if (isLayer && this.#cells.kind[index] === Cell.number && Number.isSafeInteger(layer)) {
        if (layer >= 0) facts.layer = layer
      }
    }
    const rowName = [this.#above?.name ?? '', ...keys.map((key) => cell(key))].join(' ').trim()
    // `| latency mean ± std (ms) | 1.2 ± 0.1 |`: the row says what its numbers are.
    const row = base === '' && /±|\+\/?-/.test(rowName) ? spreadNamed(rowName) : null
    const byUnit = new Map<string | undefined, Record<string, Figure>>()
    for (const { at, ...column } of columns) {
      const { statistic, spread } = row ?? column
      if (this.#cells.kind[at] !== Cell.number) continue
      const from = this.#cells.numeralFrom[at]!
      const to = this.#cells.numeralTo[at]!
      const value = this.#cells.value[at]!
      const unit = this.#cells.unit[at] ?? row?.unit ?? stated.unit
      const figures = byUnit.get(unit) ?? {}
      figures[statistic] = figure(value, line.slice(from, to), number)
      byUnit.set(unit, figures)
      const apart = this.#cells.spread[at] ?? null
      if (apart !== null) {
        const own = apart.unit ?? unit
        const beside = byUnit.get(own) ?? {}
        byUnit.set(own, beside)
        // A name that another column has is not taken twice.
        if (!Object.hasOwn(beside, spread)) {
          beside[spread] = figure(apart.value, line.slice(apart.from, apart.to), number)
          this.#collector.account(apart.from, apart.to)
        }
      }
      if (statistic === 'n' && Number.isSafeInteger(value) && value >= 0) facts.n = value
    }
    const stage = [row?.base ?? rowName, base].filter((part) => part !== '').join(' ')
    outline.use()
    for (const [unit, figures] of byUnit) {
      this.#collector.add({
        side: side >= 0 && cell(side) !== '' ? cut(cell(side)) : null,
        against: null,
        stage: cut(stage === '' ? outline.stage() || (names[columns[0]!.at] ?? 'table') : stage),
        under: under.slice(-16),
        facts: unit === undefined ? facts : { ...facts, unit },
        labels,
        figures,
        line: number,
      })
    }
  }
}
