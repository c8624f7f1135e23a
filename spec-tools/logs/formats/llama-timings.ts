/** Timings that programs of llama.cpp print at their end, and its server for each request. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { numeral } from './numerals.ts'

export const llamaTimings: Format = {
  name: 'llama-timings',
  source:
    'llama.cpp src/llama-context.cpp (llama_perf_context_print), common/sampling.cpp (common_perf_print), tools/server (print_timings), llama.cpp of 2023 and 2024 (llama_print_timings)',
  read(lines, at) {
    const block = new Block()
    let end = at
    while (end < lines.length && takeLine(block, lines[end]!, end)) end++
    return end === at ? null : block.to(end)
  },
}

/** What may stand before a timing: the function that prints it, and slot and task of a server. */
const printer = '(?:[\\w ]*print(?:_timings?)?\\s*: *(?:id +\\d+ \\| task +-?\\d+ \\| *)?)'
const timing = new RegExp(
  `^\\s*(${printer})?\\s*((?:prompt eval|eval|sample|sampling|samplers|load|total|unaccounted|encode|decode|draft|spec) time)\\s*=\\s*(${numeral}) ms(?: /\\s*(.*))?$`,
  'i',
)
const counted = new RegExp(
  `^(\\d+) (tokens|runs)\\s*(?:\\(\\s*(${numeral}) ms per token,\\s*(${numeral}) tokens per second\\))?\\s*$`,
  'i',
)
const share = new RegExp(
  `^(${numeral}) %\\s*(?:\\(total - sampling - prompt eval - eval\\) / \\(total\\))?\\s*$`,
  'i',
)
const reused = new RegExp(`^\\s*${printer}?\\s*graphs reused\\s*=\\s*(\\d+)\\s*$`)
const drafted = new RegExp(
  `^\\s*${printer}?\\s*draft acceptance(?: rate)?\\s*=\\s*(${numeral}) \\(\\s*(\\d+) accepted /\\s*(\\d+) generated\\)\\s*$`,
)

function takeLine(block: Block, line: string, at: number): boolean {
  if (line.length > longestLine || !/ time|graphs reused|draft acceptance/.test(line)) return false
  const reuse = reused.exec(line)
  if (reuse !== null) {
    block.figure(at, reuse[1]!, 'graphs reused', 'value')
    return true
  }
  const draft = drafted.exec(line)
  if (draft !== null) {
    block.figure(at, draft[1]!, 'draft acceptance', 'value', { n: Number(draft[3]) })
    block.figure(at, draft[2]!, 'draft tokens accepted', 'value')
    block.figure(at, draft[3]!, 'draft tokens generated', 'value')
    return true
  }
  const found = timing.exec(line)
  if (found === null) return false
  const [, by, printed, time, rest] = found
  const name = printed!.toLowerCase()
  const of = rest === undefined ? null : (counted.exec(rest) ?? share.exec(rest))
  // A time and nothing else is too plain to be known by itself.
  if (of === null && (rest !== undefined || by === undefined)) return false
  block.figure(at, time!, name, 'value', { unit: 'ms' })
  if (of === null) return true
  if (of.length === 2) {
    block.figure(at, of[1]!, name, 'value', { unit: '%' })
    return true
  }
  const [, count, what, each, rate] = of
  const n = Number(count)
  block.figure(at, count!, `${name.replace(/ time$/, '')} ${what!}`, 'value')
  if (each === undefined) return true
  block.figure(at, each, name, 'mean', { unit: 'ms per token', n })
  block.figure(at, rate!, name, 'value', { unit: 'tokens per second' })
  return true
}
