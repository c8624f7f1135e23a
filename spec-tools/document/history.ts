/** The revision history: a table, headings or a list, newest or oldest first. */
import { HISTORY_NAME } from './role.ts'
import { compareVersions, parseVersion, versionIn } from './version.ts'
import type {
  Block,
  Cell,
  History,
  HistoryEntry,
  Lines,
  List,
  Overrides,
  Section,
  Table,
} from './types.ts'

const VERSION_COLUMN =
  /^[*_\s]*(?:(?:doc(?:ument)?|spec) )?(?:version|ver\.?|rev(?:ision)?\.?)[*_\s]*$/i
const OTHER_COLUMN =
  /^[*_\s]*(?:date|author|editor|changes?( made)?|description|summary|notes?|status|reviewer|major changes made)[*_\s]*$/i

interface Known {
  text: string
  lines: Lines
  sections: readonly Section[]
  tables: readonly Table[]
  lists: readonly List[]
  blocks: readonly Block[]
}

export function findHistory(known: Known, overrides: Overrides): History | null {
  if (overrides.history === false) return null
  const named = overrides.history
  const allowed = (section: Section | null) => named === undefined || section?.heading === named
  const table = bestTable(known.tables.filter(({ section }) => allowed(section)))
  if (table) return tableHistory(table)
  for (const section of known.sections) {
    if (!allowed(section) || !HISTORY_NAME.test(section.name)) continue
    const found = headingHistory(section) ?? listHistory(known, section)
    if (found) return found
  }
  return null
}

function bestTable(tables: Table[]): Table | null {
  let best: { table: Table; score: number } | null = null
  for (const table of tables) {
    const score = tableScore(table)
    if (score >= 4 && score > (best?.score ?? 0)) best = { table, score }
  }
  return best?.table ?? null
}

/** A version column alone may list components; a date, an author or a telling name settles it. */
function tableScore(table: Table): number {
  const column = versionColumn(table)
  if (column === -1) return 0
  const versions = table.rows.filter((row) => isVersion(row.cells[column]))
  if (table.rows.length > 0 && versions.length * 2 < table.rows.length) return 0
  const titles = `${table.section?.name ?? ''}\n${(table.caption ?? '').replace(/[*_:]/g, '')}`
  const telling = titles.split('\n').some((title) => HISTORY_NAME.test(title))
  const others = table.header.filter(({ text }) => OTHER_COLUMN.test(text)).length
  return (telling ? 4 : 0) + 2 * Math.min(others, 2) + (column === 0 ? 1 : -2)
}

function versionColumn(table: Table): number {
  return table.header.findIndex(({ text }) => VERSION_COLUMN.test(text))
}

function tableHistory(table: Table): History {
  const column = versionColumn(table)
  const entries = table.rows.flatMap((row): HistoryEntry[] => {
    const cell = row.cells[column]
    const found = cell && versionIn(cell.text)
    const token = found?.token ?? bareNumber(cell?.text)
    if (cell === undefined || token === undefined) return []
    const start = cell.start + cell.text.indexOf(token)
    return [
      {
        start: row.start,
        end: row.end,
        version: token,
        versionRange: { start, end: start + token.length },
        line: row.line,
        section: null,
      },
    ]
  })
  const { section, line } = table
  return {
    form: 'table',
    order: orderOf(entries),
    section,
    line,
    table,
    list: null,
    column,
    entries,
  }
}

/** `### v1.3.0 (2026-01-30)` below `## Changelog`. */
function headingHistory(section: Section): History | null {
  const entries = section.children.flatMap((child): HistoryEntry[] => {
    const found = versionIn(child.heading) ?? shortVersion(child.heading)
    if (found === null || found.at > 12) return []
    const start = child.headingText.start + found.at
    return [
      {
        ...child.subtree,
        version: found.token,
        versionRange: { start, end: start + found.token.length },
        line: child.line,
        section: child,
      },
    ]
  })
  if (entries.length === 0 || entries.length * 2 < section.children.length) return null
  const { line } = section
  return {
    form: 'headings',
    order: entries.length === 1 ? 'descending' : orderOf(entries),
    section,
    line,
    table: null,
    list: null,
    column: -1,
    entries,
  }
}

function listHistory({ lists }: Known, section: Section): History | null {
  const list = lists.find((one) => one.depth === 0 && one.section === section)
  if (list === undefined) return null
  const entries = list.items.flatMap((item): HistoryEntry[] => {
    const found = versionIn(item.text) ?? shortVersion(item.text)
    if (found === null || found.at > 16) return []
    const start = item.marker.end + 1 + found.at
    return [
      {
        start: item.start,
        end: item.end,
        version: found.token,
        versionRange: { start, end: start + found.token.length },
        line: item.line,
        section: null,
      },
    ]
  })
  if (entries.length === 0) return null
  const { line } = list
  return {
    form: 'list',
    order: orderOf(entries),
    section,
    line,
    table: null,
    list,
    column: -1,
    entries,
  }
}

/** Descending if the first entry is newer than the last one. */
function orderOf(entries: readonly HistoryEntry[]): History['order'] {
  const [first] = entries
  const last = entries.at(-1)
  if (first === undefined || last === undefined) return 'ascending'
  return compareVersions(first.version, last.version) > 0 ? 'descending' : 'ascending'
}

/** `v3`, where a heading says nothing else first. */
function shortVersion(text: string): { token: string; at: number } | null {
  const [lead, token] = /^[*_`[\s]*(v\d+)(?![\w.])/.exec(text) ?? []
  return lead === undefined || token === undefined
    ? null
    : { token, at: lead.length - token.length }
}

function bareNumber(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /^[*_`\s]*(v?\d+(?:\.\d+)*)/.exec(text)?.[1]
}

function isVersion(cell: Cell | undefined): boolean {
  const bare = cell?.text.replace(/^[*_`\s]+|[*_`\s]+$/g, '') ?? ''
  return parseVersion(bare) !== null || versionIn(bare) !== null
}
