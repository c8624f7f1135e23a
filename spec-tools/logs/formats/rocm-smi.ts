/** rocm-smi of AMD: its page, its lists, its CSV and its JSON. */
import { dictionary } from '../../evidence/dictionary.ts'
import { isAbsent, labelsOf, wordsIn } from './blanks.ts'
import { Block } from './block.ts'
import { csvCells, csvRow } from './csv.ts'
import type { Format } from './format.ts'
import { jsonBeginning, type JsonNode, wordsOf } from './json-document.ts'
import { quantityOf } from './numerals.ts'

const source = 'ROCm/rocm_smi_lib python_smi_tools/rocm_smi.py, ROCm 3.x (2020) to 7.x (2026)'

export const rocmSmi: Format = {
  name: 'rocm-smi',
  source,
  read(lines, at) {
    const line = lines[at]!
    if (!title.test(line) && !listed.test(line)) return null
    const block = new Block()
    let end = at
    for (let next = at; next < lines.length; next++) {
      const found = listed.exec(lines[next]!)
      const page = pageAt(lines, next)
      if (page !== null) {
        next = takePage(block, lines, page) - 1
        end = next + 1
      } else if (found !== null) {
        takeNamed(block, next, `GPU ${found[1]!}`, found[2]!, found[3]!)
        end = next + 1
      } else if (frame.test(lines[next]!)) end = next + 1
      else if (lines[next]!.trim() !== '') break
    }
    return block.to(Math.max(end, at + 1))
  },
}

const title = /^={3,} *ROCm System Management Interface *={3,}\s*$/
/** Rules and the titles in them: `====== Concise Info ======`, `=== End of ROCm SMI Log ===`. */
const frame = /^={3,}(?:[^=]*={3,})?\s*$/
const listed = /^GPU\[(\d+)\]\s*: (.*?)\s*: (\S.*?)\s*$/

interface Column {
  name: string
  from: number
}

/** `GPU  Temp   AvgPwr …` above a rule, or with a second line of what the columns are about. */
function pageAt(lines: readonly string[], at: number): { columns: Column[]; rows: number } | null {
  const line = lines[at] ?? ''
  if (!/^(?:GPU|Device)\s+\S/.test(line) || !/\bSCLK\b/.test(line)) return null
  const columns = wordsIn(line).map(({ text, from }) => ({ name: text, from }))
  if (new Set(columns.map(({ name }) => name)).size < columns.length) return null
  const rows = /^\s+[([]/.test(lines[at + 1] ?? '') ? at + 2 : at + 1
  return { columns, rows: frame.test(lines[rows] ?? '') ? rows + 1 : rows }
}

/** Cells stand below the beginnings of their names; the units are at the figures. */
function takePage(
  block: Block,
  lines: readonly string[],
  { columns, rows }: { columns: Column[]; rows: number },
): number {
  let at = rows
  for (; at < lines.length && /^\d+\s/.test(lines[at]!); at++) {
    const cells = cellsBelow(lines[at]!, columns)
    if (cells === null) {
      block.unread(at, 'not a cell below each column')
      continue
    }
    const names = columns.map(({ name }) => name)
    const labels = labelsOf(
      names,
      cells,
      (name, nth) => told.has(name) || quantityOf(cells[nth]!) === null,
    )
    for (const [nth, name] of names.entries()) {
      const quantity = told.has(name) ? null : quantityOf(cells[nth]!)
      if (quantity === null || quantity.unit === null || !pageUnits.test(quantity.unit)) continue
      const unit = quantity.unit === 'c' ? 'C' : quantity.unit
      const details = { under: [`GPU ${cells[0]!}`], unit, labels }
      block.figure(at, quantity.printed, name, 'value', details)
    }
  }
  return at
}

const told = new Set(['GPU', 'Device', 'Node', 'IDs', 'Perf', 'Partitions', 'DID', 'GUID'])
const pageUnits = /^(?:°?[cC]|W|[MG]hz|%)$/i

function cellsBelow(line: string, columns: readonly Column[]): string[] | null {
  const fits = columns.every(({ from }) => from === 0 || /\s/.test(line[from - 1] ?? ' '))
  const cells = columns.map(({ from }, nth) => line.slice(from, columns[nth + 1]?.from).trim())
  return fits && cells.every((cell) => cell !== '') ? cells : null
}

const units = dictionary<string>({
  C: 'C',
  W: 'W',
  '%': '%',
  B: 'bytes',
  MB: 'MB',
  MHz: 'MHz',
  mV: 'mV',
  V: 'V',
  uJ: 'uJ',
})
/** Numbers that name or number something. */
const identifier =
  /\b(?:ID|GUID|Node|Serial|Bus|version|level|count|number|revision|vendor|model|series|SKU)\b/i

/** `Temperature (Sensor edge) (C)` and what stands behind it; only a name that states its unit is read. */
function takeNamed(block: Block, at: number, gpu: string, printed: string, value: string): void {
  const [, name, inBrackets] = /^(.*\S) \(([^()]+)\)$/.exec(printed) ?? [null, printed, '']
  const unit = units[inBrackets!]
  const share = /^(.*\S)\((VRAM)?%\)$/.exec(printed)
  const quantity = quantityOf(value.replace(/^\((.*)\)$/, '$1'))
  if (quantity === null) {
    if (/^\d/.test(value) && !isAbsent(value)) block.unread(at, `${printed} holds no number`)
    return
  }
  const clock = /^\(?\d+(?:\.\d+)?[MG]hz\)?$/i.test(value)
  if (unit !== undefined && quantity.unit === null) {
    block.figure(at, quantity.printed, name!, 'value', { under: [gpu], unit })
  } else if (inBrackets!.endsWith('%') || share !== null) {
    block.figure(at, quantity.printed, printed, 'value', { under: [gpu], unit: '%' })
  } else if (clock) {
    block.figure(at, quantity.printed, printed, 'value', { under: [gpu], unit: quantity.unit })
  } else if (!identifier.test(printed)) block.unread(at, `${printed} states no unit`)
}

export const rocmSmiCsv: Format = {
  name: 'rocm-smi-csv',
  source,
  read(lines, at) {
    if (!lines[at]!.startsWith('device,')) return null
    const header = csvCells(lines[at]!)
    if (header === null || new Set(header).size < header.length) return null
    const known = header.filter((name) => /\((?:C|W|%|B|MHz)\)$|\(VRAM%\)$/.test(name))
    if (known.length === 0 || !/^card\d+,/.test(lines[at + 1] ?? '')) return null
    const block = new Block()
    let end = at + 1
    for (; end < lines.length && /^(?:card\d+|system),/.test(lines[end]!); end++) {
      const cells = csvRow(lines[end]!, header)
      if (cells === null) {
        block.unread(end, 'not as many cells as columns')
        continue
      }
      const gpu = cells[0]!.replace('card', 'GPU ')
      for (const [nth, name] of header.entries()) {
        if (nth > 0 && cells[nth] !== '') takeNamed(block, end, gpu, name, cells[nth]!)
      }
    }
    return block.to(end)
  },
}

export const rocmSmiJson: Format = {
  name: 'rocm-smi-json',
  source,
  read(lines, at) {
    const document = jsonBeginning(lines, at, /^\{"(?:card\d+|system)":\{"/)
    if (document === null || document.root.kind !== 'object') return null
    const cards = [...document.root.members]
    const isCard = ([key, node]: readonly [string, JsonNode]) =>
      /^(?:card\d+|system)$/.test(key) && node.kind === 'object'
    if (!cards.every(isCard)) return null
    const block = new Block()
    for (const [key, card] of cards) {
      if (card.kind !== 'object' || key === 'system') continue
      for (const [name, node] of card.members) {
        const value = wordsOf(node)
        if (value === null) continue
        takeNamed(block, node.line - 1, key.replace('card', 'GPU '), name, value)
      }
    }
    return block.measured ? block.to(document.end) : null
  },
}
