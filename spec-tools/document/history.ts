/** The revision history: a table, headings or a list, newest or oldest first. */
import { locate, type Token } from './located.ts'
import { compareVersions, parseVersion, versionIn } from './version.ts'
import { HISTORY_COLUMN, HISTORY_NAME, VERSION_COLUMN } from './words.ts'
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
  if (named !== undefined) return namedHistory(known, named)
  const table = bestTable(known.tables, telling)
  if (table) return tableHistory(table)
  for (const section of known.sections) {
    if (!HISTORY_NAME.test(unlinked(section.name))) continue
    const found = headingHistory(section) ?? listHistory(known, section)
    if (found) return found
  }
  return untitledHistory(known.sections)
}

/** What the settings call the history is one, whatever its heading and columns are. */
function namedHistory(known: Known, named: string): History | null {
  const section = known.sections.find(({ heading, name }) => heading === named || name === named)
  if (section === undefined) return null
  const own = known.tables.filter((table) => table.section === section)
  const table = bestTable(own, 1)
  if (table) return tableHistory(table)
  return headingHistory(section) ?? listHistory(known, section, true)
}

/** The text of a heading that is a link. */
function unlinked(name: string): string {
  return name.replaceAll(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?/g, '$1')
}

/** A changelog without a heading of its own: nothing but versions at its highest level. */
function untitledHistory(sections: readonly Section[]): History | null {
  const top = sections.filter(({ parent }) => parent === null)
  const found = top.length < 2 ? null : headingEntries(top)
  return found !== null && found.entries.length === top.length ? found : null
}

/** The score of a table that is a history without anybody saying so. */
const telling = 4

function bestTable(tables: readonly Table[], least: number): Table | null {
  let best: { table: Table; score: number } | null = null
  for (const table of tables) {
    const score = tableScore(table)
    if (score >= least && score > (best?.score ?? 0)) best = { table, score }
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
  const named = titles.split('\n').some((title) => HISTORY_NAME.test(title))
  const others = table.header.filter(({ text }) => HISTORY_COLUMN.test(text)).length
  return (named ? 4 : 0) + 2 * Math.min(others, 2) + (column === 0 ? 1 : -2)
}

function versionColumn(table: Table): number {
  return table.header.findIndex(({ text }) => VERSION_COLUMN.test(text))
}

function tableHistory(table: Table): History {
  const column = versionColumn(table)
  const entries = table.rows.flatMap((row): HistoryEntry[] => {
    const cell = row.cells[column]
    const found = cell && (versionIn(cell.text, cell.start) ?? bareNumber(cell))
    if (found === undefined || found === null) return []
    return [
      {
        start: row.start,
        end: row.end,
        version: found.token,
        versionRange: found.range,
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
  const found = headingEntries(section.children)
  return found && { ...found, section, line: section.line }
}

function headingEntries(sections: readonly Section[]): History | null {
  const entries = sections.flatMap((child): HistoryEntry[] => {
    const from = child.headingText.start
    const found = versionIn(child.heading, from) ?? shortVersion(child.heading, from)
    if (found === null || found.range.start - from > 12) return []
    return [
      {
        ...child.subtree,
        version: found.token,
        versionRange: found.range,
        line: child.line,
        section: child,
      },
    ]
  })
  if (entries.length === 0 || entries.length * 2 < sections.length) return null
  return {
    form: 'headings',
    order: entries.length === 1 ? 'descending' : orderOf(entries),
    section: null,
    line: entries[0]?.line ?? 1,
    table: null,
    list: null,
    column: -1,
    entries,
  }
}

function listHistory({ lists }: Known, section: Section, named = false): History | null {
  const list = lists.find((one) => one.depth === 0 && one.section === section)
  if (list === undefined) return null
  const entries = list.items.flatMap((item): HistoryEntry[] => {
    const from = item.textStart
    const found = versionIn(item.text, from) ?? shortVersion(item.text, from)
    if (found === null || found.range.start - from > 16) return []
    return [
      {
        start: item.start,
        end: item.end,
        version: found.token,
        versionRange: found.range,
        line: item.line,
        section: null,
      },
    ]
  })
  const dates = list.items.flatMap(
    ({ text }) => /^[*_`\s]*(\d{4}-\d{2}-\d{2})\b/.exec(text)?.[1] ?? [],
  )
  if (!named && entries.length === 0 && dates.length * 2 < list.items.length) return null
  const { line } = list
  return {
    form: 'list',
    order: entries.length === 0 ? orderOfDates(dates) : orderOf(entries),
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

function orderOfDates(dates: readonly string[]): History['order'] {
  return (dates[0] ?? '') > (dates.at(-1) ?? '') ? 'descending' : 'ascending'
}

/** `v3`, where a heading says nothing else first. */
function shortVersion(text: string, from: number): Token | null {
  return locate(/^[*_`[\s]*(?<token>v\d+)(?![\w.])/d, text, from)
}

function bareNumber({ text, start }: Cell): Token | null {
  return locate(/^[*_`\s]*(?<token>v?\d+(?:\.\d+)*)/d, text, start)
}

function isVersion(cell: Cell | undefined): boolean {
  const bare = cell?.text.replace(/^[*_`\s]+|[*_`\s]+$/g, '') ?? ''
  return parseVersion(bare) !== null || versionIn(bare, 0) !== null
}
