/** llama-perplexity of llama.cpp: perplexity by chunk, and the statistics of `--kl-divergence`. */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, numeral } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

export const llamaPerplexity: Format = {
  name: 'llama-perplexity',
  source:
    'llama.cpp tools/perplexity/perplexity.cpp (perplexity, kl_divergence, winogrande_score), commit 050fc7f (2025); examples/perplexity of 2024',
  read(lines, at) {
    const block = new Block()
    const takers = [takeChunks, takeStatistics, takeLine]
    let end = at
    for (const take of takers) {
      end = take(block, lines, at)
      if (end > at) break
    }
    return end > at ? block.to(end) : null
  },
}

const pair = `(${numeral})(?: (?:±|\\+/-)\\s*(${numeral}))?( ?%)?`

/** Lines that stand by themselves; the index of the line after, or `at` where it is none of them. */
function takeLine(block: Block, lines: readonly string[], at: number): number {
  const line = lines[at]!
  if (line.length > longestLine && !line.startsWith('[')) return at
  const running = estimates.test(line)
  const estimate = final.exec(line)
  const tasks = winogrande.exec(line)
  const pass = perPass.exec(line)
  if (running) {
    for (const [, chunk, value] of line.matchAll(/\[(\d+)\]([^,]+),/g)) {
      block.figure(at, value!, 'PPL', 'value', { under: [`chunk ${chunk!}`] })
    }
  } else if (estimate !== null) {
    block.figure(at, estimate[1]!, 'PPL', 'mean', { under: ['Final estimate'] })
    block.figure(at, estimate[2]!, 'PPL', 'stderr', { under: ['Final estimate'] })
  } else if (tasks !== null) {
    const n = Number(tasks[1])
    block.figure(at, tasks[2]!, 'Final Winogrande score', 'mean', { n })
    block.figure(at, tasks[3]!, 'Final Winogrande score', 'stderr', { n })
  } else if (pass !== null) {
    block.figure(at, pass[1]!, 'time of a pass', 'value', { unit: 'seconds' })
    if (pass[2] !== undefined) block.figure(at, pass[2], 'ETA', 'value', { unit: 'hours' })
    block.figure(at, pass[3]!, 'ETA', 'value', { unit: 'minutes' })
  } else return at
  return at + 1
}

const estimates = new RegExp(`^(?:\\[\\d+\\]${numeral},){2,}\\s*$`, 'i')
const final = new RegExp(
  `^Final estimate: PPL(?: over \\d+ chunks for n_ctx=\\d+)? = (${numeral}) \\+/- (${numeral})\\s*$`,
  'i',
)
const winogrande = new RegExp(
  `^Final Winogrande score\\((\\d+) tasks\\): (${numeral}) \\+/- (${numeral})\\s*$`,
  'i',
)
const perPass = new RegExp(
  `^(?:perplexity|kl_divergence): (${numeral}) seconds per pass - ETA (?:(\\d+) hours )?(${numeral}) minutes\\s*$`,
)

/** The table of chunks, whose columns are running averages over all chunks so far. */
function takeChunks(block: Block, lines: readonly string[], at: number): number {
  if (
    lines[at]!.length > longestLine ||
    !/^chunk\s{2,}PPL\s.*ln\(PPL\(Q\)\/PPL\(base\)\)/.test(lines[at]!)
  )
    return at
  const names = lines[at]!.trim().split(/\s{2,}/)
  let end = at + 1
  for (; end < lines.length && /^\s*\d+\s/.test(lines[end]!); end++) {
    const cells = cellsOf(lines[end]!)
    const chunk = cells?.shift()?.[1]
    if (cells === null || chunk === undefined || cells.length !== names.length - 1) {
      block.unread(end, 'not one figure, or figure and uncertainty, for each column')
      continue
    }
    for (const [index, [, value, uncertainty, percent]] of cells.entries()) {
      const details = { under: [`chunk ${chunk}`], unit: percent === undefined ? null : '%' }
      const name = names[index + 1]!
      block.figure(end, value!, name, uncertainty === undefined ? 'value' : 'mean', details)
      if (uncertainty !== undefined) block.figure(end, uncertainty, name, 'stderr', details)
    }
  }
  return end
}

/** The cells of a row: `0.01511 ±    0.01022`, `4.402 ±  0.511 %`; null if anything else is there. */
function cellsOf(line: string): RegExpExecArray[] | null {
  const cells: RegExpExecArray[] = []
  const cell = new RegExp(`\\s*${pair}(?=\\s|$)`, 'iy')
  const row = line.trimEnd()
  while (cell.lastIndex < row.length) {
    const found = cell.exec(row)
    if (found === null) return null
    cells.push(found)
  }
  return cells
}

const title = /^={5,} ?(Perplexity|KL.divergence|Token probability) statistics(?: =+)?\s*$/i
const statistic = new RegExp(`^\\s*(\\S.*?)\\s*:\\s*${pair}\\s*$`, 'i')

/** A titled list of statistics; a mean has its standard error, not the spread of the values. */
function takeStatistics(block: Block, lines: readonly string[], at: number): number {
  const heading = title.exec(lines[at]!)
  if (heading === null) return at
  const under = [lines[at]!.replaceAll('=', '').trim()]
  let end = at + 1
  for (; end < lines.length; end++) {
    if (lines[end]!.trim() === '' && !statistic.test(lines[end + 1] ?? '')) break
    if (lines[end]!.trim() === '') continue
    if (lines[end]!.length > longestLine) break
    const found = statistic.exec(lines[end]!)
    const known = found === null ? null : statisticOf(found[1]!)
    if (found === null || known === null) {
      if (title.test(lines[end]!) || !/\d/.test(lines[end]!) || !lines[end]!.includes(':')) break
      block.unread(end, 'a statistic that llama-perplexity is not known to print')
      continue
    }
    const [, printed, value, uncertainty, percent] = found
    const details = { under, unit: percent === undefined ? null : '%' }
    const name = printed!.replaceAll(/\s+/g, ' ')
    block.figure(end, value!, name, known, details)
    if (uncertainty !== undefined) block.figure(end, uncertainty, name, 'stderr', details)
  }
  return end
}

/** What the words of a statistic say it is: `Maximum KLD`, `99.9%   KLD`, `KLD_99` of 2024. */
function statisticOf(printed: string): string | null {
  const [first] = printed.split(/\s+/)
  const quantile = /^(\d+(?:\.\d+)?)%$/.exec(first!)?.[1] ?? /^KLD_(\d\d)$/.exec(first!)?.[1]
  if (quantile !== undefined && isNumeral(quantile)) return `p${Number(quantile)}`
  if (/^(?:Cor|Same)\b/.test(printed)) return 'value'
  return words[first!] ?? null
}

const words = dictionary<string>({
  Mean: 'mean',
  Average: 'mean',
  Maximum: 'max',
  Minimum: 'min',
  Median: 'median',
  RMS: 'rms',
})
