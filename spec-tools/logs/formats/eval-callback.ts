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
    const [, by, name, type, op, sources, extents] = tensor
    const labels = { op: op!, type: type!, ne: extents!, sources: sources! }
    const facts = factsOf(name!, type!, extents!)
    const block = new Block()
    const sums: { at: number; printed: string }[] = []
    let elided = false
    let end = at + 1
    for (; end < lines.length; end++) {
      const total = sum.exec(lines[end]!)
      if (total !== null) sums.push({ at: end, printed: total[1]! })
      else if (!isDump(lines[end]!)) break
      else {
        elided ||= lines[end]!.includes('...')
        if (/\d|nan|inf/i.test(lines[end]!)) block.unread(end, 'elements of a dump')
      }
    }
    // ggml_debug of 2024 adds up what it prints, and says so for each of the outermost dimension.
    const isWhole = sums.length === 1 && (!elided || by === 'common_debug_cb_eval')
    const n = isWhole ? facts.shape!.reduce((product, extent) => product * extent, 1) : null
    for (const { at: line, printed } of sums) {
      block.figure(line, printed, name!, 'sum', { labels, facts, n })
    }
    return block.to(end)
  },
}

/** `ggml_debug:   norm-0 = (f32)   NORM(inp_embd{2560, 1, 1, 1}, }) = {2560, 1, 1, 1}` */
const header =
  /^\s*(?:([a-z_]+):\s+)?(\S.*?) = \((\w+)\)\s+(\w+)\((.*\{[\d, ]*\}, .*\}?)\) = \{(\d+(?:, \d+)*)\}\s*$/
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

/**
 * The graph's builder ends the names of what a layer computes in `-` and its number. ggml prints the
 * innermost dimension first, and pads to four with ones.
 */
function factsOf(name: string, dtype: string, extents: string): Facts {
  const layer = /-(\d{1,4})(?: \(.*\))?$/.exec(name)?.[1]
  const shape = extents.split(',').map(Number).toReversed()
  while (shape.length > 1 && shape[0] === 1) shape.shift()
  return { dtype, shape, ...(layer === undefined ? {} : { layer: Number(layer) }) }
}
