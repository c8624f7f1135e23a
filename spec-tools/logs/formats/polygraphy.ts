/** Polygraphy: the outputs of two runners that `polygraphy run` compares, and times of a runner. */
import type { Facts } from '../../evidence/facts.ts'
import { Block, type Details, longestLine } from './block.ts'
import type { Format } from './format.ts'
import { numeral } from './numerals.ts'
import { dictionary } from '../../evidence/dictionary.ts'

export const polygraphy: Format = {
  name: 'polygraphy',
  source:
    'TensorRT tools/Polygraphy/polygraphy/comparator (compare.py, comparator.py, util.py), commits 0290aa3 (0.4x) and 1637a26 (2025)',
  read(lines, at) {
    if (!/ \| |Comparing Output/.test(lines[at]!) || !begins(plain(lines[at]!))) return null
    const block = new Block()
    const place: Place = { output: null, facts: {}, n: null }
    let end = at
    while (end < lines.length && takeLine(block, plain(lines[end]!), end, place)) end++
    return end > at ? block.to(end) : null
  },
}

/** The comparison that lines belong to. */
interface Place {
  output: string | null
  facts: Facts
  n: number | null
}

/** A line without the level, the time and the indentation of Polygraphy's logger. */
function plain(line: string): string {
  if (line.length > longestLine) return ''
  return line.replace(/^\s*(?:\[(?:[A-Z]|\d[^\]]*)\]\s*)*/, '').trimEnd()
}

const comparing =
  /^Comparing Output: '(.+?)' \(dtype=(\S+?), shape=\(([\d, ]*)\)\) with '.+?' \(dtype=(\S+?), shape=\(([\d, ]*)\)\)$/
const tolerance = new RegExp(
  `^Tolerance: \\[abs=(${numeral}), rel=(${numeral})\\] \\| Checking (\\w+) error$`,
)
const required = new RegExp(
  `^Minimum Required Tolerances?: (\\w+) error \\| \\[abs=(${numeral})\\] OR \\[rel=(${numeral})\\](?: \\(requirements may be lower.*\\))?$`,
  'i',
)
const stats = /^(\S.*?) \| Stats: (.*)$/
const completed = new RegExp(
  `^(\\S+)\\s+\\| Completed (\\d+) iteration\\(s\\) in (${numeral}) (ms|s) \\| Average inference time: (${numeral}) (ms|s)\\.$`,
)
const summary = new RegExp(
  `^Accuracy Summary \\| .+ vs\\. .+ \\| Passed: (\\d+)/(\\d+) iterations \\| Pass Rate: (${numeral})%$`,
)
const verdict = new RegExp(
  `^(?:PASSED|FAILED) \\| (?:Runtime: (${numeral})s \\| Command: |Output: |All outputs matched |Mismatched outputs: |Output Validation)`,
)
const bin = new RegExp(`^\\((${numeral})\\s*, (${numeral})\\s*\\) \\|\\s*\\d+ \\|[ #]*$`)
const silent =
  /^(?:Accuracy Comparison \| |---- Histogram ----$|Bin Range\s+\|\s+Num Elems|\S+\s+\| Output: .*Some values are 0|Iteration: \d+$)/

function begins(line: string): boolean {
  return (
    comparing.test(line) ||
    completed.test(line) ||
    summary.test(line) ||
    /^Accuracy Comparison \| .+ vs\. /.test(line) ||
    required.test(line) ||
    /^\S.* \| Stats: mean=\S+, std-dev=/.test(line)
  )
}

function takeLine(block: Block, line: string, at: number, place: Place): boolean {
  const output = comparing.exec(line)
  if (output !== null) {
    Object.assign(place, placeOf(output))
    return true
  }
  const metrics = /^Error Metrics: (.+)$/.exec(line)?.[1]
  if (metrics !== undefined) {
    if (metrics !== place.output) Object.assign(place, { output: metrics, facts: {}, n: null })
    return true
  }
  const { output: name, facts, n } = place
  const limits = tolerance.exec(line)
  const needed = required.exec(line)
  const found = stats.exec(line)
  const times = completed.exec(line)
  const passed = summary.exec(line)
  const claimed = verdict.exec(line)
  if (name === null && (limits ?? needed) !== null) {
    block.unread(at, 'it is not said which output is compared')
  } else if (limits !== null && name !== null) {
    block.figure(at, limits[1]!, name, 'atol', { under: ['Tolerance'] })
    block.figure(at, limits[2]!, name, 'rtol', { under: ['Tolerance'] })
  } else if (needed !== null && name !== null) {
    const [, checked, absolute, relative] = needed
    // Element by element the largest difference is what the tolerance has to cover.
    const of = checked === 'elemwise' ? 'max' : checked!
    const details = { under: ['Minimum Required Tolerance'], facts, n }
    block.figure(at, absolute!, name, `${of}_abs_diff`, details)
    block.figure(at, relative!, name, `${of}_rel_diff`, details)
  } else if (found !== null) {
    takeStats(block, at, found, place)
  } else if (times !== null) {
    const [, side, count, total, unit, average, averageUnit] = times
    block.figure(at, count!, 'iterations', 'value', { side: side! })
    block.figure(at, total!, 'iterations', 'value', { side: side!, unit: unit! })
    const mean = { side: side!, unit: averageUnit!, n: Number(count) }
    block.figure(at, average!, 'inference time', 'mean', mean)
  } else if (passed !== null) {
    block.figure(at, passed[1]!, 'iterations passed', 'value')
    block.figure(at, passed[2]!, 'iterations', 'value')
    block.figure(at, passed[3]!, 'Pass Rate', 'value', { unit: '%' })
  } else if (claimed !== null) {
    block.claim(at, line)
    if (claimed[1] !== undefined) block.figure(at, claimed[1], 'Runtime', 'value', { unit: 's' })
  } else if (bin.test(line)) block.unread(at, 'a bin of a histogram')
  else return silent.test(line)
  return true
}

function placeOf([, output, type, shape, otherType, otherShape]: RegExpExecArray): Place {
  const same = shape === otherShape
  const extents = shape!.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]))
  return {
    output: output!,
    facts: { ...(type === otherType ? { dtype: type! } : {}), ...(same ? { shape: extents } : {}) },
    n: same ? extents.reduce((product, extent) => product * extent, 1) : null,
  }
}

/** Printed name of a statistic -> what the bundle calls it; `p99` and its like keep their names. */
const names = dictionary<string>({
  mean: 'mean',
  'std-dev': 'std',
  var: 'var',
  median: 'median',
  min: 'min',
  max: 'max',
  'avg-magnitude': 'mean_abs',
})

/** `mean=0.3, std-dev=0.2, min=0 at (0, 1), max=1 at (2, 3)` of a runner's output or a difference. */
function takeStats(
  block: Block,
  at: number,
  [, subject, list]: RegExpExecArray,
  place: Place,
): void {
  const difference = /^(Absolute|Relative) Difference$/.exec(subject!)?.[1]
  // A runner's name ends in the time at which it ran, and so holds colons of its own.
  const [, side, output] = difference === undefined ? (/^(\S+): (.+)$/.exec(subject!) ?? []) : []
  const name = output ?? place.output
  if (name === null || (difference === undefined && output === undefined)) {
    return block.unread(at, 'it is not said what these are statistics of')
  }
  const stated = name === place.output ? { facts: place.facts, n: place.n } : {}
  const details: Details = { ...stated, side: side ?? null }
  const full = difference === undefined ? name : `${name} ${difference} Difference`
  const greatest = difference === 'Absolute' ? 'max_abs_diff' : 'max_rel_diff'
  const statistic = new RegExp(`([\\w-]+)=(${numeral})(?: at (\\([\\d, ]*\\)))?(?:, |$)`, 'giy')
  let read = 0
  for (const found of list!.matchAll(statistic)) {
    read = found.index + found[0].length
    const printed = names[found[1]!] ?? (/^p\d+$/.test(found[1]!) ? found[1]! : null)
    const known = difference !== undefined && printed === 'max' ? greatest : printed
    if (known === null) block.unread(at, `the statistic ${found[1]!} is not known`)
    else {
      const labels: Record<string, string> = found[3] === undefined ? {} : { index: found[3] }
      block.figure(at, found[2]!, full, known, { ...details, labels })
    }
  }
  if (read < list!.length) block.unread(at, 'not all of it is statistics')
}
