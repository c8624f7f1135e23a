/**
 * Whether the floors hold: clean pairs of simulated decoders and operations, judged as the command
 * line judges files, with sets of seeds. The floors were fitted on the first set, mended once for the
 * second, and only tried on the third. docs/reference/calibration.md has what came of it.
 *
 *     node bench/calibration.ts [--seeds 6] [--set fitted|tried|fresh] [--class WORD]
 *
 * One row a class: clean pairs, those with a false alarm (DIVERGENT or NONFINITE), those with an
 * UNPROVEN, and how many times as large as the real noise the limits are: the median, least and
 * largest, over the stages of the class, of limit / largest noise seen at that stage. First for the
 * whole tensor, then for the limit that is nearest: of the whole, a row, a channel or an element.
 * `bench/thresholds.ts` has faults.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareFiles, type TensorPair } from '../kernels-runner/tensors/index.ts'
import { judgeTensors } from '../spec-tools/judge/index.ts'
import { elementShare, NoisePaths } from '../spec-tools/judge/noise.ts'
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

const firstSeed: Readonly<Record<string, number>> = { fitted: 1, tried: 5001, fresh: 70001 }

const folder = await mkdtemp(join(tmpdir(), 'codicil-calibration-'))
try {
  for (const set of flags.set) await calibrate(set, firstSeed[set] ?? 1)
} finally {
  await rm(folder, { recursive: true })
}

interface Tally {
  pairs: number
  alarms: number
  unproven: number
  /** By stage, format and arithmetic: the largest noise / limit. */
  stages: Map<string, Share>
}

/** Noise, as a share of the limit that is set to it: of the whole tensor, and of the nearest limit. */
interface Share {
  whole: number
  nearest: number
}

async function calibrate(set: string, first: number): Promise<void> {
  process.stdout.write(`\n${set} seeds, from ${first} on\n`)
  process.stdout.write(
    `${'class'.padEnd(56)}  pairs alarms unproven whole/noise         nearest/noise\n`,
  )
  const groups = new Map<string, Tally>()
  for (const [name, { group, pairs }] of Object.entries(classes)) {
    if (!name.includes(flags.class)) continue
    const tally: Tally = { pairs: 0, alarms: 0, unproven: 0, stages: new Map() }
    for (let seed = first; seed < first + Number(flags.seeds); seed++) {
      for (const [nth, pair] of pairs(seed).entries()) await count(pair, nth, tally, name)
    }
    print(name, tally)
    const sum = groups.get(group) ?? { pairs: 0, alarms: 0, unproven: 0, stages: new Map() }
    sum.pairs += tally.pairs
    sum.alarms += tally.alarms
    sum.unproven += tally.unproven
    for (const [stage, seen] of tally.stages) sum.stages.set(`${name} ${stage}`, seen)
    groups.set(group, sum)
  }
  for (const [group, tally] of groups) print(`= ${group}`, tally)
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
    process.stdout.write(`  ${name}: ${first?.stage} ${first?.cell.text}; ${wrong.length} rows\n`)
  }
  for (const [at, { stage, candidate }] of rows.entries()) {
    // Pairs of operations differ in their inputs alone, those of decoders in their arithmetic.
    const kind = `${stage} ${candidate?.facts.dtype}${pair.arithmetic ? ` ${nth}` : ''}`
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
  const pairs: TensorPair[] = await Array.fromAsync(compareFiles(a, b, { threads: 1 }))
  const judgement = judgeTensors(pairs)
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

function print(name: string, { pairs, alarms, unproven, stages }: Tally): void {
  const spread = (of: (share: Share) => number) => {
    const ratios = [...stages.values()]
      .map(of)
      .filter((share) => share > 0)
      .map((share) => 1 / share)
      .toSorted((x, y) => x - y)
    const at = (share: number) => (ratios[Math.floor(share * (ratios.length - 1))] ?? 0).toFixed(1)
    return `${at(0.5)} (${at(0)} to ${at(1)})`.padEnd(20)
  }
  const figures = [pairs, alarms, unproven].map((n) => String(n).padStart(6)).join(' ')
  const limits = `${spread(({ whole }) => whole)} ${spread(({ nearest }) => nearest)}`
  process.stdout.write(`${name.padEnd(56)} ${figures}   ${limits}\n`)
}
