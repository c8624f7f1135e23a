/** The tables of llama-batched-bench of llama.cpp and llama-sweep-bench of ik_llama.cpp. */
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { markdownTable } from './markdown.ts'
import { isNumeral } from './numerals.ts'

export const llamaBatchedBench: Format = {
  name: 'llama-batched-bench',
  source:
    'llama.cpp tools/batched-bench/batched-bench.cpp (2024 to 2026), ik_llama.cpp examples/sweep-bench/sweep-bench.cpp (2025)',
  read(lines, at) {
    if (!/^\|\s*PP\s*\|/.test(lines[at]!)) return null
    const table = markdownTable(lines, at)
    if (table === null) return null
    const { header } = table
    if (!['PP', 'TG', 'N_KV', 'S_PP t/s', 'S_TG t/s'].every((name) => header.includes(name)))
      return null
    const block = new Block()
    for (const { at: row, cells } of table.rows) {
      const told = header.map((name, index) => [name, cells[index]!] as const)
      // `T_PP s` and `S_PP t/s` measure; `PP`, `B` and whatever has no unit describe the row.
      const labels = Object.fromEntries(told.filter(([name]) => !measure.test(name)))
      const under = [
        Object.entries(labels)
          .map((pair) => pair.join(' '))
          .join(', '),
      ]
      for (const [name, cell] of told) {
        const [, of, unit] = measure.exec(name) ?? []
        if (of === undefined) continue
        if (!isNumeral(cell)) block.unread(row, `the column ${name} holds no number`)
        else block.figure(row, cell, of, 'value', { unit: unit!, labels, under })
      }
    }
    for (const line of table.broken) block.unread(line, 'not as many cells as columns')
    return block.empty ? null : block.to(table.end)
  },
}

const measure = /^([TS](?:_PP|_TG)?) (s|t\/s)$/
