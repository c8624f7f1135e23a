import { describe, expect, it } from 'vitest'
import { readMeasurements } from '../../spec-tools/index.ts'
import { short, source } from './short.ts'

function problems(text: string): string[] {
  return readMeasurements(text, source).problems.map(({ line, message }) => `${line}: ${message}`)
}

describe('the file named by $CODICIL_MEASUREMENTS', () => {
  it('holds a measurement a line, with figures flat or apart', () => {
    const text =
      '{"stage": "q", "against": "Q4K", "side": "F32", "max_abs_diff": 5e-3}\n\n' +
      '{"stage": "k", "figures": {"mean": 0.5, "std": "NaN"}, "unit": "ms", "selection": "last"}\n'
    const { measurements } = readMeasurements(text, source)
    expect(measurements.map(short)).toEqual(['q: max_abs_diff=5e-3', 'k: mean=0.5 std=NaN'])
    expect(measurements.map(({ id }) => id)).toEqual(['d/measurements:1', 'd/measurements:3'])
    expect(measurements[1]?.facts).toEqual({ unit: 'ms', selection: 'last' })
  })

  it('reports each malformed line with its number and reads the others', () => {
    const text = [
      '{"stage": "q", "mean": 0.5}',
      'mean=0.5',
      '{"stage": "q"}',
      '{"mean": 0.5}',
      '{"stage": "q", "mean": "high"}',
      '{"stage": "q", "Mean": 1}',
      '{"stage": "q", "layer": -1, "mean": 1}',
      '{"stage": "q", "mean": 1, "mean": 2}',
    ].join('\n')
    const { measurements, unread } = readMeasurements(text, source)
    expect(measurements).toHaveLength(1)
    expect(unread).toBe(7)
    expect(problems(text)).toEqual([
      '2: column 1: expected a value',
      expect.stringMatching(/^3: states no figure/),
      expect.stringMatching(/^4: stage: /),
      expect.stringMatching(/^5: mean: /),
      expect.stringMatching(/^6: Mean: a statistic is lower-case/),
      expect.stringMatching(/^7: layer: /),
      expect.stringMatching(/^8: column 27: the key "mean" stands here a second time/),
    ])
  })
})
