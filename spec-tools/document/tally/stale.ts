/** Totals that do not agree with the rows of their table, in a document as it stands. */
import type { Span } from '../range.ts'
import type { Section, Spec, Table } from '../types.ts'
import { differs, isTold, statementsOf } from './follow.ts'
import { placesOf } from './places.ts'
import { boardOf, headerOf, textOf, type Column } from './rows.ts'
import { agreement, scopesOf, topOf } from './scope.ts'
import { followSums } from './sums.ts'
import { isUsual } from './words.ts'

export interface StaleTotal extends Span {
  line: number
  reason: string
}

/** Tables of different columns that are looked at: each is held against all lines of its section. */
const MOST = 100

/** @param skipped tables whose totals are read by their criteria */
export function staleTotals(spec: Spec, skipped: ReadonlySet<Table>): StaleTotal[] {
  const boards = new Map<string, Column>()
  for (const table of spec.tables) {
    if (skipped.has(table) || table === spec.history?.table) continue
    for (const column of table.header.keys()) {
      if (isStatus({ table, column }))
        boards.set(`${headerOf(table)}\n${column}`, { table, column })
    }
  }
  const found = [...boards.values()].slice(0, MOST).flatMap((column): StaleTotal[] => {
    const board = boardOf(spec, column, () => undefined)
    const { cells } = followSums(spec, board, () => undefined)
    const homes = new Set(board.tables.map(({ section }) => topOf(spec, section)))
    const near = (section: Section | null) => section === null || homes.has(topOf(spec, section))
    const places = placesOf(spec, board, near).filter(({ start }) => !cells.has(start))
    return statementsOf(spec, board, places).flatMap(({ place, statement }) => {
      const scopes = scopesOf(spec, board, place, statement)
      const [scope] = scopes
      if (scope === undefined || !statement.sure || !isTold(scopes, statement, 'sure')) return []
      if (scopes.some(({ rows }) => agreement(statement, rows, board) !== null)) return []
      const { start, line } = place
      return [
        {
          start: start + statement.from,
          end: start + statement.to,
          line,
          reason: differs(statement, scope.rows, board),
        },
      ]
    })
  })
  return [...new Map(found.map((one) => [one.line, one])).values()]
}

/** A column in which every row has one of the usual words for how something stands. */
function isStatus({ table, column }: Column): boolean {
  const texts = table.rows.map((row) => textOf(row, column)).filter((text) => !/\d/.test(text))
  const usual = texts.filter(isUsual)
  return usual.length >= 2 && texts.every((text) => isUsual(text) || !/[\p{L}]/u.test(text))
}
