/** Which rows a count speaks of: those that it agrees with, of those that its place may mean. */
import { isHistoryName } from '../role.ts'
import { seen } from '../said.ts'
import type { Section, Spec, Table } from '../types.ts'
import { shareFollows } from '../scoreboard/statements/scope.ts'
import { PROGRESS_NAME } from '../scoreboard/statements/words.ts'
import type { Statement } from './forms.ts'
import { speaksOf, type Place } from './places.ts'
import { titleOf, type Board, type CountedRow } from './rows.ts'
import { isJudged, isMet } from './words.ts'

export interface Scope {
  rows: readonly CountedRow[]
  /** How sure it is that the place means these rows, whatever it says: a row of totals of their own table does. */
  tie: 'own' | 'near' | 'far'
}

export interface Tally {
  of(word: string): number
  /** All rows, and those that were judged. */
  alls: readonly number[]
}

/** The scopes that a statement may count, the nearest first; empty where it is about something else. */
export function scopesOf(spec: Spec, board: Board, place: Place, statement: Statement): Scope[] {
  const { rows } = board
  if (place.total) return scopesOfTotal(board, place.total, `${place.about} ${statement.label}`)
  if (place.table && board.tables.includes(place.table)) {
    return [{ rows: rows.filter(({ table }) => table === place.table), tie: 'own' }]
  }
  if (place.table && speaksOf(place.table, board.vocabulary)) return []
  const others = othersOf.get(board) ?? tablesBeside(spec, board)
  othersOf.set(board, others)
  const home = topOf(spec, place.section)
  const near = board.tables.some(({ section }) => topOf(spec, section) === home)
  if (!near && home !== null && others.some(({ section }) => topOf(spec, section) === home))
    return []
  const tie = near ? 'near' : 'far'
  const label = `${place.about} ${statement.label}`
  const named = rowsNamed(board, label)
  const implied = statement.parts.some(({ word }) => word === null)
  if (named !== null) {
    if (named.kind === 'item') return [{ rows: named.rows, tie: 'far' }]
    return [{ rows: named.rows, tie }]
  }
  if (place.table && place.about !== '' && !namesBoard(board, place.about)) {
    // A row of another table that is named after something else counts that.
    if (implied && !PROGRESS_NAME.test(place.about)) return []
    if (!implied) return inSections(board, place, 'far')
  }
  const within = inSections(board, place, tie)
  const wide: Scope[] =
    board.beside.length > 0 ? [{ rows: [...rows, ...board.beside], tie: 'far' }] : []
  if (others.length === 0 || near) return [...within, ...wide]
  // Far from its rows, and with other rows that have the same words, only a whole fraction is known.
  const { parts } = statement
  return parts.some(({ all }) => all !== null)
    ? [...within, ...wide].map((one) => ({ ...one, tie: 'far' }))
    : wide
}

/** Further tables with the words of a board, found once for all its counts. */
const othersOf = new WeakMap<Board, readonly Table[]>()

function tablesBeside({ tables }: Spec, board: Board): Table[] {
  return tables.filter(
    (table) => !board.tables.includes(table) && speaksOf(table, board.vocabulary),
  )
}

export function tallyOf(rows: readonly CountedRow[], when: 'was' | 'is'): Tally {
  const words = rows.map((row) => row[when])
  return {
    of: (word) => words.filter((one) => one === word).length,
    alls: [words.length, words.filter(isJudged).length],
  }
}

/**
 * The words that the parts of a statement count if it counts these rows; null where it does not, and
 * 'several' where the text leaves open which word it is, 'all' for the number of the rows themselves.
 */
export function agreement(
  { parts }: Statement,
  rows: readonly CountedRow[],
  { vocabulary: { words } }: Board,
): string[] | 'all' | 'several' | null {
  if (rows.length === 0) return null
  const tally = tallyOf(rows, 'was')
  const found: string[] = []
  for (const part of parts) {
    const fits = (word: string) => {
      const of = tally.of(word)
      if (part.count && part.count.value !== of) return false
      if (part.all && !tally.alls.includes(part.all.value)) return false
      if (part.count || !part.share) return true
      const { share } = part
      return tally.alls.some((all) => all > 0 && shareFollows(share, of, all))
    }
    if (part.word !== null) {
      if (!fits(part.word)) return null
      found.push(part.word)
      continue
    }
    const met = words.filter(isMet)
    const [word, other] = (met.length > 0 ? met : words).filter(fits)
    // All of the rows is what a number alone may say, too.
    const isAll = part.count && !part.all && tally.alls.includes(part.count.value)
    if (isAll) return word === undefined ? 'all' : 'several'
    if (word === undefined) return null
    if (other !== undefined) return 'several'
    found.push(word)
  }
  return found
}

function scopesOfTotal(
  board: Board,
  { table, row }: { table: Table; row: CountedRow['row'] },
  label: string,
): Scope[] {
  const rows = board.rows.filter((one) => one.table === table)
  const named = rowsNamed(board, label, table)
  if (named !== null) return [{ rows: named.rows, tie: 'own' }]
  const totals = board.totalsOf(table)
  const at = totals.indexOf(row)
  const between = (from: number, to: number) =>
    rows.filter(({ row: { line } }) => line > from && line < to)
  const above = between(totals[at - 1]?.line ?? 0, row.line)
  const below = between(row.line, totals[at + 1]?.line ?? Infinity)
  const scopes = [rows, ...(totals.length > 1 ? [above, below] : [])]
  const all = board.rows.length > rows.length ? [...scopes, board.rows] : scopes
  return all.filter((one) => one.length > 0).map((one) => ({ rows: one, tie: 'own' }))
}

/** The rows of the tables of a section, then of the sections around it, then all. */
function inSections({ rows }: Board, { section }: Place, tie: Scope['tie']): Scope[] {
  const scopes: Scope[] = []
  for (let one: Section | null = section; one !== null; one = one.parent) {
    const { subtree } = one
    const own = rows.filter(({ row }) => subtree.start <= row.start && row.end <= subtree.end)
    if (own.length > 0) scopes.push({ rows: own, tie })
  }
  return [...scopes, { rows, tie }]
}

/**
 * The rows that a label names: by a text that several of them have in another column, by their
 * heading or caption; or one row alone, which is then an item and no group.
 */
function rowsNamed(
  board: Board,
  label: string,
  table: Table | null = null,
): { kind: 'group' | 'item'; rows: readonly CountedRow[] } | null {
  const said = ` ${plainName(label)} `
  if (said.trim() === '') return null
  const groups = known.get(board) ?? groupsOf(board)
  known.set(board, groups)
  const found = [...groups].flatMap(([name, all]) => {
    if (!said.includes(` ${name} `)) return []
    const rows = all.filter((row) => table === null || row.table === table)
    return rows.length > 0 ? [{ name, rows }] : []
  })
  const [own] = found.toSorted((one, other) => other.name.length - one.name.length)
  return own === undefined ? null : { kind: own.rows.length > 1 ? 'group' : 'item', rows: own.rows }
}

const known = new WeakMap<Board, ReadonlyMap<string, readonly CountedRow[]>>()

function groupsOf({ rows, tables }: Board): ReadonlyMap<string, readonly CountedRow[]> {
  const groups = new Map<string, CountedRow[]>()
  const add = (name: string, row: CountedRow) => {
    const plain = plainName(name)
    if (plain.length < 2 || /^[\d\s./%-]+$/.test(plain)) return
    const own = groups.get(plain)
    if (own === undefined) groups.set(plain, [row])
    else if (own.at(-1) !== row) own.push(row)
  }
  for (const row of rows) {
    for (const [column, { text }] of row.row.cells.entries()) {
      if (column !== row.column && text.length <= 60) add(text, row)
    }
    const { section, caption } = row.table
    if (tables.length < 2) continue
    if (section !== null && !isHistoryName(section.name)) add(section.name, row)
    if (caption !== null && caption.length <= 60) add(caption, row)
  }
  return groups
}

/** Whether a label is what the rows are called: `Models` of a table with the column `Model`. */
function namesBoard({ tables }: Board, label: string): boolean {
  const bare = (text: string) => plainName(text).replace(/(?<=.{3})e?s$/, '')
  const wanted = bare(label)
  return tables.some((table) => {
    const names = [titleOf(table, 0), table.section?.name ?? '', table.caption ?? '']
    return names.some((name) => {
      const own = bare(name)
      return own !== '' && (own === wanted || ` ${wanted} `.includes(` ${own} `))
    })
  })
}

/** The outermost section around one, below the title. */
export function topOf({ title }: Spec, from: Section | null): Section | null {
  let top = from
  while (top?.parent && top.parent !== title) top = top.parent
  return top
}

/** Words alone, in small letters. */
function plainName(text: string): string {
  return seen(text)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}./_-]+/gu, ' ')
    .replaceAll(/(?:^|\s)[./_-]+|[./_-]+(?=\s|$)/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
