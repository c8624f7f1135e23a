/** eval-callback of llama.cpp: each tensor of a graph with its operation, some elements and a sum. */
import type { Facts } from '../../evidence/facts.ts'
import { Block, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, numeral } from './numerals.ts'

export const evalCallback: Format = {
  name: 'eval-callback',
  source:
    'llama.cpp examples/eval-callback (ggml_debug, 2024 and 2025) and common/debug.cpp (common_debug_cb_eval, 2026)',
  read(lines, at) {
    const tensor = headerOf(lines[at]!)
    if (tensor === null) return null
    const [, name, type, op, sources, extents] = tensor
    const labels = { op: op!, type: type!, ne: extents!, sources: sources! }
    const facts = factsOf(name!, type!)
    const block = new Block()
    let end = at + 1
    for (; end < lines.length; end++) {
      const total = sum.exec(lines[end]!)
      // Versions up to 2025 add up the elements that they print, not all: no count is stated.
      if (total !== null) block.figure(end, total[1]!, name!, 'sum', { labels, facts })
      else if (!isDump(lines[end]!)) break
      else if (/\d|nan|inf/i.test(lines[end]!)) block.unread(end, 'elements of a dump')
    }
    return block.to(end)
  },
}

/** `ggml_debug:   norm-0 = (f32)   NORM(inp_embd{2560, 1, 1, 1}, }) = {2560, 1, 1, 1}` */
const header =
  /^\s*(?:[a-z_]+:\s+)?(\S.*?) = \((\w+)\)\s+(\w+)\((.*\{\d+(?:, \d+)*\}, .*\}?)\) = \{(\d+(?:, \d+)*)\}\s*$/
const sum = new RegExp(`^\\s*sum = (${numeral})\\s*$`, 'i')

function headerOf(line: string): RegExpExecArray | null {
  return line.length < longestLine && line.includes(') = {') ? header.exec(line) : null
}

/** Brackets, and elements with commas between them, some left out: `[ -0.0191,  0.0262, ...],`. */
function isDump(line: string): boolean {
  if (line.length > longestLine) return false
  const inner = line.trim().replace(/,$/, '').replace(/^\[/, '').replace(/\]$/, '').trim()
  if (inner === '') return /[[\]]/.test(line)
  return inner.split(',').every((part) => part.trim() === '...' || isNumeral(part.trim()))
}

/** The graph's builder ends the names of what a layer computes in `-` and its number. */
function factsOf(name: string, type: string): Facts {
  const layer = /-(\d{1,4})(?: \(.*\))?$/.exec(name)?.[1]
  return { dtype: type.toUpperCase(), ...(layer === undefined ? {} : { layer: Number(layer) }) }
}
