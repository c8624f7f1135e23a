/**
 * Headers with bytes changed, doubled, cut and swapped: each file is either refused with a reason or
 * read into something consistent. `FUZZ=1000000` sets how many are tried, `FUZZ_SEED` which ones.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  TensorFileError,
  readTensorFile,
  type TensorFile,
  type TensorInfo,
} from '../../../kernels-runner/tensors/index.ts'
import { seeded } from './data.ts'
import { Folder, f32, gguf, npy, npz, safetensors, text, u32 } from './write.ts'

const count = Number(process.env['FUZZ'] ?? 4_000)
const data = new Uint8Array(256).map((_, i) => i)

test(
  `${count} mutated headers are refused with a reason or read consistently`,
  { timeout: 3_600_000 },
  async () => {
    const seeds = await seedFiles()
    const random = seeded(Number(process.env['FUZZ_SEED'] ?? 20))
    using folder = new Folder()
    const tally = { refused: 0, read: 0 }
    const inconsistent: TensorInfo[] = []
    const before = process.memoryUsage().rss
    for (let i = 0; i < count; i++) {
      const [name, bytes] = seeds[i % seeds.length] ?? ['', Buffer.alloc(0)]
      const mutated = mutate(bytes, random)
      const path = join(folder.path, name)
      writeFileSync(path, mutated)
      const outcome = await readTensorFile(path).catch((error: unknown) => error)
      if (outcome instanceof TensorFileError) tally.refused++
      else if (outcome instanceof Error) throw outcome
      else {
        const { tensors } = outcome as TensorFile
        inconsistent.push(...tensors.filter((tensor) => !isConsistent(tensor, mutated.length)))
        tally.read++
      }
    }
    const grown = (process.memoryUsage().rss - before) / 2 ** 20
    process.stdout.write(`${count} headers: ${tally.refused} refused, ${tally.read} read\n`)
    expect(inconsistent).toEqual([])
    expect(tally.refused).toBeGreaterThan(count / 4)
    expect(tally.read).toBeGreaterThan(count / 100)
    expect(grown).toBeLessThan(512)
  },
)

function isConsistent({ n, shape, start, end, deflated }: TensorInfo, size: number): boolean {
  const product = shape.reduce((elements, length) => elements * length, 1)
  return n === product && start <= end && end <= (deflated?.size ?? size)
}

async function seedFiles(): Promise<[name: string, bytes: Buffer][]> {
  const stages = [f32('a', [1, 2, 3, 4], [2, 2]), f32('b', [5, 6, 7])]
  const array = npy("'<f4'", [8, 8], data)
  const tensor = { name: 'a', dims: [8, 8], type: 0, data }
  const entries = [
    { key: 'general.alignment', type: 4, value: u32(32) },
    { key: 'general.name', type: 8, value: text('a model') },
    {
      key: 'tokens',
      type: 9,
      value: Buffer.concat([u32(4), text('').fill(2, 0, 1), u32(1), u32(2)]),
    },
  ]
  return [
    ['a.safetensors', safetensors(stages, { stages: '["a","b"]', tokens: '[1,2]' })],
    ['a.npy', array],
    ['a.npz', await npz({ x: array, y: npy("'<f8'", [4], data.subarray(0, 32)) })],
    ['b.npz', await npz({ x: array }, true)],
    ['a.gguf', gguf([tensor, { ...tensor, name: 'b', dims: [4] }], entries)],
  ]
}

function mutate(bytes: Buffer, random: () => number): Buffer {
  let result = Buffer.from(bytes)
  const pick = (limit: number) => Math.floor(random() * limit)
  // Most of the file is data: changes go to its first part, and for archives also to the last.
  const place = () => {
    const reach = Math.min(result.length, 400)
    return random() < 0.8 ? pick(reach) : result.length - 1 - pick(reach)
  }
  for (let changes = 1 + pick(4); changes > 0 && result.length > 0; changes--) {
    const at = place()
    const extremes = [0, 0xff, 0x7f, 0x80, 0x22, 0x5b, 0x7d, 0x30]
    switch (pick(6)) {
      case 0:
        result[at] = (result[at] ?? 0) ^ (1 << pick(8))
        break
      case 1:
        result[at] = extremes[pick(extremes.length)] ?? 0
        break
      case 2:
        result.fill(0xff, at, Math.min(at + 8, result.length))
        break
      case 3:
        result = result.subarray(0, at)
        break
      case 4:
        result = Buffer.concat([
          result.subarray(0, at),
          result.subarray(Math.max(0, at - pick(32))),
        ])
        break
      default:
        result.copyWithin(at, place(), place())
    }
  }
  return result
}
