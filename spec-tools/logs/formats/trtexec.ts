/** trtexec of TensorRT: performance summary, trace averages, and the profile by layer. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, numeral } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

export const trtexec: Format = {
  name: 'trtexec',
  source:
    'TensorRT samples/common/sampleReporting.cpp (printProlog, printTiming, printEpilog, Profiler::print), commit 052281f (8.4) and the formats of 7.x and 10.x',
  read(lines, at) {
    if (!marks.test(lines[at]!)) return null
    const first = plain(lines[at]!)
    const profile = profileTitle.exec(first)
    if (profile !== null) return readProfile(lines, at, Number(profile[1]))
    const oldSection = sections.test(first) && plain(lines[at + 1] ?? '').startsWith('min: ')
    if (!title.test(first) && !oldSection && !begins(first)) return null
    const block = new Block()
    let section = ''
    let end = at
    for (; end < lines.length; end++) {
      const line = plain(lines[end]!)
      if (sections.test(line)) section = line
      else if (!title.test(line) && !takeLine(block, line, end, section)) break
    }
    return end > at ? block.to(end) : null
  },
}

/** What a block may begin with, so that other lines are passed by at once. */
const marks = /===|ms|queries|variance|&&&&|Host [Ll]atency|Enqueue Time|GPU Compute/

/** A line without the time and the level of TensorRT's logger. */
function plain(line: string): string {
  if (line.length > longestLine) return ''
  return line
    .replace(/^\s*(?:\[\d\d\/[^\]]*\]\s*)?(?:\[[VIWEF]\]\s*)?(?:\[TRT\]\s*)?/, '')
    .trimEnd()
}

const title = /^=== Performance summary ===$/
/** The headings of 7.x, which print a statistic a line. */
const sections = /^(?:Host [Ll]atency|Enqueue Time|GPU Compute)$/
const timed = /^((?:End-to-End Host |H2D |D2H )?Latency|Enqueue Time|GPU Compute Time): (.*)$/
const statistic = new RegExp(
  `(min|max|mean|median|percentile\\((\\d+(?:\\.\\d+)?)%\\)) = (${numeral}) (ms|s)(?:, |$)`,
  'gy',
)
const old = new RegExp(
  `^(min|max|mean|median|percentile): (${numeral}) (ms)(?: at (\\d+)%)?(?: \\(end to end (${numeral}) ms(?: at \\d+%)?\\))?$`,
)
const plainFigure = new RegExp(
  `^(Throughput|throughput|Total Host Walltime|Total GPU Compute Time|walltime|total compute time): (${numeral}) (qps|s|ms)$`,
)
const average = new RegExp(
  `^Average on (\\d+) runs - GPU latency: (${numeral}) ms - Host latency: (${numeral}) ms \\((?:end to end (${numeral}) ms, )?enqueue (${numeral}) ms\\)$`,
)
const queries = new RegExp(
  `^(Warmup completed|Timing trace has) (\\d+) queries over (${numeral}) (ms|s)$`,
)
const unstable = new RegExp(
  `^\\* GPU compute time is unstable, with coefficient of variance = (${numeral})%\\.$`,
)
const verdict = /^&&&& (?:PASSED|FAILED|WAIVED) TensorRT\.\w+/
const silent =
  /^(?:=== Trace details ===|Trace averages of \d+ runs:|Explanations of the performance metrics are printed|\* Throughput may be bound by|If not already in use, --useCudaGraph|Add --noDataTransfers|If not already in use, locking GPU clock|Add --useSpinWait)/

/** Lines that are known wherever they stand. */
function begins(line: string): boolean {
  if (average.test(line) || queries.test(line) || unstable.test(line) || verdict.test(line))
    return true
  const found = timed.exec(line)
  return found !== null && found[2]!.startsWith('min = ')
}

function takeLine(block: Block, line: string, at: number, section: string): boolean {
  const times = timed.exec(line)
  const sole = old.exec(line)
  const plainly = plainFigure.exec(line)
  const runs = average.exec(line)
  const trace = queries.exec(line)
  const spread = unstable.exec(line)
  if (times !== null) takeTimes(block, at, times[1]!, times[2]!)
  else if (sole !== null && section !== '') {
    const name = sole[1] === 'percentile' ? `p${sole[4] ?? ''}` : sole[1]!
    block.figure(at, sole[2]!, section, name, { unit: 'ms' })
    if (sole[5] !== undefined)
      block.figure(at, sole[5], `${section} end to end`, name, { unit: 'ms' })
  } else if (plainly !== null) {
    block.figure(at, plainly[2]!, plainly[1]!, 'value', { unit: plainly[3]! })
  } else if (runs !== null) {
    const details = { unit: 'ms', n: Number(runs[1]) }
    block.figure(at, runs[2]!, 'GPU latency', 'mean', details)
    block.figure(at, runs[3]!, 'Host latency', 'mean', details)
    if (runs[4] !== undefined) block.figure(at, runs[4], 'end to end', 'mean', details)
    block.figure(at, runs[5]!, 'enqueue', 'mean', details)
  } else if (trace !== null) {
    const name = trace[1]!.split(' ').slice(0, -1).join(' ')
    block.figure(at, trace[2]!, `${name} queries`, 'value')
    block.figure(at, trace[3]!, name, 'value', { unit: trace[4]! })
  } else if (spread !== null) {
    block.figure(at, spread[1]!, 'GPU Compute Time', 'cv', { unit: '%' })
  } else if (verdict.test(line)) block.claim(at, line)
  else return silent.test(line.trim())
  return true
}

function takeTimes(block: Block, at: number, name: string, list: string): void {
  let read = 0
  for (const found of list.matchAll(statistic)) {
    read = found.index + found[0].length
    const [, printed, percentile, value, unit] = found
    const known = percentile === undefined ? printed! : `p${percentile}`
    block.figure(at, value!, name, known, { unit: unit! })
  }
  if (read < list.length) block.unread(at, 'not all of it is statistics of a time')
}

const profileTitle = /^=== Profile \((\d+) iterations \) ===$/
/** Each column's head: of versions up to 8.6, and of 10. */
const heads = dictionary<{ of: string; statistic: string; unit: string } | null>({
  Layer: null,
  'Avg. Time (ms)': { of: 'Time', statistic: 'mean', unit: 'ms' },
  'Median Time (ms)': { of: 'Time', statistic: 'median', unit: 'ms' },
  'Time (ms)': { of: 'Time', statistic: 'value', unit: 'ms' },
  'Time %': { of: 'Time', statistic: 'value', unit: '%' },
  'Avg.(ms)': { of: 'Time', statistic: 'mean', unit: 'ms' },
  'Median(ms)': { of: 'Time', statistic: 'median', unit: 'ms' },
  'Time(ms)': { of: 'Time', statistic: 'value', unit: 'ms' },
  'Time(%)': { of: 'Time', statistic: 'value', unit: '%' },
})

function readProfile(lines: readonly string[], at: number, iterations: number) {
  const header = plain(lines[at + 1] ?? '')
    .trim()
    .split(/\s{2,}/)
  const layer = header.indexOf('Layer')
  if (layer < 0 || new Set(header).size < header.length || !header.every((head) => head in heads)) {
    return null
  }
  const block = new Block()
  let end = at + 2
  for (; end < lines.length && plain(lines[end]!).trim() !== ''; end++) {
    const words = plain(lines[end]!).trim().split(/\s+/)
    const behind = header.length - 1 - layer
    const cells = [...words.slice(0, layer), ...words.slice(words.length - behind)]
    const name = words.slice(layer, words.length - behind).join(' ')
    if (name === '' || !cells.every(isNumeral)) {
      if (words[0]?.startsWith('===') || !/\d/.test(lines[end]!)) break
      block.unread(end, 'not a number for each column, and a layer')
      continue
    }
    for (const [index, head] of header.filter((one) => one !== 'Layer').entries()) {
      const { of, statistic: kind, unit } = heads[head]!
      const n = kind === 'value' ? null : iterations
      block.figure(end, cells[index]!, `${name} ${of}`, kind, { under: ['Profile'], unit, n })
    }
  }
  return block.empty ? null : block.to(end)
}
