/** nvbench: its tables in Markdown and CSV, its JSON, and the tables of nvbench_compare.py. */
import { Block } from './block.ts'
import { csvCells, csvRow } from './csv.ts'
import type { Format } from './format.ts'
import { itemsOf, jsonBeginning, type JsonNode, member, wordsOf } from './json-document.ts'
import { markdownTable } from './markdown.ts'
import { isNumeral, quantityOf } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

const source =
  'NVIDIA/nvbench markdown_printer.cu, csv_printer.cu, json_printer.cu and scripts/nvbench_compare.py, 2021 to 2026'

export const nvbenchMd: Format = {
  name: 'nvbench-md',
  source,
  read(lines, at) {
    if (!lines[at]!.startsWith('|')) return null
    const table = markdownTable(lines, at)
    const columns = table === null ? null : columnsOf(table.header)
    if (table === null || columns === null) return null
    const under = titlesAbove(lines, at)
    const block = new Block()
    for (const { at: row, cells } of table.rows) {
      const { place, labels } = axesOf(columns, cells)
      for (const [nth, column] of columns.entries()) {
        const cell = cells[nth]!
        if (column.axis || cell === '' || column.name === 'Status') continue
        const quantity = quantityOf(cell)
        if (quantity === null) block.unread(row, `the column ${column.name} holds no number`)
        else {
          const details = {
            under: [...under, ...place],
            labels,
            unit: unitIn(column.name, quantity.unit),
          }
          block.figure(row, quantity.printed, column.name, 'value', details)
        }
      }
      const status = columns.findIndex(({ name }) => name === 'Status')
      if (status >= 0 && /^\W*(?:PASS|FAIL|SAME|SLOW|FAST)/.test(cells[status]!))
        block.claim(row, lines[row]!)
    }
    for (const line of table.broken) block.unread(line, 'not as many cells as columns')
    return block.empty ? null : block.to(table.end)
  },
}

interface Column {
  /** `Noise` of the time on its left: `GPU Time Noise`. */
  name: string
  /** Whether it says which case a row is about. */
  axis: boolean
}

/** Columns that only say more of the column beside them. */
const measures =
  /^(?:Samples|CPU Time|GPU Time|Batch GPU|Noise|Elem\/s|GlobalMem BW|BWUtil|(?:Ref|Cmp) (?:Time|Noise)|%?Diff|Status|(?:CPU|GPU) Time Noise)$/

/** Whether each noise stands right behind the time that it is of. */
function noiseIsPlain(header: readonly string[]): boolean {
  return header.every(
    (name, nth) => name !== 'Noise' || /^(?:CPU|GPU) Time$/.test(header[nth - 1] ?? ''),
  )
}

/** The columns of a table of nvbench; null for any other. */
function columnsOf(header: readonly string[]): Column[] | null {
  const at = (name: string) => header.indexOf(name)
  const isRun = at('Noise') > 0 && (at('CPU Time') >= 0 || at('GPU Time') >= 0)
  const isComparison = at('Ref Time') >= 0 && at('Cmp Time') >= 0 && at('Status') >= 0
  if ((!isRun && !isComparison) || !noiseIsPlain(header)) return null
  const first = header.findIndex((name) => measures.test(name))
  const columns = header.map((name, nth) => ({
    name: nameOf(header, nth),
    axis: nth < first || name === '',
  }))
  const names = columns.map(({ name }) => name)
  return new Set(names).size === names.length ? columns : null
}

/** A name that a table has twice goes with its neighbour: noise behind a time, samples before one. */
function nameOf(header: readonly string[], nth: number): string {
  const name = header[nth]!
  if (name === 'Noise') return `${header[nth - 1] ?? ''} Noise`.trim()
  if (name !== 'Samples' || header.indexOf(name) === nth) return name
  return `${header[nth + 1] ?? ''} Samples`.trim()
}

/** Where a row belongs: `Elements 2^16`. */
function axesOf(columns: readonly Column[], cells: readonly string[]) {
  const axes = columns.flatMap(({ name, axis }, nth) =>
    axis && cells[nth] !== '' ? [[name, cells[nth]!] as const] : [],
  )
  const place = axes.map((pair) => pair.join(' ')).join(', ')
  return { place: place === '' ? [] : [place], labels: Object.fromEntries(axes) }
}

/** `2.143G` below `Elem/s` is in `GElem/s`, `512x` is a count; any other cell states its unit itself. */
function unitIn(column: string, printed: string | null): string | null {
  if (column.endsWith('Samples')) return null
  const isRate = /^\S+\/s$/.test(column)
  return isRate && printed !== null && /^[kKMGTP]$/.test(printed) ? `${printed}${column}` : printed
}

/** The benchmark and the device that nvbench heads its tables with. */
function titlesAbove(lines: readonly string[], at: number): string[] {
  const titles: string[] = []
  for (let above = at - 1; above >= Math.max(0, at - 6); above--) {
    const found = /^(#{1,3}) (\S.*?)\s*$/.exec(lines[above]!)
    if (found !== null) titles.unshift(found[2]!)
    else if (lines[above]!.trim() !== '') break
  }
  return titles.filter((title) => title !== 'Benchmark Results')
}

export const nvbenchCsv: Format = {
  name: 'nvbench-csv',
  source,
  read(lines, at) {
    if (!lines[at]!.startsWith('Benchmark,Device,')) return null
    const header = csvCells(lines[at]!)
    const skipped = header?.indexOf('Skipped') ?? -1
    if (header === null || skipped < 0) return null
    const plain = header.map((printed) => withUnit(printed).name)
    if (!noiseIsPlain(plain)) return null
    const columns = header.map((printed, nth) => {
      const { name, unit } = withUnit(printed)
      return {
        name: nameOf(plain, nth),
        unit: name === printed ? null : unit,
        axis: nth < skipped && !measures.test(name),
      }
    })
    if (new Set(columns.map(({ name }) => name)).size < columns.length) return null
    const block = new Block()
    let end = at + 1
    for (; end < lines.length && lines[end]!.includes(','); end++) {
      const cells = csvRow(lines[end]!, header)
      if (cells === null) {
        block.unread(end, 'not as many cells as columns')
        continue
      }
      const { place, labels } = axesOf(columns, cells)
      for (const [nth, { name, unit, axis }] of columns.entries()) {
        const cell = cells[nth]!
        if (axis || nth === skipped || cell === '') continue
        if (!isNumeral(cell)) block.unread(end, `the column ${name} holds no number`)
        else block.figure(end, cell, name, 'value', { under: place, unit, labels })
      }
    }
    return block.empty ? null : block.to(end)
  },
}

function withUnit(printed: string): { name: string; unit: string | null } {
  const found = /^(.*\S) \((sec|elem\/sec|bytes|bytes\/sec|%)\)$/.exec(printed)
  return { name: found?.[1] ?? printed, unit: found?.[2] ?? null }
}

export const nvbenchJson: Format = {
  name: 'nvbench-json',
  source,
  read(lines, at) {
    const document = jsonBeginning(lines, at, /^\{"meta":\{|^\{"(?:devices|benchmarks)":\[/)
    const benchmarks = itemsOf(member(document?.root, 'benchmarks'))
    const isBenchmark = (one: JsonNode) => member(one, 'states')?.kind === 'array'
    if (document === null || benchmarks.length === 0 || !benchmarks.every(isBenchmark)) return null
    const block = new Block()
    for (const benchmark of benchmarks) {
      const name = wordsOf(member(benchmark, 'name')) ?? ''
      for (const state of itemsOf(member(benchmark, 'states'))) takeState(block, name, state)
    }
    return block.empty ? null : block.to(document.end)
  },
}

/** What a value is in, by the hint of its summary; a share is a fraction in some versions. */
const units = dictionary<string>({
  duration: 's',
  item_rate: 'elem/s',
  byte_rate: 'bytes/s',
  bytes: 'bytes',
})

function takeState(block: Block, benchmark: string, state: JsonNode): void {
  const axes = itemsOf(member(state, 'axis_values')).map(
    (axis) => [wordsOf(member(axis, 'name')) ?? '', wordsOf(member(axis, 'value')) ?? ''] as const,
  )
  const place = axes.map((pair) => pair.join(' ')).join(', ')
  const under = [benchmark, place].filter((text) => text !== '')
  for (const summary of itemsOf(member(state, 'summaries'))) {
    const name = wordsOf(member(summary, 'name')) ?? wordsOf(member(summary, 'tag')) ?? ''
    const hint = wordsOf(member(summary, 'hint')) ?? ''
    const value = itemsOf(member(summary, 'data')).find(
      (one) => wordsOf(member(one, 'name')) === 'value',
    )
    const node = member(value, 'value')
    const printed = wordsOf(node)
    if (node === undefined || printed === null || name === '') continue
    const tag = wordsOf(member(summary, 'tag'))
    const labels = { ...Object.fromEntries(axes), ...(tag !== null && { tag }) }
    if (!isNumeral(printed)) {
      if (wordsOf(member(value, 'type')) !== 'string') block.unread(node.line - 1, 'no number')
    } else {
      const details = { under, unit: units[hint] ?? null, labels }
      block.figure(node.line - 1, printed, name, 'value', details)
    }
  }
}
