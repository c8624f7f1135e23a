/** JMH (Java): the table at the end, the result of each benchmark, and its JSON. */
import { Block, type Details } from './block.ts'
import type { Format } from './format.ts'
import {
  itemsOf,
  jsonBeginning,
  type JsonNode,
  labelsOf,
  member,
  wordsOf,
} from './json-document.ts'
import { isNumeral, numeral, quantileName } from './numerals.ts'

const source =
  'openjdk/jmh jmh-core results/format/TextResultFormat.java, JSONResultFormat.java and runner/format/TextReportFormat.java, 1.0 (2014) to 1.37 (2023)'

export const jmh: Format = {
  name: 'jmh',
  source,
  read(lines, at) {
    const line = lines[at]!
    if (line.startsWith('Benchmark')) return readTable(lines, at)
    const benchmark = /^Result "(\S+)":\s*$/.exec(line)?.[1]
    if (benchmark !== undefined) return readResult(lines, at, benchmark)
    const run = iteration.exec(line)
    if (run === null) return null
    const block = new Block()
    const under = [run[1] === undefined ? 'Iteration' : 'Warmup Iteration']
    const labels = { iteration: run[2]! }
    figureOf(block, at, run[3]!, 'score', 'value', { under, unit: run[4]!, labels })
    return block.to(at + 1)
  },
}

const unit = '(?:[\\w.µ#%]+/[\\w.]+|counts|[num]?s|sec|min|hr|B|KB|MB|%|#|---)'
const iteration = new RegExp(`^(# Warmup )?Iteration +(\\d+): (${numeral}) (${unit})\\s*$`)

const mode = '(thrpt|avgt|sample|ss|all)'

/** `Benchmark  (size)  Mode  Cnt  Score  Error  Units`, and the older names of its columns. */
function readTable(lines: readonly string[], at: number) {
  const found =
    /^Benchmark((?:\s+\([^()\s]+\))*)\s+Mode\s+(?:Cnt|Samples)\s+Score\s+(?:Error|Score error)\s+Units\s*$/.exec(
      lines[at]!,
    )
  if (found === null) return null
  const parameters = [...found[1]!.matchAll(/\(([^()]+)\)/g)].map(([, name]) => name!)
  const row = new RegExp(
    `^(\\S+)${'\\s+(\\S+)'.repeat(parameters.length)}\\s+${mode}(?:\\s+(\\d+))?\\s+(?:≈ )?(${numeral}|10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?:\\s+(?:± +)?(${numeral}))?\\s+(${unit})\\s*$`,
    'i',
  )
  const block = new Block()
  let end = at + 1
  for (; end < lines.length && lines[end]!.trim() !== ''; end++) {
    const cells = row.exec(lines[end]!)
    if (cells === null) {
      if (!new RegExp(`\\s${mode}\\s`).test(lines[end]!)) break
      block.unread(end, 'not a benchmark with a score and its unit')
      continue
    }
    const [count, score, error, of] = cells.slice(parameters.length + 3)
    const labels = Object.fromEntries(parameters.map((name, nth) => [name, cells[nth + 2]!]))
    const under = parameters.map((name, nth) => `${name} ${cells[nth + 2]!}`)
    const { name, statistic } = benchmarkOf(cells[1]!)
    const details = {
      under,
      unit: of === '---' ? null : of!,
      n: count === undefined ? null : Number(count),
      labels: { ...labels, mode: cells[parameters.length + 2]! },
    }
    if (!isNumeral(score!)) block.unread(end, 'a score that is only near a power of ten')
    else figureOf(block, end, score!, name, statistic, details)
    // Half the width of the interval of 99.9 % confidence.
    if (error !== undefined) figureOf(block, end, error, name, 'error', details)
  }
  return block.empty ? null : block.to(end)
}

/** Java prints numbers by its locale: `12,345` may be twelve and a bit, and is not read. */
function figureOf(
  block: Block,
  at: number,
  printed: string,
  name: string,
  statistic: string,
  details: Details,
): void {
  if (printed.includes(',')) block.unread(at, 'a comma may be a decimal sign')
  else block.figure(at, printed, name, statistic, details)
}

/** `x·p0.99` is a quantile of the benchmark x, `x:·gc.alloc.rate` a figure beside it. */
function benchmarkOf(printed: string): { name: string; statistic: string } {
  const quantile = /^(.*?)(?::\w+)?[·:]p(\d\.\d+)$/.exec(printed)
  if (quantile === null) return { name: printed, statistic: 'mean' }
  return { name: quantile[1]!, statistic: quantileName(Number(quantile[2])) ?? 'value' }
}

const average = new RegExp(
  `^\\s+(${numeral}) ±\\(([\\d.]+)%\\) (${numeral}) (${unit})(?: \\[(\\w+)\\])?\\s*$`,
)
const range = new RegExp(
  `^\\s+(?:Statistics: )?\\(min, avg, max\\) = \\((${numeral}), (${numeral}), (${numeral})\\), stdev = (${numeral})\\s*$`,
)
const interval = new RegExp(
  `^\\s+(?:Confidence interval|CI) \\(([\\d.]+)%\\): \\[(${numeral}), (${numeral})\\]`,
)

function readResult(lines: readonly string[], at: number, benchmark: string) {
  const block = new Block()
  let of: string | null = null
  let end = at + 1
  for (; end < lines.length; end++) {
    const [mean, spread, bounds] = [average, range, interval].map((form) => form.exec(lines[end]!))
    if (mean) {
      of = mean[4]!
      figureOf(block, end, mean[1]!, benchmark, 'mean', { unit: of })
      figureOf(block, end, mean[3]!, benchmark, 'error', { unit: of })
    } else if (spread) {
      for (const [nth, statistic] of ['min', 'mean', 'max', 'std'].entries())
        figureOf(block, end, spread[nth + 1]!, benchmark, statistic, { unit: of })
    } else if (bounds) {
      figureOf(block, end, bounds[2]!, benchmark, 'ci_low', { unit: of })
      figureOf(block, end, bounds[3]!, benchmark, 'ci_high', { unit: of })
    } else break
  }
  return block.empty ? null : block.to(end)
}

export const jmhJson: Format = {
  name: 'jmh-json',
  source,
  read(lines, at) {
    const document = jsonBeginning(lines, at, /^\[\{"(?:jmhVersion|benchmark)":"/)
    const results = itemsOf(document?.root)
    const isResult = (one: JsonNode) =>
      member(one, 'mode') !== undefined &&
      member(member(one, 'primaryMetric'), 'score') !== undefined
    if (document === null || results.length === 0 || !results.every(isResult)) return null
    const block = new Block()
    for (const result of results) {
      const name = wordsOf(member(result, 'benchmark')) ?? ''
      const labels = { ...labelsOf(result), ...labelsOf(member(result, 'params')) }
      takeMetric(block, name, member(result, 'primaryMetric')!, labels)
      const others = member(result, 'secondaryMetrics')
      if (others?.kind !== 'object') continue
      for (const [key, metric] of others.members)
        takeMetric(block, `${name} ${key}`, metric, labels)
    }
    return block.to(document.end)
  },
}

function takeMetric(
  block: Block,
  name: string,
  metric: JsonNode,
  labels: Record<string, string>,
): void {
  const of = wordsOf(member(metric, 'scoreUnit'))
  const samples = itemsOf(member(metric, 'rawData')).flatMap(itemsOf)
  const n = samples.length === 0 ? null : samples.length
  const add = (node: JsonNode | undefined, statistic: string, count: number | null) => {
    // A NaN is written as a text.
    const printed = wordsOf(node)
    if (node === undefined || printed === null || !isNumeral(printed)) return
    figureOf(block, node.line - 1, printed, name, statistic, { n: count, unit: of, labels })
  }
  add(member(metric, 'score'), 'mean', n)
  add(member(metric, 'scoreError'), 'error', n)
  const bounds = itemsOf(member(metric, 'scoreConfidence'))
  add(bounds[0], 'ci_low', n)
  add(bounds[1], 'ci_high', n)
  const quantiles = member(metric, 'scorePercentiles')
  if (quantiles?.kind === 'object') {
    for (const [key, node] of quantiles.members) {
      const statistic = quantileName(Number(key) / 100)
      if (statistic !== null) add(node, statistic, n)
    }
  }
  for (const sample of samples) add(sample, 'value', null)
}
