/** Finds what an investigation names in a document: by the words that a reader sees, never by guess. */
import {
  isOpen,
  isSame,
  seen,
  type Range,
  type Row,
  type Section,
  type Spec,
  type Table,
} from '../../document/index.ts'
import { nearest } from '../../settings/index.ts'
import { textsOf } from '../apply/texts.ts'

/** What was found, or why it is not one thing. */
export type Found<T> = { one: T } | { reason: string }

export interface FoundRow {
  table: Table
  row: Row
}

/** The row of which the cells have these texts. */
export function findRow(
  spec: Spec,
  wanted: readonly string[],
  under: string | null,
  column: string | null,
): Found<FoundRow & { column: number }> {
  const sections = sectionsUnder(spec, under)
  if ('reason' in sections) return sections
  const tables = spec.tables.filter((table) => isOpen(spec, table.range, sections.one))
  const fitting = tables.filter((table) => column === null || columnOf(table, column) !== -1)
  if (column !== null && fitting.length === 0) {
    const titles = tables.flatMap(({ header }) => header.map(({ text }) => seen(text)))
    return { reason: `no table has a column ${quoted(column)}${meant(column, titles)}` }
  }
  const rows = fitting.flatMap((table) =>
    table.rows
      .filter(({ cells }) =>
        wanted.every((text) => cells.some((cell) => isSame(seen(cell.text), text))),
      )
      .map((row) => ({ table, row, column: column === null ? -1 : columnOf(table, column) })),
  )
  const [one] = rows
  if (one === undefined) {
    const texts = fitting.flatMap((table) =>
      table.rows.flatMap(({ cells }) => cells.map(({ text }) => seen(text))),
    )
    const first = wanted.find((text) => !texts.some((known) => isSame(known, text))) ?? ''
    return {
      reason: `no row has the text ${quoted(first || wanted.join(', '))}${meant(first, texts)}`,
    }
  }
  if (rows.length === 1) return { one }
  return {
    reason: `${rows.length} rows have these texts (lines ${rows.map(({ row }) => row.line).join(', ')}); name more of their cells, or the heading with \`under\``,
  }
}

/** The paragraph, or the first line of an item, that begins with these words. */
export function findText(
  spec: Spec,
  words: string,
  under: string | null,
  which: 'item' | 'any',
): Found<Range> {
  const sections = sectionsUnder(spec, under)
  if ('reason' in sections) return sections
  const items = new Set(
    spec.lists.flatMap(({ items: all }) => all.map(({ textStart }) => textStart)),
  )
  const texts = textsOf(spec, sections.one).filter(
    (range) => isOpen(spec, range, null) && (which === 'any' || items.has(range.start)),
  )
  const wanted = seen(words)
  const of = ({ start, end }: Range) => seen(spec.text.slice(start, end))
  const exact = texts.filter((range) => of(range) === wanted)
  const found = exact.length > 0 ? exact : texts.filter((range) => of(range).startsWith(wanted))
  const [one] = found
  if (one !== undefined && found.length === 1) return { one }
  const noun = which === 'item' ? 'item' : 'paragraph or item'
  if (one === undefined) {
    const beginnings = texts.map((range) => beginningOf(of(range), wanted.length))
    return { reason: `no ${noun} begins with ${quoted(words)}${meant(wanted, beginnings)}` }
  }
  const lines = found.map(({ start }) => spec.lines.at(start))
  return {
    reason: `${found.length} texts begin with ${quoted(words)} (lines ${lines.join(', ')}); write more of its words, or the heading with \`under\``,
  }
}

/** So many characters, to the end of their last word. */
function beginningOf(text: string, length: number): string {
  return text.slice(0, length) + (/^\S*/.exec(text.slice(length))?.[0] ?? '')
}

/** The one section with this heading, name or number. */
export function findSection(spec: Spec, heading: string): Found<Section> {
  const found = sectionsUnder(spec, heading)
  if ('reason' in found) return found
  const [one, other] = found.one ?? []
  if (one === undefined) return { reason: `no heading says ${quoted(heading)}` }
  if (other === undefined) return { one }
  return {
    reason: `the headings of lines ${one.line} and ${other.line} both say ${quoted(heading)}`,
  }
}

/** Sections with this heading, name or number; else those whose name begins so. Null for all. */
function sectionsUnder({ sections }: Spec, under: string | null): Found<Section[] | null> {
  if (under === null) return { one: null }
  const wanted = under.replace(/^§\s*/, '')
  const exact = sections.filter(
    ({ heading, name, key }) =>
      isSame(seen(heading), under) || isSame(seen(name), under) || key?.written === wanted,
  )
  const found =
    exact.length > 0
      ? exact
      : sections.filter(({ name }) => seen(name).toLowerCase().startsWith(under.toLowerCase()))
  const names = sections.map(({ name }) => seen(name))
  return found.length > 0
    ? { one: found }
    : { reason: `no heading says ${quoted(under)}${meant(under, names)}` }
}

function columnOf({ header }: Table, column: string): number {
  return header.findIndex(({ text }) => isSame(seen(text), column))
}

function quoted(text: string): string {
  return `“${text}”`
}

/** Near names, else all that there are, if they are few. */
function meant(name: string, known: readonly string[]): string {
  const all = [...new Set(known.filter((one) => one !== '' && one.length <= 200))]
  const near = nearest(name, all)
  if (near.length > 0) return `; did you mean ${near.map(quoted).join(' or ')}?`
  return all.length > 0 && all.length <= 8 ? `; there are ${all.map(quoted).join(', ')}` : ''
}
