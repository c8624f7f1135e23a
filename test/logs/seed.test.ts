/** The real logs of the investigation that the project is modelled on, where they are present. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Measurement } from '../../spec-tools/index.ts'
import { read } from './short.ts'

const folder = join(import.meta.dirname, '../../../shared/data')
const present = existsSync(join(folder, 'seed'))

function measurements(file: string): Measurement[] {
  return read(readFileSync(join(folder, file))).measurements
}

function printed(file: string, stage: string, under = ''): Record<string, string> {
  const found = measurements(file).filter(
    (one) => one.stage === stage && one.under.join('\n').includes(under),
  )
  const figures = found.flatMap((one) => Object.entries(one.figures))
  return Object.fromEntries(figures.map(([statistic, figure]) => [statistic, figure.printed]))
}

describe.skipIf(!present)('the shared logs (skipped where the shared folder is absent)', () => {
  it('give the summaries of Q-out and the figures of the pair', () => {
    const file = 'seed/diag_apr_qkv_layer0.txt'
    expect(printed(file, 'Q-out', 'Path A')).toEqual({
      n: '3584',
      mean: '-0.003912',
      std: '0.260898',
      min: '-1.0314',
      max: '1.3124',
    })
    expect(printed(file, 'Q-out (Q4K)')).toMatchObject({ n: '3584', std: '0.260868' })
    const pair = measurements(file).filter(({ against }) => against === 'Q4K')
    expect(pair).toMatchObject([
      { stage: 'Q-out', side: 'F32', figures: { max_abs_diff: { printed: '0.005294', line: 29 } } },
      { stage: 'Q-out', side: 'F32', figures: { rms_diff: { printed: '0.000673', line: 30 } } },
    ])
  })

  it('state no count for the published qkv of layer 0', () => {
    const { facts } = measurements('seed/diag_qkv_bisection_layer0.txt').at(-2)!
    expect(facts).toMatchObject({ layer: 0, tokens: [3838, 374, 220, 17, 10, 17, 30] })
    expect(facts.n).toBeUndefined()
  })

  it('give every stage of the bisection with its count', () => {
    const counts = measurements('seed/diag_qkv_bisection_layer0.txt')
      .filter(({ under }) => under[0]?.startsWith('[STAGE'))
      .map(({ facts }) => facts.n)
    expect(counts).toEqual([
      25088, 25088, 32256, 25088, 3584, 3584, 4608, 32256, 25088, 3584, 25088,
    ])
  })

  it('give 28 layers of seven populations each', () => {
    const layers = measurements('seed/check_q4k_population.txt').filter(({ facts }) => facts.unit)
    expect(layers).toHaveLength(6)
    expect(layers.every(({ figures }) => Object.keys(figures).length === 7)).toBe(true)
  })

  it('give layer 3 of both layer tables', () => {
    const layer3 = (file: string) =>
      measurements(file)
        .filter(({ facts }) => facts.layer === 3)
        .map(({ stage, facts, figures }) => [stage, facts.selection, figures['std']?.printed])
    expect(layer3('seed/layers_apr_vs_gguf.csv').slice(0, 2)).toEqual([
      ['apr_ffn_swigl', undefined, '1.2216'],
      ['gguf_ffn_swigl', undefined, '0.0670'],
    ])
    expect(layer3('seed/layers_apr_vs_gguf_last_token.csv').slice(0, 2)).toEqual([
      ['apr_ffn_swigl', 'last', '0.083436'],
      ['gguf_ffn_swigl', 'last', '0.067006'],
    ])
  })

  it('give nothing for 444 NUL bytes, and intervals for every Criterion benchmark', () => {
    expect(measurements('evidence/whisper-trace.log')).toEqual([])
    const intervals = measurements('evidence/trueno-criterion-baseline.txt')
      .flatMap(({ figures }) => Object.keys(figures))
      .filter((statistic) => /^(?:time|thrpt)(?:_change)?(?:_low|_high)?$/.test(statistic))
    const ofEach = Map.groupBy(
      intervals,
      (statistic) => /_(?:low|high)$/.exec(statistic)?.[0] ?? '',
    )
    expect(ofEach.get('')?.length).toBeGreaterThan(400)
    expect(ofEach.get('_low')?.length).toBe(ofEach.get('')?.length)
    expect(ofEach.get('_high')?.length).toBe(ofEach.get('')?.length)
  })
})
