/** benchstat: benchmarks of Go before and after, in columns by unit (to 2022) or by file (from 2023). */
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { numeral } from './numerals.ts'

export const benchstat: Format = {
  name: 'benchstat',
  source: 'golang.org/x/perf cmd/benchstat: text output before (2016) and after (2023) its rewrite',
  read(lines, at) {
    const columns = columnsOf(lines, at)
    if (columns === null) return null
    const block = new Block()
    let end = at + columns.lines
    while (end < lines.length && takeRow(block, end, lines[end]!, columns)) end++
    return block.empty ? null : block.to(end)
  },
}

interface Columns {
  /** Lines of the header. */
  lines: number
  sides: string[]
  /** What is measured, as `time/op` and `sec/op`; of the second it is the unit, too. */
  metric: string
  statistic: 'mean' | 'median'
}

const byUnit = /^\s*name\s{2,}old (\S+)\s{2,}new (\S+)\s{2,}delta\s*$/
const byFile = /^\s*│(?:[^│]+│){2,}\s*$/

function columnsOf(lines: readonly string[], at: number): Columns | null {
  const line = lines[at]!
  if (line.length > longestLine) return null
  const before = byUnit.exec(line)
  if (before !== null && before[1] === before[2]) {
    return { lines: 1, sides: ['old', 'new'], metric: before[1]!, statistic: 'mean' }
  }
  const below = lines[at + 1] ?? ''
  if (!byFile.test(line) || !byFile.test(below) || below.length > longestLine) return null
  const sides = cellsOf(line)
  const [metric = '', ...others] = cellsOf(below)
  const alike = others.every((cell) => cell.replace(/\s+vs base$/, '') === metric)
  const related = others.every((cell) => cell.endsWith(' vs base'))
  if (!/^\S+$/.test(metric) || !alike || !related || others.length + 1 !== sides.length) return null
  return { lines: 2, sides, metric, statistic: 'median' }
}

function cellsOf(line: string): string[] {
  return line
    .split('│')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

const footnotes = String.raw`(?: ?[¹²³⁴⁵⁶⁷⁸⁹⁰]+)*`
/** `12.35m ± 1%`, `4.00kB ± 0%`, `1.5 ± ∞ ¹`. */
const value = new RegExp(
  `^\\s+(${numeral})([A-Za-zµ]*(?:/s)?)(?:\\s+±\\s*(?:(\\d+(?:\\.\\d+)?)%|∞))?${footnotes}(?=\\s|$)`,
)
/** `-10.77% (p=0.000 n=10)`, `~ (p=0.529 n=10+9)`, `~ (all equal)`, `-5.50%`. */
const change = new RegExp(
  `^\\s+(?:(~|\\?)|([+-]?\\d+(?:\\.\\d+)?)%)(?:\\s+\\((?:p=(\\d(?:\\.\\d+)?) n=(\\d+)(?:\\+(\\d+))?|all (?:samples are )?equal|no variation|zero variance)\\))?${footnotes}`,
)

function takeRow(block: Block, at: number, line: string, columns: Columns): boolean {
  const found = line.length > longestLine ? null : /^\s*(\S+|\[Geo mean\])(?=\s{2,}\S)/.exec(line)
  if (found === null) return false
  const { sides, metric, statistic } = columns
  const [, benchmark] = found
  const name = `${benchmark!} ${metric}`
  let rest = line.slice(found[0].length)
  const figures: (() => void)[] = []
  const counts: (number | null)[] = []
  for (const [nth, side] of sides.entries()) {
    const one = value.exec(rest)
    if (one === null) return false
    rest = rest.slice(one[0].length)
    const [, printed, scale = '', spread] = one
    // Before the rewrite the whole unit stands at the number, since then only its prefix.
    const unit = statistic === 'mean' ? scale : `${scale}${metric}`
    figures.push(() => {
      const n = counts[nth] ?? null
      const kind = benchmark === 'geomean' || benchmark === '[Geo mean]' ? 'value' : statistic
      block.figure(at, printed!, name, kind, { side, unit: unit === '' ? null : unit, n })
      if (spread !== undefined) block.figure(at, spread, name, 'plus_minus', { side, unit: '%', n })
    })
    if (nth === 0) continue
    const delta = change.exec(rest)
    if (delta === null) return false
    rest = rest.slice(delta[0].length)
    const [, , percent, p, n, others] = delta
    if (n !== undefined) {
      counts[0] ??= Number(n)
      counts[nth] = Number(others ?? n)
    }
    const against = `${side} against ${sides[0]!}`
    figures.push(() => {
      if (percent !== undefined) {
        block.figure(at, percent, name, 'change', { under: [against], unit: '%' })
      }
      if (p !== undefined) block.figure(at, p, name, 'p_value', { under: [against] })
    })
  }
  if (rest.trim() !== '') return false
  for (const add of figures) add()
  return true
}
