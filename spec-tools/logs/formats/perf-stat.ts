/** `perf stat`: counts of events of a command, or their means over several runs (`-r`). */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'

export const perfStat: Format = {
  name: 'perf-stat',
  source:
    'Linux tools/perf/util/stat-display.c and stat-shadow.c (text for people), 3.10 (2013) to 6.12 (2024)',
  read(lines, at) {
    const found = lines[at]!.length > longestLine ? null : title.exec(lines[at]!)
    if (found === null) return null
    const n = found[2] === undefined ? null : Number(found[2])
    const about: About = { command: found[1]!, n, statistic: n === null ? 'value' : 'mean' }
    const block = new Block()
    let end = blanks(lines, at + 1)
    const first = end
    for (; end < lines.length && isOpen(lines[end]!); end++)
      takeEvent(block, end, lines[end]!, about)
    if (end === first) return null
    for (let next = blanks(lines, end); next < lines.length; next = blanks(lines, end)) {
      if (!takeSeconds(block, next, lines[next]!, about)) break
      end = next + 1
    }
    return block.to(end)
  },
}

interface About {
  command: string
  n: number | null
  statistic: 'value' | 'mean'
}

const title =
  /^ ?Performance counter stats for (?:process id |thread id )?'(.+)'(?: \((\d+) runs\))?:\s*$/

function blanks(lines: readonly string[], from: number): number {
  let at = from
  while (at < lines.length && lines[at]!.trim() === '') at++
  return at
}

/** Lines of events stand deep, and are one paragraph. */
function isOpen(line: string): boolean {
  return line.length <= longestLine && /^\s{2,}\S/.test(line) && !/ seconds time elapsed/.test(line)
}

const count = String.raw`\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?`
const noise = String.raw`(?:\s+\(\s*\+-\s*(\d+\.\d+)%\s*\))?`
/** A count with its unit, the event, what is derived from it, its noise, and for how long it ran. */
const event = new RegExp(
  `^\\s+(${count}|<not (?:counted|supported)>)\\s+(?:(msec|nsec|ns|Joules)\\s+)?((?!(?:msec|nsec|ns|Joules)\\s)[A-Za-z][\\w.:/=,@-]*)(?: \\((msec)\\))?` +
    `(?:\\s+#\\s+(\\d+(?:\\.\\d+)?)\\s*(\\S.*?))?${noise}(?:\\s+\\((\\d+\\.\\d+)%\\))?\\s*$`,
)
/** Events that have a unit in every version. */
const measured = /^(?:(?:task|cpu)-clock|duration_time|user_time|system_time|power\/)/
const rates = /^(?:[KMG]?\/sec|GHz)$/
const derived =
  /^(?:CPUs utilized|insn per cycle|stalled cycles per insn|(?:frontend|backend) cycles idle|of all (?:branches|cache refs|(?:L1-[di]cache|LL-cache|[di]TLB cache) (?:hits|accesses)))$/

function takeEvent(block: Block, at: number, line: string, { command, n, statistic }: About): void {
  const found = event.exec(line)
  const [, printed, before, name, behind, ratio, words, spread, running] = found ?? []
  const unit = before ?? behind ?? null
  if (name === undefined || (measured.test(name) && unit === null && printed![0] !== '<')) {
    block.unread(at, 'not a count and its event')
    return
  }
  const details = { unit, n, under: [command] }
  if (printed![0] === '<') block.unread(at, `${name} was not counted`)
  else block.figure(at, printed!, name, statistic, details)
  // The noise of the mean: stddev_stats divides by the root of n.
  if (spread !== undefined) block.figure(at, spread, name, 'stderr', { ...details, unit: '%' })
  if (running !== undefined) {
    block.figure(at, running, `${name} time running`, 'value', { ...details, unit: '%' })
  }
  if (ratio === undefined || words === undefined) return
  const [, percent, what = ''] = /^(%)?\s*(.*)$/.exec(words) ?? []
  if (rates.test(what)) block.figure(at, ratio, name, statistic, { ...details, unit: what })
  else if (derived.test(what)) {
    const of = percent === undefined ? what : `${name} ${what}`
    block.figure(at, ratio, of, statistic, { ...details, unit: percent ?? null })
  } else block.unread(at, `${words} is not known`)
}

const seconds = new RegExp(
  `^\\s+(\\d+(?:\\.\\d+)?)(?: \\+- (\\d+(?:\\.\\d+)?))? seconds (time elapsed|user|sys)${noise}\\s*$`,
)

function takeSeconds(block: Block, at: number, line: string, { command, n, statistic }: About) {
  const found = line.length > longestLine ? null : seconds.exec(line)
  if (found === null) return false
  const [, printed, error, name, spread] = found
  const details = { unit: 'seconds', n, under: [command] }
  block.figure(at, printed!, name!, statistic, details)
  if (error !== undefined) block.figure(at, error, name!, 'stderr', details)
  if (spread !== undefined) block.figure(at, spread, name!, 'stderr', { ...details, unit: '%' })
  return true
}
