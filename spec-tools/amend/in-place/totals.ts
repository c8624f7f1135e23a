/**
 * Totals that count the texts of a column, such as `Perfect (11/11): 86`, `86/91 pass` or a row
 * `| pass | 86 |`. One that agreed with the rows before they change follows them; one that did not is
 * told and left alone.
 */
import { append } from '../../many.ts'
import type { Range, Row, Section, Spec, Table } from '../../document/index.ts'
import { placesOf } from '../apply/texts.ts'
import { isOpen, isSame, seen } from './find.ts'

/** Texts of a column that change, as a reader sees them. */
export interface CellFlip {
  table: Table
  column: number
  from: string
  to: string
}

export interface Followed {
  lines: { line: number; old: string; new: string }[]
  rows: { table: Table; row: Row; column: number; value: string }[]
  /** Totals that say another number than the rows. */
  apart: { what: string; reason: string }[]
}

export function followTotals(spec: Spec, flips: readonly CellFlip[]): Followed {
  const lines = new Map<number, { line: number; old: string; new?: string }>()
  const rows: Followed['rows'] = []
  const apart: Followed['apart'] = []
  for (const { table, column } of columnsOf(flips)) {
    const own = flips.filter((one) => one.table === table && one.column === column)
    for (const status of new Set(own.flatMap(({ from, to }) => [from, to]))) {
      const by =
        own.filter(({ to }) => to === status).length -
        own.filter(({ from }) => from === status).length
      if (status === '' || by === 0) continue
      const counts = countsOf(spec, table, column, status)
      const region = regionOf(spec, table, status)
      for (const { start, end } of linesOf(spec, region)) {
        const known = lines.get(start) ?? {
          line: spec.lines.at(start),
          old: spec.text.slice(start, end),
        }
        const was = known.new ?? known.old
        const { text, wrong } = followLine(was, status, counts, by)
        if (text !== was) lines.set(start, { ...known, new: text })
        if (wrong !== null) apart.push(differs(known.line, status, wrong, counts))
      }
      append(rows, tableTotals(spec, region, { table, status, counts, by }))
    }
  }
  const moved = [...lines.values()].map((one) => ({ ...one, new: one.new ?? one.old }))
  return { lines: moved, rows, apart }
}

interface Count {
  of: number
  all: number
}

function columnsOf(flips: readonly CellFlip[]): { table: Table; column: number }[] {
  const known = new Map(
    flips.map(({ table, column }) => [`${table.line}:${column}`, { table, column }]),
  )
  return [...known.values()]
}

/** Rows with a text: of the table, and of all tables with the same columns. */
function countsOf(spec: Spec, table: Table, column: number, status: string): Count[] {
  const alike = spec.tables.filter((one) => headerOf(one) === headerOf(table))
  return [[table], alike].map((tables) => {
    const texts = tables.flatMap(({ rows }) =>
      rows.map(({ cells }) => seen(cells[column]?.text ?? '')),
    )
    return { of: texts.filter((text) => isSame(text, status)).length, all: texts.length }
  })
}

/** All of the document, unless another table has such a text: then the section of this one. */
function regionOf(spec: Spec, table: Table, status: string): Section[] | null {
  const others = spec.tables.some(
    (one) =>
      headerOf(one) !== headerOf(table) &&
      one.rows.some(({ cells }) => cells.slice(1).some(({ text }) => isSame(seen(text), status))),
  )
  if (!others) return null
  let top = table.section
  while (top?.parent && top.parent !== spec.title) top = top.parent
  return top === null ? [] : [top]
}

function headerOf({ header }: Table): string {
  return header.map(({ text }) => seen(text)).join('|')
}

/** Lines of paragraphs, and of items without their markers. */
function linesOf(spec: Spec, region: Section[] | null): Range[] {
  return placesOf(spec, null).filter(
    (range) =>
      spec.lines.at(range.start) === spec.lines.at(range.end) && isOpen(spec, range, region),
  )
}

function followLine(
  line: string,
  status: string,
  counts: readonly Count[],
  by: number,
): { text: string; wrong: number | null } {
  let text = line
  let wrong: number | null = null
  for (const { index, lead, number, all, share } of totalsIn(line, status).toReversed()) {
    const count = counts.find(
      (one) => one.of === Number(number) && (all === undefined || one.all === Number(all)),
    )
    if (count === undefined) {
      wrong ??= Number(number)
      continue
    }
    const decimals = /\.(\d+)/.exec(share?.text ?? '')?.[1]?.length ?? 0
    const percent = (of: number) => ((100 * of) / count.all).toFixed(decimals)
    const set = (from: number, old: string, now: string) => {
      text = text.slice(0, from) + now + text.slice(from + old.length)
    }
    // From behind, so that what stands before keeps its place.
    if (share && percent(count.of) === share.text) set(share.at, share.text, percent(count.of + by))
    set(index + lead.length, number, String(count.of + by))
  }
  return { text, wrong }
}

interface WrittenTotal {
  index: number
  whole: string
  /** What of it stands before the number. */
  lead: string
  number: string
  all: string | undefined
  share: { text: string; at: number } | undefined
}

/** `pass: 86`, `86 pass`, `86/91 (94.5 %) pass`, in order. */
function totalsIn(line: string, status: string): WrittenTotal[] {
  const word = wordOf(status)
  const marks = String.raw`[*_\s]*`
  const number = String.raw`(\d+)(?:\s*(?:/|of|out of)\s*(\d+))?(?:${marks}\(?${marks}(\d+(?:\.\d+)?)\s?%)?(?![\p{L}\d,/]|\.\d)`
  const behind = String.raw`(${word}[^\d:=]{0,24}[:=]${marks})${number}`
  const before = String.raw`((?<![\p{L}\d.,/]))${number}(?=\)?${marks}(?:\p{L}+\s+){0,2}\(?${word})`
  const found = [behind, before].flatMap((pattern) =>
    [...line.matchAll(new RegExp(pattern, 'dgiu'))].map((match): WrittenTotal => {
      const [whole, lead = '', written = '', all, share] = match
      const at = match.indices?.[4]?.[0]
      return {
        index: match.index,
        whole,
        lead,
        number: written,
        all,
        share: share === undefined || at === undefined ? undefined : { text: share, at },
      }
    }),
  )
  return found
    .toSorted((a, b) => a.index - b.index)
    .filter(({ index }, at, all) => {
      const last = all[at - 1]
      return last === undefined || last.index + last.whole.length <= index
    })
}

function wordOf(status: string): string {
  return String.raw`(?<![\p{L}\p{N}])${RegExp.escape(status)}(?![\p{L}\p{N}])`
}

function tableTotals(
  spec: Spec,
  region: Section[] | null,
  { table, status, counts, by }: { table: Table; status: string; counts: Count[]; by: number },
): Followed['rows'] {
  const word = new RegExp(wordOf(status), 'iu')
  return spec.tables
    .filter(
      (one) =>
        one !== table && headerOf(one) !== headerOf(table) && isOpen(spec, one.range, region),
    )
    .flatMap((one) =>
      one.rows.flatMap((row) => {
        if (!word.test(seen(row.cells[0]?.text ?? ''))) return []
        const numbers = row.cells.flatMap(({ text }, column) =>
          column > 0 && /^[*_\s]*\d+[*_\s]*$/.test(text) ? [{ text, column }] : [],
        )
        const [total] = numbers
        const value = Number(seen(total?.text ?? ''))
        if (total === undefined || numbers.length > 1) return []
        if (!counts.some(({ of }) => of === value)) return []
        const now = total.text.replace(/\d+/, String(value + by))
        return [{ table: one, row, column: total.column, value: now }]
      }),
    )
}

function differs(line: number, status: string, wrong: number, counts: readonly Count[]) {
  return {
    what: `the total in line ${line}`,
    reason: `it says ${wrong} for “${status}”, while the rows count ${counts[0]?.of ?? 0}`,
  }
}
