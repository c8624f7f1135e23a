import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  TensorFileError,
  compareFiles,
  compareOpen,
  measureFile,
  openTensorFile,
  type CompareOptions,
  type Progress,
} from '../../../kernels-runner/tensors/index.ts'
import { seeded } from './data.ts'
import { Folder, bytesOf, f32, f64, npy, npz, safetensors } from './write.ts'

test('results do not depend on the number of threads, to the last bit', async () => {
  using folder = new Folder()
  const random = seeded(3)
  const make = () => f32('x', Float32Array.from({ length: 9_000_000 }, random), [3000, 3000])
  const paths = ['a', 'b'].map((name) => folder.file(name, safetensors([make(), f32('y', [1, 2])])))
  const run = (threads: number) => compare(paths, { threads, details: true })
  const one = await run(1)
  expect(await run(2)).toEqual(one)
  expect(await run(3)).toEqual(one)
  expect(one[0]?.pair?.nFinite).toBe(9_000_000)
})

test('types of different width stay in step however far they are read', async () => {
  using folder = new Folder()
  const values = Int8Array.from({ length: 300_001 }, (_, i) => (i % 251) - 125)
  const narrow = { name: 'x', dtype: 'I8', shape: [values.length], data: bytesOf(values) }
  const wide = f64('x', values)
  new Float64Array(wide.data.buffer)[299_999] = 1000
  const paths = [narrow, wide].map((stage) => folder.file(stage.dtype, safetensors([stage])))
  const [measured] = await compare(paths)
  const distance = 1000 - (values[299_999] ?? 0)
  expect(measured?.pair).toMatchObject({
    nFinite: 300_001,
    maxAbsDiff: { value: distance, index: 299_999 },
    rmsDiff: { value: distance / Math.sqrt(300_001) },
  })
})

test('stages come in the order of the reference, with those of one side where they belong', async () => {
  using folder = new Folder()
  const [x, y, z, extra] = ['x', 'y', 'z', 'extra'].map((name) => f32(name, [1, 2]))
  if (!x || !y || !z || !extra) throw new Error('four stages')
  const pairs = await compare([
    folder.file('a', safetensors([x, extra, z])),
    folder.file('b', safetensors([z, y, x], { stages: '["x","y","gap","z"]' })),
  ])
  expect(pairs.map(({ stage, a, b }) => [stage, a !== null, b !== null])).toEqual([
    ['x', true, true],
    ['extra', true, false],
    ['y', false, true],
    ['gap', false, false],
    ['z', true, true],
  ])
  expect(pairs[1]).toMatchObject({
    unpaired: 'the reference file lacks this stage',
    a: { stats: { n: 2, mean: { value: 1.5 } } },
    pair: null,
  })
})

test('differing shapes are a fact, and each side is measured alone', async () => {
  using folder = new Folder()
  const [pair] = await compare([
    folder.file('a', safetensors([f32('x', [1, 2, 3, 4, 5, 6], [3, 2])])),
    folder.file('b', safetensors([f32('x', [1, 2, 3, 4, 5, 6], [2, 3])])),
  ])
  expect(pair).toMatchObject({
    unpaired: 'shapes differ: [3,2] and [2,3]',
    pair: null,
    a: { stats: { n: 6, max: { value: 6, index: 5 } } },
    b: { stats: { n: 6, max: { value: 6, index: 5 } } },
  })
})

test('a type that cannot be decoded is a fact, not an error', async () => {
  using folder = new Folder()
  const complex = { ...f32('x', [1, 2]), dtype: 'C64', shape: [1] }
  const path = folder.file('a', safetensors([complex]))
  const [pair] = await compare([path, path])
  expect(pair).toMatchObject({
    unpaired: 'element type C64 cannot be decoded',
    a: { stats: null },
    pair: null,
  })
})

test('a row is what one token has, where the file says how many tokens there are', async () => {
  using folder = new Folder()
  const stages = [
    f32('heads', Array(24).fill(1), [3, 2, 4]),
    f32('batch', Array(24).fill(1), [2, 3, 4]),
    f32('flat', Array(24).fill(1), [24]),
  ]
  const bare = folder.file('a', safetensors(stages))
  const stated = folder.file('b', safetensors(stages, { tokens: '[7,8,9]' }))
  const widths = (pairs: { stage: string; rowWidth: number; nRows: number }[]) =>
    Object.fromEntries(pairs.map(({ stage, rowWidth, nRows }) => [stage, [rowWidth, nRows]]))
  expect(widths(await compare([bare, bare]))).toEqual({
    heads: [4, 6],
    batch: [4, 6],
    flat: [24, 1],
  })
  expect(widths(await compare([stated, bare]))).toEqual({
    heads: [8, 3],
    batch: [4, 6],
    flat: [24, 1],
  })
})

test.each([false, true])(
  'an .npz archive compares like the arrays in it (deflated: %s)',
  async (deflate) => {
    using folder = new Folder()
    const values = Float32Array.from({ length: 100_000 }, (_, i) => i % 1000)
    const array = npy("'<f4'", [100, 1000], bytesOf(values))
    const other = npy("'<f4'", [100, 1000], bytesOf(values.map((x) => x + 1)))
    const pairs = await compare([
      folder.file('a', await npz({ x: other, y: array }, deflate)),
      folder.file('b', await npz({ x: array, y: array }, deflate)),
    ])
    expect(
      pairs.map(({ stage, pair }) => [stage, pair?.maxAbsDiff.value, pair?.bias.value]),
    ).toEqual([
      ['x', 1, 1],
      ['y', 0, 0],
    ])
  },
)

test('two .npy files are paired whatever they are called', async () => {
  using folder = new Folder()
  const array = npy("'<f4'", [2], bytesOf(Float32Array.of(1, 2)))
  const [pair] = await compare([folder.file('mine.npy', array), folder.file('theirs.npy', array)])
  expect(pair?.pair?.nFinite).toBe(2)
})

test('digests are of the stored bytes of each tensor', async () => {
  using folder = new Folder()
  const path = folder.file('a', safetensors([f32('x', []), f32('y', [1])]))
  const [empty] = await compare([path, path], { details: true })
  const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  expect(empty?.a?.sha256).toBe(nothing)
})

test('beyond the limit of exactness quantiles are within the stated error', async () => {
  using folder = new Folder()
  const random = seeded(5)
  const a = folder.file('a', safetensors([f32('x', Array.from({ length: 5000 }, random))]))
  const b = folder.file('b', safetensors([f32('x', Array(5000).fill(0))]))
  const [exact] = await compare([a, b], { details: true })
  const [binned] = await compare([a, b], { details: true, exactQuantiles: 100 })
  expect(binned?.quantiles).toMatchObject({ method: 'log2 histogram', relativeError: 2 ** -8 })
  for (const share of ['p50', 'p99', 'p999'] as const) {
    const ratio = (binned?.quantiles?.[share].value ?? 0) / (exact?.quantiles?.[share].value ?? 1)
    // Between neighbouring order statistics exact quantiles interpolate, which adds a little.
    expect(Math.abs(ratio - 1)).toBeLessThan(2 ** -8 + 1e-3)
  }
})

test('progress tells stages and bytes, up to all of them', async () => {
  using folder = new Folder()
  const path = folder.file('a', safetensors([f32('x', [1]), f32('y', [1, 2])]))
  const seen: Progress[] = []
  await compare([path, path], { onProgress: (progress) => seen.push(progress) })
  expect(seen).toEqual([
    { stage: 1, stages: 2, bytes: 8, totalBytes: 24 },
    { stage: 2, stages: 2, bytes: 24, totalBytes: 24 },
  ])
})

test('a comparison that is aborted stops', async () => {
  using folder = new Folder()
  const path = folder.file('a', safetensors([f32('x', [1]), f32('y', [1, 2])]))
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(compare([path, path], { signal })).rejects.toThrow('enough')
})

test.each([1, 2])('a file cut while it is read is refused (threads: %i)', async (threads) => {
  using folder = new Folder()
  const bytes = safetensors([f32('x', new Float32Array(100_000))])
  const [a, b] = await Promise.all([
    openTensorFile(folder.file('a', bytes)),
    openTensorFile(folder.file('b', bytes)),
  ])
  folder.file('a', bytes.subarray(0, 1000))
  const refused = await compareOpen(a, b, { threads })
    .next()
    .catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(TensorFileError)
  expect(refused).toMatchObject({ code: 'truncated', offset: 1000 })
  a.close()
  b.close()
})

test.each([1, 2])(
  'a caller that stops early leaves nothing behind (threads: %i)',
  async (threads) => {
    using folder = new Folder()
    const stages = Array.from({ length: 20 }, (_, i) => f32(`x${i}`, new Float32Array(300_000)))
    const path = folder.file('a', safetensors(stages))
    const before = openDescriptors()
    for await (const { stage } of compareFiles(path, path, { threads })) {
      expect(stage).toBe('x0')
      break
    }
    expect(openDescriptors()).toBe(before)
  },
)

test('one file is measured alone, in the order of its stages', async () => {
  using folder = new Folder()
  const stages = [f32('late', [3]), f32('early', [1, 2])]
  const path = folder.file('a', safetensors(stages, { stages: '["early","late"]' }))
  const sides = await Array.fromAsync(measureFile(path, { details: true }))
  expect(sides.map(({ tensor, stats }) => [tensor.name, stats?.mean.value])).toEqual([
    ['early', 1.5],
    ['late', 3],
  ])
})

async function compare(paths: readonly string[], options: CompareOptions = {}) {
  return Array.fromAsync(compareFiles(paths[0] ?? '', paths[1] ?? '', options))
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}
