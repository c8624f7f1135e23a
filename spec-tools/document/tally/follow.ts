/**
 * What totals become when cells of a column change. One that agreed with its rows before follows
 * them; one that did not, or of which nobody knows for sure what it counts, is told and left alone.
 */
import { append } from '../../many.ts'
import { percentOf } from '../scoreboard/count.ts'
import type { Edit } from '../scoreboard/changes.ts'
import { editOf, withValue } from '../scoreboard/figure.ts'
import { otherTime } from '../scoreboard/statements/time.ts'
import { shareFollows } from '../scoreboard/statements/scope.ts'
import type { Figure } from '../scoreboard/types.ts'
import { seen } from '../said.ts'
import { isOpen } from '../today.ts'
import type { Spec } from '../types.ts'
import { badgesOf } from './badges.ts'
import { formsOf, type Statement } from './forms.ts'
import { placesOf, type Place } from './places.ts'
import {
  boardOf,
  headerOf,
  type Board,
  type Column,
  type CountedRow,
  type Renewed,
} from './rows.ts'
import { agreement, scopesOf, tallyOf, type Scope, type Tally } from './scope.ts'
import { followSums } from './sums.ts'

export interface Apart {
  line: number
  reason: string
}

export interface FollowedTallies {
  edits: Edit[]
  apart: Apart[]
}

/** @param columns in which a cell changes, and what each cell gets */
export function followTallies(
  spec: Spec,
  columns: readonly Column[],
  renewed: Renewed,
): FollowedTallies {
  const edits = new Map<number, Edit>()
  const disputed = new Set<number>()
  const apart = new Map<string, Apart>()
  const tell = (one: Apart) => apart.set(`${one.line} ${one.reason}`, one)
  for (const column of distinct(columns)) {
    const board = boardOf(spec, column, renewed)
    const sums = followSums(spec, board, renewed)
    for (const one of sums.apart) tell(one)
    const found = [...sums.edits]
    const places = placesOf(spec, board).filter(({ start }) => !sums.cells.has(start))
    for (const { place, statement } of statementsOf(spec, board, places)) {
      const outcome = outcomeOf(spec, board, place, statement)
      if ('reason' in outcome) tell({ line: place.line, reason: outcome.reason })
      else append(found, outcome.edits)
    }
    for (const line of unreadLines(spec, board, places)) tell(line)
    for (const edit of found) {
      const known = edits.get(edit.start)
      if (known !== undefined && known.text !== edit.text) disputed.add(edit.start)
      else edits.set(edit.start, edit)
    }
  }
  for (const at of disputed) {
    edits.delete(at)
    tell({ line: spec.lines.at(at), reason: 'several columns may be counted there' })
  }
  return { edits: [...edits.values()], apart: [...apart.values()] }
}

interface Counted {
  place: Place
  statement: Statement
}

/** Counts of today, each with its place. */
export function statementsOf(spec: Spec, board: Board, places: readonly Place[]): Counted[] {
  const read = formsOf(board.vocabulary)
  return places.flatMap((place) => {
    const { statements } = read(place.text, place.start, place.alone)
    const found = [...statements, ...badgesOf(place, board.vocabulary)]
    if (found.length === 0 || !isOpen(spec, place, null)) return []
    return found
      .filter((one) => one.badge || isOfToday(spec, place.text, one))
      .map((statement) => ({ place, statement }))
  })
}

/** Whether a count is no aim and of no other time; tags and the mark of a quote say nothing. */
function isOfToday(spec: Spec, text: string, at: Pick<Statement, 'from' | 'to'>): boolean {
  const plain = text.replaceAll(/^[\s>]+|<[^<>]*>/g, (marks) => ' '.repeat(marks.length))
  return otherTime(plain, at, spec) === null
}

type Outcome = { edits: Edit[] } | { reason: string }

function outcomeOf(spec: Spec, board: Board, place: Place, statement: Statement): Outcome {
  const none = { edits: [] }
  const scopes = scopesOf(spec, board, place, statement)
  if (!scopes.some(({ rows }) => moves(rows, statement))) return none
  const counting = scopes.flatMap((scope) => {
    const words = agreement(statement, scope.rows, board)
    return words === null ? [] : [{ scope, words }]
  })
  const agreeing = counting.filter(
    ({ scope, words }) => !Array.isArray(words) || explainsShares(statement, scope.rows, words),
  )
  if (agreeing.length === 0) {
    const [scope] = scopes
    const told = scope && (counting.length > 0 || isTold(scopes, statement))
    return told ? { reason: differs(statement, scope.rows, board) } : none
  }
  const results = agreeing.map(({ scope, words }) =>
    words === 'several' ? null : words === 'all' ? [] : editsOf(statement, scope.rows, words),
  )
  const [first] = results
  const said = (edits: Edit[] | null | undefined) =>
    JSON.stringify(edits?.map(({ start, text }) => [start, text]))
  if (results.every((one) => one?.length === 0)) return none
  if (first == null || results.some((one) => said(one) !== said(first))) {
    return agreeing.some(({ scope }) => moves(scope.rows, statement))
      ? { reason: `nothing says which rows “${statement.text}” counts` }
      : none
  }
  if (!statement.sure)
    return { reason: `“${statement.text}” may count the rows, or be something else` }
  return { edits: first }
}

/** Whether what a statement counts is another number afterwards. */
function moves(rows: readonly CountedRow[], { parts }: Statement): boolean {
  const [was, is] = [tallyOf(rows, 'was'), tallyOf(rows, 'is')]
  return parts.some(({ word }) =>
    word === null ? rows.some((row) => row.was !== row.is) : was.of(word) !== is.of(word),
  )
}

/** Whether a number that agrees with nothing looks like a count of these rows all the same. */
export function isTold(
  scopes: readonly Scope[],
  { parts, sure }: Statement,
  when: 'sure' | 'likely' = 'likely',
): boolean {
  if (scopes.some(({ tie }) => tie === 'own')) return true
  const fits = scopes.some(({ rows }) => {
    const { alls } = tallyOf(rows, 'was')
    const sum = parts.reduce((all, { count }) => all + (count?.value ?? NaN), 0)
    const whole = parts.length > 1 && alls.includes(sum)
    return whole || parts.some(({ all }) => all && alls.includes(all.value))
  })
  if (fits) return true
  if (when === 'sure') return false
  return (
    sure && scopes.some(({ tie }) => tie === 'near') && parts.every(({ word }) => word !== null)
  )
}

/** `it says 3 for “pass”, while the rows count 4` */
export function differs(
  { parts, text }: Statement,
  rows: readonly CountedRow[],
  { vocabulary: { words } }: Board,
): string {
  const tally = tallyOf(rows, 'was')
  const [part, other] = parts
  if (part?.word != null && other === undefined && part.count && !part.all) {
    return `it says ${part.count.value} for “${part.word}”, while the rows count ${tally.of(part.word)}`
  }
  const named = parts.flatMap(({ word }) => word ?? [])
  const told = named.length > 0 ? named : words.filter((word) => tally.of(word) > 0).slice(0, 4)
  const counts = told.map((word) => `${tally.of(word)} ${word}`).join(', ')
  return `it says “${text}”, while the rows count ${counts} of ${rows.length}`
}

function editsOf(
  { parts }: Statement,
  rows: readonly CountedRow[],
  words: readonly string[],
): Edit[] {
  const [was, is] = [tallyOf(rows, 'was'), tallyOf(rows, 'is')]
  return parts.flatMap(({ count, all, share }, at): Edit[] => {
    const word = words[at] ?? ''
    const [before, after] = [was.of(word), is.of(word)]
    // Which of the two it is that the text calls all.
    const kind = all ? was.alls.indexOf(all.value) : shareKind(share, before, was.alls)
    const next = is.alls[kind] ?? rows.length
    const set = (figure: Figure | null, value: number) =>
      figure === null ? [] : editOf(figure, withValue(figure, value))
    const shared = share === null ? [] : shareEdit(share, [word, ...words], was, is)
    return [...set(count, after), ...set(all, next), ...shared]
  })
}

/** A percentage behind several counts is of the word that it fits: `3✓ 2✗ (60 %)`. */
function shareEdit(share: Figure, words: readonly string[], was: Tally, is: Tally): Edit[] {
  for (const word of words) {
    const kind = kindOf(share, was.of(word), was.alls)
    if (kind === -1) continue
    const exact = percentOf(is.of(word), (is.alls[kind] ?? 0) - is.of(word))
    return exact === null ? [] : editOf(share, withValue(share, exact))
  }
  return []
}

function shareKind(share: Figure | null, of: number, alls: readonly number[]): number {
  return share === null ? 0 : Math.max(0, kindOf(share, of, alls))
}

/** Of which of both a share is; -1 where of none. */
function kindOf(share: Figure, of: number, alls: readonly number[]): number {
  return alls.findIndex((all) => all > 0 && shareFollows(share, of, all))
}

/** Whether each percentage of a statement is that of one of its words. */
function explainsShares(
  { parts }: Statement,
  rows: readonly CountedRow[],
  words: readonly string[],
): boolean {
  const { of, alls } = tallyOf(rows, 'was')
  return parts.every(
    ({ share }) => share === null || words.some((word) => kindOf(share, of(word), alls) !== -1),
  )
}

/** What stands near the rows and speaks of their words in numbers that were not understood. */
function unreadLines(spec: Spec, board: Board, places: readonly Place[]): Apart[] {
  const read = formsOf(board.vocabulary)
  if (board.rows.every(({ was, is }) => was === is)) return []
  return places.flatMap((place): Apart[] => {
    const { text, start, alone, total, table, section, line } = place
    const { left, statements } = read(text, start, alone)
    if (statements.length > 0) return []
    if (total !== null && alone !== null) {
      return isOpen(spec, place, null) ? unreadTotal(text, line, board) : []
    }
    const near =
      total !== null ||
      (table === null &&
        section !== null &&
        board.tables.some((one) => one.section === section || one.section?.parent === section))
    const shown = left ?? PROGRESS_LINE.exec(text)?.[0].trim()
    if (shown === undefined || !near || !isOpen(spec, place, null)) return []
    if (!isOfToday(spec, text, { from: 0, to: 0 })) return []
    return [{ line, reason: `“${shown}” may count the rows` }]
  })
}

/** A bar, or a percentage that is all that a line says. */
const PROGRESS_LINE = /^[^\p{L}]*[█▓▰🟩■●][^\p{L}]*$|^[^\p{L}]*\d\s?%[^\p{L}]*$/u

/** A total in other words, such as `three of five`; one word for all stays true while a row has it. */
function unreadTotal(text: string, line: number, { rows, vocabulary }: Board): Apart[] {
  const shown = seen(text)
  if (!/[\p{L}\p{N}]/u.test(shown)) return []
  const word = vocabulary.of(text)
  if (!vocabulary.words.includes(word)) return [{ line, reason: `“${shown}” is not understood` }]
  const stays = rows.some(({ was }) => was !== word) === rows.some(({ is }) => is !== word)
  return stays && rows.some(({ is }) => is === word)
    ? []
    : [{ line, reason: `it says “${shown}” for rows that change` }]
}

function distinct(columns: readonly Column[]): Column[] {
  const known = new Map(columns.map((one) => [`${headerOf(one.table)}\n${one.column}`, one]))
  return [...known.values()]
}
