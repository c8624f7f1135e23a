/** Rows of tables without a frame: cells between commas, tabs, bars or two blanks and more. */
import { bar, comma, space, tab } from '../characters.ts'
import type { Grammar } from '../grammar.ts'

export const rows: Grammar = {
  name: 'row of a table',
  take({ text, first }, { tables, tokens }) {
    const { commas, grouping, assignments, bars, tabs } = tokens
    if (assignments > 0 && !tables.open) return null
    const isRow = (delimiter: number) => tables.separated(text, first, text.length, delimiter)
    if (tabs) return isRow(tab) ? 'figures' : null
    if (bars > 0) return isRow(bar) ? 'figures' : null
    const divides = grouping > 0 && tables.expected(comma) === commas + grouping + 1
    return isRow(commas > 0 || divides ? comma : space) ? 'figures' : null
  },
}
