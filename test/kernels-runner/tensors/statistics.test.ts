import { describe, expect, test } from 'vitest'
import {
  compareFiles,
  type Figure,
  type TensorPair,
} from '../../../kernels-runner/tensors/index.ts'
import { cases } from './data.ts'
import { referencePair, referenceQuantile, referenceSide } from './reference.ts'
import { Folder, f32, f64, safetensors, type Stage, bytesOf } from './write.ts'

const eps = 1e-12

describe.each(['F32', 'F64'] as const)('statistics of %s', (dtype) => {
  const stage = dtype === 'F32' ? f32 : f64
  const shape = (n: number, width: number) => (n % width === 0 ? [n / width, width] : [n])

  test.each(cases)('of each side agree with the reference: $name', async ({ a, b, rowWidth }) => {
    const pair = await compare(
      stage('x', a, shape(a.length, rowWidth)),
      stage('x', b, shape(b.length, rowWidth)),
    )
    expect(pair.a?.stats).toMatchObject(sideLike(a))
    expect(pair.b?.stats).toMatchObject(sideLike(b))
  })

  test.each(cases)('of pairs agree with the reference: $name', async ({ a, b, rowWidth }) => {
    const measured = await compare(
      stage('x', a, shape(a.length, rowWidth)),
      stage('x', b, shape(b.length, rowWidth)),
    )
    const { pair, quantiles, rowWidth: width } = measured
    const expected = referencePair(a, b, width)
    const { rms, bias, meanAbsDiff, relativeL2, cosine, oneMinusCosine } = expected
    expect(pair).toMatchObject({
      nFinite: expected.n,
      maxAbsDiff: { value: expected.maxAbs, index: expected.maxAbsAt },
      rmsDiff: near(rms, rms),
      bias: near(bias, meanAbsDiff),
      relativeL2: near(relativeL2, relativeL2),
      cosine: near(cosine, 1),
      oneMinusCosine: near(oneMinusCosine, oneMinusCosine, 1e-9),
    })
    expect(pair?.worstRow?.relativeL2).toBeCloseTo(expected.worstRelativeL2, 12)
    expect(pair?.nonFiniteMismatch?.index ?? -1).toBe(expected.firstMismatch)
    const distances = a.map((x, i) => Math.abs(x - (b[i] ?? 0))).filter(Number.isFinite)
    const quantile = (share: number) => {
      const value = referenceQuantile(distances, share)
      return near(value, value)
    }
    expect(quantiles).toMatchObject({
      p50: quantile(0.5),
      p99: quantile(0.99),
      p999: quantile(0.999),
    })
  })
})

test('an empty tensor has no figures, and says why', async () => {
  const { a, pair } = await compare(f32('x', [], [0, 4]), f32('x', [], [0, 4]))
  expect(a?.stats?.mean).toEqual({ value: null, why: 'no elements' })
  expect(pair?.relativeL2).toEqual({ value: null, why: 'no elements' })
  expect(pair?.maxAbsDiff).toEqual({ value: null, index: null, why: 'no elements' })
})

test('a tensor that is all NaN has no moments, and no mismatch with another one', async () => {
  const nan = f32('x', Array(5000).fill(NaN))
  const { a, pair } = await compare(nan, nan)
  expect(a?.stats).toMatchObject({ nNan: 5000, nFinite: 0, std: { value: null } })
  expect(pair).toMatchObject({ nFinite: 0, nonFiniteMismatch: null, firstNonFinite: 0 })
})

test('two zero tensors differ by nothing and have no cosine', async () => {
  const zero = f32('x', Array(100).fill(0))
  const { pair } = await compare(zero, zero)
  expect(pair).toMatchObject({
    maxAbsDiff: { value: 0 },
    rmsDiff: { value: 0 },
    relativeL2: { value: null, why: 'norm(b) is 0' },
    cosine: { value: null, why: 'both norms are 0' },
  })
})

test('a zero reference leaves absolute figures only', async () => {
  const { pair } = await compare(f32('x', [3, 4]), f32('x', [0, 0]))
  expect(pair).toMatchObject({
    rmsDiff: { value: Math.sqrt(12.5) },
    relativeL2: { value: null, why: 'norm(b) is 0' },
    cosine: { value: null, why: 'norm(b) is 0' },
    nRowsZeroReference: 1,
  })
})

test('infinities of different sign are a mismatch at the first such index', async () => {
  const { pair } = await compare(
    f32('x', [1, Infinity, -Infinity, NaN]),
    f32('x', [1, Infinity, Infinity, 2]),
  )
  expect(pair?.nonFiniteMismatch).toEqual({ count: 2, index: 2, a: '-inf', b: '+inf' })
  expect(pair).toMatchObject({ nFinite: 1, firstNonFinite: 1 })
})

test('one minus cosine keeps its digits where the cosine is one to within rounding', async () => {
  const b = Array.from({ length: 1000 }, (_, i) => Math.fround(Math.sin(i) + 2))
  const a = b.map((x, i) => (i === 500 ? Math.fround(x + 1e-6) : x))
  const { pair } = await compare(f32('x', a), f32('x', b))
  const moved = (a[500] ?? 0) - (b[500] ?? 0)
  const norm2 = b.reduce((sum, x) => sum + x * x, 0)
  const sine2 = (moved ** 2 / norm2) * (1 - (b[500] ?? 0) ** 2 / norm2)
  expect(pair?.oneMinusCosine.value).toBeGreaterThan(0)
  expect((pair?.oneMinusCosine.value ?? 0) / (sine2 / 2)).toBeCloseTo(1, 6)
})

test('f64 elements whose squares overflow are measured all the same', async () => {
  const b = [3e200, -4e200, 1e-300, 0]
  const { a: side, pair } = await compare(
    f64(
      'x',
      b.map((x) => x * 1.5),
    ),
    f64('x', b),
  )
  expect(side?.stats?.l2.value).toBeCloseTo(7.5e200, -188)
  expect(side?.stats?.min).toEqual({ value: -6e200, index: 1 })
  expect(pair?.relativeL2.value).toBeCloseTo(0.5, 14)
  expect(pair?.cosine.value).toBeCloseTo(1, 14)
})

test('f64 elements whose squares underflow are measured all the same', async () => {
  const b = [3e-200, -4e-200, 5e-320, 0]
  const { b: side, pair } = await compare(
    f64(
      'x',
      b.map((x) => x * 0.5),
    ),
    f64('x', b),
  )
  expect((side?.stats?.l2.value ?? 0) / 5e-200).toBeCloseTo(1, 14)
  expect(pair?.relativeL2.value).toBeCloseTo(0.5, 14)
})

test('a difference beyond f64 is not available rather than infinite', async () => {
  const { pair } = await compare(f64('x', [1.7e308]), f64('x', [-1.7e308]))
  expect(pair?.maxAbsDiff).toMatchObject({ value: null, why: 'beyond the range of f64' })
})

test('signs of zero make no difference', async () => {
  const { pair, ulp } = await compare(f32('x', [0, -0]), f32('x', [-0, 0]))
  expect(pair?.maxAbsDiff.value).toBe(0)
  expect(ulp?.max.value).toBe(0)
})

test('distances in units in the last place step across zero and are put into buckets', async () => {
  const tiny = 2 ** -149
  const { ulp } = await compare(f32('x', [1, 1 + 2 ** -23, -tiny]), f32('x', [1, 1, tiny]))
  expect(ulp).toMatchObject({ n: 3, max: { value: 2, index: 2 }, nWithinOne: 2 })
  expect(ulp?.buckets).toEqual([
    { from: 0, to: 2 ** -126, n: 1, max: 2, mean: 2 },
    { from: 1, to: 256, n: 2, max: 1, mean: 0.5 },
  ])
})

test('the largest element of each row is compared, with the margin to the next', async () => {
  const { argmax } = await compare(
    f32('x', [1, 3, 2, 9, 5, 5, NaN, NaN, NaN], [3, 3]),
    f32('x', [1, 3, 2.5, 5, 9, 5, 1, 2, 3], [3, 3]),
  )
  expect(argmax).toEqual({
    rows: 3,
    undecided: 1,
    matches: 1,
    firstMismatch: { row: 1, a: 0, b: 1 },
    smallestMarginA: { row: 0, margin: 1 },
    smallestMarginB: { row: 0, margin: 0.5 },
  })
})

test('rows are kept where there are few, with all that is said of the whole', async () => {
  const { rows, nRows } = await compare(
    f32('x', [1, 2, 3, 4], [2, 2]),
    f32('x', [1, 2, 3, 8], [2, 2]),
  )
  expect(nRows).toBe(2)
  expect(rows?.map(({ pair }) => pair.maxAbsDiff)).toEqual([
    { value: 0, index: 0 },
    { value: 4, index: 3 },
  ])
})

test.each<[string, bigint[], bigint[], unknown]>([
  ['I64', [2n ** 53n, 7n], [2n ** 53n + 1n, 7n], { count: 1, index: 0 }],
  ['U64', [1n, 2n ** 64n - 1n], [1n, 2n ** 64n - 2n], { count: 1, index: 1 }],
  ['I64', [-(2n ** 62n), 5n], [-(2n ** 62n), 5n], null],
])('%s elements are held against each other as integers', async (dtype, a, b, expected) => {
  const stage = (values: bigint[]): Stage => ({
    name: 'x',
    dtype,
    shape: [values.length],
    data: bytesOf(BigInt64Array.from(values)),
  })
  const { pair } = await compare(stage(a), stage(b))
  expect(pair?.unequalIntegers).toEqual(expected)
})

test('an F64 tensor of one value has no spread, however long', async () => {
  const constant = f64('x', Array(70_000).fill(0.1))
  const { a } = await compare(constant, constant)
  expect(a?.stats).toMatchObject({ std: { value: 0 }, mean: { value: 0.1 } })
})

test('rows and channels are known by what stands out most', async () => {
  const [rows, width] = [40, 300]
  const b = Array.from({ length: rows * width }, (_, i) => Math.fround(Math.sin(i) + 2))
  const a = b.map((x, i) => (i % width === 123 ? Math.fround(1.5 * x) : x))
  a[17 * width + 5] = 1e4
  a[18 * width + 5] = Number.NaN
  const { units } = await compare(f32('x', a, [rows, width]), f32('x', b, [rows, width]))
  const column = (values: number[], at: number) =>
    Math.hypot(...values.filter((_, i) => i % width === at && Number.isFinite(a[i])))
  const found = units.channels?.worst.find(({ index }) => index === 123)
  expect(units.channels).toMatchObject({ count: width })
  expect(found?.size).toBeCloseTo(column(b, 123), 9)
  expect(found?.error).toBeCloseTo(
    column(
      b.map((x, i) => (a[i] ?? 0) - x),
      123,
    ),
    9,
  )
  expect(units.channels?.worst[0]?.index).toBe(5)
  expect(units.rows?.worst[0]?.index).toBe(17)
})

async function compare(a: Stage, b: Stage): Promise<TensorPair> {
  using folder = new Folder()
  const paths = [a, b].map((stage, i) => folder.file(`${i}.safetensors`, safetensors([stage])))
  for await (const pair of compareFiles(paths[0] ?? '', paths[1] ?? '', { details: true })) {
    return pair
  }
  throw new Error('the files have no stage')
}

/** What the statistics of a side must look like, from the reference. */
function sideLike(values: readonly number[]) {
  const { meanAbs, mean, std, l2, min, minAt, max, maxAt, ...counts } = referenceSide(values)
  return {
    ...counts,
    mean: near(mean, meanAbs),
    // The spread of a near constant is known to the rounding of its mean only.
    std: near(std, std + 1e-4 * eps * meanAbs),
    l2: near(l2, l2),
    min: { value: min + 0, index: minAt },
    max: { value: max + 0, index: maxAt },
  }
}

/** A figure within `tolerance` of `scale`; none where the reference does not exist. */
function near(expected: number, scale: number, tolerance = eps): unknown {
  const isNear = ({ value }: Figure) =>
    Number.isFinite(expected)
      ? value !== null && Math.abs(value - expected) <= tolerance * scale + 1e-300
      : value === null
  return expect.toSatisfy(isNear, `within ${tolerance * scale} of ${expected}`)
}
