/** Metrics in the text formats of Prometheus and OpenMetrics. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, quantileName } from './numerals.ts'

export const prometheus: Format = {
  name: 'prometheus',
  source:
    'Prometheus exposition format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats) and OpenMetrics 1.0',
  read(lines, at) {
    const first = lines[at]!
    if (!comment.test(first) && !(first.includes('{') && sampleOf(first)?.labelled)) return null
    const block = new Block()
    const families = new Set<string>()
    let end = at
    for (; end < lines.length; end++) {
      const line = lines[end]!
      if (line.trim() === '' || line === '# EOF') continue
      if (comment.test(line)) families.add(line.split(' ')[2]!)
      else if (!takeSample(block, end, line, families)) break
    }
    while (end > at && lines[end - 1]!.trim() === '') end--
    return block.empty && families.size === 0 ? null : block.to(end)
  },
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const types = 'counter|gauge|histogram|summary|untyped|unknown|info|stateset|gaugehistogram'
const comment = new RegExp(
  `^# (?:HELP ${name}(?: .*)?|TYPE ${name} (?:${types})|UNIT ${name} \\w+)\\s*$`,
)

const label = `${name}="(?:[^"\\\\]|\\\\.)*"`
const sample = new RegExp(
  `^(${name})(?:\\{((?:${label}(?:,\\s*${label})*,?)?)\\})?\\s+([+-]?(?:\\d[\\d.eE+-]*|\\.\\d[\\deE+-]*|NaN|Inf))(?:\\s+-?\\d+(?:\\.\\d+)?)?( # \\{.*)?\\s*$`,
)

function sampleOf(line: string) {
  const found = line.length > longestLine ? null : sample.exec(line)
  if (found === null || !isNumeral(found[3]!)) return null
  const pairs = (found[2] ?? '').matchAll(new RegExp(`(${name})="((?:[^"\\\\]|\\\\.)*)"`, 'g'))
  const labels = Object.fromEntries([...pairs].map(([, key, text]) => [key!, text!]))
  const labelled = Object.keys(labels).length > 0
  return {
    metric: found[1]!,
    labels,
    labelled,
    printed: found[3]!,
    exemplar: found[4] !== undefined,
  }
}

/** A sample without labels is only known below the type of its family. */
function takeSample(
  block: Block,
  at: number,
  line: string,
  families: ReadonlySet<string>,
): boolean {
  const found = sampleOf(line)
  if (found === null) return false
  const { metric, labels, labelled, printed, exemplar } = found
  const typed = families.has(metric) || families.has(metric.replace(endings, ''))
  if (!typed && !labelled) return false
  // Only summaries may have this label.
  const quantile = quantileName(Number(labels['quantile']))
  const place = Object.entries(labels).filter(([key]) => quantile === null || key !== 'quantile')
  const under = place.length === 0 ? [] : [place.map((pair) => pair.join(' ')).join(', ')]
  block.figure(at, printed, metric, quantile ?? 'value', { under, labels })
  if (exemplar) block.unread(at, 'the exemplar of a sample')
  return true
}

const endings = /_(?:bucket|sum|count|total|created|info|gsum|gcount)$/
