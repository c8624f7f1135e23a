import { describe, expect, it } from 'vitest'
import { readLog, selectors } from '../../spec-tools/index.ts'

function selectorsOf(log: string) {
  const { measurements } = readLog(log, { diagnostic: 'd', file: 'logs/d.txt' })
  const selectorOf = selectors(measurements)
  return measurements.flatMap((one) =>
    Object.keys(one.figures).map((name) => selectorOf(one, name)),
  )
}

describe('the selector of a figure', () => {
  it('is its stage and metric where these are enough', () => {
    expect(selectorsOf('q: mean=0.5\nk: mean=1.5\n')).toEqual([
      { stage: 'q', metric: 'mean' },
      { stage: 'k', metric: 'mean' },
    ])
  })

  it('takes the heading that tells it from others', () => {
    expect(selectorsOf('=== A ===\nq: mean=0.5\n=== B ===\nq: mean=1.5\n')).toEqual([
      { stage: 'q', metric: 'mean', under: 'A' },
      { stage: 'q', metric: 'mean', under: 'B' },
    ])
  })

  it('takes the layer that tells it from others', () => {
    expect(selectorsOf('layer,q_std\n0,0.5\n1,1.5\n')).toEqual([
      { stage: 'q', metric: 'std', layer: 0 },
      { stage: 'q', metric: 'std', layer: 1 },
    ])
  })

  it('takes the column or key that tells it from others', () => {
    const log =
      '[{"name": "gemm", "dtype": "f16", "time": 5}, {"name": "gemm", "dtype": "f32", "time": 7}]'
    expect(selectorsOf(log)).toEqual([
      { stage: 'gemm.time', metric: 'value', under: '[0]' },
      { stage: 'gemm.time', metric: 'value', under: '[1]' },
    ])
  })

  it('names the pair where the figure speaks of both sides', () => {
    expect(selectorsOf('q (A vs B):\n  max |diff|: 0.5\n')).toEqual([
      { stage: 'q', metric: 'max_abs_diff', side: 'pair' },
    ])
  })

  it('is none where the log says the same of several', () => {
    expect(selectorsOf('q: mean=0.5\nq: mean=1.5\n')).toEqual([null, null])
  })
})
