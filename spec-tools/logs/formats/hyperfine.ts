/** hyperfine: what it prints of each command and in its summary, and its JSON. */
import { Block } from './block.ts'
import type { Format } from './format.ts'
import {
  itemsOf,
  jsonBeginning,
  type JsonNode,
  member,
  numbersOf,
  wordsOf,
} from './json-document.ts'
import { markdownTable } from './markdown.ts'
import { isNumeral, numeral } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

const source =
  'sharkdp/hyperfine src/benchmark/mod.rs, scheduler.rs and export/json.rs, 1.5 (2019) to 1.19 (2025)'

/** `statistical::standard_deviation` divides by n - 1. */
const spread = { ddof: 1 }

export const hyperfine: Format = {
  name: 'hyperfine',
  source,
  read(lines, at) {
    const block = new Block()
    if (summaryTitle.test(lines[at]!)) {
      const end = takeSummary(block, lines, at + 1)
      return block.empty ? null : block.to(end)
    }
    const command = title.exec(lines[at]!)?.[1]
    if (command === undefined || !timed.test(lines[at + 1] ?? '')) return null
    const range = rangeOf(lines[at + 2] ?? '')
    takeTimes(block, at + 1, lines[at + 1]!, command, range?.runs ?? null)
    if (range === null) return block.to(at + 2)
    const { low, high, unit, runs } = range
    block.figure(at + 2, low, command, 'min', { unit, n: runs })
    block.figure(at + 2, high, command, 'max', { unit, n: runs })
    if (runs !== null) block.figure(at + 2, String(runs), `${command} runs`, 'value')
    return block.to(at + 3)
  },
}

const title = /^Benchmark #?\d+: (\S.*?)\s*$/
const quantity = `\\s*(${numeral}) (s|ms|[µμu]s)`
const users = `\\s+\\[User:${quantity}, System:${quantity}\\]`
const timed = new RegExp(
  `^  Time \\((?:mean ± σ|abs ≡)\\):${quantity}(?: ±${quantity})?(?:${users})?\\s*$`,
)
const ranged = new RegExp(
  `^  Range \\(min … max\\):${quantity} …${quantity}(?:\\s+(\\d+) runs)?\\s*$`,
)

function rangeOf(line: string) {
  const found = ranged.exec(line)
  if (found === null || found[2] !== found[4]) return null
  const [, low, unit, high, , runs] = found
  return { low: low!, high: high!, unit: unit!, runs: runs === undefined ? null : Number(runs) }
}

function takeTimes(
  block: Block,
  at: number,
  line: string,
  command: string,
  runs: number | null,
): void {
  const [, mean, unit, std, stdUnit, user, userUnit, system, systemUnit] = timed.exec(line)!
  const single = std === undefined
  const n = single ? 1 : runs
  const statistic = single ? 'value' : 'mean'
  block.figure(at, mean!, command, statistic, { unit: unit!, n })
  if (!single) block.figure(at, std, command, 'std', { unit: stdUnit!, n, facts: spread })
  if (user === undefined) return
  block.figure(at, user, `${command} User`, statistic, { unit: userUnit!, n })
  block.figure(at, system!, `${command} System`, statistic, { unit: systemUnit!, n })
}

const summaryTitle = /^Summary\s*$/
const faster = new RegExp(
  `^\\s+(${numeral}) ± (${numeral}) times (faster|slower) than (\\S.*?)\\s*$`,
)

/** How much faster the first command ran than each of the others. */
function takeSummary(block: Block, lines: readonly string[], at: number): number {
  const first = /^ {2}(\S.*?) ran\s*$/.exec(lines[at] ?? '')?.[1]
  if (first === undefined) return at
  let end = at + 1
  for (; end < lines.length; end++) {
    const found = faster.exec(lines[end]!)
    if (found === null) break
    const [, times, spreadOfTimes, how, other] = found
    const name = `${unquoted(first)} ${how!} than ${unquoted(other!)}`
    block.figure(end, times!, name, 'ratio', { unit: 'times', under: ['Summary'] })
    block.figure(end, spreadOfTimes!, name, 'ratio_std', { unit: 'times', under: ['Summary'] })
  }
  return end
}

function unquoted(command: string): string {
  return /^'(.*)'$/.exec(command)?.[1] ?? command
}

export const hyperfineMd: Format = {
  name: 'hyperfine-md',
  source: 'sharkdp/hyperfine src/export/markdown.rs and markup.rs, 1.5 (2019) to 1.19 (2025)',
  read(lines, at) {
    if (!lines[at]!.startsWith('| Command')) return null
    const units = /^\| Command \| Mean \[(s|ms|µs)\] \| Min \[\1\] \| Max \[\1\] \| Relative \|\s*$/
    const unit = units.exec(lines[at]!.replaceAll(/\s+/g, ' '))?.[1]
    const table = unit === undefined ? null : markdownTable(lines, at)
    if (unit === undefined || table === null) return null
    const block = new Block()
    for (const { at: row, cells } of table.rows) {
      const [command, mean, min, max, relative] = cells.map((cell) =>
        cell.replaceAll('`', '').trim(),
      )
      const [times, ratio] = [mean!, relative!].map((cell) => withSpread.exec(cell))
      if (command === '' || times == null || !isNumeral(min!) || !isNumeral(max!)) {
        block.unread(row, 'not a command with its times')
        continue
      }
      block.figure(row, times[1]!, command!, 'mean', { unit })
      if (times[2] !== undefined)
        block.figure(row, times[2], command!, 'std', { unit, facts: spread })
      block.figure(row, min!, command!, 'min', { unit })
      block.figure(row, max!, command!, 'max', { unit })
      if (ratio == null) continue
      block.figure(row, ratio[1]!, `${command!} Relative`, 'ratio')
      if (ratio[2] !== undefined) block.figure(row, ratio[2], `${command!} Relative`, 'ratio_std')
    }
    for (const broken of table.broken) block.unread(broken, 'not as many cells as columns')
    return block.empty ? null : block.to(table.end)
  },
}

const withSpread = new RegExp(`^(${numeral})(?: ± (${numeral}))?$`)

export const hyperfineJson: Format = {
  name: 'hyperfine-json',
  source,
  read(lines, at) {
    const document = jsonBeginning(lines, at, /^\{"results":\[\{"command":"/)
    const results = itemsOf(member(document?.root, 'results'))
    const isResult = (one: JsonNode) =>
      ['command', 'mean', 'times'].every((key) => member(one, key) !== undefined)
    if (document === null || results.length === 0 || !results.every(isResult)) return null
    const block = new Block()
    for (const result of results) takeResult(block, result)
    return block.to(document.end)
  },
}

const statistics = dictionary<string>({
  mean: 'mean',
  stddev: 'std',
  median: 'median',
  min: 'min',
  max: 'max',
})

/** All times are in seconds. */
function takeResult(block: Block, result: JsonNode): void {
  if (result.kind !== 'object') return
  const command = wordsOf(member(result, 'command')) ?? ''
  const times = numbersOf(member(result, 'times'))
  const n = times.length === 0 ? null : times.length
  const parameters = member(result, 'parameters')
  const labels: Record<string, string> = { command }
  if (parameters?.kind === 'object') {
    for (const [key, node] of parameters.members) labels[key] = wordsOf(node) ?? ''
  }
  for (const [key, node] of result.members) {
    if (node.kind === 'number') {
      const statistic = statistics[key]
      if (statistic === undefined && key !== 'user' && key !== 'system') {
        block.unread(node.line - 1, `${key} is not known`)
        continue
      }
      const name = statistic === undefined ? `${command} ${key}` : command
      const facts = statistic === 'std' ? spread : {}
      const details = { unit: 's', n, labels, facts }
      block.figure(node.line - 1, node.printed, name, statistic ?? 'mean', details)
    } else if (key === 'times' || key === 'memory_usage_byte') {
      const unit = key === 'times' ? 's' : 'bytes'
      for (const [run, item] of numbersOf(node).entries()) {
        const which = { ...labels, run: String(run) }
        block.figure(item.line - 1, item.printed, `${command} ${key}`, 'value', {
          unit,
          labels: which,
        })
      }
    }
  }
}
