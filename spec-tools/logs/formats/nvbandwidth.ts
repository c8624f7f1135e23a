/** nvbandwidth: a matrix of bandwidths or latencies for each test, and what its cells add up to. */
import { wordsRow } from './blanks.ts'
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { itemsOf, jsonBeginning, type JsonNode, member, wordsOf } from './json-document.ts'
import { isNumeral, numeral } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

export const nvbandwidth: Format = {
  name: 'nvbandwidth',
  source: 'NVIDIA/nvbandwidth output.cpp and README.md: its matrices and sums',
  read(lines, at) {
    if (!begins(lines, at)) return null
    const block = new Block()
    let test: string | null = null
    let end = at
    for (let next = at; next < lines.length; next++) {
      const line = lines[next]!
      const running = /^Running (\w+)\.\s*$/.exec(line)
      if (running !== null) test = running[1]!
      const matrix = matrixAt(lines, next)
      if (matrix !== null) {
        next = takeMatrix(block, lines, matrix, test) - 1
        end = next + 1
      } else if (running !== null || takeSummary(block, line, next) || preamble.test(line)) {
        end = next + 1
      } else if (line.trim() !== '') break
    }
    return block.empty && !lines[at]!.startsWith('nvbandwidth Version: ') ? null : block.to(end)
  },
}

const preamble =
  /^(?:nvbandwidth Version:|Built from Git version:|MPI version:|NOTE: This tool reports|Additional system-specific tuning|CUDA (?:Runtime|Driver) Version:|Driver Version:|Device \d+: |Process +\d+ \(|Waived|(?:WAIVED|RUNNING|PASSED):?)/

function begins(lines: readonly string[], at: number): boolean {
  const line = lines[at]!
  if (line.startsWith('nvbandwidth Version: ')) return true
  if (/^Running \w+\.\s*$/.test(line)) {
    return matrixAt(lines, at + 1) !== null
  }
  return matrixAt(lines, at) !== null || summary.test(line)
}

const summary = new RegExp(
  `^(SUM|MIN|MAX|AVG|COEFFICIENT_OF_VARIATION) (\\w+_(?:ce|sm|tma|multicast)(?:_\\w+)?) (${numeral})\\s*$`,
)
const statistics = dictionary<string>({
  SUM: 'sum',
  MIN: 'min',
  MAX: 'max',
  AVG: 'mean',
  COEFFICIENT_OF_VARIATION: 'cv',
})

function takeSummary(block: Block, line: string, at: number): boolean {
  const found = summary.exec(line)
  if (found === null) return false
  block.figure(at, found[3]!, `${found[1]!} ${found[2]!}`, statistics[found[1]!]!)
  return true
}

interface Matrix {
  title: string
  /** What its cells are, and in which unit: `bandwidth`, `GB/s`. */
  quantity: string
  unit: string
  columns: string[]
  /** Index of the line of its first row. */
  rows: number
}

/** `memcpy CE GPU(row) -> GPU(column) bandwidth (GB/s)` above the numbers of the columns. */
function matrixAt(lines: readonly string[], at: number): Matrix | null {
  const line = lines[at] ?? ''
  const title = /^(\S.*\S) \((GB\/s|ns|us)\)\s*$/.exec(line)
  const quantity = /\b(bandwidth|latency)\b/i.exec(line)?.[1]
  if (title === null || quantity === undefined || !/\b(?:SM|CE|TMA)\b|\(row\)/.test(line))
    return null
  const header = (lines[at + 1] ?? '').trim()
  if (!/^\d+(?:\s+\d+)*$/.test(header)) return null
  const columns = header.split(/\s+/)
  return { title: title[1]!, quantity, unit: title[2]!, columns, rows: at + 2 }
}

/** @returns index of the first line after the rows */
function takeMatrix(
  block: Block,
  lines: readonly string[],
  { title, quantity, unit, columns, rows }: Matrix,
  test: string | null,
): number {
  let at = rows
  for (; at < lines.length && lines[at]!.trim() !== ''; at++) {
    if (!/^\s*\d+\s+(?:\d|N\/A)/.test(lines[at]!)) break
    const cells = wordsRow(lines[at]!, columns.length + 1)
    if (cells === null || !cells.slice(1).every((cell) => cell === 'N/A' || isNumeral(cell))) {
      block.unread(at, 'not a number for each column of the matrix')
      continue
    }
    const [row, ...values] = cells
    for (const [nth, printed] of values.entries()) {
      if (printed === 'N/A') continue
      const labels = { row: row!, column: columns[nth]!, description: title }
      const under = [test ?? title, `row ${row!}`, `column ${columns[nth]!}`]
      block.figure(at, printed, quantity, 'value', { under, unit, labels })
    }
  }
  return at
}

export const nvbandwidthJson: Format = {
  name: 'nvbandwidth-json',
  source: 'NVIDIA/nvbandwidth json_output.cpp, 0.5 to 0.9',
  read(lines, at) {
    const document = jsonBeginning(lines, at, /^\{"nvbandwidth":\{/)
    const tests = itemsOf(member(member(document?.root, 'nvbandwidth'), 'testcases'))
    const isTest = (test: JsonNode) => wordsOf(member(test, 'name')) !== null
    if (document === null || tests.length === 0 || !tests.every(isTest)) return null
    const block = new Block()
    for (const test of tests) takeTest(block, test)
    return block.empty ? null : block.to(document.end)
  },
}

const sums = new Map([
  ['sum', 'sum'],
  ['min', 'min'],
  ['max', 'max'],
  ['average', 'mean'],
  ['avg', 'mean'],
])

/** Matrices hold texts: `[["N/A", "276.1"]]`. */
function takeTest(block: Block, test: JsonNode): void {
  if (test.kind !== 'object') return
  const name = wordsOf(member(test, 'name'))!
  const description = wordsOf(member(test, 'bandwidth_description')) ?? ''
  const [, unit = null] = /\((GB\/s|ns|us)\)\s*$/.exec(description) ?? []
  const quantity = /\b(bandwidth|latency)\b/i.exec(description)?.[1] ?? 'value'
  for (const [row, cells] of itemsOf(member(test, 'bandwidth_matrix')).map(itemsOf).entries()) {
    for (const [column, cell] of cells.entries()) {
      const printed = wordsOf(cell)
      if (printed === null || printed === 'N/A') continue
      if (!isNumeral(printed)) block.unread(cell.line - 1, 'a cell that is no number')
      else {
        const labels = { row: String(row), column: String(column), description }
        const under = [name, `row ${row}`, `column ${column}`]
        block.figure(cell.line - 1, printed, quantity, 'value', { under, unit, labels })
      }
    }
  }
  for (const [key, node] of test.members) {
    const statistic = sums.get(key)
    const printed = wordsOf(node)
    if (statistic === undefined || printed === null || !isNumeral(printed)) continue
    block.figure(node.line - 1, printed, `${name} ${key}`, statistic, { unit })
  }
  const status = member(test, 'status')
  const said = wordsOf(status)
  if (status !== undefined && /^(?:Passed|Error|Failed)/.test(said ?? ''))
    block.claim(status.line - 1, `${name}: ${said!}`)
}
