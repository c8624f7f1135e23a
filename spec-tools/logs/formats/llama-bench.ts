/** llama-bench of llama.cpp: its tables in Markdown and CSV, and its objects in JSON, whole or a line each. */
import { Block, type Details } from './block.ts'
import { csvCells, csvRow } from './csv.ts'
import type { Format } from './format.ts'
import { jsonDocument, type JsonNode, member, wordsOf } from './json-document.ts'
import { interruptedTable, markdownTable } from './markdown.ts'
import { isNumeral, numeral, quantityOf } from './numerals.ts'
import { dictionary, emptyRecord } from '../../evidence/dictionary.ts'

const source =
  'llama.cpp tools/llama-bench/llama-bench.cpp (markdown_printer, csv_printer, json_printer, jsonl_printer), commits 20e30b2 (2025) and 0104b15 (2026)'

/** `stdev_ts` divides by n - 1. */
const spread = { ddof: 1 }

export const llamaBenchMd: Format = {
  name: 'llama-bench-md',
  source,
  read(lines, at) {
    const first = lines[at]!
    if (!first.startsWith('|')) return null
    // A header, or a row that messages of a library keep apart from the rows above.
    const isRow = first.includes(' ± ')
    if (!isRow && !first.includes('t/s')) return null
    const table = isRow ? interruptedTable(lines, at) : markdownTable(lines, at)
    if (table === null) return null
    const column = (name: string) => table.header.indexOf(name)
    const test = column('test')
    const rate = column('t/s')
    if (column('model') < 0 || test < 0 || rate < 0) return null
    const size = column('size')
    const block = new Block()
    for (const row of table.rows) {
      const { cells } = row
      const measured = new RegExp(`^(${numeral}) ± (${numeral})$`, 'i').exec(cells[rate]!)
      if (measured === null || cells[test] === '' || isNumeral(cells[test]!)) {
        block.unread(row.at, 'the columns test and t/s do not hold a test and `mean ± std`')
        continue
      }
      const labels = labelsOf(table.header, cells, (name) => name !== 'test' && name !== 't/s')
      const unit = 't/s'
      block.figure(row.at, measured[1]!, cells[test]!, 'mean', { unit, labels })
      block.figure(row.at, measured[2]!, cells[test]!, 'std', { unit, labels, facts: spread })
      const bytes = size < 0 ? null : quantityOf(cells[size]!)
      if (bytes !== null && bytes.unit !== null) {
        block.figure(row.at, bytes.printed, 'size', 'value', { unit: bytes.unit, labels })
      }
    }
    for (const broken of table.broken) block.unread(broken, 'not as many cells as columns')
    const [blank, build] = lines.slice(table.end, table.end + 2)
    const isFoot = blank === '' && /^build: [\da-z]+ \(\d+\)\s*$/.test(build ?? '')
    return block.empty ? null : block.to(isFoot ? table.end + 2 : table.end)
  },
}

export const llamaBenchCsv: Format = {
  name: 'llama-bench-csv',
  source,
  read(lines, at) {
    if (!lines[at]!.includes('avg_ts')) return null
    const header = csvCells(lines[at]!)
    if (header === null || !header.includes('avg_ts') || !isBench((key) => header.includes(key))) {
      return null
    }
    const block = new Block()
    let end = at + 1
    for (; end < lines.length && lines[end]!.includes(','); end++) {
      const cells = csvRow(lines[end]!, header)
      const row = new Map(header.map((name, index) => [name, cells?.[index] ?? '']))
      const name = testOf((key) => row.get(key) ?? '')
      if (cells === null || name === null) {
        block.unread(end, 'not as many cells as columns, or no counts of tokens')
        continue
      }
      const labels = labelsOf(header, cells, (key) => !(key in measures))
      for (const [key, { statistic, ...details }] of Object.entries(measures)) {
        const cell = row.get(key)
        if (cell === undefined) continue
        if (!isNumeral(cell)) block.unread(end, `the column ${key} holds no number`)
        else block.figure(end, cell, key, statistic, { ...details, under: [name], labels })
      }
    }
    return block.empty ? null : block.to(end)
  },
}

export const llamaBenchJson: Format = {
  name: 'llama-bench-json',
  source,
  read(lines, at) {
    if (!/^\s*[[{]/.test(lines[at]!)) return null
    // `-o json` prints a list over many lines, `-o jsonl` an object a line.
    const head = lines.slice(at, at + 3).join(' ')
    if (!/^\s*(?:\[\s*)?\{\s*"[a-z_]+":/.test(head)) return null
    const document = jsonDocument(lines, at)
    if (document === null) return null
    const { root, end } = document
    const tests = root.kind === 'array' ? root.items : [root]
    if (tests.length === 0 || !tests.every(isTest)) return null
    const block = new Block()
    for (const test of tests) measureTest(block, test)
    return block.empty ? null : block.to(end)
  },
}

/** What the fields of a test measure; all others describe it. */
const measures = dictionary<{ statistic: string; unit: string | null } & Details>({
  model_size: { statistic: 'value', unit: null },
  model_n_params: { statistic: 'value', unit: null },
  avg_ns: { statistic: 'mean', unit: 'ns' },
  stddev_ns: { statistic: 'std', unit: 'ns', facts: spread },
  avg_ts: { statistic: 'mean', unit: 't/s' },
  stddev_ts: { statistic: 'std', unit: 't/s', facts: spread },
})

function isBench(has: (key: string) => boolean): boolean {
  return has('n_prompt') && has('n_gen') && (has('model_type') || has('model_filename'))
}

function isTest(node: JsonNode): boolean {
  const has = (key: string) => member(node, key) !== undefined
  return isBench(has) && (has('avg_ts') || has('avg_ns'))
}

function measureTest(block: Block, test: JsonNode): void {
  if (test.kind !== 'object') return
  const name = testOf((key) => wordsOf(test.members.get(key)) ?? '')
  if (name === null) return block.unread(test.line - 1, 'no counts of tokens')
  const labels = emptyRecord<string>()
  for (const [key, node] of test.members) {
    const words = wordsOf(node)
    if (words !== null && words !== '' && !(key in measures)) labels[key] = words
  }
  const samples = test.members.get('samples_ns') ?? test.members.get('samples_ts')
  const count = samples?.kind === 'array' ? samples.items.length : null
  const under = [name]
  for (const [key, node] of test.members) {
    const measure = measures[key]
    if (measure !== undefined) {
      const { statistic, ...details } = measure
      const n = statistic === 'value' ? null : count
      if (node.kind !== 'number') block.unread(node.line - 1, `${key} holds no number`)
      else
        block.figure(node.line - 1, node.printed, key, statistic, { ...details, under, n, labels })
    } else if (/^samples_(?:ns|ts)$/.test(key) && node.kind === 'array') {
      const unit = key === 'samples_ns' ? 'ns' : 't/s'
      for (const [sample, item] of node.items.entries()) {
        if (item.kind !== 'number') continue
        const which = { ...labels, sample: String(sample) }
        block.figure(item.line - 1, item.printed, key, 'value', { under, unit, labels: which })
      }
    }
  }
}

/** The name of a test as the Markdown printer writes it: `pp512`, `tg128`, `pp512+tg128 @ d512`. */
function testOf(field: (key: string) => string): string | null {
  const prompt = field('n_prompt')
  const generated = field('n_gen')
  if (!/^\d+$/.test(prompt) || !/^\d+$/.test(generated)) return null
  const parts = [
    ...(prompt === '0' && generated !== '0' ? [] : [`pp${prompt}`]),
    ...(generated === '0' ? [] : [`tg${generated}`]),
  ]
  const depth = field('n_depth')
  return parts.join('+') + (/^[1-9]\d*$/.test(depth) ? ` @ d${depth}` : '')
}

function labelsOf(names: string[], cells: string[], isLabel: (name: string) => boolean) {
  const told = names.map((name, index) => [name, cells[index] ?? ''] as const)
  return Object.fromEntries(told.filter(([name, cell]) => cell !== '' && isLabel(name)))
}
