import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divergencePlot } from '../../../spec-tools/render/plot/index.ts'
import type { DivergenceRow, Judgement, Verdict } from '../../../spec-tools/judge/types.ts'
import { cell, judgement, quantity, row } from '../markdown/judgements.ts'
import { elements } from './elements.ts'

const floor = (relativeL2: number): DivergenceRow['floor'] => ({
  relativeL2,
  origin: 'declared',
  text: `relative L2 ${relativeL2}, declared`,
})

function stage(name: string, relativeL2: string | null, verdict: Verdict): DivergenceRow {
  const compared = relativeL2 !== null
  return row({
    stage: name,
    relativeL2: compared ? quantity(relativeL2) : null,
    floor: compared ? floor(1e-4) : null,
    cell: cell(verdict, `${verdict}(of ${name})`),
  })
}

const rows = [
  stage('embed', '0.00001', 'MATCH'),
  stage('q', null, 'UNPROVEN'),
  stage('k', '0.02', 'DIVERGENT'),
  stage('v', null, 'NONFINITE'),
]

const first = (stages: string[]): Judgement['first'] => ({
  ...judgement().first,
  status: stages.length === 1 ? 'one' : 'bracket',
  stages,
  text: `first ∈ {${stages.join(', ')}}.`,
})

function plot(change: Partial<Judgement> = {}): string {
  return divergencePlot(judgement({ rows, first: first(['k']), ...change })) ?? ''
}

const texts = (svg: string) => elements(svg).map(({ text }) => text)

describe('the divergence plot', () => {
  it('is one well-formed picture that says what it shows, for those who do not see it', () => {
    const [svg, title, description] = elements(plot())
    expect([svg?.name, title?.name, description?.name]).toEqual(['svg', 'title', 'desc'])
    expect(svg?.attributes.get('role')).toBe('img')
    expect(title?.text).toBe('Divergence of apr from gguf by stage')
    expect(description?.text).toBe(
      '4 stages of apr (candidate) and gguf (reference): 1 MATCH, 1 DIVERGENT, 1 NONFINITE, 1 UNPROVEN. first ∈ {k}.',
    )
  })

  it('gives each verdict a shape and a colour that no other has', () => {
    const verdicts: Verdict[] = [
      'MATCH',
      'DIVERGENT',
      'NONFINITE',
      'UNPROVEN',
      'INCOMPARABLE',
      'MISSING',
      'NO-DATA',
    ]
    const looks = verdicts.map((verdict) => {
      const svg = plot({ rows: [stage('a', '0.1', 'MATCH'), stage('b', null, verdict)] })
      const parts = elements(svg)
      const named = parts.findIndex(({ text }) => text === `b: ${verdict}(of b)`)
      const drawn = parts[named + 1]?.attributes
      const shape = drawn?.get('d')?.replaceAll(/[^MLZa]/g, '')
      return `${shape} ${drawn?.get('stroke')} ${drawn?.get('fill')}`
    })
    expect(new Set(looks).size).toBe(verdicts.length)
  })

  it('puts what was not compared, and what is not finite, on bands of their own', () => {
    expect(texts(plot())).toEqual(expect.arrayContaining(['not compared', 'not finite']))
  })

  it('has no bands where every stage has a figure', () => {
    const all = texts(plot({ rows: rows.filter(({ relativeL2 }) => relativeL2 !== null) }))
    expect(all).not.toContain('not compared')
  })

  it('puts a larger difference higher up, and the noise floor at its own height', () => {
    const parts = elements(plot({ rows: [rows[0]!, rows[2]!, stage('o', '0.0001', 'MATCH')] }))
    const heightOf = (name: string) => {
      const at = parts.findIndex(({ text }) => text.startsWith(`${name}: relative L2`))
      const path = parts.slice(at).find(({ name: kind }) => kind === 'path')
      const numbers = (path?.attributes.get('d')?.match(/-?[\d.]+/g) ?? []).map(Number)
      return numbers[1] ?? Number.NaN
    }
    const line = parts.find(
      ({ name, attributes }) => name === 'path' && attributes.has('stroke-dasharray'),
    )
    const [, floorHeight] = (line?.attributes.get('d')?.match(/[\d.]+/g) ?? []).map(Number)
    expect(heightOf('k')).toBeLessThan(heightOf('o'))
    expect(heightOf('o')).toBeLessThan(heightOf('embed'))
    expect(floorHeight).toBeCloseTo(heightOf('o'), 0)
  })

  it('gives a difference of zero a place of its own below the decades', () => {
    expect(texts(plot({ rows: [stage('a', '0', 'MATCH'), stage('b', '0.1', 'MATCH')] }))).toContain(
      '0',
    )
    expect(texts(plot())).not.toContain('0')
  })

  it('names the stage that diverges first, and says how many may be', () => {
    expect(texts(plot())).toContain('first divergence: k')
    expect(texts(plot({ first: first(['q', 'k']) }))).toContain(
      'first divergence is one of these 2',
    )
  })

  it('draws the ratio where only summaries are known', () => {
    const ratio = row({ ratio: quantity('1.2154'), cell: cell('DIVERGENT') })
    const shown = texts(plot({ rows: [ratio] }))
    expect(shown).toContain('std ratio, a / b')
    expect(shown).not.toContain('relative L2, ‖a−b‖ / ‖b‖')
  })

  it('draws both where some stages have tensors and others summaries', () => {
    const ratio = row({ stage: 'z', ratio: quantity('1.2154'), cell: cell('DIVERGENT') })
    const shown = texts(plot({ rows: [rows[0]!, ratio] }))
    expect(shown).toEqual(expect.arrayContaining(['std ratio, a / b', 'relative L2, ‖a−b‖ / ‖b‖']))
  })

  it('is not made where no stage has a figure', () => {
    expect(divergencePlot(judgement())).toBeUndefined()
    expect(divergencePlot(judgement({ rows: [rows[1]!, rows[3]!] }))).toBeUndefined()
  })

  it('names some of many stages, none over another, the first divergent one among them', () => {
    const many = Array.from({ length: 90 }, (_, index) =>
      stage(`model.layers.${index}.self_attn.o_proj.output`, '0.001', 'MATCH'),
    )
    const name = many[31]?.stage ?? ''
    const parts = elements(plot({ rows: many, first: first([name]) }))
    const turned = parts.filter(({ attributes }) => attributes.get('transform')?.includes('-60'))
    const places = turned.map(({ attributes }) => Number(attributes.get('x')))
    const gaps = places.slice(1).map((x, index) => x - (places[index] ?? 0))
    expect(turned.length).toBeGreaterThan(20)
    expect(Math.min(...gaps)).toBeGreaterThan(11)
    const bold = turned.filter(({ attributes }) => attributes.get('font-weight') === '600')
    expect(bold.map(({ text }) => text)).toEqual(['model.layer…attn.o_proj.output'])
    expect(texts(plot({ rows: many, first: first([name]) }))).toContain(
      `stage, in the order of the computation (${turned.length} of 90 named)`,
    )
  })

  it('is the same bytes for the same judgement', () => {
    expect(plot()).toBe(plot())
  })

  it('holds nothing that acts or is fetched, whatever stages and sides are called', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 6 }),
        fc.string({ unit: 'binary' }),
        (names, side) => {
          const hostile = [
            ...names,
            '<script>alert(1)</script>',
            '"/><image href="//x"/>',
            ']]>\uFFFE',
          ]
          const svg = plot({
            rows: hostile.map((name) => stage(name, '0.5', 'DIVERGENT')),
            sides: { candidate: side, reference: 'b' },
            first: first(hostile.slice(0, 2)),
          })
          const kinds = new Set(elements(svg).map(({ name }) => name))
          expect([...kinds].filter((name) => !drawn.has(name) && name !== 'style')).toEqual([])
          expect(svg.match(/<style>[^<]*<\/style>/g)).toEqual(
            plot().match(/<style>[^<]*<\/style>/g),
          )
          expect(svg.match(/<style/g)).toHaveLength(1)
          // eslint-disable-next-line no-control-regex
          expect(svg).not.toMatch(/[\u0000-\u0009\u000B-\u001F\uFFFE\uFFFF]|\p{Cs}/u)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('stays on the paper, whatever the figures are', () => {
    const value = fc.oneof(
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, Number.MIN_VALUE, Number.MAX_VALUE, Number.NaN, Infinity),
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 5 }),
        (all) => {
          const svg = plot({
            rows: all.map(([relative, ratio, noise], index) =>
              row({
                stage: `s${index}`,
                relativeL2: index % 2 ? quantity(String(relative)) : null,
                ratio: quantity(String(ratio)),
                floor: Number.isFinite(noise) ? floor(noise) : null,
                cell: cell('DIVERGENT'),
              }),
            ),
          })
          if (svg === '') return
          const [canvas] = elements(svg)
          const [width, height] = ['width', 'height'].map((name) =>
            Number(canvas?.attributes.get(name)),
          )
          for (const { name, attributes } of elements(svg)) {
            if (name !== 'text') continue
            const [x, y] = ['x', 'y'].map((key) => Number(attributes.get(key)))
            expect({ x, within: x! >= 0 && x! <= width! }).toEqual({ x, within: true })
            expect({ y, within: y! >= 0 && y! <= height! }).toEqual({ y, within: true })
          }
          expect(svg).not.toContain('NaN"')
        },
      ),
      { numRuns: 50 },
    )
  })
})

/** All that a plot is made of. */
const drawn = new Set(['svg', 'title', 'desc', 'rect', 'line', 'path', 'text', 'g'])
