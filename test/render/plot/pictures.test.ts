import { describe, expect, it } from 'vitest'
import {
  heatPlot,
  limitsPlot,
  spreadPlot,
  telemetryPlot,
} from '../../../spec-tools/render/plot/index.ts'
import type { DivergenceRow, Verdict } from '../../../spec-tools/judge/types.ts'
import { judgement, row, side } from '../markdown/judgements.ts'
import { elements } from './elements.ts'

/** A stage of which a figure takes a share of its limit; null: it was not compared. */
function stage(name: string, share: number | null, verdict: Verdict = 'MATCH'): DivergenceRow {
  const figure = { name: 'relative L2', value: (share ?? 0) * 0.01, limit: 0.01 }
  const compared = { ...figure, bound: 'exactly' as const, from: [] }
  const reasons = share === null ? [] : [{ about: 'relative_l2' as const, text: '', compared }]
  return row({ stage: name, cell: { verdict, reasons, text: verdict } })
}

const of = (rows: DivergenceRow[], names = ['apr', 'gguf']) =>
  judgement({ rows, sides: { candidate: names[0] ?? '', reference: names[1] ?? '' } })
const textsOf = (svg: string | undefined) => elements(svg ?? '').map(({ text }) => text)

/** What an attribute of the elements of one kind says, as numbers. */
function numbers(svg: string | undefined, kind: string, attribute: string): number[] {
  return elements(svg ?? '')
    .filter(({ name }) => name === kind)
    .flatMap(({ attributes }) => Number(attributes.get(attribute) ?? Number.NaN))
}

describe('the picture of limits', () => {
  it('has one axis for all metrics, on which 1 is the limit', () => {
    const svg = limitsPlot(of([stage('q', 0.42), stage('k', 3, 'DIVERGENT')]))
    const found = textsOf(svg)
    expect(found).toContain('share of the limit')
    expect(found).toContain('1')
    expect(found).toContain('q: relative L2 0.0042 of 0.01, MATCH')
    expect(found).toContain('k: relative L2 0.03 of 0.01, DIVERGENT')
  })

  it('is not drawn where no figure decided', () => {
    expect(limitsPlot(of([stage('q', null, 'UNPROVEN')]))).toBeUndefined()
  })
})

describe('the map of layers', () => {
  const parts = Array.from({ length: 13 }, (_, index) => `part_${index}`)
  const big = Array.from({ length: 80 }, (_, layer) =>
    parts.map((part) =>
      layer < 61
        ? stage(`layers.${layer}.${part}`, 0.25)
        : stage(`layers.${layer}.${part}`, 40, 'DIVERGENT'),
    ),
  ).flat()

  it('shows 80 layers of 13 stages, each cell wide enough to be seen and on the paper', () => {
    const svg = heatPlot(of(big))
    const cells = elements(svg ?? '').filter(
      ({ name, attributes }) => name === 'rect' && Number(attributes.get('y')) > 100,
    )
    expect(cells).toHaveLength(80 * 13)
    for (const { attributes } of cells) {
      const [x, width] = ['x', 'width'].map((name) => Number(attributes.get(name)))
      expect(width).toBeGreaterThan(6)
      expect((x ?? 0) + (width ?? 0)).toBeLessThan(900)
    }
    expect(textsOf(svg)).toEqual(expect.arrayContaining([...parts, '0', '79', 'layer']))
  })

  it('marks what diverges, so that nothing rests on colour alone', () => {
    const svg = heatPlot(of(big)) ?? ''
    expect(elements(svg).filter(({ name }) => name === 'path')).toHaveLength(19 * 13 + 1)
    expect(textsOf(svg)).toContain('DIVERGENT 247')
    expect(textsOf(svg)).toContain('layer 61, layers.61.part_0: DIVERGENT, 4000 % of the limit')
  })

  it.each([
    ['stages without layers', [stage('q', 0.1), stage('k', 0.1)]],
    ['one layer', [stage('layers.0.q', 0.1), stage('layers.0.k', 0.1)]],
    ['two stages of one place', [stage('layers.0.q', 0.1), stage('blk 0 q', 0.1)]],
  ])('is not drawn of %s', (_, rows) => {
    expect(heatPlot(of(rows))).toBeUndefined()
  })

  it('reads layers as logs spell them', () => {
    const svg = heatPlot(of([stage('Layer 0/28 qkv', 0.1), stage('Layer 1/28 qkv', 0.1)]))
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['qkv', '0', '1']))
  })
})

describe('the picture of standard deviations', () => {
  const std = (name: string, candidate: string | null, reference: string | null) =>
    row({
      stage: name,
      candidate: candidate === null ? null : side('apr', { std: candidate }),
      reference: reference === null ? null : side('gguf', { std: reference }),
    })

  it('has a mark for each side of each stage, and a gap where a side says nothing', () => {
    const svg = spreadPlot(of([std('a', '1', '1'), std('b', '2', null), std('c', '4', '0.5')]))
    expect(numbers(svg, 'circle', 'cx')).toHaveLength(3 + 1)
    const squares = elements(svg ?? '').filter(
      ({ name, attributes }) => name === 'rect' && attributes.get('width') === '6',
    )
    expect(squares).toHaveLength(2 + 1)
    expect(textsOf(svg)).toContain('c, reference: std 0.5')
  })

  it('has no place for a spread of 0, and is not drawn of one stage', () => {
    expect(spreadPlot(of([std('a', '1', '1'), std('b', '0', '0')]))).toBeUndefined()
  })
})

describe('the picture of the GPU', () => {
  const head = 'timestamp, index, clocks.current.sm [MHz], power.draw [W], temperature.gpu'
  const sample = (second: number, values: string) =>
    `2026/11/24 15:34:${String(second).padStart(2, '0')}.000, 0, ${values}`

  it('has a line for each quantity over the seconds, and none for one that was not sampled', () => {
    const csv = [head, sample(0, '1980 MHz, 95.02 W, [N/A]'), sample(30, '600 MHz, 80 W, [N/A]')]
    const found = textsOf(telemetryPlot(csv.join('\n')))
    expect(found).toEqual(expect.arrayContaining(['SM clock', 'power', 'GPU 0', '30']))
    expect(found).not.toContain('temperature')
    expect(found).not.toContain('memory clock')
  })

  it.each([
    ['nothing', ''],
    ['one sample', `${head}\n${sample(0, '1980 MHz, 95 W, 28')}`],
    ['another table', 'a,b\n1,2\n3,4'],
  ])('is not drawn of %s', (_, csv) => {
    expect(telemetryPlot(csv)).toBeUndefined()
  })
})

it('no name brings anything that acts into a picture', () => {
  const hostile = '<script>alert(1)</script>"/><image href="//x"/>'
  const rows = [0, 1].map((layer) => ({
    ...stage(`layers.${layer}.${hostile}`, 0.5),
    candidate: side(hostile, { std: '1' }),
  }))
  for (const draw of [heatPlot, limitsPlot, spreadPlot]) {
    const kinds = new Set(
      elements(draw(of(rows, [hostile, hostile])) ?? '').map(({ name }) => name),
    )
    expect(kinds.size).toBeGreaterThan(4)
    expect(
      [...kinds].filter((name) => /script|image|a|foreign/.test(name) && name !== 'path'),
    ).toEqual([])
  }
})
