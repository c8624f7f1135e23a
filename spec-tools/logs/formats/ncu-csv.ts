/** Nsight Compute: what `ncu --csv` prints, of its details page and its raw page. */
import { Block } from './block.ts'
import { csvCells, csvRow } from './csv.ts'
import type { Format } from './format.ts'
import { isNumeral } from './numerals.ts'

export const ncuCsv: Format = {
  name: 'ncu-csv',
  source:
    'Nsight Compute CLI (--csv, --page details and raw), output of 2020.1 to 2025.3 as its guide describes it',
  read(lines, at) {
    if (!/^"?ID"?,/.test(lines[at]!)) return null
    const header = csvCells(lines[at]!)
    if (header === null || !header.includes('Kernel Name')) return null
    const details = ['Metric Name', 'Metric Unit', 'Metric Value'].every((name) =>
      header.includes(name),
    )
    // Most metrics have two underscores: `gpu__time_duration.sum`.
    if (!details && !header.some((name) => /^[a-z][\w:]*__\w/i.test(name))) return null
    const rows: Row[] = []
    const block = new Block()
    let end = at + 1
    for (; end < lines.length && /^"?\d*"?,/.test(lines[end]!); end++) {
      const cells = csvRow(lines[end]!, header)
      if (cells === null) block.unread(end, 'not as many cells as columns')
      else
        rows.push({ at: end, cells: new Map(header.map((name, index) => [name, cells[index]!])) })
    }
    if (rows.length === 0) return block.empty ? null : block.to(end)
    if (rows.some(({ cells }) => [...cells.values()].some((cell) => foreign.test(cell)))) {
      for (const row of rows)
        block.unread(row.at, 'numbers with a decimal comma: which mark is which is not sure')
    } else if (details) for (const row of rows) takeDetail(block, row)
    else takeRaw(block, header, rows)
    return block.to(end)
  },
}

interface Row {
  at: number
  cells: ReadonlyMap<string, string>
}

/** `9,00` and `27.595.520`: in some locales ncu prints a decimal comma. */
const foreign = /^\d+(?:\.\d{3})*,(?:\d{1,2}|\d{4,})$|^\d{1,3}(?:\.\d{3}){2,}$/

/** Columns that describe a launch; on the raw page all others are metrics. */
const describing =
  /^(?:ID|Process ID|Process Name|Host Name|Kernel Name|Kernel Time|Context|Stream|Block Size|Grid Size|Device|CC|Section Name|.*(?:NVTX|Domain|Range|Color).*|Id:.*)$/

function isMetric(name: string): boolean {
  return name !== '' && !describing.test(name)
}

const measuring =
  /^(?:Metric (?:Name|Unit|Value)|Kernel Name|Section Name|Estimated Speedup|Rule Description)$/

function labelsOf(
  cells: ReadonlyMap<string, string>,
  isLabel: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries([...cells].filter(([name, cell]) => cell !== '' && isLabel(name)))
}

/** A row of the details page: a metric of a launch, or what a rule says about it. */
function takeDetail(block: Block, { at, cells }: Row): void {
  const cell = (name: string) => cells.get(name) ?? ''
  const labels = labelsOf(cells, (name) => !measuring.test(name))
  const under = cell('Section Name') === '' ? [] : [cell('Section Name')]
  const value = cell('Metric Value')
  const speedup = cell('Estimated Speedup')
  const kernel = cell('Kernel Name')
  if (cell('Metric Name') !== '' && isNumeral(value)) {
    const unit = cell('Metric Unit') === '' ? null : cell('Metric Unit')
    block.figure(at, value, `${kernel} ${cell('Metric Name')}`, 'value', { under, unit, labels })
  } else if (/\d/.test(value)) block.unread(at, 'the metric is no number')
  if (isNumeral(speedup)) {
    const of = cell('Rule Name')
    block.figure(at, speedup, `${kernel} ${of} Estimated Speedup`, 'value', { under, labels })
  } else if (value === '' && /\d/.test(cell('Rule Description')))
    block.unread(at, 'words of a rule')
}

/** The raw page: a launch a row, a metric a column, and the units in the first row. */
function takeRaw(block: Block, header: readonly string[], rows: readonly Row[]): void {
  const [first, ...others] = rows
  const hasUnits = first!.cells.get('ID') === ''
  for (const { at, cells } of hasUnits ? others : rows) {
    const labels = labelsOf(cells, (name) => !isMetric(name))
    for (const metric of header.filter(isMetric)) {
      const printed = cells.get(metric)!
      const unit = hasUnits ? first!.cells.get(metric)! : ''
      if (isNumeral(printed)) {
        const name = `${cells.get('Kernel Name')!} ${metric}`
        block.figure(at, printed, name, 'value', { unit: unit === '' ? null : unit, labels })
      } else if (/\d/.test(printed)) block.unread(at, `${metric} is no plain number`)
    }
  }
}
