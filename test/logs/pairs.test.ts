import { describe, expect, it } from 'vitest'
import { brief, only, read } from './short.ts'

describe('a line of key=value', () => {
  it('becomes one measurement of the label before the colon', () => {
    expect(brief('  Q-out: n=3584, mean=-0.003912, std=0.260898, min=-1.0314, max=1.3124')).toEqual(
      ['Q-out: n=3584 mean=-0.003912 std=0.260898 min=-1.0314 max=1.3124'],
    )
  })

  it('leaves an index range out of the stage', () => {
    expect(only('  K-part [3584^2..3584^2+512*3584]: n=5, mean=1').stage).toBe('K-part')
    expect(only('  V-part [last 512*3584]: n=5, mean=1').stage).toBe('V-part')
  })

  it('keeps a remark that tells stages apart', () => {
    expect(only('Q-out (Q4K): mean=0.5').stage).toBe('Q-out (Q4K)')
  })

  it('states the count both as a figure and as a fact', () => {
    const { facts, figures } = only('  embeddings     mean=  0.000013 std=  0.017365  (n=25088)')
    expect(facts.n).toBe(25088)
    expect(figures['n']).toEqual({ value: 25088, printed: '25088', line: 1 })
  })

  it('takes pairs in the brackets of a label for pairs of that label', () => {
    expect(brief('Q-out (n=3584): mean=0.1, std=0.2')).toEqual(['Q-out: n=3584 mean=0.1 std=0.2'])
  })

  it('allows blanks behind the mark', () => {
    expect(brief('    ffn_swigl: mean= -0.0026 std=  1.2216')).toEqual([
      'ffn_swigl: mean=-0.0026 std=1.2216',
    ])
  })

  it('gives a value of its own to each key without a label', () => {
    expect(brief('hidden_dim=3584, kv_dim=512')).toEqual([
      'hidden_dim: value=3584',
      'kv_dim: value=512',
    ])
  })

  it('takes b for bytes', () => {
    const { figures, facts, stage } = only('  layer 0: Q=7225344b K=1032192b')
    expect(stage).toBe('layer 0')
    expect(facts).toEqual({ layer: 0, unit: 'bytes' })
    expect(figures['q']).toEqual({ value: 7225344, printed: '7225344', line: 1 })
  })

  it('sets figures of different units apart', () => {
    const { measurements } = read('gemm: time=3.5ms rate=12GB/s count=4')
    expect(measurements.map(({ facts }) => facts.unit)).toEqual(['ms', 'GB/s', undefined])
  })

  it('reads a repeated key as another measurement', () => {
    expect(brief('loop: step=1 step=2')).toEqual(['loop: step=1', 'loop: step=2'])
  })

  it('makes the config a fact of what follows', () => {
    const { measurements } = read('config: hidden=3584 theta=1000000\nqkv: mean=0.5\n')
    expect(measurements[1]?.facts.config).toEqual({ hidden: 3584, theta: 1000000 })
  })

  it('makes the token ids a fact of what follows', () => {
    const { measurements, unread } = read('token_ids: [3838, 374, 220]\nqkv: mean=0.5\n')
    expect(measurements.map(({ facts }) => facts.tokens)).toEqual([[3838, 374, 220]])
    expect(unread).toBe(0)
  })

  it('takes a layer, a shape and a type for facts', () => {
    const { facts, figures } = only('ffn: layer=3 shape=[7,18944] dtype=f16 mean=0.5')
    expect(facts).toEqual({ layer: 3, shape: [7, 18944], dtype: 'f16' })
    expect(Object.keys(figures)).toEqual(['mean'])
  })

  it('puts a counter of progress among the headings', () => {
    const { measurements } = read('[100/14165 batches] loss=8.4273 lr=6.00e-6')
    expect(measurements.map(({ stage }) => stage)).toEqual(['loss', 'lr'])
    expect(measurements[0]?.under).toEqual(['[100/14165 batches]'])
  })
})

describe('a line of key: value', () => {
  it('is a value of what the key names', () => {
    expect(brief('num_layers: 28')).toEqual(['num_layers: value=28'])
    expect(brief('  attn_q_weight: 7225344 bytes')).toEqual(['attn_q_weight: value=7225344'])
  })

  it('is a statistic of the heading above where the key is one', () => {
    expect(
      brief('Embedding:\n  Range: [-0.4160, 0.5273]\n  Mean: 0.0000, Std:   0.0174\n'),
    ).toEqual(['Embedding: min=-0.4160 max=0.5273', 'Embedding: mean=0.0000 std=0.0174'])
  })

  it('is a statistic of the words before it', () => {
    expect(brief('Embedding Mean: 0.5, Std: 0.25')).toEqual(['Embedding: mean=0.5 std=0.25'])
  })

  it('reads nothing from the remark behind it', () => {
    expect(brief('  Expected len: 16515072 (= qkv_dim 4608 × hidden_dim 3584)')).toEqual([
      'Expected len: value=16515072',
    ])
  })

  it('numbers a list by its ordinals', () => {
    expect(brief('  1. token_id=220, logit=16.7368')).toEqual(['1: token_id=220 logit=16.7368'])
  })

  it('reads words and numbers between bars', () => {
    expect(brief('tokens 92 | passed 91 | failed 1')).toEqual([
      'tokens: value=92',
      'passed: value=91',
      'failed: value=1',
    ])
  })

  it('reads a value before a threshold, and not the threshold', () => {
    expect(brief('max diff: 0.0052 < 0.01')).toEqual(['max diff: max_abs_diff=0.0052'])
  })

  it('reads a key of several words before an equals sign', () => {
    expect(brief('hidden dim = 3584')).toEqual(['hidden dim: value=3584'])
    expect(brief('Q: max |diff| = 0.005')).toEqual(['Q: max_abs_diff=0.005'])
  })
})

describe('a pair of sides', () => {
  it('is named by the heading above its figures', () => {
    const log = 'Q-out comparison (F32 vs Q4K):\n  max |diff|: 0.005294\n  RMS diff:    0.000673\n'
    const { measurements } = read(log)
    expect(measurements).toMatchObject([
      {
        stage: 'Q-out',
        side: 'F32',
        against: 'Q4K',
        figures: { max_abs_diff: { printed: '0.005294' } },
      },
      {
        stage: 'Q-out',
        side: 'F32',
        against: 'Q4K',
        figures: { rms_diff: { printed: '0.000673' } },
      },
    ])
  })

  it('is named by the label of its line', () => {
    expect(only('Q diff (F32 vs Q4K): max_diff=0.005')).toMatchObject({
      stage: 'Q',
      side: 'F32',
      against: 'Q4K',
    })
  })

  it('lends its names to the lines of one side', () => {
    const { measurements } = read('Q-out (A vs B):\n  A: mean=0.5\n  B: mean=0.25\n')
    expect(measurements).toMatchObject([
      { stage: 'Q-out', side: 'A', against: null },
      { stage: 'Q-out', side: 'B', against: null },
    ])
  })
})

describe('special values', () => {
  it('keeps what is not finite apart from numbers', () => {
    const { figures } = only('x: mean=nan min=-inf max=inf')
    expect(Object.values(figures).map(({ value }) => value)).toEqual([
      'NaN',
      '-Infinity',
      'Infinity',
    ])
  })

  it('makes no figure of a value that is said to be absent', () => {
    expect(brief('x: mean=None std=null max=N/A n=5')).toEqual(['x: n=5'])
  })

  it('reads what Rust prints for an optional number', () => {
    expect(brief('x: std=Some(0.25) mean=None')).toEqual(['x: std=0.25'])
  })

  it.each([
    ['speedup: 9x', '9', 'x'],
    ['speedup: 9×', '9', 'x'],
    ['mfu: 15.1%', '15.1', '%'],
    ['time: 1.5 µs', '1.5', 'µs'],
    ['rows: 1,234,567', '1,234,567', undefined],
    ['rows: 1_000', '1_000', undefined],
    ['lr: 6.00e-6', '6.00e-6', undefined],
    ['x: +.5', '+.5', undefined],
    ['x: 5.', '5', undefined],
  ])('reads %s', (log, printed, unit) => {
    const { figures, facts } = only(log)
    expect(figures['value']?.printed).toBe(printed)
    expect(figures['value']?.value).toBe(Number(printed.replaceAll(/[,_]/g, '')))
    expect(facts.unit).toBe(unit)
  })

  it('keeps more digits than a number can hold as they were printed', () => {
    expect(only('x: 0.12345678901234567890123').figures['value']).toEqual({
      value: 0.12345678901234568,
      printed: '0.12345678901234567890123',
      line: 1,
    })
  })
})

describe('what only looks like a figure', () => {
  it.each([
    'date: 2026-04-27',
    'time: 12:34:56',
    'address: 0x7f00',
    'driver: 580.159.04',
    'uuid: 01234567-89ab-4cde-8f01-23456789abcd',
    'CUDA Version: 13.0',
    'sha256: 123456',
    'model: /data/0.5/1.25',
    'range: 0..5',
    'shard 1 of 5 done',
    'progress: 13241/24081',
    'loss=0,512',
    'x: 1,23',
    'ratio: 4:3',
    'x: 1e999',
    'x: 5 of 10',
    'x: ~0.5',
    'Whichever stage above matches GGUF std=1.14 is BEFORE the divergence point.',
    'The next stage is where the 9× APR std blowup is introduced.',
    'Loading /models/qwen2.5-coder-7b-instruct-q4k.apr...',
    'commit f24946412 from PR #1083',
    'v2.74.0 released',
  ])('is left unread: %s', (log) => {
    const { measurements, unread, samples } = read(log)
    expect(measurements).toEqual([])
    expect(unread).toBe(1)
    expect(samples[0]?.line).toBe(1)
  })
})

describe('what a line says beside its figures', () => {
  it('is no figure where it names a device', () => {
    expect(brief('Running on cuda:0\n')).toEqual([])
    expect(brief('device: cuda:1, loss: 0.5\n')).toEqual(['loss: value=0.5'])
  })

  it('is no unit where it is what a function is of', () => {
    expect(only('sum(x): 4.30\n').facts.unit).toBe(undefined)
    expect(only('speedup (x): 4.30\n').facts.unit).toBe('x')
    expect(only('Power(W): 291.31\n').facts.unit).toBe('W')
  })

  it('is no name of figures where it is a verdict', () => {
    expect(brief('CHECK FAILED: 1.5 vs 1.25 (abs 0.25)\n')).toEqual([])
    expect(brief('Test PASSED: 12.5 ms\n')).toEqual([])
  })

  it('is told where figures are lost in a name', () => {
    const { unreadLines } = read(
      'Sort-8   12.3ms ± 0%  12.4ms ± 1%  (p=0.218)\n' +
        'Iteration 100 (2.3 iter/s), loss = 0.4512\n',
    )
    expect(unreadLines).toEqual([
      { line: 1, reason: expect.stringContaining('12.3ms') },
      { line: 2, reason: expect.stringContaining('2.3') },
    ])
  })

  it('is taken off with the place in the source that a logger prints', () => {
    expect(brief('INFO 06-01 12:00:00 metrics.py:455] loss: 0.5\n')).toEqual(['loss: value=0.5'])
  })
})

it('a key that goes on from a name between bars is told, and no statistic of the label', () => {
  const { measurements, unreadLines } = read('q: |a-b|max=0.5 |a|max=2')
  expect(measurements).toEqual([])
  expect(unreadLines).toHaveLength(1)
  expect(brief('loss=0.5|acc=0.9|f1=0.3')).toHaveLength(3)
})
