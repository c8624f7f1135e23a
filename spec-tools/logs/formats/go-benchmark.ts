/** What `go test -bench` prints: a benchmark a line, with its iterations and a figure for each unit. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { numeral } from './numerals.ts'

export const goBenchmark: Format = {
  name: 'go-benchmark',
  source:
    'Go src/testing/benchmark.go (BenchmarkResult.String) and https://go.dev/design/14313-benchmark-format, 1.4 to 1.25',
  read(lines, at) {
    if (!first.test(lines[at]!) && !isSetting(lines, at)) return null
    const block = new Block()
    const labels: Record<string, string> = {}
    let end = at
    for (; end < lines.length; end++) {
      const line = lines[end]!
      const setting = settings.exec(line)
      const done = finished.exec(line)
      if (setting !== null) labels[setting[1]!] = setting[2]!
      else if (done !== null) {
        if (done[2] !== undefined)
          block.figure(end, done[2], done[1]!, 'value', { unit: 's', labels })
        else block.claim(end, line)
      } else if (!takeRow(block, end, line, labels)) break
    }
    return block.empty ? null : block.to(end)
  },
}

const first = new RegExp(`^Benchmark\\S*\\s+\\d+\\s+${numeral} ns/op(?:\\s|$)`)
const settings = /^(goos|goarch|pkg|cpu): (\S.*?)\s*$/
const finished = new RegExp(`^(?:PASS|FAIL|ok\\s+(\\S+)\\s+(${numeral})s)\\s*$`)

function isSetting(lines: readonly string[], at: number): boolean {
  return /^goos: \w+\s*$/.test(lines[at]!) && /^goarch: \w+\s*$/.test(lines[at + 1] ?? '')
}

const row = /^(Benchmark\S*)\s+(\d+)(\s.*)$/
const figure = new RegExp(`^\\s+(${numeral}) (\\S*[A-Za-z%]\\S*)`)

function takeRow(block: Block, at: number, line: string, labels: Record<string, string>): boolean {
  const found = line.length > longestLine ? null : row.exec(line)
  if (found === null || !first.test(line)) return false
  const [, name, iterations, rest] = found
  block.figure(at, iterations!, `${name!} iterations`, 'value', { labels })
  let left = rest!
  for (let one = figure.exec(left); one !== null; one = figure.exec(left)) {
    block.figure(at, one[1]!, name!, 'value', { unit: one[2]!, labels })
    left = left.slice(one[0].length)
  }
  if (left.trim() !== '') block.unread(at, 'not all of it is figures with their units')
  return true
}
