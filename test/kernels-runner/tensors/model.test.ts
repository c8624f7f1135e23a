import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareFiles, type TensorPair } from '../../../kernels-runner/tensors/index.ts'
import { faultNames, staleToken } from './model/faults.ts'
import { writeCaptures, type CaptureOptions } from './model/captures.ts'
import { Folder } from './write.ts'

/** Far above what f32 rounding makes of this model, far below what any fault does. */
const floor = 1e-4

test('the model has about sixty stages, in the order in which they are computed', async () => {
  const { pairs, first } = await compareWith({})
  expect(pairs).toHaveLength(63)
  expect(pairs.map(({ stage }) => stage).slice(0, 3)).toEqual([
    'embed',
    'layers.0.attn_norm',
    'layers.0.q_proj',
  ])
  expect(first).toBeNull()
  expect(pairs.every(({ pair }) => pair?.maxAbsDiff.value === 0)).toBe(true)
})

test.each(faultNames)('the fault %s is first seen where it was planted', async (fault) => {
  const { pairs, first } = await compareWith({ fault })
  expect(pairs.find(differs)?.stage).toBe(first)
})

test('a stale token is seen in its row and in no other', async () => {
  const { pairs, first } = await compareWith({ fault: 'stale-token' })
  const { rows } = pairs.find(({ stage }) => stage === first) ?? {}
  const differing = rows?.filter(({ pair }) => pair.maxAbsDiff.value !== 0)
  expect(differing?.map(({ row }) => row)).toEqual([staleToken])
})

test('a permuted layout leaves every statistic of the sides as it was', async () => {
  const { pairs, first } = await compareWith({ fault: 'permuted-layout' })
  const { a, b, pair } = pairs.find(({ stage }) => stage === first) ?? {}
  for (const figure of ['mean', 'std', 'l2'] as const) {
    expect(a?.stats?.[figure].value).toBeCloseTo(b?.stats?.[figure].value ?? NaN, 12)
  }
  expect(pair?.relativeL2.value).toBeGreaterThan(0.5)
})

test.each<[string, CaptureOptions, number]>([
  ['summation from the other end', { summation: 'backward' }, 1e-5],
  ['pairwise summation', { summation: 'pairwise' }, 1e-5],
  ['the tiles of another batch size', { tile: 16 }, 1e-5],
  ['bf16', { precision: 'bf16' }, 0.05],
])('%s changes no stage by more than rounding does', async (_name, options, bound) => {
  const { pairs } = await compareWith(options)
  const largest = Math.max(...pairs.map(({ pair }) => pair?.relativeL2.value ?? 0))
  expect(largest).toBeGreaterThan(0)
  expect(largest).toBeLessThan(bound)
})

async function compareWith(options: CaptureOptions) {
  using folder = new Folder()
  const [candidate, reference] = [join(folder.path, 'a'), join(folder.path, 'b')]
  const { first } = writeCaptures(candidate, options)
  writeCaptures(reference)
  const pairs = await Array.fromAsync(compareFiles(candidate, reference))
  return { pairs, first }
}

function differs({ pair }: TensorPair): boolean {
  return pair?.nonFiniteMismatch !== null || (pair.relativeL2.value ?? 0) > floor
}
