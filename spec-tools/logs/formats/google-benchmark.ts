/** Google Benchmark: its console table, its CSV, and its JSON. */
import { Block, type Details } from './block.ts'
import { csvCells, csvRow } from './csv.ts'
import type { Format } from './format.ts'
import {
  itemsOf,
  jsonBeginning,
  type JsonNode,
  labelsOf,
  member,
  wordsOf,
} from './json-document.ts'
import { isNumeral, numeral, quantityOf } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

const source =
  'google/benchmark src/console_reporter.cc, csv_reporter.cc and json_reporter.cc, 1.2 (2017) to 1.9 (2025)'

export const googleBenchmark: Format = {
  name: 'google-benchmark',
  source,
  read(lines, at) {
    const first = context.test(lines[at]!) ? ruleBelow(lines, at) : at
    const header = first === null ? null : headerAt(lines, first)
    if (first === null || header === null) return null
    const block = new Block()
    let counters = header
    let end = first + 3
    for (; end < lines.length; end++) {
      // Tabular counters print their header again where the counters differ.
      const again = headerAt(lines, end)
      if (again !== null) {
        counters = again
        end += 2
      } else if (!takeRow(block, end, lines[end]!, counters)) break
    }
    return block.empty ? null : block.to(end)
  },
}

/** What the library prints above its table. */
const context = /^Run on \(\d+ X \d+(?:\.\d+)? MHz CPU ?s?\)\s*$/

function ruleBelow(lines: readonly string[], at: number): number | null {
  for (let next = at + 1; next < Math.min(at + 16, lines.length); next++) {
    if (/^-{30,}$/.test(lines[next]!)) return next
  }
  return null
}

/** The names of the counters in the header between two rules; null if there is none. */
function headerAt(lines: readonly string[], at: number): string[] | null {
  const rule = /^-{30,}$/
  if (!rule.test(lines[at]!) || !rule.test(lines[at + 2] ?? '')) return null
  const found = /^Benchmark\s+Time\s+CPU\s+Iterations(?:\s+(\S.*))?$/.exec(lines[at + 1]!.trimEnd())
  if (found === null) return null
  return (found[1] ?? '').split(/\s+/).filter((name) => name !== '' && name !== 'UserCounters...')
}

const time = `(${numeral}) (ns|us|ms|s|%|N\\^?\\d?|NlgN|lgN|\\(1\\)|f\\(N\\))`
const row = new RegExp(`^(\\S.*?)\\s+${time}\\s+${time}(?:\\s+(\\d+)(?:\\s(.*))?)?\\s*$`)
const failed = /^(\S.*?)\s+((?:ERROR OCCURRED|SKIPPED): '.*)$/

function takeRow(block: Block, at: number, line: string, counters: readonly string[]): boolean {
  if (line.length > 4096) return false
  const error = failed.exec(line)
  if (error !== null) {
    block.claim(at, line)
    return true
  }
  const found = row.exec(line)
  if (found === null) return false
  const [, printed, real, realUnit, cpu, cpuUnit, count, rest = ''] = found
  const name = printed!
  const statistic = statisticOf(name, count === undefined)
  const n = /^(?:mean|median|std|cv)$/.test(statistic) ? Number(count) : null
  block.figure(at, real!, `${name} Time`, statistic, { unit: realUnit!, n })
  block.figure(at, cpu!, `${name} CPU`, statistic, { unit: cpuUnit!, n })
  // Of an aggregate the column holds the repetitions that it was taken over.
  if (count !== undefined && n === null) block.figure(at, count, `${name} Iterations`, 'value')
  if (counters.length > 0) takeColumns(block, at, name, statistic, rest, counters, n)
  else takeCounters(block, at, name, statistic, rest, n)
  return true
}

const statistics = dictionary<string>({
  mean: 'mean',
  median: 'median',
  stddev: 'std',
  cv: 'cv',
})

/** `BM_x_mean` is a mean of `BM_x`; a fit of complexity has no count: `BM_x_BigO`, `BM_x_RMS`. */
function statisticOf(name: string, isFit: boolean): string {
  const word = /_(mean|median|stddev|cv|BigO|RMS)$/.exec(name)?.[1] ?? ''
  if (isFit) return word === 'RMS' ? 'fit_rms' : 'big_o'
  return statistics[word] ?? 'value'
}

function takeColumns(
  block: Block,
  at: number,
  name: string,
  statistic: string,
  rest: string,
  counters: readonly string[],
  n: number | null,
): void {
  const cells = rest.trim().split(/\s+/)
  const quantities = counters.map((_, nth) => quantityOf(cells[nth] ?? ''))
  if (!quantities.every((one) => one !== null)) {
    block.unread(at, 'not a number for each counter')
    return
  }
  for (const [nth, { printed, unit }] of quantities.entries()) {
    block.figure(at, printed, `${name} ${counters[nth]!}`, statistic, { unit, n })
  }
  if (/\d/.test(cells.slice(counters.length).join(' '))) block.unread(at, 'a label with a number')
}

/** `bytes_per_second=24.4Gi/s foo=1.2k` and a label, which may be any text. */
function takeCounters(
  block: Block,
  at: number,
  benchmark: string,
  statistic: string,
  behind: string,
  n: number | null,
): void {
  const pair = new RegExp(`(?<=^|\\s)([^\\s=]+)=(${numeral})([A-Za-z%]*(?:/s)?)(?=\\s|$)`, 'g')
  const label = behind.replaceAll(pair, (_, counter: string, printed: string, unit: string) => {
    const details = { unit: unit === '' ? null : unit, n }
    block.figure(at, printed, `${benchmark} ${counter}`, statistic, details)
    return ''
  })
  const rest = label.replace(rates, (_, ...parts: (string | undefined)[]) => {
    for (const [nth, name] of ['bytes_per_second', 'items_per_second'].entries()) {
      const [value, unit] = parts.slice(2 * nth, 2 * nth + 2)
      if (value !== undefined)
        block.figure(at, value, `${benchmark} ${name}`, statistic, { unit: unit!, n })
    }
    return ''
  })
  if (/(?<![\w.])\d/.test(rest)) block.unread(at, 'a label with a number')
}

/** `5.01GB/s   82.1M items/s`, as versions before 1.5 print them. */
const rates = new RegExp(
  `^\\s*(?:(${numeral})([kMGT]?B/s))?\\s*(?:(${numeral})([kMGT]? items/s))?(?=\\s|$)`,
)

export const googleBenchmarkCsv: Format = {
  name: 'google-benchmark-csv',
  source,
  read(lines, at) {
    if (!/^name,.*\btime_unit\b/.test(lines[at]!)) return null
    const header = csvCells(lines[at]!)
    const needed = ['name', 'iterations', 'real_time', 'cpu_time', 'time_unit']
    if (header === null || !needed.every((name) => header.includes(name))) return null
    if (new Set(header).size < header.length) return null
    const block = new Block()
    let end = at + 1
    for (; end < lines.length; end++) {
      const cells = csvRow(lines[end]!, header)
      if (cells === null || cells[0] === '') break
      takeCells(block, end, new Map(header.map((name, nth) => [name, cells[nth]!])))
    }
    return block.empty ? null : block.to(end)
  },
}

const words = new Set(['name', 'time_unit', 'label', 'error_occurred', 'error_message'])
const named = new Map([
  ['real_time', 'Time'],
  ['cpu_time', 'CPU'],
  ['iterations', 'Iterations'],
])

function takeCells(block: Block, at: number, cells: ReadonlyMap<string, string>): void {
  const name = cells.get('name')!
  if (cells.get('error_occurred') === 'true') {
    block.claim(at, `${name}: ${cells.get('error_message') ?? 'error occurred'}`)
    return
  }
  const count = cells.get('iterations')!
  const statistic = statisticOf(name, count === '')
  const n = /^(?:mean|median|std)$/.test(statistic) && /^\d+$/.test(count) ? Number(count) : null
  const label = cells.get('label') ?? ''
  const labels: Record<string, string> = label === '' ? {} : { label }
  for (const [column, printed] of cells) {
    if (words.has(column) || printed === '') continue
    // Of an aggregate the column holds the repetitions that it was taken over.
    if (column === 'iterations' && statistic !== 'value') continue
    const isTime = column === 'real_time' || column === 'cpu_time'
    const of = `${name} ${named.get(column) ?? column}`
    const unit = isTime ? cells.get('time_unit')! || null : null
    const kind = column === 'iterations' ? 'value' : statistic
    if (isNumeral(printed)) block.figure(at, printed, of, kind, { unit, n, labels })
    else block.unread(at, `${column} is no number`)
  }
}

export const googleBenchmarkJson: Format = {
  name: 'google-benchmark-json',
  source,
  read(lines, at) {
    const document = jsonBeginning(lines, at, /^\{"context":\{"/)
    const runs = itemsOf(member(document?.root, 'benchmarks'))
    const isRun = (run: JsonNode) => wordsOf(member(run, 'name')) !== null
    if (document === null || runs.length === 0 || !runs.every(isRun)) return null
    const block = new Block()
    for (const run of runs) takeRun(block, run)
    return block.to(document.end)
  },
}

/** Numbers that say how a benchmark was run. */
const settings = new Set([
  'family_index',
  'per_family_instance_index',
  'repetitions',
  'repetition_index',
  'threads',
])
const times = new Set(['real_time', 'cpu_time', 'real_coefficient', 'cpu_coefficient'])

function takeRun(block: Block, run: JsonNode): void {
  if (run.kind !== 'object') return
  const name = wordsOf(member(run, 'name'))!
  const isMeasure = (key: string, node: JsonNode) => node.kind === 'number' && !settings.has(key)
  const labels = labelsOf(run, (key, node) => key !== 'name' && !isMeasure(key, node))
  const timeUnit = wordsOf(member(run, 'time_unit'))
  const aggregate = statistics[wordsOf(member(run, 'aggregate_name')) ?? '']
  const repetitions = Number(wordsOf(member(run, 'repetitions')) ?? Number.NaN)
  const error = member(run, 'error_message') ?? member(run, 'skip_message')
  if (error !== undefined) block.claim(error.line - 1, `${name}: ${wordsOf(error) ?? ''}`)
  for (const [key, node] of run.members) {
    if (node.kind !== 'number' || settings.has(key)) continue
    const isCount = key === 'iterations'
    const statistic = isCount ? 'value' : (aggregate ?? 'value')
    const isShare = aggregate === 'cv' || key === 'rms'
    const details: Details = {
      unit: times.has(key) && !isShare ? timeUnit : null,
      n: aggregate === undefined || isCount || !(repetitions > 0) ? null : repetitions,
      labels,
    }
    block.figure(node.line - 1, node.printed, `${name} ${key}`, statistic, details)
  }
}
