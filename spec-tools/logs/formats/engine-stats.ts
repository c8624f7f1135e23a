/** What inference engines log of themselves while they run, and vLLM's offline benchmarks at their end. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, numeral } from './numerals.ts'

export const engineStats: Format = {
  name: 'engine-stats',
  source:
    'vLLM vllm/v1/metrics/loggers.py, vllm/engine/metrics.py, vllm/v1/spec_decode/metrics.py, vllm/benchmarks/throughput.py and latency.py, 0.3 (2024) to 0.11 (2025); SGLang srt/managers/scheduler_metrics_mixin.py, 0.3 to 0.5',
  read(lines, at) {
    const line = lines[at]!
    if (line.length > longestLine) return null
    const block = new Block()
    const batch = /^(Prefill|Decode) batch(?: \[\d+\])?[.,] (#.*)$/.exec(line)
    const engine = /^(?:(Engine \d+): )?(Avg prompt throughput: .*)$/.exec(line)
    const drafts = /^(SpecDecoding metrics): (Mean acceptance length: .*)$/.exec(line)
    const offline = offlineLine(lines, at)
    if (engine !== null) takeParts(block, at, engine[2]!, engine[1] ?? null)
    else if (drafts !== null) takeParts(block, at, drafts[2]!, drafts[1]!)
    else if (batch !== null) takeParts(block, at, batch[2]!, `${batch[1]!} batch`)
    else if (offline !== null) takeParts(block, at, offline, null)
    return block.empty ? null : block.to(at + 1)
  },
}

const throughput = new RegExp(`^Throughput: ${numeral} requests/s, ${numeral} (?:total )?tokens/s`)
const latency = new RegExp(`^(?:Avg latency|\\d+% percentile latency): ${numeral} seconds$`)

/** A line of vLLM's throughput or latency benchmark, as `name: figure unit` parts. */
function offlineLine(lines: readonly string[], at: number): string | null {
  const line = lines[at]!.trimEnd()
  if (throughput.test(line)) return line
  if (!latency.test(line)) return null
  // One alone is too plain to be known by itself.
  const isPart = [lines[at - 1], lines[at + 1]].some((near) => latency.test((near ?? '').trimEnd()))
  return isPart ? line : null
}

const part = new RegExp(
  `^(#?[A-Za-z]\\S*(?: \\S+)*?|\\d+% percentile latency)(?: \\((\\w+/s)\\))?: (${numeral}) ?(\\S.*)?$`,
  'i',
)
const rate = new RegExp(`^(${numeral}) ((?:total |output |prompt )?tokens/s)$`)

const perPosition = 'Per-position acceptance rate'

/** Parts between commas; each must be a name and a figure with at most a unit. */
function takeParts(block: Block, at: number, text: string, under: string | null): void {
  const place = under === null ? [] : [under]
  const parts = text.replace(/[.,]?\s*$/, '').split(/, (?=[#A-Za-z\d])/)
  let name = ''
  let position = 0
  for (const one of parts) {
    const found = part.exec(one)
    const more = rate.exec(one)
    const listed = name === perPosition && isNumeral(one)
    if (listed) position++
    if (listed) {
      block.figure(at, one, name, 'value', { under: [...place, `position ${position}`] })
    } else if (found !== null && (found[4] === undefined || units.test(found[4]))) {
      name = found[1]!
      const quantile = /^(\d+)% percentile (latency)$/.exec(name)
      const isList = name === perPosition
      const isMean = /^(?:avg|mean) /i.test(name)
      block.figure(
        at,
        found[3]!,
        quantile?.[2] ?? name,
        quantile === null ? (isMean ? 'mean' : 'value') : `p${quantile[1]!}`,
        { under: isList ? [...place, 'position 0'] : place, unit: found[2] ?? found[4] ?? null },
      )
    } else if (more !== null && name === 'Throughput') {
      block.figure(at, more[1]!, name, 'value', { under: place, unit: more[2]! })
    } else if (/\d/.test(one)) block.unread(at, `not a name and a figure: ${one.slice(0, 40)}`)
  }
}

const units =
  /^(?:%|tokens(?:\/s)?|reqs?|requests\/s|seconds|s|ms|GB|(?:total |output )?tokens\/s)$/
