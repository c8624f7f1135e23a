/**
 * The page that nvidia-smi prints without arguments: a box with a head, a few lines for each GPU, and
 * the processes below. A GPU's cells are read by the words that stand above them in the head.
 */
import { isAbsent } from './blanks.ts'
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { numeral } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

export const nvidiaSmi: Format = {
  name: 'nvidia-smi',
  source:
    'the page that nvidia-smi prints without arguments; https://docs.nvidia.com/deploy/nvidia-smi',
  read(lines, at) {
    const first = pageAt(lines, at)
    if (first === null) return null
    const block = new Block()
    let end = first
    for (let next = first; next < lines.length;) {
      const line = lines[next]!
      if (processesAt(lines, next)) next = takeProcesses(block, lines, next)
      else if (line.startsWith('| GPU  Name')) next = takeDevices(block, lines, next)
      else if (/^[+|]/.test(line)) {
        if (/\d/.test(line) && !/NVIDIA-SMI|Driver Version/.test(line)) {
          block.unread(next, 'a part of the page that is not known')
        }
        next++
      } else if (line.trim() === '' && (lines[next + 1] ?? '').startsWith('+-')) {
        if (banner(lines, next + 1)) break
        next++
      } else break
      end = next
    }
    return block.empty ? null : block.to(end)
  },
}

/** Index of the upper edge of the page, whose date may stand on a line of its own above. */
function pageAt(lines: readonly string[], at: number): number | null {
  if (banner(lines, at)) return at
  const dated = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\s*$/.test(lines[at]!)
  return dated && banner(lines, at + 1) ? at + 1 : null
}

function banner(lines: readonly string[], at: number): boolean {
  return (
    /^\+-{70,}\+\s*$/.test(lines[at] ?? '') &&
    /^\| NVIDIA-SMI \d[\d.]+\s+(?:Driver|KMD) Version: /.test(lines[at + 1] ?? '')
  )
}

interface Found {
  printed: string
  name: string
  statistic: string
  unit: string | null
}

type Reading = { figures: Found[]; labels: Record<string, string> } | null

/** What stands below a cell of the head, by the words of that cell; null if it does not fit. */
const readers = dictionary<(cell: string) => Reading>({
  'Fan Temp Perf Pwr:Usage/Cap': health,
  'Memory-Usage': (cell) => pair(cell, 'Memory-Usage', 'MiB'),
  'GPU-Util Compute M.': (cell) => {
    const found = new RegExp(`^(N/A|\\d+%)\\s+(\\S.*)$`).exec(cell)
    if (found === null) return null
    const figures = found[1] === 'N/A' ? [] : [one(found[1]!.slice(0, -1), 'GPU-Util', '%')]
    return { figures, labels: { 'Compute M.': found[2]! } }
  },
  'Volatile Uncorr. ECC': (cell) => {
    if (isAbsent(cell) || /^(?:Off|ERR!)$/.test(cell)) return silent
    return /^\d+$/.test(cell)
      ? { figures: [one(cell, 'Volatile Uncorr. ECC', null)], labels: {} }
      : null
  },
  'GPU Name Persistence-M': named,
  'GPU Name TCC/WDDM': named,
  'GPU Name Driver-Model': named,
  'Bus-Id Disp.A': (cell) => {
    const bus = /^([\dA-F:.]+)\s+(\S+)$/i.exec(cell)
    return bus === null ? null : { figures: [], labels: { 'Bus-Id': bus[1]!, 'Disp.A': bus[2]! } }
  },
  'MIG M.': () => silent,
  '': (cell) => (cell === '' ? silent : null),
})

const silent = { figures: [], labels: {} }

function one(printed: string, name: string, unit: string | null, statistic = 'value'): Found {
  return { printed, name, statistic, unit }
}

function named(cell: string): Reading {
  const found = /^(\d+|N\/A)\s+(\S.*?)\s+(\S+)$/.exec(cell)
  return found && { figures: [], labels: { GPU: found[1]!, Name: found[2]! } }
}

function health(cell: string): Reading {
  const absent = 'N/A|ERR!|\\[N/A\\]'
  const found = new RegExp(
    `^(${absent}|\\d+%)\\s+(${absent}|\\d+C)\\s+(\\S+)\\s+(\\S+) ?/\\s*(\\S+)$`,
  ).exec(cell)
  if (found === null) return null
  const [, fan, temperature, perf, usage, cap] = found
  const figures = [
    ...(fan!.endsWith('%') ? [one(fan!.slice(0, -1), 'Fan', '%')] : []),
    ...(/\dC$/.test(temperature!) ? [one(temperature!.slice(0, -1), 'Temp', 'C')] : []),
  ]
  for (const [printed, statistic] of [
    [usage!, 'value'],
    [cap!, 'limit'],
  ] as const) {
    const watts = new RegExp(`^(${numeral})W$`).exec(printed)
    if (watts !== null) figures.push(one(watts[1]!, 'Pwr', 'W', statistic))
    else if (!isAbsent(printed) && printed !== 'ERR!') return null
  }
  return { figures, labels: { Perf: perf! } }
}

function pair(cell: string, name: string, unit: string): Reading {
  if (isAbsent(cell)) return silent
  const found = new RegExp(`^(\\d+)${unit} /\\s*(\\d+)${unit}$`).exec(cell)
  if (found === null) return null
  const figures = [one(found[1]!, name, unit), one(found[2]!, name, unit, 'total')]
  return { figures, labels: {} }
}

const cellsOf = (line: string) =>
  line
    .trim()
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
const wordsOf = (cell: string) => cell.replaceAll(/\s+/g, ' ')

/** @returns index of the first line that belongs to no GPU */
function takeDevices(block: Block, lines: readonly string[], at: number): number {
  const head: string[][] = []
  let next = at
  for (; /^\|[^=]/.test(lines[next] ?? ''); next++) head.push(cellsOf(lines[next]!).map(wordsOf))
  if (!(lines[next] ?? '').startsWith('|=')) return next
  next++
  for (let row = 0; next < lines.length; next++) {
    const line = lines[next]!
    if (/^\+[-=]/.test(line)) {
      if (!/^\| +(?:\d+|N\/A) /.test(lines[next + 1] ?? '')) return next + 1
      row = 0
      continue
    }
    if (!line.startsWith('|')) return next
    if (row === 0) {
      takeDevice(block, lines, next, head)
    }
    row++
  }
  return next
}

/** Reads the lines of one GPU, as many as the head has. */
function takeDevice(block: Block, lines: readonly string[], at: number, head: string[][]): void {
  const labels: Record<string, string> = {}
  const found: { at: number; figure: Found }[] = []
  for (const [nth, columns] of head.entries()) {
    const line = lines[at + nth] ?? ''
    if (!line.startsWith('|')) break
    const cells = cellsOf(line)
    const readings = columns.map((column, place) => readers[column]?.(cells[place] ?? '') ?? null)
    if (cells.length !== columns.length || readings.includes(null)) {
      if (/\d/.test(line)) block.unread(at + nth, 'a cell that does not fit the head of the page')
    }
    if (cells.length !== columns.length) continue
    for (const reading of readings) {
      Object.assign(labels, reading?.labels)
      for (const figure of reading?.figures ?? []) found.push({ at: at + nth, figure })
    }
  }
  const under = labels['GPU'] === undefined ? [] : [`GPU ${labels['GPU']}`]
  for (const { at: line, figure } of found) {
    const { printed, name, statistic, unit } = figure
    block.figure(line, printed, name, statistic, { under, unit, labels })
  }
}

function processesAt(lines: readonly string[], at: number): boolean {
  return /^\| Processes:\s+(?:GPU Memory )?\|\s*$/.test(lines[at] ?? '')
}

/** @returns index of the first line after the processes */
function takeProcesses(block: Block, lines: readonly string[], at: number): number {
  const head = []
  let next = at
  for (; /^\|[^=]/.test(lines[next] ?? ''); next++) head.push(cellsOf(lines[next]!).join(' '))
  if (!(lines[next] ?? '').startsWith('|=')) return next
  const columns = columnsOf(wordsOf(head.slice(1).join(' ')))
  for (next++; (lines[next] ?? '').startsWith('|'); next++) {
    const cell = cellsOf(lines[next]!).join(' ')
    if (/^No running .*processes found$/.test(cell) || isAbsent(cell)) continue
    if (columns === null || !takeProcess(block, next, cell, columns)) {
      if (/\d/.test(cell)) block.unread(next, 'a process that does not fit the head')
    }
  }
  return (lines[next] ?? '').startsWith('+-') ? next + 1 : next
}

/** The columns left of the name of the process, and of memory; null for a head that is not known. */
function columnsOf(head: string): string[] | null {
  const known =
    /^((?:GPU|GI|CI|PID|Type)(?: (?:GI|CI|PID|Type|GPU))*) Process name (?:GPU Memory )?(?:ID ID )?Usage$/.exec(
      head,
    )
  return known === null ? null : known[1]!.split(' ')
}

function takeProcess(block: Block, at: number, cell: string, columns: string[]): boolean {
  const words = cell.split(/\s+/)
  const memory = words.at(-1)!
  if (words.length < columns.length + 2) return false
  const labels = Object.fromEntries(columns.map((column, nth) => [column, words[nth]!]))
  const name = words.slice(columns.length, -1).join(' ')
  if (!/^\d+$/.test(labels['GPU'] ?? '') || !/^\d+$/.test(labels['PID'] ?? '')) return false
  if (isAbsent(memory)) return true
  const used = /^(\d+)(MiB)$/.exec(memory)
  if (used === null) return false
  const under = [`GPU ${labels['GPU']!}`, 'Processes', name]
  block.figure(at, used[1]!, 'GPU Memory Usage', 'value', {
    under,
    unit: used[2]!,
    labels: { ...labels, 'Process name': name },
  })
  return true
}
