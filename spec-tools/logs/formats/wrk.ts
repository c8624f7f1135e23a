/** wrk and wrk2: load on an HTTP server, its latency and rate. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'

export const wrk: Format = {
  name: 'wrk',
  source: 'wg/wrk src/wrk.c, 4.0 (2015) to 4.2 (2021), and giltene/wrk2 src/wrk.c, 4.0 (2019)',
  read(lines, at) {
    if (!title.test(lines[at]!) || !setting.test(lines[at + 1] ?? '')) return null
    const block = new Block()
    block.unread(at, 'how it was run')
    block.unread(at + 1, 'how it was run')
    let end = at + 2
    let part: Part = 'none'
    for (; end < lines.length && lines[end]!.length <= longestLine; end++) {
      const line = lines[end]!
      const next = partOf(line, part)
      if (next !== null) part = next
      else if (!takeLine(block, end, line, part)) break
    }
    return block.to(end)
  },
}

type Part = 'none' | 'threads' | 'distribution' | 'spectrum'

const title = /^Running \d+(?:\.\d+)?[smh] test @ \S+\s*$/
const setting = /^ {2}\d+ threads and \d+ connections\s*$/
const threads = /^ {2}Thread Stats {3}Avg {6}Stdev {5}Max {3}\+\/- Stdev\s*$/
const distribution =
  /^ {2}Latency Distribution(?: \(HdrHistogram - (?:Recorded|Uncorrected) Latency(?: \([^()]*\))?\))?\s*$/
const spectrum = /^ {2}Detailed Percentile spectrum:\s*$/

/** The part that a heading begins; null for another line. */
function partOf(line: string, part: Part): Part | null {
  if (threads.test(line)) return 'threads'
  if (distribution.test(line)) return 'distribution'
  if (spectrum.test(line)) return 'spectrum'
  const open = part === 'distribution' || part === 'spectrum'
  return line.trim() === '' && open ? part : null
}

const ofSpectrum = /^\s*[\d.]+\s+[\d.]+\s+\d+(?:\s+[\d.]+|\s+inf)?\s*$|^\s*(?:Value\s|#\[|-{9})/

const amount = String.raw`(\d+(?:\.\d+)?)`
const time = `${amount}(us|ms|s|m|h)`
const latency = new RegExp(`^ {4}Latency\\s+${time}\\s+${time}\\s+${time}\\s+${amount}%\\s*$`)
const rate = new RegExp(
  `^ {4}Req/Sec\\s+${amount}([kMG]?)\\s+${amount}([kMG]?)\\s+${amount}([kMG]?)\\s+${amount}%\\s*$`,
)
const quantile = new RegExp(`^\\s{0,6}(\\d+(?:\\.\\d+)?)%\\s+${time}\\s*$`)
const total = new RegExp(`^ {2}(\\d+) requests in ${time}, ${amount}([KMGT]?B) read\\s*$`)
const errors = /^ {2}Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)\s*$/
const refused = /^ {2}Non-2xx or 3xx responses: (\d+)\s*$/
const perSecond = new RegExp(`^(Requests|Transfer)/sec:\\s+${amount}([KMGT]?B)?\\s*$`)

function takeLine(block: Block, at: number, line: string, part: Part): boolean {
  const [, ...found] = forms.map((form) => form.exec(line)).find((one) => one !== null) ?? []
  if (part === 'spectrum' && ofSpectrum.test(line)) {
    if (/\d/.test(line)) block.unread(at, 'the spectrum of the latency')
    return true
  }
  if (/^ {2}Thread calibration: /.test(line) && part === 'none') {
    block.unread(at, 'how threads were calibrated')
    return true
  }
  if (part === 'threads' && latency.test(line)) {
    const [avg, avgUnit, std, stdUnit, max, maxUnit, share] = found
    block.figure(at, avg!, 'Latency', 'mean', { unit: avgUnit! })
    block.figure(at, std!, 'Latency', 'std', { unit: stdUnit! })
    block.figure(at, max!, 'Latency', 'max', { unit: maxUnit! })
    block.figure(at, share!, 'Latency within one stdev', 'value', { unit: '%' })
  } else if (part === 'threads' && rate.test(line)) {
    const [avg, avgUnit, std, stdUnit, max, maxUnit, share] = found
    const of = (scale = '') => ({ unit: `${scale}req/s`, under: ['each thread'] })
    block.figure(at, avg!, 'Req/Sec', 'mean', of(avgUnit))
    block.figure(at, std!, 'Req/Sec', 'std', of(stdUnit))
    block.figure(at, max!, 'Req/Sec', 'max', of(maxUnit))
    block.figure(at, share!, 'Req/Sec within one stdev', 'value', { unit: '%' })
  } else if (part === 'distribution' && quantile.test(line)) {
    const [share, printed, unit] = found
    const named = Number(share) === 100 ? 'max' : `p${Number(share)}`
    block.figure(at, printed!, 'Latency', named, { unit: unit! })
  } else if (total.test(line)) {
    const [requests, printed, unit, bytes, bytesUnit] = found
    block.figure(at, requests!, 'requests', 'value')
    block.figure(at, printed!, 'duration', 'value', { unit: unit! })
    block.figure(at, bytes!, 'read', 'value', { unit: bytesUnit! })
  } else if (errors.test(line)) {
    for (const [nth, kind] of ['connect', 'read', 'write', 'timeout'].entries()) {
      block.figure(at, found[nth]!, `Socket errors ${kind}`, 'value')
    }
  } else if (refused.test(line)) {
    block.figure(at, found[0]!, 'Non-2xx or 3xx responses', 'value')
  } else if (perSecond.test(line)) {
    const [what, printed, bytes] = found
    if ((what === 'Transfer') !== (bytes !== undefined)) return false
    block.figure(at, printed!, `${what!}/sec`, 'value', { unit: `${bytes ?? 'requests'}/sec` })
  } else return false
  return true
}

const forms = [latency, rate, quantile, total, errors, refused, perSecond]
