/** The result of vLLM's and SGLang's serving benchmarks: a name and a figure a line, below a title. */
import { dictionary } from '../../evidence/dictionary.ts'
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { numeral } from './numerals.ts'

export const servingBenchmark: Format = {
  name: 'serving-benchmark',
  source:
    'vLLM vllm/benchmarks/serve.py and benchmarks/benchmark_serving.py, 0.3 (2024) to 0.11 (2025); SGLang python/sglang/bench_serving.py and bench_offline_throughput.py, 0.2 to 0.5',
  read(lines, at) {
    const title = titled.exec(lines[at]!)?.[1]
    if (title === undefined || !pair.test(lines[at + 1] ?? '')) return null
    const block = new Block()
    const labels: Record<string, string> = {}
    let section: string | null = null
    /** `Per-position acceptance (%):` above a figure for each position. */
    let group: RegExpExecArray | null = null
    let end = at + 1
    for (; end < lines.length; end++) {
      const line = lines[end]!
      const found = pair.exec(line)
      const heading = /^-{3,}\s*(\S[^\n]*?)\s*-{3,}\s*$/.exec(line)?.[1]
      const list = /^([A-Z][^:()]*?)(?: \((%)\))?:\s*$/.exec(line)
      const position = item.exec(line)
      if (heading !== undefined) section = heading
      else if (list !== null && item.test(lines[end + 1] ?? '')) group = list
      else if (position !== null && group !== null) {
        const under = [...(section === null ? [] : [section]), position[1]!]
        block.figure(end, position[2]!, group[1]!, 'value', { under, unit: group[2] ?? null })
      } else if (found === null) break
      else take(block, end, found[1]!, found[2]!, section, labels)
    }
    if (/^={20,}\s*$/.test(lines[end] ?? '')) end++
    return block.to(end)
  },
}

const titled =
  /^={8,} (Serving Benchmark Result|Offline Throughput Benchmark Result|[A-Z][\w ]*Benchmark Result) ={8,}\s*$/
const pair = /^([A-Z#][^:\n]*?):\s+(\S.*?)\s*$/
const item = new RegExp(`^ +(Position \\d+): +(${numeral})\\s*$`)
const figure = new RegExp(`^(${numeral})$`, 'i')
const statistics = dictionary<string>({
  mean: 'mean',
  median: 'median',
  std: 'std',
  max: 'max',
  min: 'min',
})

/** `P99 TTFT (ms):  12651.42`: a statistic, what it is of, and the unit in brackets. */
function take(
  block: Block,
  at: number,
  printed: string,
  value: string,
  section: string | null,
  labels: Record<string, string>,
): void {
  if (!figure.test(value)) {
    if (/^[\w./ -]+$/.test(value)) labels[printed] = value
    else block.unread(at, `${printed} is no number`)
    return
  }
  const [, full, unit] = /^(.*?) \(([^()]+)\)$/.exec(printed) ?? [null, printed, null]
  const isUnit = unit === null || /^(?:%|ms|s|GB|MB|(?:req|tok|token)s?\/s)$/.test(unit!)
  const name = isUnit ? full! : printed
  const word = name.split(' ')[0]!.toLowerCase()
  // Of several figures on one latency the first word says which; `Max request concurrency` is one.
  const statistic = section === null ? undefined : statisticOf(word)
  const under = section === null ? [] : [section]
  block.figure(at, value, name, statistic ?? 'value', {
    under,
    unit: isUnit ? unit! : null,
    labels,
  })
}

function statisticOf(word: string): string | undefined {
  const quantile = /^p(\d{1,2}(?:\.\d+)?)$/.exec(word)
  return quantile === null ? statistics[word] : `p${quantile[1]!}`
}
