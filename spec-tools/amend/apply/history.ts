/** Entries of the revision history, in the order in which the document has them. */
import {
  isHistoryName,
  Refusal,
  type History,
  type Spec,
  type Table,
} from '../../document/index.ts'
import type { Change } from './types.ts'
import type { Intent } from '../intent.ts'
import { insertItem } from './items.ts'
import { placeHistorySection } from './place.ts'
import { rowIs } from './row-text.ts'
import { htmlTable, refuseHtmlTable, rowChange, rowsNamed } from './rows.ts'
import { sectionChange } from './write-section.ts'

type Entry = Intent['history'][number]

export function addHistory(spec: Spec, { history: entries }: Intent): Change[] {
  if (entries.length === 0) return []
  const history = spec.history
  if (history === null) {
    const named = spec.sections.filter(({ name }) => isHistoryName(name))
    const html = htmlTable(spec, named)
    if (html !== null) throw refuseHtmlTable(named[0]?.heading ?? '', html)
    throw new Refusal({
      code: 'missing-anchor',
      what: 'The document has no revision history',
      line: 1,
      remedy:
        'Leave the history out of the intent, or name the heading of its table, headings or list in the settings (style: { history })',
    })
  }
  // Intents tell the oldest first; where the newest stands on top, it goes in last and above.
  const ordered = history.order === 'descending' ? entries.toReversed() : entries
  return ordered.flatMap((entry) => entryChange(spec, history, entry))
}

function entryChange(spec: Spec, history: History, entry: Entry): Change[] {
  if ('cells' in entry) {
    const table = needs(history.table, history, 'a table', 'cells')
    return tableEntry(spec, history, table, entry)
  }
  if ('heading' in entry) {
    const found = needs(
      history.form === 'headings' ? history : null,
      history,
      'headings',
      'heading and body',
    )
    const { section } = found
    const standing = section?.children ?? spec.sections.filter(({ parent }) => parent === null)
    if (standing.some(({ heading }) => heading === entry.heading)) return []
    const place = placeHistorySection(spec, history, entry.after)
    const level = history.entries[0]?.section?.level ?? (section?.level ?? 1) + 1
    const written = { heading: entry.heading, level, body: entry.body }
    return [sectionChange(spec, place, [written], 'history')]
  }
  const list = needs(history.list, history, 'a list', 'item')
  const { first = entry.last !== true && history.order === 'descending' } = entry
  return insertItem(spec, list, entry.item, { ...entry, first }, 'history')
}

function tableEntry(
  spec: Spec,
  history: History,
  table: Table,
  { cells, ...where }: Extract<Entry, { cells: string[] }>,
): Change[] {
  if (table.rows.some((row) => rowIs(row, cells))) return []
  const { after, before, first = after === undefined && history.order === 'descending' } = where
  const named = [after, before].every(
    (name) => name === undefined || rowsNamed(table, name).length > 0,
  )
  const place = named && (after ?? before) !== undefined ? where : { first, last: true }
  const { edit, placed } = rowChange(spec, table, cells, place, 'history')
  return [{ edit, placed: { ...placed, what: cells[history.column] ?? '' } }]
}

function needs<T>(found: T | null, { form, line }: History, what: string, given: string): T {
  if (found !== null) return found
  throw new Refusal({
    code: 'missing-anchor',
    what: `The intent gives ${given}, but the history is not ${what} (it is ${form})`,
    line,
    remedy: `Give the history entry as the document has it: ${form}`,
  })
}
