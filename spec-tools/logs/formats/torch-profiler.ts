/** The tables of the PyTorch profiler: `prof.key_averages().table()`. */
import { Block, type Details, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, quantityOf } from './numerals.ts'
import { ruledTable, ruleSpans } from './ruled.ts'

export const torchProfiler: Format = {
  name: 'torch-profiler',
  source:
    'PyTorch torch/autograd/profiler_util.py (_build_table), commit 006bb57 (2025); tables of 1.4 to 2.8',
  read(lines, at) {
    // The rule above the header belongs to the table, where the log still has it.
    const head = ruleSpans(lines[at]!) === null ? at : at + 1
    const first = lines[head] ?? ''
    if (first.length > longestLine || !/^\s*Name\s{2,}\S/.test(first)) return null
    const table = ruledTable(lines, head)
    if (table === null) return null
    const { header, rows, broken } = table
    const calls = header.findIndex((name) => /^(?:# of Calls|Number of Calls)$/.test(name))
    if (!['Name', 'CPU total', 'CPU time avg'].every((name) => header.includes(name))) return null
    const block = new Block()
    for (const row of rows) takeRow(block, header, row, calls)
    for (const line of broken) block.unread(line, 'cells do not stand below their columns')
    let { end } = table
    while (end < lines.length && takeTotal(block, lines[end]!, end)) end++
    return block.empty ? null : block.to(end)
  },
}

/** Columns that describe a row; all others measure it. */
const describing = /^(?:Name|Overload Name|Node ID|Input Shapes|Source Location)$/

function takeRow(
  block: Block,
  header: readonly string[],
  { at, cells }: { at: number; cells: readonly string[] },
  calls: number,
): void {
  const name = cells[header.indexOf('Name')]!
  // Below a row stand the rest of its stack, and a blank line.
  if (name === '') return
  const told = header.map((column, index) => [column, cells[index]!] as const)
  const labels = Object.fromEntries(
    told.filter(([key, cell]) => describing.test(key) && cell !== ''),
  )
  const n = /^\d+$/.test(cells[calls] ?? '') ? Number(cells[calls]) : null
  for (const [column, cell] of told) {
    if (describing.test(column) || /^-*$/.test(cell)) continue
    const figure = figureOf(column, cell, n)
    if (figure === null) {
      if (/\d/.test(cell)) block.unread(at, `the column ${column} holds no figure of its kind`)
      continue
    }
    const { printed, of, statistic, ...details } = figure
    block.figure(at, printed, `${name} ${of}`, statistic, { ...details, labels })
  }
}

interface CellFigure extends Details {
  printed: string
  /** What the column measures, without the words for unit and statistic. */
  of: string
  statistic: string
}

/** Time and memory have their unit in each cell, shares and operations in the column's head. */
function figureOf(column: string, cell: string, n: number | null): CellFigure | null {
  const quantity = quantityOf(cell)
  if (quantity === null) return null
  const { printed, unit } = quantity
  if (column.endsWith('%')) {
    if (unit !== null && unit !== '%') return null
    return { printed, of: column.slice(0, -1).trim(), statistic: 'value', unit: '%' }
  }
  const operations = /^Total ([KMGTP]?FLOPs)$/.exec(column)?.[1]
  if (operations !== undefined) {
    return unit === null ? { printed, of: column, statistic: 'value', unit: operations } : null
  }
  if (/^(?:Self )?\S+ total$|^Self (?:CPU|CUDA|XPU|MPS|MTIA|HPU|NPU)$|avg$/.test(column)) {
    if (unit === null || !/^(?:ns|us|µs|ms|s)$/.test(unit)) return null
    const average = /^(.*) avg$/.exec(column)?.[1]
    return average === undefined
      ? { printed, of: column, statistic: 'value', unit }
      : { printed, of: average, statistic: 'mean', unit, n }
  }
  if (column.endsWith(' Mem')) {
    return unit === null ? null : { printed, of: column, statistic: 'value', unit }
  }
  return { printed, of: column, statistic: 'value', unit }
}

function takeTotal(block: Block, line: string, at: number): boolean {
  const total = /^((?:Self )?\w+ time total): (\S+?)(ns|us|ms|s)\s*$/.exec(line)
  if (total === null || !isNumeral(total[2]!)) return false
  block.figure(at, total[2]!, total[1]!, 'value', { unit: total[3]! })
  return true
}
