/** Where a document may count the rows of a board: lines, headings, and cells of its own and other tables. */
import { said, seen } from '../said.ts'
import type { Range } from '../range.ts'
import type { Row, Section, Spec, Table } from '../types.ts'
import type { Alone } from './forms.ts'
import { isSum, nameOf, type Board } from './rows.ts'

export interface Place extends Range {
  text: string
  line: number
  section: Section | null
  /** What else names it: the first cell of its row, the title of its column. */
  about: string
  /** What a number alone counts there. */
  alone: Alone
  /** Its table, with the row that it is a total of, if it is one of the board's own. */
  table: Table | null
  total: { table: Table; row: Row } | null
}

/** Texts that may hold a count: those with a number, and words for one. */
const NUMBER =
  /\d|\b(?:none|one|two|three|four|five|six|seven|eight|nine|ten|half|all|both|overall)\b/i

/** What is longer is no count that somebody keeps up to date. */
const LONGEST = 2000

/** @param within the sections to look in, and what stands in none */
export function placesOf(
  spec: Spec,
  board: Board,
  within: (section: Section | null) => boolean = () => true,
): Place[] {
  const headings = spec.sections.filter(within).map((section): Place => {
    const holds = ({ range }: Table) =>
      section.subtree.start <= range.start && range.end <= section.subtree.end
    const alone = board.tables.some(holds) ? ({ kind: 'heading' } as const) : null
    return placeOf(spec, section.headingText, { alone, section })
  })
  const cells = spec.tables
    .filter((table) => table !== spec.history?.table && within(table.section))
    .flatMap((table) =>
      board.tables.includes(table) ? ownCells(spec, table, board) : otherCells(spec, table, board),
    )
  const lines = linesOf(spec).filter(({ section }) => within(section))
  return [...lines, ...headings, ...cells].filter(
    ({ text, total }) => text.length <= LONGEST && (total !== null || NUMBER.test(text)),
  )
}

const known = new WeakMap<Spec, Place[]>()

/** Lines of prose, read once for a document. */
function linesOf(spec: Spec): Place[] {
  const lines = known.get(spec) ?? readLines(spec)
  known.set(spec, lines)
  return lines
}

function readLines(spec: Spec): Place[] {
  const apart = new Set([
    ...spec.banners.map(({ line }) => line),
    ...(spec.history?.entries ?? []).map(({ line }) => line),
    ...looseLines(spec),
  ])
  const front = (spec.frontMatter?.entries ?? []).map(({ line }) => line)
  const blocks = spec.blocks
    .filter(({ kind }) => ['paragraph', 'list', 'quote', 'html'].includes(kind))
    .flatMap((block) => {
      const [first, last] = [spec.lines.at(block.start), spec.lines.at(block.end)]
      return Array.from({ length: last - first + 1 }, (_, at) => first + at)
    })
  return [...front, ...blocks]
    .filter((line) => !apart.has(line))
    .map((line) => spec.lines.get(line))
    .filter(({ start, end }) => NUMBER.test(spec.text.slice(start, end)))
    .map((line) => placeOf(spec, line, {}))
}

/** Lines of rows that follow a table behind a blank line: they are cells, not prose. */
function looseLines({ tables }: Spec): ReadonlySet<number> {
  return new Set(
    tables.flatMap(({ rows }) => rows.filter(({ loose }) => loose).map(({ line }) => line)),
  )
}

function ownCells(spec: Spec, table: Table, board: Board): Place[] {
  const titles = table.header.flatMap((cell, column): Place[] =>
    column === board.column ? [placeOf(spec, cell, { alone: { kind: 'heading' }, table })] : [],
  )
  const totals = board.totalsOf(table)
  return [
    ...titles,
    ...totals.flatMap((row) => {
      const word = wordIn(nameOf(row), board)
      const alone: Alone = word === null ? { kind: 'total' } : { kind: 'word', word }
      return row.cells.map((cell, column) =>
        placeOf(spec, cell, {
          alone: column === board.column ? alone : null,
          about: isSum(nameOf(row)) ? '' : nameOf(row),
          table,
          total: { table, row },
        }),
      )
    }),
  ]
}

/** The word in a label without numbers. */
function wordIn(text: string, { vocabulary }: Board): string | null {
  const label = seen(text)
  const found = /\d/.test(label) ? null : new RegExp(vocabulary.source, 'iu').exec(label)
  return found === null ? null : vocabulary.meant(found[0]).word
}

/** Cells of a table of totals; a row that is named by one of the words, or a column, counts that word. */
function otherCells(spec: Spec, table: Table, board: Board): Place[] {
  const titles = table.header.map(({ text }) => wordIn(text, board))
  return [table.header, ...table.rows.map(({ cells }) => cells)].flatMap((cells) => {
    const name = cells[0]?.text ?? ''
    const ofRow = wordIn(name, board)
    return cells.flatMap((cell, column): Place[] => {
      if (column === 0 || !/\d/.test(cell.text)) return []
      const counted = ofRow ?? titles[column] ?? null
      const alone: Alone = counted === null ? { kind: 'total' } : { kind: 'word', word: counted }
      const about = ofRow === null && !isSum(seen(name)) ? name : ''
      return [placeOf(spec, cell, { alone, about, table })]
    })
  })
}

function placeOf(spec: Spec, { start, end }: Range, more: Partial<Place>): Place {
  const section = spec.sections.findLast(
    ({ subtree }) => subtree.start <= start && start < subtree.end,
  )
  return {
    start,
    end,
    text: spec.text.slice(start, end),
    line: spec.lines.at(start),
    section: section === undefined || section === spec.title ? null : section,
    about: '',
    alone: null,
    table: null,
    total: null,
    ...more,
  }
}

/** Whether a table has one of the words in a cell of its own, so that totals near it may be its own. */
export function speaksOf(table: Table, { words }: Board['vocabulary']): boolean {
  const texts = spoken.get(table) ?? textsOf(table)
  spoken.set(table, texts)
  return words.some((word) => texts.has(said(seen(word))))
}

/** Asked for each count of a document, so read once for a table. */
const spoken = new WeakMap<Table, ReadonlySet<string>>()

function textsOf({ rows }: Table): ReadonlySet<string> {
  return new Set(rows.flatMap(({ cells }) => cells.slice(1).map(({ text }) => said(seen(text)))))
}
