/** Benchmarks of Rust's own test harness (`cargo bench` with `#[bench]`): one line a benchmark. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'

export const libtestBench: Format = {
  name: 'libtest-bench',
  source:
    'rust library/test/src/bench.rs (fmt_bench_samples) and formatters/pretty.rs, 1.0 (2015) to 1.90 (2025)',
  read(lines, at) {
    const block = new Block()
    let end = at
    while (end < lines.length && takeLine(block, lines[end]!, end)) end++
    return end === at ? null : block.to(end)
  },
}

/** Whole nanoseconds with thousands to 1.77, with two decimals since. */
const time = String.raw`\d{1,3}(?:,\d{3})*(?:\.\d+)?`
const benchmark = new RegExp(
  `^test (\\S+)\\s+\\.\\.\\. bench:\\s+(${time}) ns/iter \\(\\+/- (${time})\\)(?: = (\\d+) MB/s)?\\s*$`,
)

function takeLine(block: Block, line: string, at: number): boolean {
  const found = line.length > longestLine ? null : benchmark.exec(line)
  if (found === null) return false
  const [, name, median, range, rate] = found
  block.figure(at, median!, name!, 'median', { unit: 'ns/iter' })
  // What it calls a deviation is the largest time less the smallest.
  block.figure(at, range!, name!, 'range', { unit: 'ns/iter' })
  if (rate !== undefined) block.figure(at, rate, `${name!} throughput`, 'value', { unit: 'MB/s' })
  return true
}
