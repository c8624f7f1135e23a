/** fio: what its normal output says of each job; what has other forms is told. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, quantileName } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

export const fio: Format = {
  name: 'fio',
  source: 'axboe/fio stat.c (show_thread_status_normal), 2.0 (2011) to 3.38 (2024)',
  read(lines, at) {
    const job = lines[at]!.length > longestLine ? undefined : title.exec(lines[at]!)?.[1]
    if (job === undefined) return null
    const block = new Block()
    block.unread(at, 'how the job ended')
    const state: State = { job, direction: null, quantilesOf: null }
    let end = at + 1
    while (end < lines.length && takeLine(block, end, lines[end]!, state)) end++
    return block.measured ? block.to(end) : null
  },
}

interface State {
  job: string
  /** `read`, `write` or `trim`, of which the lines below are. */
  direction: string | null
  /** What the percentiles below are of. */
  quantilesOf: { name: string; unit: string } | null
}

const title = /^(\S.*): \(groupid=\d+, jobs=\d+\): err= ?\d+: pid=\d+: \S.*$/
const direction = /^ {2}(read|write|trim) ?: (.+)$/
const latency = /^ {4,5}(slat|clat|lat) \((nsec|usec|msec)\): (.+)$/
const heading = /^ {4}(clat|lat|slat) percentiles \((nsec|usec|msec)\):\s*$/
const quantiles = /^ {5}\| (.*)$/
const samples = /^ {3,4}(bw|iops)\s*(?:\(\s*([KMG]?i?B\s*\/s)\s*\))?\s*: (.+)$/
const processor = /^ {2}cpu\s*: (.+)$/
/** Shares of requests by latency, depth and size: buckets, and no single figures. */
const buckets =
  /^ {2}(?:lat \([a-z]+\)|IO depths|bsrange|latency)\s*: |^ {5}(?:submit|complete|issued(?: rwts?)?|latency)\s*: /

function takeLine(block: Block, at: number, line: string, state: State): boolean {
  if (line.length > longestLine) return false
  const rate = direction.exec(line)
  if (rate !== null) {
    state.direction = rate[1]!
    state.quantilesOf = null
    takeRate(block, at, rate[2]!, state)
    return true
  }
  const below = heading.exec(line)
  if (below !== null) {
    state.quantilesOf = { name: below[1]!, unit: below[2]! }
    return state.direction !== null
  }
  const row = quantiles.exec(line)
  if (row !== null) return takeQuantiles(block, at, row[1]!, state)
  const timed = latency.exec(line)
  const sampled = samples.exec(line)
  const own = timed ?? sampled
  if (own !== null) {
    if (state.direction === null) return false
    const [, name, stated, printed] = own
    const unit = stated?.replaceAll(/\s/g, '') ?? null
    if (name === 'bw' && unit === null) block.unread(at, 'no unit')
    else takeStatistics(block, at, `${state.direction} ${name!}`, unit, printed!, state)
    return true
  }
  const cpu = processor.exec(line)
  if (cpu !== null) {
    state.direction = null
    takeProcessor(block, at, cpu[1]!, state)
    return true
  }
  if (!buckets.test(line)) return false
  block.unread(at, 'buckets of a distribution')
  return true
}

const sizes = String.raw`\d+(?:\.\d+)?`
/** `IOPS=81.2k, BW=317MiB/s (333MB/s)(9.30GiB/30001msec)`, with what zoned devices add. */
const now = new RegExp(
  `^IOPS=(${sizes})([kMG]?), BW=(${sizes})([KMG]?i?B/s) \\((${sizes})([kKMG]?i?B/s)\\)\\((${sizes})([KMGT]?i?B)/(\\d+)msec\\)\\s*(?:;.*)?$`,
)
/** `io=9520.3MB, bw=324953KB/s, iops=81238, runt= 30001msec`. */
const before = new RegExp(
  `^io=(${sizes})([KMGT]?i?B), bw=(${sizes})([KMG]?i?B/s), iops=(${sizes})([kMG]?), runt= ?(\\d+)msec\\s*$`,
)

function takeRate(block: Block, at: number, text: string, { job, direction: of }: State): void {
  const figure = (printed: string, name: string, unit: string) =>
    block.figure(at, printed, `${of!} ${name}`, 'value', { unit, under: [job] })
  const found = now.exec(text)
  if (found !== null) {
    const [, iops, scale, bw, bwUnit, other, otherUnit, size, sizeUnit, run] = found
    figure(iops!, 'IOPS', `${scale!}IOPS`)
    figure(bw!, 'BW', bwUnit!)
    figure(other!, 'BW', otherUnit!)
    figure(size!, 'io', sizeUnit!)
    figure(run!, 'run', 'msec')
    return
  }
  const old = before.exec(text)
  if (old === null) return block.unread(at, 'not the rates of a job')
  const [, size, sizeUnit, bw, bwUnit, iops, scale, run] = old
  figure(size!, 'io', sizeUnit!)
  figure(bw!, 'bw', bwUnit!)
  figure(iops!, 'iops', `${scale!}IOPS`)
  figure(run!, 'runt', 'msec')
}

const statistics = dictionary<string>({ min: 'min', max: 'max', avg: 'mean', stdev: 'std' })

function takeStatistics(
  block: Block,
  at: number,
  name: string,
  unit: string | null,
  text: string,
  { job }: State,
): void {
  const pairs = pairsOf(text)
  const known = pairs?.every(([key]) => key === 'per' || key === 'samples' || key in statistics)
  if (pairs === null || !known) return block.unread(at, 'not the statistics of a job')
  const count = pairs.find(([key]) => key === 'samples')?.[1]
  const n = count === undefined ? null : Number(count)
  for (const [key, value] of pairs) {
    const share = /^(.*)%$/.exec(value)?.[1]
    if (key === 'per' && share !== undefined && isNumeral(share)) {
      block.figure(at, share, `${name} per`, 'value', { unit: '%', under: [job] })
    } else if (key === 'samples') {
      block.figure(at, value, `${name} samples`, 'value', { under: [job] })
    } else if (isNumeral(value)) {
      block.figure(at, value, name, statistics[key] ?? 'value', { unit, n, under: [job] })
    } else block.unread(at, `${key}=${value} is no plain number`)
  }
}

/** `min=2, max=812, avg= 4.12`; null for anything else. */
function pairsOf(text: string): [string, string][] | null {
  const pairs = text.split(',').map((part) => /^\s*([a-z]+)=\s*(\S+)\s*$/.exec(part))
  return pairs.every((one) => one !== null) ? pairs.map((one) => [one[1]!, one[2]!]) : null
}

function takeQuantiles(block: Block, at: number, text: string, state: State): boolean {
  const { quantilesOf: of, direction: within, job } = state
  if (of === null || within === null) return false
  const cells = text.split(/,\s*(?=\d|$)/).filter((cell) => cell.trim() !== '')
  const found = cells.map((cell) => /^\s*(\d+\.\d+)th=\[\s*(\d+)\]\s*$/.exec(cell))
  for (const one of found) {
    const statistic = one && quantileName(Number(one[1]) / 100)
    if (one === null || statistic === null) block.unread(at, 'not a percentile')
    else {
      const details = { unit: of.unit, under: [job] }
      block.figure(at, one[2]!, `${within} ${of.name}`, statistic, details)
    }
  }
  return true
}

function takeProcessor(block: Block, at: number, text: string, { job }: State): void {
  for (const [key, value] of pairsOf(text) ?? [['', '']]) {
    const share = /^(.*)%$/.exec(value)?.[1]
    const isShare = (key === 'usr' || key === 'sys') && share !== undefined && isNumeral(share)
    if (isShare) block.figure(at, share, `cpu ${key}`, 'value', { unit: '%', under: [job] })
    else if (/^(?:ctx|majf|minf)$/.test(key) && /^\d+$/.test(value)) {
      block.figure(at, value, `cpu ${key}`, 'value', { under: [job] })
    } else block.unread(at, 'not known of a processor')
  }
}
