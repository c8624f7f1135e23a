/** nccl-tests (`all_reduce_perf` and its sisters, and rccl-tests): tables of time and bandwidth. */
import { labelsOf, wordsIn, wordsRow } from './blanks.ts'
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, numeral } from './numerals.ts'

export const ncclTests: Format = {
  name: 'nccl-tests',
  source: 'NVIDIA/nccl-tests src/common.cu: its table with the column error, and with #wrong',
  read(lines, at) {
    if (!begins(lines, at)) return null
    const block = new Block()
    let table: Table | null = null
    let test: string | null = null
    let end = at
    for (let next = at; next < lines.length; next++) {
      const line = lines[next]!
      const started = /^# Collective test starting: (\S+)/.exec(line)
      if (started !== null) test = started[1]!
      const header = tableAt(lines, next)
      if (header !== null) {
        table = header
        next = header.rows - 1
      } else if (summary(block, line, next)) {
        if (line.includes('Avg bus bandwidth')) return block.to(next + 1)
      } else if (table !== null && isRow(line)) {
        takeRow(block, table, test, line, next)
      } else if (!preamble.test(line)) {
        // A header whose units are not below it leaves the rows under it without a table.
        if (/^#.* busbw\b/.test(line)) break
        // Messages of NCCL come between the rows; they are only of the block if it goes on.
        if (!goesOn(lines, next)) break
        if (/\d/.test(line)) block.unread(next, 'a message between the rows of nccl-tests')
      }
      end = next + 1
    }
    return block.empty ? null : block.to(end)
  },
}

interface Table {
  /** Index of the line of its first row. */
  rows: number
  columns: string[]
  /** `(us)` below a column -> `us`; null where nothing stands below it. */
  units: (string | null)[]
  /** What stands above a column: `out-of-place`, `in-place`, or nothing. */
  groups: (string | null)[]
}

const settings = /^#\s+nThread:? \d+ nGpus:? \d+ minBytes:? \d+ maxBytes:? \d+/
const preamble =
  /^#?\s*$|^# (?:nccl-tests version|Collective test starting:|Using devices|Blocking Enabled|Parallel Init Enabled|Reducing maxBytes|Collective test concluded:)|^#\s+Rank +\d+ |^#\s+nThread:? \d+ nGpus:? \d+ |^(?:NCCL|RCCL) version|^rccl-tests: Version/

function begins(lines: readonly string[], at: number): boolean {
  const line = lines[at]!
  if (!line.startsWith('#')) return false
  return (
    settings.test(line) ||
    /^# (?:nccl-tests version \d|Collective test starting: \w+_perf\b)/.test(line) ||
    tableAt(lines, at) !== null
  )
}

/** The table whose header, or line of groups above it, stands on `lines[at]`. */
function tableAt(lines: readonly string[], at: number): Table | null {
  if (!lines[at]!.startsWith('#')) return null
  const grouped = /^#\s+out-of-place\s+in-place\s*$/.test(lines[at]!)
  return headed(lines, grouped ? at + 1 : at, grouped)
}

function headed(lines: readonly string[], at: number, grouped: boolean): Table | null {
  const line = lines[at] ?? ''
  const [mark, ...words] = wordsIn(line)
  const names = words.map(({ text }) => text)
  const known = ['size', 'time', 'algbw', 'busbw'].every((name) => names.includes(name))
  if (mark?.text !== '#' || !known) return null
  const below = wordsIn(lines[at + 1] ?? '')
  const hasUnits =
    below[0]?.text === '#' && below.slice(1).every(({ text }) => /^\(\S+\)$/.test(text))
  // Without its line of units a header does not say what its columns measure.
  if (!hasUnits || below.length < 2) return null
  const groups = groupsOf(names)
  if (groups === null || (grouped && groups.every((group) => group === null))) return null
  return {
    rows: at + 2,
    columns: names,
    units: words.map(({ to }) => {
      const unit = below.find((word) => word.to === to)
      return unit === undefined ? null : unit.text.slice(1, -1)
    }),
    groups,
  }
}

/** Of two columns of one name the first is out-of-place; null where only some stand there twice. */
function groupsOf(names: readonly string[]): (string | null)[] | null {
  const measured = names.filter((name) => !told.has(name))
  const doubled = new Set(measured).size < measured.length
  if (!doubled) return names.map(() => null)
  const twice = (name: string) => measured.filter((other) => other === name).length === 2
  if (!measured.every(twice)) return null
  return names.map((name, nth) => {
    if (told.has(name)) return null
    return names.indexOf(name) === nth ? 'out-of-place' : 'in-place'
  })
}

function isRow(line: string): boolean {
  return /^\s*\d+\s+\d+\s+[a-z]\w*\s/.test(line)
}

function goesOn(lines: readonly string[], at: number): boolean {
  return lines
    .slice(at + 1, at + 65)
    .some((line) => isRow(line) || /^# (?:Out of bounds|Avg bus|Using devices)/.test(line))
}

/** Columns that say which collective was run; all others are measured. */
const told = new Set(['size', 'count', 'type', 'redop', 'root'])

function takeRow(block: Block, table: Table, test: string | null, line: string, at: number): void {
  const { columns, units, groups } = table
  const cells = wordsRow(line, columns.length)
  if (cells === null) return block.unread(at, 'not as many cells as columns')
  const labels = labelsOf(columns, cells, (name) => told.has(name))
  const size = `${labels['size']!} ${units[columns.indexOf('size')] ?? ''}`.trim()
  const dtype = labels['type']
  for (const [nth, name] of columns.entries()) {
    const cell = cells[nth]!
    if (told.has(name) || cell === 'N/A') continue
    if (!isNumeral(cell)) {
      block.unread(at, `the column ${name} holds no number`)
      continue
    }
    const under = [test, size, groups[nth]!].filter((one) => one !== null)
    const facts = dtype === undefined ? {} : { dtype }
    block.figure(at, cell, name, 'value', { under, unit: units[nth]!, labels, facts })
  }
}

const summaries = new RegExp(
  `^#?\\s*(Out of bounds values|Avg bus bandwidth)\\s*: +(${numeral})(?: (OK|FAILED))?\\s*$`,
)

function summary(block: Block, line: string, at: number): boolean {
  const found = summaries.exec(line)
  if (found === null) return false
  block.figure(at, found[2]!, found[1]!, 'value')
  if (found[3] !== undefined) block.claim(at, line)
  return true
}
