/**
 * Criterion (Rust): the interval of each benchmark, its throughput, and the change since the last run.
 *
 * The three numbers are a confidence interval around the estimate in the middle: `time_low`, `time`,
 * `time_high`; below `change:` the statistics are `time_change_low` and so on.
 */
import { Block } from './block.ts'
import type { Format, FormatBlock } from './format.ts'
import { numeral } from './numerals.ts'

export const criterion: Format = {
  name: 'criterion',
  source:
    'bheisler/criterion.rs src/report.rs (CliReport::measurement_complete) and src/format.rs, 0.2 (2018) to 0.7 (2025); cargo-criterion src/report.rs',
  read(lines, at) {
    const line = lines[at]!
    if (!line.includes('time:') && !line.startsWith('Benchmarking ')) return null
    if (progress.test(line)) return progressBlock(line, at)
    const first = interval.exec(line)
    // A time in percent is a change, and nothing says any more of what.
    if (first === null || first[2] !== 'time' || first[6] === '%') return null
    // A long name stands on a line of its own.
    const name = first[1]!.trim() === '' ? nameAbove(lines, at) : first[1]!.trim()
    if (name === null) return null
    const block = new Block()
    takeInterval(block, at, first, name, 'time')
    return block.to(takeRest(block, lines, at + 1, name))
  },
}

const progress =
  /^Benchmarking \S.*: (?:Warming up for|Collecting \d+ samples|Analyzing)|^Benchmarking \S.*: Analyzing$/

/** What is told while a benchmark runs: an estimate of how long that will be is no measurement. */
function progressBlock(line: string, at: number): FormatBlock {
  const block = new Block()
  if (/\d/.test(line.replace(/^Benchmarking .*?: /, '')))
    block.unread(at, 'an estimate of how long the benchmark will run')
  return block.to(at + 1)
}

const part = `(${numeral})(%| ?[a-zA-Zµμ]+(?:/[a-zA-Zµμ]+)?)`
const interval = new RegExp(
  `^(\\s*|\\S.*?\\s+)(time|thrpt|change): +\\[${part} ${part} ${part}\\](?: \\(p = (${numeral}) [<>] (${numeral})\\))?\\s*$`,
)

/** Each number has a unit of its own: `[999.12 ns 1.0010 µs 1.0032 µs]`. */
function takeInterval(
  block: Block,
  at: number,
  found: RegExpExecArray,
  name: string,
  statistic: string,
): void {
  for (const [nth, end] of ['_low', '', '_high'].entries()) {
    const unit = found[4 + 2 * nth]!.trim()
    block.figure(at, found[3 + 2 * nth]!, name, `${statistic}${end}`, { unit })
  }
}

/** Throughput, change and outliers below the time of a benchmark; where they end. */
function takeRest(block: Block, lines: readonly string[], at: number, name: string): number {
  let changes = ''
  let end = at
  for (; end < lines.length; end++) {
    const line = lines[end]!
    const found = interval.exec(line)
    if (found !== null && found[1]!.trim() === '') {
      const isChange = found[2] === 'change' || changes !== ''
      if (isChange !== (found[6] === '%')) break
      // `change: [...]` beside the time alone is the change of the time.
      const statistic = found[2] === 'change' ? 'time_change' : `${found[2]!}${changes}`
      takeInterval(block, end, found, name, statistic)
      if (found[9] !== undefined) block.figure(end, found[9], name, `${statistic}_p`)
    } else if (/^\s+change:\s*$/.test(line)) changes = '_change'
    else if (!remark.test(line)) {
      if (!takeOutliers(block, lines, end, name)) break
    }
  }
  return end
}

const remark =
  /^\s+(?:Performance has (?:improved|regressed)|No change in performance detected|Change within noise threshold)\.\s*$/

const outliers =
  /^(Found|  \d+ \(\d+\.\d+%\))(?: (\d+) outliers among (\d+) measurements \((\d+(?:\.\d+)?)%\)| (?:high|low) (?:mild|severe))\s*$/

function takeOutliers(block: Block, lines: readonly string[], at: number, name: string): boolean {
  const line = lines[at]!
  const found = outliers.exec(line)
  if (found === null) return false
  if (found[2] !== undefined) {
    block.figure(at, found[2], `${name} outliers`, 'value', { n: Number(found[3]) })
    block.figure(at, found[4]!, `${name} outliers share`, 'value', { unit: '%' })
    return true
  }
  const [, count, share, kind] = /^ {2}(\d+) \((\d+\.\d+)%\) (.*?)\s*$/.exec(line)!
  block.figure(at, count!, `${name} outliers ${kind!}`, 'value')
  block.figure(at, share!, `${name} outliers ${kind!} share`, 'value', { unit: '%' })
  return true
}

/** A name that is too long for the line of its time stands above it; one with blanks was told before. */
function nameAbove(lines: readonly string[], at: number): string | null {
  const name = (lines[at - 1] ?? '').trimEnd()
  const told = () => lines.slice(Math.max(0, at - 12), at - 1).includes(`Benchmarking ${name}`)
  return /^\S{24,}$/.test(name) || (/^\S.{23,}$/.test(name) && told()) ? name : null
}
