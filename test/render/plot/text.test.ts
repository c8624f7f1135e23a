import { describe, expect, it } from 'vitest'
import { divergenceText } from '../../../spec-tools/render/plot/index.ts'
import { cell, judgement, quantity, row } from '../markdown/judgements.ts'

const rows = [
  row({
    stage: 'embed',
    relativeL2: quantity('0.00001'),
    floor: { relativeL2: 0.0001, origin: 'declared', text: '' },
    cell: cell('MATCH', 'MATCH(relL2 1e-5≤1e-4)'),
  }),
  row({ stage: 'q' }),
  row({
    stage: 'k',
    relativeL2: quantity('0.1'),
    floor: { relativeL2: 0.0001, origin: 'declared', text: '' },
    cell: cell('DIVERGENT', 'DIVERGENT(relL2 .1>1e-4)'),
  }),
]

describe('the divergence plot in characters', () => {
  it('has one line a stage, the mark further to the right the further the sides are apart', () => {
    const first = { ...judgement().first, stages: ['k'] }
    expect(divergenceText(judgement({ rows, first }))).toMatchInlineSnapshot(`
      "relative L2  10⁻⁵      10⁻⁴      10⁻³      10⁻²      10⁻¹
      embed        ●         ┊                                MATCH(relL2 1e-5≤1e-4)
      q            □                                          UNPROVEN(n?, tok?)
      k            ──────────┊─────────────────────────────◆  DIVERGENT(relL2 .1>1e-4)  ◀ first
                   ┊ noise floor"
    `)
  })

  it('measures a ratio from 1', () => {
    const summaries = [
      row({ stage: 'a', ratio: quantity('0.5'), cell: cell('DIVERGENT') }),
      row({ stage: 'b', ratio: quantity('4.5'), cell: cell('DIVERGENT') }),
    ]
    const [, low = '', high = ''] =
      divergenceText(judgement({ rows: summaries }))?.split('\n') ?? []
    expect(low.indexOf('◆')).toBeLessThan(low.lastIndexOf('─'))
    expect(high.indexOf('◆')).toBeGreaterThan(high.lastIndexOf('─'))
  })

  it('is not made where nothing was compared', () => {
    expect(divergenceText(judgement({ rows: [row()] }))).toBeUndefined()
  })

  it('keeps a stage on its line, whatever it is called', () => {
    const named = [{ ...rows[0]!, stage: 'a\n```\n::error::b\u202E' }]
    expect(divergenceText(judgement({ rows: named }))?.split('\n')).toHaveLength(3)
  })
})
