/**
 * pytest-benchmark: its tables, and its JSON.
 *
 * What the table sets in brackets is how often the best of a column a figure is, `(1.27)` or
 * `(>1000.0)`; it says nothing that the figures do not say, and is not read.
 */
import { Block } from './block.ts'
import type { Format } from './format.ts'
import {
  itemsOf,
  jsonBeginning,
  type JsonNode,
  labelsOf,
  member,
  wordsOf,
} from './json-document.ts'
import { numeral } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

const source =
  'ionelmc/pytest-benchmark src/pytest_benchmark/table.py and stats.py, 3.0 (2015) to 5.1 (2025)'

/** `statistics.stdev` divides by n - 1. */
const spread = { ddof: 1 }

export const pytestBenchmark: Format = {
  name: 'pytest-benchmark',
  source,
  read(lines, at) {
    const titled = title.exec(lines[at]!)
    const head = titled === null ? at : at + 1
    const table = headerOf(lines[head] ?? '')
    if (table === null || !/^-{20,}\s*$/.test(lines[head + 1] ?? '')) return null
    const block = new Block()
    const group = titled?.[1] ?? titled?.[2]
    let end = head + 2
    for (; end < lines.length && !/^-{20,}\s*$/.test(lines[end]!); end++) {
      if (lines[end]!.trim() === '') break
      takeRow(block, end, lines[end]!, table, group === undefined ? [] : [group])
    }
    if (/^-{20,}\s*$/.test(lines[end] ?? '')) end++
    while (end < lines.length && legend.test(lines[end]!)) end++
    return block.to(end)
  },
}

const title = /^-+ benchmark(?: (?:'([^']*)'|"([^"]*)"))?: \d+ tests? -+\s*$/
const legend =
  /^(?:\s*$|Legend:|  Outliers: 1 Standard Deviation from Mean; 1\.5 IQR|  OPS: Operations Per Second, computed as 1 \/ Mean|\(\*\) Outliers: )/

interface Header {
  unit: string
  columns: { name: string; unit: string | null }[]
  /** What a row of these columns looks like; a group for each figure. */
  row: RegExp
}

const scaled = `(${numeral})(?: \\((?:[\\d.,]+|>1000\\.0|inf)\\))?`
const cells = dictionary<string>({
  Min: scaled,
  Max: scaled,
  Mean: scaled,
  StdDev: scaled,
  Median: scaled,
  IQR: scaled,
  OPS: scaled,
  Outliers: '(\\d+;\\d+)',
  'Outliers(*)': '(\\d+;\\d+)',
  Rounds: '(\\d+)',
  Iterations: '(\\d+)',
})

function headerOf(line: string): Header | null {
  const found =
    /^Name \(time in ((?:[num\u00b5\u03bc]?s))\)((?:\s+[A-Z]\S*(?: \([A-Za-z]+\/s\))?)+)\s*$/.exec(
      line,
    )
  if (found === null) return null
  const columns = [...found[2]!.matchAll(/\s+([A-Z]\S*)(?: \(([A-Za-z]+\/s)\))?/g)].map(
    ([, name, unit]) => ({ name: name!, unit: unit ?? null }),
  )
  const names = columns.map(({ name }) => name)
  if (!names.every((name) => name in cells) || new Set(names).size < names.length) return null
  const row = new RegExp(`^(\\S.*?)\\s+${names.map((name) => cells[name]!).join('\\s+')}\\s*$`)
  return { unit: found[1]!, columns, row }
}

const statistics = dictionary<string>({
  Min: 'min',
  Max: 'max',
  Mean: 'mean',
  StdDev: 'std',
  Median: 'median',
  IQR: 'iqr',
})

function takeRow(
  block: Block,
  at: number,
  line: string,
  { unit, columns, row }: Header,
  under: string[],
): void {
  const found = row.exec(line)
  if (found === null) return block.unread(at, 'not a figure for each column')
  const test = found[1]!
  const rounds = columns.findIndex(({ name }) => name === 'Rounds')
  const n = rounds < 0 ? null : Number(found[rounds + 2])
  for (const [nth, { name, unit: own }] of columns.entries()) {
    const cell = found[nth + 2]!
    const statistic = statistics[name]
    if (statistic !== undefined) {
      const facts = statistic === 'std' ? spread : {}
      block.figure(at, cell, test, statistic, { under, unit, n, facts })
    } else if (name.startsWith('Outliers')) {
      const [byStd, byIqr] = cell.split(';')
      block.figure(at, byStd!, `${test} outliers by StdDev`, 'value', { under })
      block.figure(at, byIqr!, `${test} outliers by IQR`, 'value', { under })
    } else block.figure(at, cell, `${test} ${name}`, 'value', { under, unit: own })
  }
}

export const pytestBenchmarkJson: Format = {
  name: 'pytest-benchmark-json',
  source,
  read(lines, at) {
    const document = jsonBeginning(lines, at, /^\{"machine_info":\{/)
    const benchmarks = itemsOf(member(document?.root, 'benchmarks'))
    const isBenchmark = (one: JsonNode) =>
      member(member(one, 'stats'), 'rounds') !== undefined && member(one, 'fullname') !== undefined
    if (document === null || benchmarks.length === 0 || !benchmarks.every(isBenchmark)) return null
    const block = new Block()
    for (const benchmark of benchmarks) takeBenchmark(block, benchmark)
    return block.to(document.end)
  },
}

const stats = dictionary<{ statistic: string; unit: string | null }>({
  min: { statistic: 'min', unit: 's' },
  max: { statistic: 'max', unit: 's' },
  mean: { statistic: 'mean', unit: 's' },
  stddev: { statistic: 'std', unit: 's' },
  median: { statistic: 'median', unit: 's' },
  iqr: { statistic: 'iqr', unit: 's' },
  q1: { statistic: 'q1', unit: 's' },
  q3: { statistic: 'q3', unit: 's' },
  ld15iqr: { statistic: 'ld15iqr', unit: 's' },
  hd15iqr: { statistic: 'hd15iqr', unit: 's' },
  total: { statistic: 'total', unit: 's' },
})

function takeBenchmark(block: Block, benchmark: JsonNode): void {
  const name = wordsOf(member(benchmark, 'name')) ?? wordsOf(member(benchmark, 'fullname'))!
  const group = wordsOf(member(benchmark, 'group'))
  const under = group === null || group === 'null' ? [] : [group]
  const labels = { ...labelsOf(benchmark), ...labelsOf(member(benchmark, 'params')) }
  const all = member(benchmark, 'stats')
  const rounds = Number(wordsOf(member(all, 'rounds')))
  const n = Number.isSafeInteger(rounds) ? rounds : null
  if (all?.kind !== 'object') return
  for (const [key, node] of all.members) {
    if (node.kind === 'array') {
      for (const item of node.items) {
        if (item.kind === 'number')
          block.figure(item.line - 1, item.printed, `${name} data`, 'value', {
            under,
            unit: 's',
            labels,
          })
      }
    } else if (node.kind === 'number') {
      const known = stats[key]
      const details = { under, labels, unit: known?.unit ?? (key === 'ops' ? 'ops/s' : null) }
      const at = node.line - 1
      if (known === undefined) block.figure(at, node.printed, `${name} ${key}`, 'value', details)
      else {
        const facts = known.statistic === 'std' ? spread : {}
        block.figure(at, node.printed, name, known.statistic, { ...details, n, facts })
      }
    }
  }
  const extra = member(benchmark, 'extra_info')
  if (extra?.kind !== 'object') return
  for (const [key, node] of extra.members) {
    if (node.kind === 'number')
      block.figure(node.line - 1, node.printed, `${name} ${key}`, 'value', { under, labels })
  }
}
