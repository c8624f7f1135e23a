/** Statistics may be taken of any parts, and put together in any order. */
import * as fc from 'fast-check'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { kernelModule } from '../../../kernels-runner/tensors/compiled.ts'
import { Kernel, tasks } from '../../../kernels-runner/tensors/kernel.ts'
import { pairStats, sideStats } from '../../../kernels-runner/tensors/record.ts'
import { measureSpan, type ElementSource } from '../../../kernels-runner/tensors/span.ts'
import { Tally } from '../../../kernels-runner/tensors/tally.ts'
import { cases } from './data.ts'
import { Folder, bytesOf } from './write.ts'

const kernel = new Kernel(kernelModule())
const everything = tasks.statistics | tasks.histogram | tasks.ulps | tasks.argmax

test('any split in any order gives what one pass gives', () => {
  using folder = new Folder()
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      ({ a, b, rowWidth }, cuts, order) => {
        const [sourceA, sourceB] = [source(folder, 'a', a), source(folder, 'b', b)]
        try {
          const places = cuts.map((cut) => Math.floor(cut * a.length)).sort((x, y) => x - y)
          const bounds = [0, ...places, a.length]
          const spans = bounds.slice(1).flatMap((end, i) => {
            const start = bounds[i] ?? 0
            return end > start ? [{ start, count: end - start }] : []
          })
          const keys = new Map(spans.map((span) => [span, order.next().value]))
          const shuffled = [...spans].sort((x, y) => (keys.get(x) ?? 0) - (keys.get(y) ?? 0))
          const whole = measure(sourceA, sourceB, [{ start: 0, count: a.length }], rowWidth)
          const parts = measure(sourceA, sourceB, shuffled, rowWidth)
          expect(differences(parts, whole)).toEqual([])
        } finally {
          closeSync(sourceA.fd)
          closeSync(sourceB.fd)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('merging with a record that has seen nothing changes nothing', () => {
  using folder = new Folder()
  const a = source(folder, 'a', [1, 2, NaN, 4])
  const { record } = measure(a, a, [{ start: 0, count: 4 }], 4)
  expect([...kernel.merge(record, kernel.empty())]).toEqual([...record])
  expect([...kernel.merge(kernel.empty(), record)]).toEqual([...record])
  closeSync(a.fd)
})

function measure(
  a: ElementSource,
  b: ElementSource,
  spans: readonly { start: number; count: number }[],
  rowWidth: number,
): Tally {
  const tally = new Tally(kernel, rowWidth)
  const common = { a, b, rowWidth, tasks: everything, scale: 1, histogramLevel: 0, prefixes: [] }
  for (const span of spans) tally.add(measureSpan(kernel, { ...common, ...span }))
  return tally
}

/** Names of the figures that differ: counts, extremes and places at all, moments beyond rounding. */
function differences(parts: Tally, whole: Tally): string[] {
  const [got, wanted] = [figuresOf(parts), figuresOf(whole)]
  const exact = Object.keys(got.exact).filter(
    (name) => !isDeepStrictEqual(got.exact[name], wanted.exact[name]),
  )
  const near = Object.keys(got.near).filter((name) => {
    const [value = null] = got.near[name] ?? []
    const [target = null, scale = 0] = wanted.near[name] ?? []
    if (target === null || value === null) return value !== target
    return !(Math.abs(value - target) <= 1e-12 * (scale ?? 0))
  })
  return [...exact, ...near]
}

interface Figures {
  exact: Record<string, unknown>
  /** Value, and the scale of its rounding. */
  near: Record<string, [value: number | null | undefined, scale: number | null]>
}

function figuresOf(tally: Tally): Figures {
  const { record, histogram } = tally
  const measured = { record, scaled: record, scale: 1 }
  const { rmsDiff, bias, relativeL2, cosine, oneMinusCosine, normA, normB, worstRow, ...pair } =
    pairStats(measured)
  const normD = (rmsDiff.value ?? 0) * Math.sqrt(pair.nFinite)
  const figures: Figures = {
    exact: { pair, histogram, ulps: tally.ulps(8), argmax: tally.argmax() },
    near: {
      rmsDiff: [rmsDiff.value, normD],
      bias: [bias.value, normD],
      relativeL2: [relativeL2.value, relativeL2.value],
      cosine: [cosine.value, 1],
      oneMinusCosine: [oneMinusCosine.value, 1e3 * (oneMinusCosine.value ?? 0) + 1e-18],
      normA: [normA.value, normA.value],
      normB: [normB.value, normB.value],
      worstRow: [worstRow?.relativeL2, worstRow?.relativeL2 ?? 0],
    },
  }
  for (const which of ['a', 'b'] as const) {
    const { mean, std, l2, ...exact } = sideStats(measured, which)
    figures.exact[which] = exact
    figures.near[`mean of ${which}`] = [mean.value, l2.value]
    figures.near[`std of ${which}`] = [std.value, l2.value]
    figures.near[`l2 of ${which}`] = [l2.value, l2.value]
  }
  return figures
}

function source(folder: Folder, name: string, values: readonly number[]): ElementSource {
  const path = join(folder.path, name)
  const data = bytesOf(Float32Array.from(values))
  writeFileSync(path, data)
  const fd = openSync(path, 'r')
  const common = { dtype: 'F32', bigEndian: false, columnMajor: null }
  return { path, fd, offset: 0, bytes: data.length, ...common }
}
