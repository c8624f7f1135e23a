/** `nvidia-smi dmon` and `pmon`: a row for each device or process and sample, below two lines of head. */
import { labelsOf } from './blanks.ts'
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral } from './numerals.ts'

export const nvidiaSmiMonitor: Format = {
  name: 'nvidia-smi-monitor',
  source: 'nvidia-smi dmon and pmon; https://docs.nvidia.com/deploy/nvidia-smi',
  read(lines, at) {
    let columns = headAt(lines, at)
    if (columns === null) return null
    const block = new Block()
    let end = at + 2
    for (; end < lines.length; end++) {
      const head = headAt(lines, end)
      if (head !== null) {
        columns = head
        end++
      } else if (/^\s*(?:\d{8}\s+\d\d:\d\d:\d\d\s+)?\d+\s+\S/.test(lines[end]!)) {
        takeRow(block, end, lines[end]!, columns)
      } else break
    }
    return block.to(end)
  },
}

interface Column {
  name: string
  /** What the second line of the head says: `%`, `MHz`, `Idx`, `name`. */
  unit: string
}

/** `# gpu   sm   mem` above `# Idx    %     %`, and `#Date  Time  gpu …` above it with `-o DT`. */
function headAt(lines: readonly string[], at: number): Column[] | null {
  const names = wordsBehind(lines[at] ?? '')
  const units = wordsBehind(lines[at + 1] ?? '')
  if (names === null || units?.length !== names.length || new Set(names).size < names.length) {
    return null
  }
  const gpu = names.indexOf('gpu')
  return gpu < 0 || units[gpu] !== 'Idx' || names.length < 2
    ? null
    : names.map((name, nth) => ({ name, unit: units[nth]! }))
}

function wordsBehind(line: string): string[] | null {
  return line.startsWith('#') ? line.slice(1).trim().split(/\s+/) : null
}

/** Columns that say when, and of which device or process; the unit tells them. */
const told = new Set(['Idx', '#', 'C/G', 'name', 'YYYYMMDD', 'HH:MM:SS'])
const unitless = new Set(['bool', 'errs'])

function takeRow(block: Block, at: number, line: string, columns: readonly Column[]): void {
  const words = line.trim().split(/\s+/)
  const last = columns.at(-1)!
  // The command of a process, always the last column, may have blanks.
  const cells =
    last.unit === 'name' && words.length > columns.length
      ? [...words.slice(0, columns.length - 1), words.slice(columns.length - 1).join(' ')]
      : words
  if (cells.length !== columns.length) return block.unread(at, 'not as many cells as columns')
  const names = columns.map(({ name }) => name)
  const labels = labelsOf(
    names,
    cells,
    (_, nth) => told.has(columns[nth]!.unit) && cells[nth] !== '-',
  )
  const process = labels['command'] ?? labels['pid']
  const under = [`GPU ${labels['gpu']!}`, ...(process === undefined ? [] : [process])]
  for (const [nth, { name, unit }] of columns.entries()) {
    const cell = cells[nth]!
    if (told.has(unit) || cell === '-') continue
    if (!isNumeral(cell)) block.unread(at, `the column ${name} holds no number`)
    else
      block.figure(at, cell, name, 'value', {
        under,
        labels,
        unit: unitless.has(unit) ? null : unit,
      })
  }
}
