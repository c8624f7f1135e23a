import { describe, expect, it } from 'vitest'
import { read } from './short.ts'

function under(log: string): string[] | undefined {
  return read(log).measurements.at(-1)?.under
}

describe('the headings above a figure', () => {
  it('are the lines that are less indented', () => {
    expect(under('Run one\n  Layer  3/28 [OK]\n    ffn: mean= -0.5\n')).toEqual([
      'Run one',
      'Layer 3/28 [OK]',
    ])
  })

  it('end with their indentation', () => {
    expect(under('A:\n  x: 1\nB:\n  y: 2\n')).toEqual(['B'])
  })

  it('may end with a colon and stand at the same depth, up to a blank line', () => {
    expect(under('Results:\nmax diff: 0.5\n')).toEqual(['Results'])
    expect(under('Results:\n\nmax diff: 0.5\n')).toEqual([])
  })

  it.each([
    '=== Numbers ===',
    '## Numbers',
    '== Numbers',
    '--- Numbers ---',
    '── Numbers ──',
    'Numbers\n=======',
  ])('may be a banner such as %j', (banner) => {
    expect(under(`${banner}\n\nx: 1\ny: 2\n`)).toEqual(['Numbers'])
  })

  it('state the layer and the selection of what is below them', () => {
    const { measurements } = read('Layer 12, last token:\n  q: mean=0.5\n')
    expect(measurements[0]?.facts).toEqual({ layer: 12, selection: 'last' })
  })

  it('state a shape in brackets', () => {
    const { measurements } = read('[STAGE 3] bias (shape=4608): as follows\n  bias: mean=0.5\n')
    expect(measurements[0]?.facts).toEqual({ shape: [4608] })
  })

  it('count as unread where they have digits and head nothing', () => {
    expect(read('Step 1 of the plan\nStep 2 of the plan\n  x: 1\n')).toMatchObject({
      unread: 1,
      samples: [{ line: 1 }],
    })
  })
})

describe('printed verdicts', () => {
  it.each([
    '| gemm | 2.55 | ✅ PASS |',
    'Layer 3/28 [OK]',
    'verdict: the bias is missing',
    'the difference is within tolerance',
    'max diff: 0.5 FAIL',
    'test result: ok. 5 passed; 0 failed',
    'Performance has regressed.',
    '✓ 28 layers populated',
  ])('are claims: %s', (line) => {
    expect(read(`${line}\n`).claims.map(({ text }) => text)).toEqual([line])
  })

  it.each(['passed 92 tests', 'config okay', 'OKAPI', 'a pass over the data'])(
    'are not seen in %s',
    (line) => {
      expect(read(`${line}\n`).claims).toEqual([])
    },
  )
})

describe('grammars of known tools', () => {
  it('takes the interval of Criterion with its estimate', () => {
    const { measurements } = read(
      'add/100   time:   [55.093 ns 55.710 ns 56.234 ns]\n' +
        '          change:\n' +
        '            time:   [-11.656% -9.4170% -7.0078%] (p = 0.00 < 0.05)\n',
    )
    expect(measurements).toMatchObject([
      {
        stage: 'add/100',
        facts: { unit: 'ns' },
        figures: { time_low: {}, time: { printed: '55.710' }, time_high: {} },
      },
      { stage: 'add/100', facts: { unit: '%' }, figures: { time_change: { printed: '-9.4170' } } },
      { stage: 'add/100', figures: { time_change_p: { printed: '0.00' } } },
    ])
  })

  it('takes the name, type and shape of an eval-callback line for what follows', () => {
    const { measurements } = read(
      'common_debug_cb_eval:   Qcur-3 (reshaped) = (f32)    RESHAPE(Qcur-3{3584, 7, 1, 1}, }) = {128, 28, 7, 1}\n' +
        '        [\n         [ -0.0038, 0.0031, ..., 0.0016],\n        ]\n        sum = -0.179448\n',
    )
    expect(measurements).toMatchObject([
      {
        stage: 'Qcur-3 (reshaped)',
        facts: { dtype: 'f32', shape: [7, 28, 128], n: 25088, layer: 3 },
        figures: { sum: { value: -0.179448 } },
      },
    ])
  })
})

describe('the sides that a heading announces', () => {
  const sidesOf = (log: string) =>
    read(log).measurements.map(({ side, against }) => [side, against])
  const both = ['A', 'B']
  const neither = [null, null]

  it('hold for the differences of its block', () => {
    expect(sidesOf('Comparing A vs B\n\nmax |diff|: 0.5\n')).toEqual([both])
    const parts = 'Comparing A vs B\n\nlayer 0:\nmax |diff|: 0.1\n\nlayer 1:\nmax |diff|: 0.2\n'
    expect(sidesOf(parts)).toEqual([both, both])
    const stages = '## A vs B\n### q_out\nmax |diff|: 0.1\n### k_out\nmax |diff|: 0.2\n'
    expect(sidesOf(stages)).toEqual([both, both])
  })

  it.each(['Other benchmark', '## Training', 'Timing:'])(
    'end with a heading such as %s',
    (other) => {
      const log = `Comparing A vs B\nmax |diff|: 0.1\n\n${other}\nmax |diff|: 0.2\n`
      expect(sidesOf(log)).toEqual([both, neither])
    },
  )
})
