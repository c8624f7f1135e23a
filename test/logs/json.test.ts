import { describe, expect, it } from 'vitest'
import { brief, only, read } from './short.ts'

describe('JSON in a log', () => {
  it('names numbers by their path', () => {
    expect(brief('{"a": {"b": [1, {"c": 2.50}]}, "d": 3}')).toEqual([
      'a.b[1].c: value=2.50',
      'a.b[0]: value=1',
      'd: value=3',
    ])
  })

  it('puts the statistics of one thing together', () => {
    const log =
      '{\n "layer_3": {\n  "apr_std": 1.25,\n  "apr_mean": -0.5,\n  "gguf_std": 0.5\n }\n}\n'
    const { measurements } = read(log)
    expect(measurements).toMatchObject([
      {
        stage: 'layer_3.apr',
        facts: { layer: 3 },
        figures: { std: { line: 3 }, mean: { line: 4 } },
      },
      { stage: 'layer_3.gguf' },
    ])
  })

  it('gives a number a name where its key has none', () => {
    expect(brief('{"": 7}')).toEqual(['value: value=7'])
  })

  it('names an object by its own name, with the path among the headings', () => {
    const { measurements } = read('{"spans": [{"name": "gemm", "duration_us": 50}]}')
    expect(measurements).toMatchObject([{ stage: 'gemm.duration_us', under: ['spans[0]'] }])
  })

  it('may follow lines of text', () => {
    expect(brief('loading 5 files\n{\n  "x": 1\n}\ny: 2\n')).toEqual(['x: value=1', 'y: value=2'])
  })

  it('may be one object a line', () => {
    expect(brief('{"loss": 0.5}\n{"loss": 0.25}\n')).toEqual([
      'loss: value=0.5',
      'loss: value=0.25',
    ])
  })

  it('may hold the NaN that Python prints', () => {
    expect(only('{"x": NaN}').figures['value']?.value).toBe('NaN')
  })

  it('never takes a string for a number', () => {
    expect(read('{\n"capability": "8.9",\n"date": "2025-12-16"\n}')).toMatchObject({
      measurements: [],
      unread: 1,
    })
  })

  it('states verdicts as claims', () => {
    const { claims } = read('{"verdict": "18x, decisive", "passed": true}')
    expect(claims.map(({ text }) => text)).toEqual(['verdict: 18x, decisive', 'passed: true'])
  })

  it('that breaks off is unread, and the lines behind it are read as text', () => {
    const { measurements, unread } = read('{\n  "x": 1,\n  oops\ny: 2\n')
    expect(measurements.map(({ stage }) => stage)).toEqual(['y'])
    expect(unread).toBe(1)
  })

  it('keeps what stood in parts that were whole before it broke off', () => {
    expect(brief('{"a": {"x": 1},\nnonsense\n')).toEqual(['a.x: value=1'])
  })

  it('numbers what it finds on a line, in whatever order that is', () => {
    const log = 'x=1\n{"a": 1, "b": {"c": 2},\n "d": {"e": 3}, "f": 4}\ny=5\n'
    expect(read(log).measurements.map(({ id, stage }) => [id, stage])).toEqual([
      ['d:1', 'x'],
      ['d:2', 'b.c'],
      ['d:2.2', 'a'],
      ['d:3', 'd.e'],
      ['d:3.2', 'f'],
      ['d:4', 'y'],
    ])
  })

  it('takes a list of token ids and a shape for facts', () => {
    expect(only('{"token_ids": [1, 2], "shape": [7, 5], "mean": 0.5}').facts).toEqual({
      tokens: [1, 2],
      shape: [7, 5],
    })
  })

  it('is not confused with bracketed text', () => {
    expect(brief('[1/14 batches] loss=0.5\n[STAGE 2] x: 1\n{5}\n')).toEqual([
      'loss: value=0.5',
      '[STAGE 2] x: value=1',
    ])
  })

  it('does not end for its depth', () => {
    const deep = `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`
    expect(read(`${deep}\nx: 2\n`).measurements.map(({ stage }) => stage)).toEqual(['x'])
  })

  it('may stand on a line of any length', () => {
    const numbers = Array.from({ length: 50_000 }, (_, nth) => nth / 8)
    const { measurements, unread } = read(`{"values": [${numbers.join(', ')}]}\nx: 1\n`)
    expect(measurements).toHaveLength(50_001)
    expect(measurements[49_999]).toMatchObject({
      stage: 'values[49999]',
      figures: { value: { value: 6249.875 } },
    })
    expect(measurements[0]?.source.raw.length).toBeLessThan(1200)
    expect(unread).toBe(0)
  })
})

describe('a JSON line of the published schema', () => {
  it('is taken at its word', () => {
    const line = '{"stage": "q", "side": "F32", "layer": 0, "n": 5, "mean": -0.50, "dtype": "f16"}'
    expect(only(line)).toMatchObject({
      stage: 'q',
      side: 'F32',
      facts: { layer: 0, n: 5, dtype: 'f16' },
      figures: { n: { printed: '5' }, mean: { value: -0.5, printed: '-0.50' } },
    })
  })
})
