/** Messages of `numpy.testing`: assert_allclose, assert_array_equal, assert_almost_equal, ULP. */
import { Block, type Details, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, numeral } from './numerals.ts'

export const numpyTesting: Format = {
  name: 'numpy-testing',
  source:
    'NumPy numpy/testing/_private/utils.py (build_err_msg, assert_array_compare, assert_allclose, assert_array_max_ulp), 1.16 to 2.3',
  read(lines, at) {
    const title = plain(lines[at]!)
    const known = titles.exec(title)
    if (known === null) return null
    const block = new Block()
    const total = lines
      .slice(at + 1, at + longest)
      .map((line) => mismatched.exec(plain(line))?.[2])
      .find((n) => n !== undefined)
    const details: Details = {
      under: [known[0].replace(/^\w*Error: /, '')],
      n: total === undefined ? null : Number(total),
    }
    block.claim(at, title)
    takeTitle(block, title, at, details)
    let end = at + 1
    for (let next = at + 1; next < lines.length && next <= at + longest; next++) {
      const after = takeLine(block, lines, next, details)
      if (after > next) {
        end = after
        next = after - 1
      } else if (titles.test(plain(lines[next]!)) || end > at + 1) {
        break
      }
    }
    for (let next = at + 1; next < end; next++) tellMessage(block, lines[next]!, next)
    return end > at + 1 || block.measured ? block.to(end) : null
  },
}

/** Most lines between the title of a message and its statistics: the test's own words. */
const longest = 40
const titles =
  /^(?:\w*Error: )?(?:Not equal to tolerance rtol=\S+, atol=\S+|Arrays are not (?:equal|almost equal to \d+ decimals|almost equal up to \S+ ULP|less-ordered|strictly ordered `x <=? y`)|(?:Items|Arrays) are not equal to \d+ (?:significant digits|decimals)|X and Y are not equal to \S+ ULP)/
const mismatched = new RegExp(`^Mismatched elements: (\\d+) / (\\d+) \\((${numeral})%\\)$`)
const greatest = new RegExp(
  `^Max (absolute|relative) difference(?: among violations)?: (${numeral})$`,
  'i',
)
const share = new RegExp(`^\\(mismatch (${numeral})%\\)$`)
const ulp = new RegExp(`\\((?:max difference is|max is) (${numeral})(?: ULP)?\\)`)
const operand = /^\s*(x|y|ACTUAL|DESIRED): (.*)$/
const element = new RegExp(
  `^\\s*\\[(\\d+(?:, \\d+)*)\\]: (${numeral}) \\((?:ACTUAL|x)\\), (${numeral}) \\((?:DESIRED|y)\\)$`,
  'i',
)
const silent =
  /^(?:x and y \S+ location mismatch:|\(shapes .* mismatch\)|\(dtypes .* mismatch\)|(?:First \d+ mismatches are at|Mismatch at) (?:indices|index):)$/

/** A line without what pytest puts before a message. */
function plain(line: string): string {
  if (line.length > longestLine) return ''
  return line.replace(/^E(?: {3,}|$)/, '').trim()
}

function takeTitle(block: Block, title: string, at: number, details: Details): void {
  const tolerance = /rtol=([^\s,]+), atol=([^\s,]+)/.exec(title)
  for (const [index, statistic] of ['rtol', 'atol'].entries()) {
    const printed = tolerance?.[index + 1]
    if (printed === undefined) continue
    if (isNumeral(printed)) block.figure(at, printed, 'tolerance', statistic, details)
    else block.unread(at, `${statistic} is no plain number`)
  }
  const decimals =
    /to (\d+) decimals|to (\d+) significant digits|(?:up to|equal to) (\S+) ULP/.exec(title)
  const limit = decimals?.[1] ?? decimals?.[2] ?? decimals?.[3]
  if (limit !== undefined && isNumeral(limit)) {
    const unit =
      decimals![1] === undefined ? (decimals![2] === undefined ? 'ULP' : 'digits') : 'decimals'
    block.figure(at, limit, 'tolerance', 'limit', { ...details, unit })
  }
  const apart = ulp.exec(title)
  if (apart !== null) block.figure(at, apart[1]!, 'difference', 'max', { ...details, unit: 'ULP' })
}

/** Reads what begins on the line; the index of the line after it, or `at` if it is not known. */
function takeLine(block: Block, lines: readonly string[], at: number, details: Details): number {
  const line = plain(lines[at]!)
  const count = mismatched.exec(line)
  const most = greatest.exec(line)
  const part = share.exec(line)
  const value = operand.exec(line)
  const differing = element.exec(line)
  if (count !== null) {
    block.figure(at, count[1]!, 'Mismatched elements', 'value', details)
    block.figure(at, count[3]!, 'Mismatched elements', 'value', { ...details, unit: '%' })
  } else if (most !== null) {
    const statistic = most[1] === 'absolute' ? 'max_abs_diff' : 'max_rel_diff'
    // Since NumPy 2.0 elements within the tolerance are left out.
    const filter = line.includes('among violations')
      ? { filter: 'elements beyond the tolerance' }
      : {}
    block.figure(at, most[2]!, `Max ${most[1]!} difference`, statistic, {
      ...details,
      facts: filter,
    })
  } else if (part !== null) {
    block.figure(at, part[1]!, 'mismatch', 'value', { ...details, unit: '%' })
  } else if (differing !== null) {
    const labels = { index: differing[1]! }
    block.figure(at, differing[2]!, 'element', 'value', {
      ...details,
      n: null,
      side: 'ACTUAL',
      labels,
    })
    block.figure(at, differing[3]!, 'element', 'value', {
      ...details,
      n: null,
      side: 'DESIRED',
      labels,
    })
  } else if (value !== null) {
    return takeOperand(block, lines, at, value, details)
  } else if (!silent.test(line)) return at
  return at + 1
}

/** A side: a scalar is read, the elements of an array are told; they may go on over many lines. */
function takeOperand(
  block: Block,
  lines: readonly string[],
  at: number,
  [, side, text]: RegExpExecArray,
  details: Details,
): number {
  const scalar = /^(?:array\((\S+)\)|(?:np\.)?\w+\((\S+)\)|(\S+))$/.exec(text!)
  const printed = scalar?.[1] ?? scalar?.[2] ?? scalar?.[3]
  if (printed !== undefined && isNumeral(printed)) {
    block.figure(at, printed, 'scalar', 'value', { ...details, n: null, side: side! })
    return at + 1
  }
  let depth = 0
  let end = at
  do {
    const line = end === at ? text! : lines[end]!
    depth += (line.match(/[[(]/g)?.length ?? 0) - (line.match(/[\])]/g)?.length ?? 0)
    if (/\d/.test(line) || /\bnan\b|\binf\b/.test(line)) block.unread(end, 'elements of an array')
    end++
    // Of a long array three lines are printed, and then `...`.
    if (line.trimEnd().endsWith('...') || plain(lines[end] ?? '') === '') break
  } while (depth > 0 && !operand.test(plain(lines[end]!)))
  return end
}

/** Tells a line of the test's own message that holds a digit. */
function tellMessage(block: Block, line: string, at: number): void {
  if (block.has(at) || !/\d/.test(line) || silent.test(plain(line))) return
  block.unread(at, 'words of the test itself')
}
