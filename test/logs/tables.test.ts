import { describe, expect, it } from 'vitest'
import { brief, only, read, short } from './short.ts'

describe('a wide CSV', () => {
  const csv = 'layer,apr_ffn_std,gguf_ffn_std,ratio\n0,0.0881,0.0793,1.11\n3,1.2216,0.0670,18.23\n'

  it('gives a measurement for each column of a row, with the statistic of its name', () => {
    expect(brief(csv)).toEqual([
      'apr_ffn: std=0.0881',
      'gguf_ffn: std=0.0793',
      'ratio: value=1.11',
      'apr_ffn: std=1.2216',
      'gguf_ffn: std=0.0670',
      'ratio: value=18.23',
    ])
  })

  it('states the layer of its rows as a fact and among the headings', () => {
    const { measurements } = read(csv)
    expect(measurements.at(-1)).toMatchObject({ facts: { layer: 3 }, under: ['layer 3'] })
  })

  it('is not disturbed by its header in the middle', () => {
    const [header = '', ...rows] = csv.split('\n')
    const { measurements, unread } = read([header, rows[0], header, rows[1]].join('\n'))
    expect(measurements).toHaveLength(6)
    expect(unread).toBe(0)
  })

  it('takes a last-token suffix for the token selection', () => {
    const { measurements } = read('layer,a_std_last_token,b_std\n0,0.5,0.25\n')
    expect(measurements.map(({ stage, facts }) => [stage, facts.selection])).toEqual([
      ['a', 'last'],
      ['b', undefined],
    ])
  })

  it('puts the statistics of one stage together', () => {
    expect(brief('stage,n,mean,std\nq,5,0.5,0.25\n')).toEqual(['q: n=5 mean=0.5 std=0.25'])
  })

  it('reads units in the header and in the cells', () => {
    const { measurements } = read('pid, name, used [MiB]\n1658504, /opt/apr, 6636 MiB\n')
    expect(measurements).toMatchObject([
      { stage: '/opt/apr used', facts: { unit: 'MiB' }, under: ['pid 1658504'] },
    ])
  })

  it('needs no header, and takes dates and times for no numbers', () => {
    expect(brief('2026/04/22 07:42:57.308, 903 MiB, 23144 MiB, 39 %\n')).toEqual([
      'column 2: value=903',
      'column 3: value=23144',
      'column 4: value=39',
    ])
  })

  it('may be separated by tabs', () => {
    expect(brief('a_std\tb_std\n0.5\t0.25\n')).toEqual(['a: std=0.5', 'b: std=0.25'])
  })

  it('may hold quoted cells with commas', () => {
    expect(brief('stage,mean\n"q, k",0.5\n')).toEqual(['q, k: mean=0.5'])
  })

  it('ends where the number of cells changes', () => {
    expect(brief('a,b\n1,2\nhello, world, and 5 more\n')).toEqual(['a: value=1', 'b: value=2'])
  })

  it('makes no figure of an empty cell or of one that says that nothing is there', () => {
    expect(brief('a,b,c,d\n1,,N/A,nan\n')).toEqual(['a: value=1', 'd: value=nan'])
  })
})

describe('a Markdown table', () => {
  it('names its rows by the first column', () => {
    const log =
      '| Stage | n | mean | Status |\n|---|---:|---:|---|\n| Q | 3,584 | **-0.5** | ✅ PASS |\n'
    const { measurements, claims } = read(log)
    expect(measurements).toMatchObject([
      { stage: 'Q', facts: { n: 3584 }, figures: { n: { value: 3584 }, mean: { value: -0.5 } } },
    ])
    expect(claims.map(({ source }) => source.line)).toEqual([3])
  })

  it('joins the row with a column that names no statistic', () => {
    expect(
      brief('| op | actual | target |\n|--|--|--|\n| gemm | 2.55 GFLOPS | 100.00 GFLOPS |\n'),
    ).toEqual(['gemm actual: value=2.55', 'gemm target: value=100.00'])
  })

  it('may lack header and frame', () => {
    const { measurements, claims } = read('gemm | 2.55 GFLOPS | 100.00 GFLOPS | ✅ PASS\n')
    expect(measurements.map(({ facts }) => facts.unit)).toEqual(['GFLOPS', 'GFLOPS'])
    expect(claims).toHaveLength(1)
  })

  it('states the side where a column names the implementation', () => {
    const log = '| stage | side | mean |\n|--|--|--|\n| q | apr | 0.5 |\n'
    expect(only(log)).toMatchObject({ stage: 'q', side: 'apr' })
  })
})

describe('other tables', () => {
  it('may be drawn with box characters', () => {
    const log = '┌───┬───┐\n│ stage │ std │\n├───┼───┤\n│ q │ 1.25 │\n└───┴───┘\n'
    expect(brief(log)).toEqual(['q: std=1.25'])
  })

  it('may be aligned by blanks', () => {
    expect(brief('stage      n     mean\nQ-out   3584  -0.0039\n')).toEqual([
      'Q-out: n=3584 mean=-0.0039',
    ])
  })

  it('may have a line of units below the header', () => {
    const log = '# gpu    pwr  gtemp\n# Idx      W      C\n    0    106     37\n'
    const { measurements } = read(log)
    expect(measurements).toMatchObject([
      { stage: 'pwr', facts: { unit: 'W' }, under: ['GPU 0'] },
      { stage: 'gtemp', facts: { unit: 'C' } },
    ])
  })

  it('are left unread where the header takes several lines', () => {
    const log = '+---+---+\n| a | b |\n| c | d |\n|===+===|\n| x | 5 |\n+---+---+\n'
    expect(read(log)).toMatchObject({ measurements: [], unread: 1 })
  })
})

it('rows of a table are told apart by sizes that are no plain numbers', () => {
  const { measurements, unread } = read('Size  Latency\n1K    0.8 us\n1.5M  61.5 us\n')
  expect(measurements.map(({ under, facts }) => [...under, facts.unit])).toEqual([
    ['Size 1K', 'us'],
    ['Size 1.5M', 'us'],
  ])
  expect(unread).toBe(0)
})

it('rows of a table are told apart by the column behind their date', () => {
  const { measurements } = read('Timestamp,GPU,Util\n2026/03/04 05:06:07,3,47\n')
  expect(measurements.map(({ under, stage }) => [...under, stage])).toEqual([['GPU 3', 'Util']])
})

describe('cells', () => {
  it('may hold quotes, written twice', () => {
    expect(brief('kernel,mean\n"attn ""fwd""",2.5\n')).toEqual(['attn "fwd": mean=2.5'])
  })

  it('may be names with bars of their own', () => {
    expect(brief('name | max|Δ|\n-----|-------\nq_out | 0.5\n')).toEqual([
      'q_out max|Δ|: value=0.5',
    ])
  })

  it('may go on in the next row, deeper', () => {
    const table = [
      '+--------------+------+',
      '| kernel       | mean |',
      '+==============+======+',
      '| fused        |      |',
      '|   (two runs) | 25.1 |',
      '| copy         | 12.5 |',
      '+--------------+------+',
    ]
    expect(brief(table.join('\n'))).toEqual(['fused (two runs): mean=25.1', 'copy: mean=12.5'])
  })

  it('of two columns of one name are told, not read', () => {
    const { measurements, unreadLines } = read('calls  seconds  seconds\n244  0.03  0.01\n')
    expect(measurements.map(({ stage }) => stage)).toEqual(['calls'])
    expect(unreadLines.map(({ reason }) => reason)).toEqual(['not read on this line: 0.03, 0.01'])
  })

  it.each([
    'Model | ppl ↓\n------|------\nq4 | 5.96\n',
    ' Model | ppl ↓ \n-------+-------\n q4 | 5.96\n',
  ])('stand below a rule without a frame: %j', (table) => {
    expect(brief(table)).toEqual(['q4 ppl ↓: value=5.96'])
  })
})

describe('`±` in the cells of a table', () => {
  it.each([
    ['time (mean ± σ) [ms]', '5.2 ± 0.03', 'q time: mean=5.2 std=0.03', 'ms'],
    ['acc ± stderr', '0.91 ± 0.02', 'q acc: value=0.91 stderr=0.02', undefined],
    ['tok/s', '81.2 +/- 1.2', 'q tok/s: value=81.2 plus_minus=1.2', 'tok/s'],
    ['mean', '81.2±1.2 ms', 'q: mean=81.2 plus_minus=1.2', 'ms'],
    ['lat', '98.2% ± 0.3%', 'q lat: value=98.2 plus_minus=0.3', '%'],
  ])('is what the column says: %s, %s', (column, cell, reading, unit) => {
    const markdown = `| kernel | ${column} |\n| --- | --- |\n| q | ${cell} |`
    const aligned = `kernel     ${column}     calls\nq     ${cell}     7`
    expect(brief(markdown)).toEqual([reading])
    expect(brief(aligned)[0]).toBe(reading)
    expect(read(markdown).measurements[0]!.facts.unit).toBe(unit)
  })

  it.each(['1.2 ± 3%', '1.2 ±', '± 0.3', '1.2 ± 0.3 ± 0.1', '1.2 ± 0.3 (5)', '1.2 ± a few'])(
    'is told where it can be meant in several ways: %s',
    (cell) => {
      const { measurements, unreadLines } = read(
        `| kernel | lat | calls |\n| --- | --- | --- |\n| q | ${cell} | 64 |`,
      )
      expect(measurements.map(short)).toEqual(['q calls: value=64'])
      expect(unreadLines).toHaveLength(1)
    },
  )

  it('may be said by the row', () => {
    const log = '| Metric | Value |\n| --- | --- |\n| e2e_mean ± std (s) | 1.20 ± 0.05 |'
    expect(brief(log)).toEqual(['e2e: mean=1.20 std=0.05'])
  })
})

it('rows are named by their models, whatever these look like', () => {
  const log = '| model | ppl |\n| --- | --- |\n| 70B | 3.1 |\n| 7B q4 | 5.9 |'
  expect(brief(log)).toEqual(['70B ppl: value=3.1', '7B q4 ppl: value=5.9'])
})
