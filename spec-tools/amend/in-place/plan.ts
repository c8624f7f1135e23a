/** What the verdicts change in a document in place, as parts of an intent. */
import { described, z } from '../../schema.ts'
import { isSame, seen, type Row, type Spec, type Table } from '../../document/index.ts'
import type { Judgement, PlannedChange } from '../../judge/types.ts'
import type { CellChange } from '../../document/scoreboard.ts'
import { asMarkdown, composed, type Markdown } from '../../markdown.ts'
import { strong, type Inline, prose } from '../../render/markdown/index.ts'
import { cellMarkdown, inlineMarkdown } from '../inline.ts'
import type { DraftedIntent } from '../intent.ts'
import { type Decider, paragraphBanner } from '../retract.ts'
import { findRow, findText, type Found } from './find.ts'
import { totalsAfter, type CellFlip } from './totals.ts'

export const changedSchema = z.strictObject({
  by: z.string(),
  what: z.string(),
  from: z.nullable(z.string()),
  to: z.string(),
  line: z.int(),
  figures: described(
    z._default(
      z.array(z.strictObject({ text: z.string(), from: z.array(z.string()), how: z.string() })),
      [],
    ),
    'Figures of the run that the new text holds, and what they resolve to.',
  ),
})

export type Changed = z.infer<typeof changedSchema>

export interface InPlace {
  intent: Pick<DraftedIntent, 'cells' | 'lines' | 'row_texts' | 'texts'>
  changed: Changed[]
  /** What was not changed, and why. */
  missed: { by: string; what: string; reason: string }[]
}

/**
 * @param flipped cells that flips of criteria write, and whatever follows from them
 *   (the intent has them all), and changes that are flips of criteria themselves
 */
export function changeInPlace(
  spec: Spec,
  { hypotheses }: Judgement,
  by: Decider,
  flipped: { cells: readonly CellChange[]; taken: ReadonlySet<PlannedChange> },
): InPlace {
  const plan = new Plan(spec, by, flipped.cells)
  for (const { id, changes } of hypotheses) {
    for (const change of changes) if (!flipped.taken.has(change)) plan.add(id, change)
  }
  return plan.done()
}

/** Changes one after the other, each found in the document as it was. */
export class Plan {
  readonly #spec: Spec
  readonly #by: Decider
  readonly #flipped: readonly CellChange[]
  readonly #rows = new Map<Row, { table: Table; cells: Markdown[] }>()
  readonly #texts: DraftedIntent['texts'][number][] = []
  readonly #flips: CellFlip[] = []
  readonly #taken = new Set<string>()
  readonly #changed: Changed[] = []
  /** What cannot be changed, and why. */
  readonly missed: InPlace['missed'] = []

  constructor(spec: Spec, by: Decider, flipped: readonly CellChange[] = []) {
    this.#spec = spec
    this.#by = by
    this.#flipped = flipped
    for (const { line, column } of flipped) this.#taken.add(`${line}:${column}`)
  }

  add(by: string, { change, missing, figures }: PlannedChange): void {
    const what = nameOf(change)
    const miss = (reason: string) => this.missed.push({ by, what, reason })
    if (missing !== null) return void miss(missing)
    const found = this.#find(change)
    if ('reason' in found) return void miss(found.reason)
    const { key, from, to, line, write } = found.one
    if (from === to) return void miss('it says so already')
    if (this.#taken.has(key)) return void miss('another verdict changes it')
    this.#taken.add(key)
    write()
    this.#changed.push({ by, what, from: from === '' ? null : from, to, line, figures })
  }

  done(): InPlace {
    const totals = totalsAfter(this.#spec, this.#flips, (line) => this.#taken.has(`line ${line}`))
    for (const { table, row, column, value } of totals.cells) this.#cell(table, row, column, value)
    for (const { what, from, to, line } of totals.told)
      this.#changed.push({ by: 'total', what, from, to, line, figures: [] })
    const rows = new Map([...this.#rows].map(([row, { table }]) => [row.line, { row, table }]))
    // A row is known by all its cells, so what else changes in it is written with them.
    const beside = this.#flipped.filter(({ line, column, value }) => {
      const own = rows.get(line)
      if (own !== undefined) this.#cell(own.table, own.row, column, value)
      return own === undefined
    })
    return {
      intent: {
        cells: beside,
        row_texts: [...this.#rows].map(([row, { table, cells }]) => ({
          under: table.section?.heading ?? table.caption ?? this.#spec.title?.heading ?? '',
          columns: table.header.map(({ text }) => text),
          old: row.cells.map(({ text }) => text),
          new: cells,
        })),
        texts: this.#texts,
        lines: totals.lines,
      },
      changed: this.#changed,
      missed: [...this.missed, ...totals.apart.map((one) => ({ by: 'total', ...one }))],
    }
  }

  #find(change: PlannedChange['change']): Found<Step> {
    switch (change.kind) {
      case 'cell': {
        const found = findRow(this.#spec, change.row, change.under, change.column)
        return 'reason' in found ? found : { one: this.#cellStep(found.one, change.to) }
      }
      case 'row': {
        const found = findRow(this.#spec, change.row, change.under, null)
        return 'reason' in found ? found : this.#rowStep(found.one, change.to)
      }
      default: {
        const which = change.kind === 'tick' ? 'item' : 'any'
        const words = change.kind === 'tick' ? change.item : change.paragraph
        const found = findText(this.#spec, words, change.under, which)
        if ('reason' in found) return found
        const { start, end } = found.one
        return this.#textStep({ start, old: this.#spec.text.slice(start, end) }, change)
      }
    }
  }

  #cellStep({ table, row, column }: { table: Table; row: Row; column: number }, to: string): Step {
    const old = row.cells[column]?.text ?? ''
    const text = likeOthers(table, column, old, to)
    return {
      key: `${row.line}:${column}`,
      from: seen(old),
      to: seen(text),
      line: row.line,
      write: () => {
        this.#cell(table, row, column, text)
        this.#flips.push({ table, row, column, to: text })
      },
    }
  }

  #rowStep({ table, row }: { table: Table; row: Row }, to: readonly string[]): Found<Step> {
    const columns = table.header.length
    if (to.length !== columns) {
      return { reason: `its table has ${columns} columns, and ${to.length} cells are given` }
    }
    const shown = (cells: readonly string[]) => cells.map(seen).join(' | ')
    return {
      one: {
        key: `row ${row.line}`,
        from: shown(row.cells.map(({ text }) => text)),
        to: shown(to),
        line: row.line,
        write: () => {
          for (const [column, cell] of to.entries()) {
            const old = row.cells[column]?.text ?? ''
            if (isSame(seen(old), cell)) continue
            const text = cellMarkdown(written(cell))
            this.#cell(table, row, column, text)
            this.#flips.push({ table, row, column, to: text })
          }
        },
      },
    }
  }

  #cell(table: Table, row: Row, column: number, value: Markdown): void {
    const known = this.#rows.get(row)
    const cells = known?.cells ?? row.cells.map(({ text }) => asMarkdown(text))
    while (cells.length <= column) cells.push(composed``)
    cells[column] = value
    this.#rows.set(row, { table, cells })
  }

  #textStep(
    { start, old }: { start: number; old: string },
    change: Exclude<PlannedChange['change'], { kind: 'cell' | 'row' }>,
  ): Found<Step> {
    const line = this.#spec.lines.at(start)
    const write = (text: Markdown) => () => {
      const last = this.#spec.lines.at(start + old.length)
      for (let one = line; one <= last; one += 1) this.#taken.add(`line ${one}`)
      this.#texts.push({ under: null, old, new: text })
    }
    const key = `text ${line}`
    if (change.kind === 'tick') {
      const box = /^\[([ xX])\](?=\s)/.exec(old)
      if (box === null) return { reason: 'the item has no box `[ ]`' }
      const now = change.to === 'done' ? '[x]' : '[ ]'
      const from = box[1] === ' ' ? 'open' : 'done'
      return {
        one: { key, from, to: change.to, line, write: write(asMarkdown(now + old.slice(3))) },
      }
    }
    if (change.kind === 'text') {
      const box = /^\[[ xX]\]\s+/.exec(old)?.[0] ?? ''
      const text = inlineMarkdown(written(change.to))
      return {
        one: {
          key,
          from: seen(old),
          to: seen(text),
          line,
          write: write(composed`${asMarkdown(box)}${text}`),
        },
      }
    }
    if (this.#spec.blocks.every((block) => block.start !== start || block.kind !== 'paragraph')) {
      return { reason: 'only a paragraph can be retracted in place' }
    }
    const eol = this.#spec.eol.text
    const above =
      this.#spec.text
        .slice(0, start)
        .trimEnd()
        .split(/\r\n|\r|\n/)
        .at(-1) ?? ''
    const isRetracted = above.startsWith('> **Refuted by ')
    const banner = paragraphBanner(this.#by)
    return {
      one: {
        key,
        from: isRetracted ? 'retracted' : '',
        to: 'retracted',
        line,
        write: write(composed`${banner}${asMarkdown(eol + eol + old)}`),
      },
    }
  }
}

interface Step {
  /** The same for two changes of one place. */
  key: string
  from: string
  to: string
  line: number
  write: () => void
}

/** A cell as the other cells of its column are written that say the same, else with its own emphasis. */
function likeOthers({ rows }: Table, column: number, old: string, to: string): Markdown {
  const same = rows
    .map(({ cells }) => cells[column]?.text ?? '')
    .find((one) => isSame(seen(one), to))
  if (same !== undefined) return asMarkdown(same)
  const [, open = '', , close = ''] = /^([*_~`]*)(.*?)([*_~`]*)$/s.exec(old) ?? []
  const symmetric = open === Array.from(close).toReversed().join('')
  const text = cellMarkdown(written(to))
  return symmetric && text === to ? composed`${asMarkdown(open)}${text}${asMarkdown(close)}` : text
}

/** A person's text: what is bold or code stays so, all else is text. */
function written(text: string): Inline {
  return text
    .split(/(\*\*[^*]+\*\*)/)
    .map((piece) =>
      /^\*\*[^*]+\*\*$/.test(piece) ? strong(prose(piece.slice(2, -2))) : prose(piece),
    )
}

function nameOf(change: PlannedChange['change']): string {
  switch (change.kind) {
    case 'cell':
      return [...change.row, change.column].join(', ')
    case 'row':
      return change.row.join(', ')
    case 'tick':
      return change.item
    default:
      return change.paragraph
  }
}
