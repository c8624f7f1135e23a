/**
 * How small a fault may be and still be found, beside the real noise of the format: weights rounded to
 * a format, held against the weights before they were rounded, as the command line judges files.
 *
 *     node bench/thresholds.ts [--seeds 3] [--from 1]
 *
 * A row a format: clean pairs and false alarms, relative L2 of the rounding itself and the limit that
 * is set to it; then, for each fault, the smallest that is found with every seed.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareFiles, type TensorPair } from '../kernels-runner/tensors/index.ts'
import { judgeTensors } from '../spec-tools/judge/index.ts'
import { seeded } from '../test/kernels-runner/tensors/data.ts'
import { formats, ggufOf } from './quantise.ts'

const { values: flags } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, from: { type: 'string', default: '1' } },
})

const [rows, columns] = [128, 512]
const seeds = Array.from({ length: Number(flags.seeds) }, (_, i) => Number(flags.from) + i)
const sizes = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2]

/** A fault of a size; what it does to the weight in a row and a column. */
const faults: Readonly<
  Record<string, (size: number) => (w: number, r: number, c: number) => number>
> = {
  'all scaled': (size) => (w) => w * (1 + size),
  '7 columns scaled': (size) => (w, _, c) => (c % 73 === 5 ? w * (1 + size) : w),
  'a row scaled': (size) => (w, r) => (r === 17 ? w * (1 + size) : w),
  'an element off, in std': (size) => (w, r, c) => (r === 17 && c === 301 ? w + size : w),
}

let files = 0
const folder = await mkdtemp(join(tmpdir(), 'codicil-thresholds-'))
try {
  const names = Object.keys(faults)
  print(['format', 'clean', 'alarms', 'noise', 'limit', ...names])
  for (const format of Object.keys(formats)) {
    const clean = await Promise.all(seeds.map((seed) => judged(seed, format, (w) => w)))
    const alarms = clean.filter(({ cell }) => cell.verdict !== 'MATCH').length
    const noise = Math.max(...clean.map(({ relativeL2 }) => relativeL2?.value ?? 0))
    const limit = Math.max(...clean.map(({ floor }) => floor?.relativeL2 ?? 0))
    const found: string[] = []
    for (const fault of Object.values(faults)) found.push(String(await smallest(format, fault)))
    const shown = [noise, limit].map((value) => value.toPrecision(2))
    print([format, String(clean.length), String(alarms), ...shown, ...found])
  }
} finally {
  await rm(folder, { recursive: true })
}

async function smallest(format: string, fault: (typeof faults)[string]): Promise<number | string> {
  for (const size of sizes) {
    const all = await Promise.all(seeds.map((seed) => judged(seed, format, fault(size))))
    if (all.every(({ cell }) => cell.verdict === 'DIVERGENT')) return size
  }
  return `none to ${sizes.at(-1)}`
}

async function judged(
  seed: number,
  format: string,
  change: (w: number, r: number, c: number) => number,
) {
  const weights = weightsOf(seed)
  const changed = weights.map((row, r) => row.map((w, c) => change(w, r, c)))
  const [a, b] = [join(folder, `${++files}.gguf`), join(folder, `${++files}.gguf`)]
  await writeFile(a, ggufOf('w', changed, format))
  await writeFile(b, ggufOf('w', weights, 'F32'))
  const pairs: TensorPair[] = await Array.fromAsync(compareFiles(a, b, { threads: 1 }))
  await Promise.all([rm(a), rm(b)])
  return judgeTensors(pairs).rows[0]!
}

function weightsOf(seed: number): Float64Array[] {
  const random = seeded(seed * 101)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Array.from({ length: rows }, () =>
    Float64Array.from({ length: columns }, () => Math.fround(normal())),
  )
}

function print(cells: readonly string[]): void {
  process.stdout.write(
    `${cells
      .map((cell, i) => cell.padEnd(i === 0 ? 8 : 17))
      .join(' ')
      .trim()}\n`,
  )
}
