/** A data frame as pandas prints it, such as the tables of Triton's `perf_report`. */
import { statisticName } from '../statistics.ts'
import { unitOf } from '../units.ts'
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral } from './numerals.ts'

export const pandasTable: Format = {
  name: 'pandas-table',
  source:
    'pandas DataFrame.to_string (1.x, 2.x) and Triton python/triton/testing.py (Mark._run, print_data), 2.0 to 3.5',
  read(lines, at) {
    // Triton prints the name of the benchmark above its table.
    const title = titleOf(lines[at]!)
    const head = title === undefined ? at : at + 1
    const header = columnsOf(lines[head] ?? '')
    if (header === null) return null
    const rows: { at: number; index: number; cells: string[] }[] = []
    let end = head + 1
    for (; end < lines.length; end++) {
      if (/^\.\.\s+\.\.\./.test(lines[end]!)) continue
      const row = rowOf(lines[end]!, header)
      if (row === null || row.index <= (rows.at(-1)?.index ?? -1)) break
      rows.push({ at: end, ...row })
    }
    if (rows.length < (title === undefined ? 2 : 1)) return null
    const block = new Block()
    const parameters = parametersOf(header, rows)
    for (const row of rows) {
      const place = parameters.map((nth) => `${header[nth]!.name} ${row.cells[nth]!}`).join(', ')
      const under = [title ?? '', place].filter((heading) => heading !== '')
      const all = header.map(({ name }, nth) => [name, row.cells[nth]!] as const)
      for (const [nth, { name }] of header.entries()) {
        const cell = row.cells[nth]!
        if (!isNumeral(cell)) continue
        const labels = Object.fromEntries(all.filter(([other]) => other !== name))
        const words = all.filter(([, other]) => !isNumeral(other)).map(([, other]) => other)
        const { of, statistic, unit } = measureOf(name)
        const full = [...words, of].join(' ').trim()
        block.figure(row.at, cell, full === '' ? name : full, statistic, { under, unit, labels })
      }
    }
    if (/^\[\d+ rows x \d+ columns\]\s*$/.test(lines[end] ?? '')) end++
    return block.empty ? null : block.to(end)
  },
}

/** Leading columns of whole numbers, by their places: they say which case a row is about. */
function parametersOf(header: readonly Column[], rows: readonly { cells: string[] }[]): number[] {
  const whole = header.map((_, nth) =>
    rows.every(({ cells }) => /^\d+(?:\.0+)?$/.test(cells[nth]!)),
  )
  const count = whole.indexOf(false)
  return count < 0 ? [] : [...Array(count).keys()]
}

/** What a column measures by its name: `latency (ms)`, `max_abs_diff`; `N` is no count of elements. */
function measureOf(column: string): { of: string; statistic: string; unit: string | null } {
  const [, named, printed] = /^(.*\S) \(([^()]+)\)$/.exec(column) ?? []
  const inBrackets = printed === undefined ? null : unitOf(printed)
  const of = inBrackets === null ? column : named!
  const { statistic, base, known, unit: atEnd } = statisticName(of)
  const unit = inBrackets ?? atEnd
  return known && statistic !== 'n'
    ? { of: base, statistic, unit }
    : { of, statistic: 'value', unit }
}

function titleOf(line: string): string | undefined {
  const title = line.trimEnd()
  return /^\S.*:$/.test(title) ? title.slice(0, -1) : undefined
}

interface Column {
  name: string
  /** Where the column ends: names and cells are set to the right. */
  to: number
}

/** The columns of a header, which leaves room for the index on its left. */
function columnsOf(line: string): Column[] | null {
  if (line.length > longestLine || !/^ {2,}\S/.test(line)) return null
  const header = line.trimEnd().replace(/\\$/, '').trimEnd()
  const columns = [...header.matchAll(/\S+(?: \S+)*/g)].map(({ index, 0: name }) => ({
    name,
    to: index + name.length,
  }))
  const named = columns.every(({ name }) => /[A-Za-z]/.test(name) && !/[=:|]/.test(name))
  const distinct = new Set(columns.map(({ name }) => name)).size === columns.length
  return columns.length >= 2 && named && distinct ? columns : null
}

/** A row whose cells end where the names of the columns end; null for any other line. */
function rowOf(line: string, header: readonly Column[]): { index: number; cells: string[] } | null {
  const first = line.length > longestLine ? null : /^(\d+)(?= {2})/.exec(line)
  if (first === null) return null
  const cells: string[] = []
  let past = first[0].length
  for (const { to } of header) {
    const cell = line.slice(past, to)
    if (!/^ {2,}\S+(?: \S+)*$/.test(cell)) return null
    cells.push(cell.trim())
    past = to
  }
  return line.slice(past).trim() === '' ? { index: Number(first[1]), cells } : null
}
