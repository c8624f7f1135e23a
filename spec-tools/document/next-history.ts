/** The next entry of a revision history, in the document's own columns. */
import type { HistoryEntry, Spec, Table } from './types.ts'

/** What an amendment knows about itself. */
export interface HistoryFacts {
  version: string
  /** `YYYY-MM-DD` */
  date: string
  summary: string
  author?: string
}

export type NextHistory = { cells: string[] } | { heading: string; body: string } | { item: string }

/**
 * An entry for the intent's `history`; null where the document has no history or asks for something
 * that the facts do not hold (a column whose value is not the same in all rows).
 */
export function nextHistory(spec: Spec, facts: HistoryFacts): NextHistory | null {
  const { history } = spec
  if (history === null) return null
  if (history.table) return tableEntry(history.table, history.column, facts)
  const newest = history.order === 'descending' ? history.entries[0] : history.entries.at(-1)
  if (newest === undefined) return null
  if (history.form === 'headings' && newest.section) {
    const heading = likeNewest(newest.section.heading, newest, facts)
    const bullet =
      /^[ \t]*([-*+])[ \t]/m.exec(spec.text.slice(newest.start, newest.end))?.[1] ?? '-'
    return heading === null ? null : { heading, body: `${bullet} ${facts.summary}` }
  }
  const item = history.list?.items.find(({ line }) => line === newest.line)
  const lead =
    item && /^([^]*?\d[^:—–]{0,40}(?::\*{0,2}|[—–]|\*\*[ \t]*-)[ \t]+)/.exec(item.text)?.[1]
  const start = lead === undefined ? null : likeNewest(lead, newest, facts)
  return start === null ? null : { item: start + facts.summary }
}

function tableEntry(table: Table, versionColumn: number, facts: HistoryFacts) {
  const cells = table.header.map(({ text }, column) => {
    if (column === versionColumn) return versionCell(table, column, facts)
    return columnValue(table, column, text.replace(/[*_`]/g, '').trim(), facts)
  })
  return cells.includes(null) ? null : { cells: cells as string[] }
}

function columnValue(table: Table, column: number, name: string, facts: HistoryFacts) {
  if (/\bdate\b|^when$|^released?$/i.test(name)) return facts.date
  if (
    /^(?:changes?|changes? made|description|summary|notes?|what|details|comments?|remarks?|major changes made)$/i.test(
      name,
    )
  ) {
    return facts.summary
  }
  if (/^(?:authors?|editors?|by|who)$/i.test(name) && facts.author !== undefined)
    return facts.author
  const values = new Set(table.rows.map(({ cells }) => cells[column]?.text ?? ''))
  const [only] = values
  return values.size === 1 && only !== undefined ? only : null
}

/** The version as the column writes it: bold, in backticks, with a `v`. */
function versionCell({ rows }: Table, column: number, { version }: HistoryFacts): string {
  const model = rows[0]?.cells[column]?.text ?? ''
  const [, before = '', prefix = ''] = /^([*_`\s]*)([vV]?)\d/.exec(model) ?? []
  const after = /[*_`]*$/.exec(model)?.[0] ?? ''
  return before + (prefix || '') + version.replace(/^[vV]/, '') + (before === '' ? '' : after)
}

/** A heading or an item's beginning with another version and date. */
function likeNewest(model: string, { version }: HistoryEntry, facts: HistoryFacts): string | null {
  const prefix = /^[vV]/.exec(version)?.[0] ?? ''
  const next = prefix + facts.version.replace(/^[vV]/, '')
  const at = model.indexOf(version)
  if (at === -1) return null
  const tail = model.slice(at + version.length)
  const dated = tail.replace(/\d{4}-\d{2}-\d{2}/, facts.date)
  // What is neither the version nor a date says something about the older entry.
  if (
    /[A-Za-z]{3,}/.test(dated) ||
    (/\d/.test(tail) && dated === tail && !tail.includes(facts.date))
  )
    return null
  return model.slice(0, at) + next + dated
}
