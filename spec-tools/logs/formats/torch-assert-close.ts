/** Messages of `torch.testing.assert_close` and of PyTorch's own `assertEqual`. */
import { Block, type Details, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { numeral } from './numerals.ts'

export const torchAssertClose: Format = {
  name: 'torch-assert-close',
  source:
    'PyTorch torch/testing/_comparison.py (make_scalar_mismatch_msg, make_tensor_mismatch_msg), 1.9 to 2.8',
  read(lines, at) {
    const title = titleOf(lines[at]!)
    if (title === null) return null
    const block = new Block()
    block.claim(at, plain(lines[at]!))
    const details = detailsOf(lines, at, title)
    let end = at + 1
    for (let next = at + 1; next < lines.length && next <= at + longest; next++) {
      const line = plain(lines[next]!)
      if (takeLine(block, line, next, details)) end = next + 1
      else if (line !== '' && !line.startsWith('The failure occurred for item ')) break
    }
    // Where the message was cut off, as in the summary of pytest, there is nothing to read.
    return block.measured ? block.to(end) : null
  },
}

/** Most lines of a message. */
const longest = 12
const percent = `(${numeral})%`
const mismatched = new RegExp(`^Mismatched elements: (\\d+) / (\\d+) \\(${percent}\\)$`)
const difference = new RegExp(
  `^(?:(Greatest) )?([Aa]bsolute|[Rr]elative) difference: (${numeral})(?: at (?:index )?(\\(.*?\\)|\\d+))?(?: \\(up to (${numeral}) allowed\\))?!?$`,
  'i',
)
const scalars = new RegExp(`^Expected (${numeral}) but got (${numeral})\\.$`, 'i')

/** A line without what pytest puts before a message. */
function plain(line: string): string {
  if (line.length > longestLine) return ''
  return line.replace(/^E(?: {3,}|$)/, '').trim()
}

/** `Tensor-likes` of `AssertionError: Tensor-likes are not close!`; null for any other line. */
function titleOf(line: string): string | null {
  if (!line.includes(' are not ')) return null
  return (
    /^(?:\w*(?:Error|Exception): )?(\S.*) are not (?:close|equal)!$/.exec(plain(line))?.[1] ?? null
  )
}

function detailsOf(lines: readonly string[], at: number, title: string): Details {
  const message = lines.slice(at + 1, at + longest).map(plain)
  const item = message.map((line) => /^The failure occurred for item (.+)$/.exec(line)?.[1])
  const elements = message.map((line) => mismatched.exec(line)?.[2]).find((n) => n !== undefined)
  return {
    under: [title],
    n: elements === undefined ? null : Number(elements),
    labels: Object.fromEntries(item.flatMap((one) => (one === undefined ? [] : [['item', one]]))),
  }
}

function takeLine(block: Block, line: string, at: number, details: Details): boolean {
  const count = mismatched.exec(line)
  if (count !== null) {
    block.figure(at, count[1]!, 'Mismatched elements', 'value', details)
    block.figure(at, count[3]!, 'Mismatched elements', 'value', { ...details, unit: '%' })
    return true
  }
  const pair = scalars.exec(line)
  if (pair !== null) {
    block.figure(at, pair[1]!, 'scalar', 'value', { ...details, side: 'expected' })
    block.figure(at, pair[2]!, 'scalar', 'value', { ...details, side: 'actual' })
    return true
  }
  const found = difference.exec(line)
  if (found === null) return false
  const [, greatest, kind, value, index, allowed] = found
  const relative = /^r/i.test(kind!)
  const name = `${greatest === undefined ? '' : 'Greatest '}${kind!} difference`
  // Elements within the tolerance are left out before the greatest is looked for.
  const facts = greatest === undefined ? {} : { facts: { filter: 'elements beyond the tolerance' } }
  const labels = { ...details.labels, ...(index === undefined ? {} : { index }) }
  const statistic = relative ? 'max_rel_diff' : 'max_abs_diff'
  block.figure(at, value!, name, statistic, { ...details, ...facts, labels })
  if (allowed !== undefined)
    block.figure(at, allowed, name, relative ? 'rtol' : 'atol', { ...details, labels })
  return true
}
