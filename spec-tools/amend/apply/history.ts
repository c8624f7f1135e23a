/** Entries of the revision history, in the order in which the document has them. */
import { Refusal, type History, type Row, type Spec, type Table } from '../../document/index.ts'
import type { Change } from '../apply.ts'
import type { Intent } from '../intent.ts'
import { insertItem } from './items.ts'
import { placeHistorySection } from './place.ts'
import { learnRows, rowIs, writeRow } from './row-text.ts'
import { insertRow, rowChange, rowsNamed } from './rows.ts'
import { sectionChange } from './write-section.ts'

type Entry = Intent['history'][number]

export function addHistory(spec: Spec, { history: entries }: Intent): Change[] {
  if (entries.length === 0) return []
  const history = spec.history
  if (history === null) {
    throw new Refusal({
      code: 'missing-anchor',
      what: 'The document has no revision history',
      line: 1,
      remedy: 'Leave the history out of the intent, or name its heading in the settings',
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
    const section = needs(history.section, history, 'headings', 'heading and body')
    if (section.children.some(({ heading }) => heading === entry.heading)) return []
    const place = placeHistorySection(spec, history, entry.after)
    const level = history.entries[0]?.section?.level ?? section.level + 1
    const written = { heading: entry.heading, level, body: entry.body }
    return [sectionChange(spec, place, [written], 'history')]
  }
  const list = needs(history.list, history, 'a list', 'item')
  return insertItem(spec, list, entry.item, {
    after: entry.after,
    onTop: history.order === 'descending',
    part: 'history',
  })
}

function tableEntry(
  spec: Spec,
  history: History,
  table: Table,
  { cells, after }: Extract<Entry, { cells: string[] }>,
): Change[] {
  if (table.rows.some((row) => rowIs(row, cells))) return []
  if (after !== undefined && rowsNamed(table, after).length > 0) {
    return [rowChange(spec, table, cells, after, 'history')]
  }
  const row = writeRow(learnRows(spec, table), cells)
  const last: Row | null = table.rows.at(-1) ?? null
  const place = history.order === 'descending' ? null : last
  return [
    insertRow(spec, table, place, row, { part: 'history', what: cells[history.column] ?? '' }),
  ]
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
