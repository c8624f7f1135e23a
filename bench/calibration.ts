/**
 * Whether the floors hold: clean pairs of simulated decoders and operations, judged as the command
 * line judges files, with sets of seeds. The floors were fitted on the first set, mended once for the
 * second, and only tried on the third. docs/reference/calibration.md has what came of it.
 *
 *     node bench/calibration.ts [--seeds 6] [--set fitted|tried|fresh] [--class WORD]
 *
 * One row a class: clean pairs, those with a false alarm (DIVERGENT or NONFINITE), those with an
 * UNPROVEN, and how many times as large as the real noise the limits are: the median, over the
 * stages of the class, of limit / largest noise seen at that stage. `bench/thresholds.ts` has faults.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareFiles, type TensorPair } from '../kernels-runner/tensors/index.ts'
import { judgeTensors } from '../spec-tools/judge/index.ts'
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

const firstSeed: Readonly<Record<string, number>> = { fitted: 1, tried: 5001, fresh: 9001 }

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
  /** By stage and format: limit of the last pair, and the largest noise. */
  stages: Map<string, { limit: number; noise: number }>
}

async function calibrate(set: string, first: number): Promise<void> {
  process.stdout.write(`\n${set} seeds, from ${first} on\n`)
  process.stdout.write(`${'class'.padEnd(44)} pairs alarms unproven limit/noise\n`)
  const groups = new Map<string, Tally>()
  for (const [name, { group, pairs }] of Object.entries(classes)) {
    if (!name.includes(flags.class)) continue
    const tally: Tally = { pairs: 0, alarms: 0, unproven: 0, stages: new Map() }
    for (let seed = first; seed < first + Number(flags.seeds); seed++) {
      for (const pair of pairs(seed)) await count(pair, tally, name)
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

async function count(pair: Clean, tally: Tally, name: string): Promise<void> {
  const { rows } = await judged(pair)
  const has = (...verdicts: string[]) => rows.filter(({ cell }) => verdicts.includes(cell.verdict))
  const wrong = has('DIVERGENT', 'NONFINITE')
  tally.pairs += 1
  tally.alarms += wrong.length > 0 ? 1 : 0
  tally.unproven += wrong.length === 0 && has('UNPROVEN').length > 0 ? 1 : 0
  if (flags.verbose && (wrong.length > 0 || has('UNPROVEN').length > 0)) {
    const [first] = [...wrong, ...has('UNPROVEN')]
    process.stdout.write(`  ${name}: ${first?.stage} ${first?.cell.text}; ${wrong.length} rows\n`)
  }
  for (const { stage, floor, relativeL2, candidate } of rows) {
    const kind = `${stage} ${candidate?.facts.dtype}`
    const held = tally.stages.get(kind) ?? { limit: 0, noise: 0 }
    const noise = Math.max(held.noise, relativeL2?.value ?? 0)
    tally.stages.set(kind, { limit: floor?.relativeL2 ?? 0, noise })
  }
}

async function judged({ candidate, reference }: Clean) {
  const [a, b] = [await written('a', candidate), await written('b', reference)]
  const pairs: TensorPair[] = await Array.fromAsync(compareFiles(a, b, { threads: 1 }))
  return judgeTensors(pairs)
}

async function written(name: string, { stages, metadata }: Side): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, safetensors(stages, metadata))
  return path
}

function print(name: string, { pairs, alarms, unproven, stages }: Tally): void {
  const ratios = [...stages.values()]
    .filter(({ noise }) => noise > 0)
    .map(({ limit, noise }) => limit / noise)
    .toSorted((x, y) => x - y)
  const at = (share: number) => (ratios[Math.floor(share * (ratios.length - 1))] ?? 0).toFixed(1)
  const figures = [pairs, alarms, unproven].map((n) => String(n).padStart(6)).join(' ')
  process.stdout.write(`${name.padEnd(44)} ${figures}   ${at(0.5)} (${at(0)} to ${at(1)})\n`)
}
