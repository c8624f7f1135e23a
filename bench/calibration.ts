/**
 * Whether the floors hold: clean pairs of simulated decoders and operations, judged as the command
 * line judges files, with sets of seeds. The floors were fitted on the first set and mended for the
 * second; the third is only tried. Prints the table of docs/reference/calibration.md.
 *
 *     node bench/calibration.ts [--seeds 6] [--set fitted|tried|fresh] [--class WORD] [--verbose]
 *
 * One row a class: clean pairs, those with a false alarm (DIVERGENT or NONFINITE), those with an
 * UNPROVEN, and how many times as large as the real noise the limits are: the median, least and
 * largest, over the kinds of stages of the class (an operation of all layers, a number format, an
 * arithmetic), of limit / largest noise seen at such stages. First for the whole tensor, then for the
 * limit that is nearest: of the whole, a row, a channel or an element. `bench/thresholds.ts` has faults.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { judgeFiles, type TensorPair } from '../kernels-runner/tensors/index.ts'
import { elementShare } from '../spec-tools/judge/magnitude.ts'
import { NoisePaths } from '../spec-tools/judge/noise.ts'
import type { Limits } from '../spec-tools/judge/tensor-types.ts'
import { unitLimit } from '../spec-tools/judge/tensor-pair.ts'
import { safetensors } from '../test/kernels-runner/tensors/write.ts'
import { classes, type Clean, type Side } from './clean-pairs.ts'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '6' },
    set: { type: 'string', multiple: true, default: ['fitted', 'tried', 'fresh'] },
    class: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
  },
})

const firstSeed: Readonly<Record<string, number>> = { fitted: 1, tried: 5001, fresh: 110_001 }

const folder = await mkdtemp(join(tmpdir(), 'codicil-calibration-'))
try {
  await calibrate()
} finally {
  await rm(folder, { recursive: true })
}

interface Tally {
  pairs: number
  alarms: number
  unproven: number
  /** By kind of stage: the largest noise / limit. */
  stages: Map<string, Share>
}

/** Noise, as a share of the limit that is set to it: of the whole tensor, and of the nearest limit. */
interface Share {
  whole: number
  nearest: number
}

async function calibrate(): Promise<void> {
  const first = flags.set.map((set) => firstSeed[set] ?? 1)
  const heads = first.flatMap((seed) => [
    `Seeds from ${seed}: pairs, alarms, UNPROVEN`,
    'whole / noise',
    'nearest / noise',
  ])
  printRow(['Class', ...heads])
  printRow(['-', ...heads.map(() => '-')])
  const groups = new Map<string, Tally[]>()
  for (const [name, { group, pairs }] of Object.entries(classes)) {
    if (!name.includes(flags.class)) continue
    const sums = groups.get(group) ?? first.map(nothing)
    groups.set(group, sums)
    const tallies: Tally[] = []
    for (const [at, from] of first.entries()) {
      const tally = nothing()
      for (let seed = from; seed < from + Number(flags.seeds); seed++) {
        for (const [nth, pair] of pairs(seed).entries()) await count(pair, nth, tally, name)
      }
      tallies.push(tally)
      if (sums[at]) add(sums[at], tally, name)
    }
    printTallies(name, tallies)
  }
  for (const [group, tallies] of groups) printTallies(`**all: ${group}**`, tallies)
}

function nothing(): Tally {
  return { pairs: 0, alarms: 0, unproven: 0, stages: new Map() }
}

function add(sum: Tally, tally: Tally, name: string): void {
  sum.pairs += tally.pairs
  sum.alarms += tally.alarms
  sum.unproven += tally.unproven
  for (const [stage, seen] of tally.stages) sum.stages.set(`${name} ${stage}`, seen)
}

async function count(pair: Clean, nth: number, tally: Tally, name: string): Promise<void> {
  const { rows, shares } = await judged(pair)
  const has = (...verdicts: string[]) => rows.filter(({ cell }) => verdicts.includes(cell.verdict))
  const wrong = has('DIVERGENT', 'NONFINITE')
  tally.pairs += 1
  tally.alarms += wrong.length > 0 ? 1 : 0
  tally.unproven += wrong.length === 0 && has('UNPROVEN').length > 0 ? 1 : 0
  if (flags.verbose && (wrong.length > 0 || has('UNPROVEN').length > 0)) {
    const [first] = [...wrong, ...has('UNPROVEN')]
    process.stderr.write(`${name}: ${first?.stage} ${first?.cell.text}; ${wrong.length} rows\n`)
  }
  for (const [at, { stage, candidate }] of rows.entries()) {
    // Pairs of operations differ in their inputs alone, those of decoders in their arithmetic.
    const { dtype, shape = [] } = candidate?.facts ?? {}
    const kind = `${stage.replace(/^layers\.\d+\./, '')} ${dtype} ${pair.arithmetic ? nth : shape.join('×')}`
    const held = tally.stages.get(kind) ?? { whole: 0, nearest: 0 }
    const share = shares[at] ?? held
    tally.stages.set(kind, {
      whole: Math.max(held.whole, share.whole),
      nearest: Math.max(held.nearest, share.nearest),
    })
  }
}

async function judged({ candidate, reference }: Clean) {
  const [a, b] = [await written('a', candidate), await written('b', reference)]
  const order = { repeats: { candidate: [], reference: [] }, told: {}, stages: null }
  const { pairs, judgement } = await judgeFiles(
    { candidate: a, reference: b, ...order, floor: undefined },
    { threads: 1 },
  )
  const paths = new NoisePaths(
    {},
    pairs.map(({ stage }) => stage),
  )
  const shares = pairs.map((one, at) => {
    const after = at > 0 ? [pairs[at - 1]?.stage ?? ''] : []
    const share = shareOf(one, paths.limits(one, after))
    paths.take(one, after, judgement.rows[at]?.cell.verdict === 'MATCH')
    return share
  })
  return { ...judgement, shares }
}

function shareOf({ pair, b, units }: TensorPair, limits: Limits): Share {
  const { floor, unit, element, absolute } = limits
  const whole = (pair?.relativeL2.value ?? 0) / (floor?.relativeL2 || Infinity)
  const inUnits = [units?.rows, units?.channels].flatMap((sums) =>
    (sums && unit ? sums.worst : []).map(
      (one) => one.error / Math.max(absolute, sums && unit ? unitLimit(one, sums, unit) : 0),
    ),
  )
  const inElement = ((b && pair && elementShare(b, pair)) ?? 0) / (element || Infinity)
  return { whole, nearest: Math.max(whole, inElement, ...inUnits.filter(Number.isFinite)) }
}

async function written(name: string, { stages, metadata }: Side): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, safetensors(stages, metadata))
  return path
}

function printTallies(name: string, tallies: readonly Tally[]): void {
  const figures = tallies.flatMap(({ pairs, alarms, unproven, stages }) => [
    [pairs, alarms, unproven].join(', '),
    spread(stages, ({ whole }) => whole),
    spread(stages, ({ nearest }) => nearest),
  ])
  printRow([name, ...figures])
}

function spread(stages: Tally['stages'], of: (share: Share) => number): string {
  const ratios = [...stages.values()]
    .map(of)
    .filter((share) => share > 0)
    .map((share) => 1 / share)
    .toSorted((x, y) => x - y)
  const at = (share: number) => (ratios[Math.floor(share * (ratios.length - 1))] ?? 0).toFixed(1)
  return `${at(0.5)} (${at(0)} to ${at(1)})`
}

function printRow(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}
