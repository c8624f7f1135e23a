import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judged, type Line } from './bundle.ts'

const sides = { candidate: 'fast', reference: 'exact' }
const facts = { n: 4096, selection: 'last' as const }
const pairLine = (figures: Record<string, string>, stage = 'out'): Line => ({
  stage,
  side: 'fast',
  against: 'exact',
  facts: { n: 4096 },
  ...figures,
})
const exact: Line = { stage: 'out (exact)', facts: { n: 4096 }, mean: '0.1000', std: '2.0000' }
const fast: Line = { stage: 'out (fast)', facts: { n: 4096 }, mean: '0.1001', std: '2.0010' }

/** The cell of the one stage `out`. */
function cellOf(lines: readonly Line[], declared: object = {}): string {
  return judged(lines, { sides, stages: ['out'], ...declared }).rows[0]!.cell.text
}

const floor = { floor: { relative_l2: 0.01 } }

describe('the verdict on figures that one process printed about both sides', () => {
  const lines = [fast, exact, pairLine({ rms_diff: '0.0120', max_abs_diff: '0.090' })]

  it('matches at or below a declared floor', () => {
    expect(cellOf(lines, floor)).toBe('MATCH(relL2 .006≤.01)')
  })

  it('diverges above it', () => {
    expect(cellOf(lines, { floor: { relative_l2: 0.002 } })).toBe('DIVERGENT(relL2 .006>.002)')
  })

  it('stays open without a floor, with the relative L2 shown', () => {
    const [row] = judged(lines, { sides, stages: ['out'] }).rows
    expect(row!.cell.text).toBe('UNPROVEN(floor?)')
    expect(row!.relativeL2!.text).toBe('0.0060')
  })

  it('stays open where the printed digits do not reach', () => {
    const coarse = [fast, exact, pairLine({ rms_diff: '0.02' })]
    expect(cellOf(coarse, floor)).toBe('UNPROVEN(relL2 .0075–.012)')
  })

  it('can rest on the largest difference alone, which bounds the RMS', () => {
    expect(cellOf([fast, exact, pairLine({ max_abs_diff: '0.010' })], floor)).toBe(
      'MATCH(relL2 .0052≤.01)',
    )
  })

  it('takes a floor of the stage before that of the investigation', () => {
    const stages = [{ id: 'out', floor: { relative_l2: 0.001, because: 'A-A' } }]
    const [row] = judged(lines, { sides, stages, ...floor }).rows
    expect(row!.cell.text).toBe('DIVERGENT(relL2 .006>.001)')
    expect(row!.floor).toMatchObject({ origin: 'declared', text: expect.stringContaining('A-A') })
  })

  it('takes a floor that repeats of a side show where that is larger', () => {
    const repeat = { ...pairLine({ rms_diff: '0.0400' }), against: 'fast' }
    const [row] = judged([...lines, repeat], { sides, stages: ['out'], ...floor }).rows
    expect(row!.floor).toMatchObject({ origin: 'measured' })
    expect(row!.floor!.relativeL2).toBeCloseTo(0.02, 3)
  })

  it('needs the count', () => {
    const uncounted = lines.map((line) => ({ ...line, facts: {} }))
    expect(cellOf(uncounted, floor)).toBe('UNPROVEN(n?)')
  })

  it('may have the count asserted where only the difference was printed', () => {
    const only: Line = { stage: 'out', side: 'fast', against: 'exact', relative_l2: '0.0020' }
    const assert = { n: 4096 }
    const stages = [{ id: 'out', candidate: { assert }, reference: { assert } }]
    expect(cellOf([only], floor)).toBe('UNPROVEN(n?)')
    expect(cellOf([only], { stages, ...floor })).toBe('MATCH(relL2 .002≤.01)')
  })

  it.each([
    ['an RMS above the largest difference', { rms_diff: '0.5000', max_abs_diff: '0.1000' }],
    ['a largest difference above √n times the RMS', { rms_diff: '0.0010', max_abs_diff: '9.000' }],
    ['an RMS below the gap of the stds', { rms_diff: '0.0001' }],
    ['an RMS above what the stds allow', { rms_diff: '9.0000' }],
  ])('flags %s', (_, figures) => {
    const { rows, warnings } = judged([fast, exact, pairLine(figures)], {
      sides,
      stages: ['out'],
      ...floor,
    })
    expect(rows[0]!.cell).toMatchObject({ verdict: 'UNPROVEN', reasons: [{ about: 'bounds' }] })
    expect(warnings[0]).toContain('contradict each other')
  })

  it('flags a summary that no tensor has', () => {
    const odd = { ...exact, min: '-0.5000', max: '0.5000' }
    expect(cellOf([fast, odd, pairLine({ rms_diff: '0.0120' })], floor)).toBe(
      'UNPROVEN(B: impossible summary)',
    )
  })
})

describe('the verdict on summaries of two processes', () => {
  const of = (stage: string, figures: Record<string, string>): Line => ({
    stage,
    facts,
    ...figures,
  })
  const near = [
    of('out fast', { mean: '0.1000', std: '2.0010' }),
    of('out exact', { mean: '0.1000', std: '2.0000' }),
  ]

  it('is never a match', () => {
    expect(cellOf(near, { floor: { relative_l2: 0.5 } })).toBe('UNPROVEN(relL2 .00033–2)')
    const constant = ['out fast', 'out exact'].map((stage) =>
      of(stage, { mean: '5.0000', std: '0.0000' }),
    )
    expect(cellOf(constant, { floor: { relative_l2: 0.5 } })).toMatch(/^UNPROVEN/)
  })

  it('diverges where even the least possible difference is above the floor', () => {
    const apart = [of('out fast', { mean: '0.1', std: '3.0000' }), near[1]!]
    expect(cellOf(apart, { floor: { relative_l2: 0.02 } })).toBe('DIVERGENT(relL2 ≥.5>.02)')
  })

  it('gives the ratio but no verdict without a floor', () => {
    const [row] = judged(near, { sides, stages: ['out'] }).rows
    expect(row!.cell.text).toBe('UNPROVEN(floor?)')
    expect(row!.ratio!.text).toBe('1.0005')
  })

  it('gives no ratio where the gate is not passed', () => {
    const [row] = judged(
      near.map((line) => ({ ...line, facts: {} })),
      { sides, stages: ['out'] },
    ).rows
    expect(row).toMatchObject({ ratio: null, relativeL2: null, cosine: null })
    expect(row!.cell.text).toBe('UNPROVEN(n?, tok?)')
  })

  it('cannot bound a relative L2 without a mean', () => {
    const meanless = near.map(({ stage, std }): Line => ({ stage, facts, std }))
    expect(cellOf(meanless, floor)).toBe('UNPROVEN(relL2?)')
  })

  it('puts values that are not finite first', () => {
    const broken = [near[0]!, of('out exact', { mean: 'NaN', std: 'NaN' })]
    expect(cellOf(broken, floor)).toBe('NONFINITE(B: mean NaN, std NaN)')
  })

  it('counts values that are not finite where the log does', () => {
    const broken = [{ ...near[0]!, nan: '3' }, near[1]!]
    expect(cellOf(broken, floor)).toBe('NONFINITE(A: 3 NaN)')
  })

  it('tells which side is missing', () => {
    expect(cellOf([near[0]!])).toBe('MISSING(B)')
    expect(cellOf([near[1]!])).toBe('MISSING(A)')
    expect(cellOf([])).toBe('NO-DATA')
  })

  it('has no data where nothing was counted', () => {
    expect(cellOf(near.map((line) => ({ ...line, facts: { ...facts, n: 0 } })))).toBe('NO-DATA')
  })

  it('labels what was asserted', () => {
    const uncounted = near.map((line) => ({ ...line, facts: {} }))
    const assert = { n: 4096, selection: 'last' }
    const stages = [{ id: 'out', candidate: { assert }, reference: { assert } }]
    const [row] = judged(uncounted, { sides, stages }).rows
    expect(row!.cell.text).toBe('UNPROVEN(floor?)')
    expect(row!.candidate).toMatchObject({ asserted: ['n', 'selection'], n: { how: 'asserted' } })
  })

  it('believes the log rather than an assertion that contradicts it', () => {
    const stages = [{ id: 'out', candidate: { assert: { n: 7 } } }]
    const { rows, warnings } = judged(near, { sides, stages })
    expect(rows[0]!.candidate!.n!.value).toBe(4096)
    expect(warnings[0]).toContain('the log states another')
  })
})

describe('picking measurements', () => {
  const qkv = (stage: string, std: string, more: Partial<Line> = {}): Line => ({
    stage,
    std,
    facts,
    ...more,
  })
  const measurementsOf = (
    lines: readonly Line[],
    declared: object = { stages: ['layer-0 qkv'] },
  ) => {
    const [row] = judged(lines, {
      sides: { candidate: 'APR', reference: 'GGUF' },
      ...declared,
    }).rows
    return [row!.candidate?.measurements, row!.reference?.measurements, row!.cell.text]
  }

  it('finds sides in labels, whatever their case, marks and remarks', () => {
    const lines = [
      qkv('apr  layer 0 qkv (from existing trace)', '1.0'),
      qkv('layer_0_qkv_gguf [0..3584]', '2.0'),
    ]
    expect(measurementsOf(lines)).toEqual([['m1'], ['m2'], 'UNPROVEN(floor?)'])
  })

  it('finds sides in headings', () => {
    const lines = [
      qkv('qkv', '1.0', { under: ['Path A: APR', 'Layer 0/28 [OK]'] }),
      qkv('qkv', '2.0', { under: ['Path B: GGUF', 'Layer 0/28 [OK]'] }),
    ]
    expect(measurementsOf(lines)).toEqual([['m1'], ['m2'], 'UNPROVEN(floor?)'])
  })

  it('does not find a side inside of a longer word', () => {
    expect(measurementsOf([qkv('aprx layer 0 qkv', '1.0')])).toEqual([
      undefined,
      undefined,
      'NO-DATA',
    ])
  })

  it('takes no heading that names both sides for either', () => {
    const lines = [qkv('qkv', '1.0', { under: ['APR vs GGUF', 'layer 0'] })]
    expect(measurementsOf(lines)[2]).toBe('NO-DATA')
  })

  it('does not take another layer', () => {
    const lines = [qkv('apr qkv', '1.0', { facts: { ...facts, layer: 1 } })]
    expect(measurementsOf(lines)[2]).toBe('NO-DATA')
  })

  it('prefers the label that says no more than was asked for', () => {
    const lines = [
      qkv('apr layer 0 qkv', '1.0'),
      qkv('apr layer 0 qkv (post-bias)', '9.0'),
      qkv('gguf layer 0 qkv', '2.0'),
    ]
    expect(measurementsOf(lines)[0]).toEqual(['m1'])
  })

  it('does not guess between measurements that differ', () => {
    const lines = [
      qkv('apr layer 0 qkv (pre-bias)', '1.0'),
      qkv('apr layer 0 qkv (post-bias)', '9.0'),
      qkv('gguf layer 0 qkv', '2.0'),
    ]
    const { rows, warnings } = judged(lines, {
      sides: { candidate: 'apr', reference: 'gguf' },
      stages: ['layer-0 qkv'],
    })
    expect(rows[0]!.cell.text).toBe('UNPROVEN(side?)')
    expect(warnings[0]).toContain('logs/probe.txt:1, logs/probe.txt:2')
  })

  it('joins measurements that say the same, and keeps the more precise figure', () => {
    const lines = [
      qkv('apr layer 0 qkv', '10.33'),
      qkv('apr layer 0 qkv', '10.3291'),
      qkv('gguf layer 0 qkv', '2.0'),
    ]
    const [row] = judged(lines, {
      sides: { candidate: 'apr', reference: 'gguf' },
      stages: ['layer-0 qkv'],
    }).rows
    expect(row!.candidate!.measurements).toEqual(['m1', 'm2'])
    expect(row!.candidate!.figures['std']!.text).toBe('10.3291')
  })

  it('does not take one measurement for both sides', () => {
    const stages = [{ id: 'q', candidate: { stage: 'qkv' }, reference: { stage: 'qkv' } }]
    expect(measurementsOf([qkv('qkv', '1.0')], { stages })[2]).toBe('UNPROVEN(side?)')
  })

  it('tells the sides apart by the diagnostic that printed them', () => {
    const lines = [
      qkv('qkv', '1.0', { diagnostic: 'run-a' }),
      qkv('qkv', '2.0', { diagnostic: 'run-b' }),
    ]
    const stages = [
      { id: 'qkv', candidate: { diagnostic: 'run-a' }, reference: { diagnostic: 'run-b' } },
    ]
    expect(measurementsOf(lines, { stages })).toEqual([['m1'], ['m2'], 'UNPROVEN(floor?)'])
  })

  it.each([
    ['layer 3', ['layer 30', 'Layer 3/28 [OK]'], ['m2']],
    ['3/28', ['Layer 13/28', 'Layer 3/280', 'at 3/28'], ['m3']],
    ['28 layers', ['128 layers: 28 layers'], ['m1']],
    ['layer ３', ['layer 3 of 28'], ['m1']],
    ['pass 1', ['bypass 12', 'pass 12'], undefined],
  ])('takes %j for a heading with that number, not with a longer one', (under, headings, found) => {
    const lines = headings.map((heading, at) => qkv('qkv', `${at}.5`, { under: [heading] }))
    const stages = [{ id: 'qkv', candidate: { under } }]
    expect(measurementsOf(lines, { stages })[0]).toEqual(found)
  })

  it('takes the layer that is asked for, wherever the log states it', () => {
    const lines = [
      qkv('apr qkv', '1.0', { under: ['Layer 30'] }),
      qkv('apr qkv', '2.0', { under: ['Layer 3/28 [OK]'] }),
      qkv('apr qkv', '3.0'),
      qkv('gguf qkv', '4.0', { facts: { ...facts, layer: 3 } }),
      qkv('gguf layer 4 qkv', '5.0'),
    ]
    const at = (layer: number) => ({
      stages: [{ id: 'qkv', candidate: { layer }, reference: { layer } }],
    })
    expect(measurementsOf(lines, at(3))).toEqual([['m2'], ['m4'], 'UNPROVEN(floor?)'])
    expect(measurementsOf(lines, at(4))[2]).toBe('MISSING(A)')
  })

  it('does not take the other side where one is missing', () => {
    const lines = [qkv('apr layer 0 qkv', '1.0')]
    const stages = [
      { id: 'q', candidate: { stage: 'layer 0 qkv' }, reference: { stage: 'layer 0 qkv' } },
    ]
    expect(measurementsOf(lines, { stages })).toEqual([['m1'], undefined, 'MISSING(B)'])
  })

  it('lists what no stage and no name uses', () => {
    const { unused } = judged([fast, exact, { stage: 'elsewhere', value: '3' }], {
      sides,
      stages: ['out'],
    })
    expect(unused).toEqual(['m3'])
  })
})

describe('without an investigation', () => {
  it('pairs what the log itself holds against each other', () => {
    const lines: Line[] = [
      { stage: 'Q-out', under: ['Path A: F32 fused'], facts: { n: 8 }, mean: '0.1', std: '1.0' },
      { stage: 'K-out', under: ['Path A: F32 fused'], facts: { n: 8 }, mean: '0.1', std: '1.0' },
      { stage: 'Q-out (Q4K)', facts: { n: 8 }, mean: '0.1', std: '1.0' },
      { stage: 'Q-out', side: 'F32', against: 'Q4K', rms_diff: '0.010' },
    ]
    const { rows, sides: found } = judged(lines, null)
    expect(found).toEqual({ candidate: 'F32', reference: 'Q4K' })
    expect(rows).toMatchObject([
      {
        stage: 'Q-out',
        cell: { text: 'UNPROVEN(floor?)' },
        candidate: { measurements: ['m1'] },
        reference: { measurements: ['m3'] },
      },
    ])
  })

  it('does not take names that differ in a word for sides', () => {
    const lines: Line[] = [
      { stage: 'K-out', facts, mean: '0.1', std: '1.0' },
      { stage: 'V-out', facts, mean: '0.1', std: '1.0' },
    ]
    expect(judged(lines, null)).toMatchObject({ rows: [], unused: ['m1', 'm2'] })
  })

  it('keeps the same stage of two diagnostics apart', () => {
    const lines = ['first', 'second'].flatMap((diagnostic): Line[] => [
      { stage: 'a out', diagnostic, under: ['a vs b'], facts, mean: '0.1', std: '1.0' },
      {
        stage: 'b out',
        diagnostic,
        under: ['a vs b'],
        facts,
        mean: '0.1',
        std: diagnostic === 'first' ? '1.0' : '2.0',
      },
    ])
    expect(judged(lines, null).rows.map(({ stage }) => stage)).toEqual([
      'out (first)',
      'out (second)',
    ])
  })
})

describe('the run', () => {
  it('is doubted where a diagnostic did not end well', () => {
    const stream = { file: 'logs/a.txt', bytes: 10, kept: 5, unread: 0, samples: [] }
    const { warnings } = judged([], null, {
      partial: ['disk full'],
      diagnostics: [
        {
          id: 'a',
          command: 'x',
          device: 'cpu',
          startedAt: '2026-04-27T10:00:00Z',
          seconds: 1,
          exit: { code: null, signal: 'SIGKILL', timedOut: true },
          stdout: stream,
          stderr: { ...stream, bytes: 0, kept: 0 },
        },
      ],
    })
    expect(warnings).toEqual([
      'The bundle is not whole: disk full',
      'a was stopped by its timeout.',
      'logs/a.txt: 5 of 10 bytes were read; figures in between may be missing.',
    ])
  })

  it('is judged the same whatever the order of its measurements', () => {
    const lines = [fast, exact, pairLine({ rms_diff: '0.0120' })]
    const cells = [lines, lines.toReversed()].map((order) => cellOf(order, floor))
    expect(cells[0]).toBe(cells[1])
  })
})

describe('whatever a log holds', () => {
  it('comes to a judgement that can be written as JSON', () => {
    const text = fc.constantFrom(
      'out fast',
      'out exact',
      'out',
      'layer 1 out',
      '(((',
      '[0..3]',
      'ratio',
    )
    const figure = fc.oneof(
      fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
      fc.constantFrom('NaN', '-Infinity', '0', '0.000', '1e300', '-5'),
    )
    const line: fc.Arbitrary<Line> = fc.record(
      {
        stage: text,
        side: fc.constantFrom('fast', 'exact', 'other'),
        against: fc.constantFrom('fast', 'exact'),
        under: fc.array(text, { maxLength: 2 }),
        facts: fc.record(
          { n: fc.nat(4), selection: fc.constantFrom<'all' | 'last'>('all', 'last') },
          { requiredKeys: [] },
        ),
        mean: figure,
        std: figure,
        max: figure,
        rms_diff: figure,
        max_abs_diff: figure,
        injected: figure,
      },
      { requiredKeys: ['stage'] },
    )
    const both = (rms_diff: string) => [fast, exact, pairLine({ rms_diff })]
    const verdicts = new Set<string>()
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.boolean(), (lines, declared) => {
        const { rows } = judged(lines, declared ? { sides, stages: ['out'], ...floor } : null)
        for (const row of rows) {
          verdicts.add(row.cell.verdict)
          expect(JSON.parse(JSON.stringify(row)).cell.text).toBe(row.cell.text)
          const gated = ['INCOMPARABLE', 'MISSING', 'NO-DATA'].includes(row.cell.verdict)
          expect(gated && row.ratio !== null).toBe(false)
        }
      }),
      // Figures that chance seldom pairs.
      {
        numRuns: 2000,
        examples: [
          [both('0.0120'), true],
          [both('0.4'), true],
        ],
      },
    )
    expect(verdicts.size).toBeGreaterThan(2)
  })
})
