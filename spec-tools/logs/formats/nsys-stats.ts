/** The reports of `nsys stats`, as CSV and as tables with a rule. */
import { Block } from './block.ts'
import { csvCells, csvRow } from './csv.ts'
import type { Format } from './format.ts'
import { isNumeral } from './numerals.ts'
import { ruledTable } from './ruled.ts'
import { dictionary } from '../../evidence/dictionary.ts'

export const nsysStats: Format = {
  name: 'nsys-stats',
  source:
    'Nsight Systems Analysis Guide (nsys stats, --format csv and column), reports of 2020.3 to 2026.1',
  read(lines, at) {
    if (!/Time ?\(%\)|Total \(\w+\)|Start \(ns\)/.test(lines[at]!)) return null
    const table = csvTable(lines, at) ?? ruledTable(lines, at)
    if (table === null || !isReport(table.header)) return null
    const { header, rows, broken, end } = table
    const key = header.findIndex((name) => keys.has(name))
    const count = header.findIndex((name) => counts.has(name))
    const under = reportAbove(lines, at)
    const block = new Block()
    for (const { at: row, cells } of rows) {
      const n = count >= 0 && /^\d+$/.test(cells[count]!) ? Number(cells[count]) : null
      const labels = Object.fromEntries(
        header.flatMap((name, index) =>
          columnOf(name) === null && cells[index] !== '' ? [[name, cells[index]!]] : [],
        ),
      )
      for (const [index, name] of header.entries()) {
        const column = columnOf(name)
        const cell = cells[index]!
        if (column === null || cell === '') continue
        const { of, statistic, unit } = column
        if (!isNumeral(cell)) block.unread(row, `the column ${name} holds no number`)
        else {
          const taken = statistic === 'value' ? null : n
          block.figure(row, cell, `${cells[key]!} ${of}`, statistic, {
            under,
            unit,
            labels,
            n: taken,
          })
        }
      }
    }
    for (const line of broken) block.unread(line, 'not as many cells as columns')
    return block.empty ? null : block.to(end)
  },
}

/** Columns that name what a row is about. */
const keys = new Set(['Name', 'Operation', 'Range', 'Kernel Name'])
const counts = new Set(['Instances', 'Num Calls', 'Calls', 'Count', 'Operations', 'Kern Inst'])

function isReport(header: readonly string[]): boolean {
  const has = (pattern: RegExp) => header.some((name) => pattern.test(name))
  if (!header.some((name) => keys.has(name))) return false
  const counted = header.some((name) => counts.has(name))
  return (
    (has(/^Total Time \(\w+\)$/) && counted) ||
    (has(/^Total \(\w+\)$/) && counted && has(/^Avg \(\w+\)$|^Average/)) ||
    (has(/^Start \(\w+\)$/) && has(/^Duration \(\w+\)$/) && has(/^CorrI[dD]$/))
  )
}

const averages = dictionary<string>({
  Avg: 'mean',
  Average: 'mean',
  Med: 'median',
  Median: 'median',
  Min: 'min',
  Minimum: 'min',
  Max: 'max',
  Maximum: 'max',
  StdDev: 'std',
})

/** What a column measures by its name, with the unit in brackets; null for one that describes. */
function columnOf(name: string): { of: string; statistic: string; unit: string | null } | null {
  const [, word, unit] = /^(.+?) ?\((%|\w+)\)$/.exec(name) ?? [null, name, null]
  const statistic = averages[word!.replace(/ .*$/, '')]
  const of = word!.replace(/^\S+ ?/, '')
  if (statistic !== undefined) {
    const isTime = unit === undefined || unit === null || /^(?:[nuµm]?s|[num]?sec)$/.test(unit)
    return { of: of === '' ? (isTime ? 'Time' : 'Size') : of, statistic, unit: unit ?? null }
  }
  if (counts.has(name) || /^(?:NVTX|Kern|Proj) Inst$/.test(name)) {
    return { of: name, statistic: 'value', unit: null }
  }
  return unit === undefined || unit === null ? null : { of: word!, statistic: 'value', unit }
}

/** The report's own name, that nsys prints above it: `cuda_gpu_kern_sum`. */
function reportAbove(lines: readonly string[], at: number): string[] {
  for (let nth = at - 1; nth >= Math.max(0, at - 4); nth--) {
    const line = lines[nth]!
    const report =
      /^ \*\* .* \((\w+)\):\s*$/.exec(line) ?? /with \[.*?(\w+)(?:\.py)?\]\.\.\./.exec(line)
    if (report !== null) return [report[1]!]
  }
  return []
}

function csvTable(lines: readonly string[], at: number) {
  const header = csvCells(lines[at]!)
  if (header === null || header.length < 4) return null
  const rows: { at: number; cells: string[] }[] = []
  const broken: number[] = []
  let end = at + 1
  for (; end < lines.length && lines[end]!.includes(','); end++) {
    const cells = csvRow(lines[end]!, header)
    if (cells === null) broken.push(end)
    else rows.push({ at: end, cells })
  }
  return { header, rows, broken, end }
}
