/**
 * The figures of the investigation that this project is modelled on (paiml/aprender, SHIP-007), as its
 * diagnostics print them, and the diagnostics themselves where the shared data is present.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Measurement } from '../../spec-tools/evidence/index.ts'
import { readLog } from '../../spec-tools/logs/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import { evidenceOf, investigationOf, noFiles } from './bundle.ts'

const own = {
  'qkv.txt': `
Path A: F32 fused qkv (matches forward path):
  Q-out [0..3584]: n=3584, mean=-0.003912, std=0.260898, min=-1.0314, max=1.3124

Path B: Q4K dispatched Q only:
  Q-out (Q4K): n=3584, mean=-0.003899, std=0.260868, min=-1.0291, max=1.3128

Q-out comparison (F32 vs Q4K):
  max |diff|: 0.005294
  RMS diff:    0.000673
`,
  'reference.txt': `
=== REFERENCE NUMBERS ===
APR  layer 0 qkv (from existing trace): mean=0.2559, std=10.3291
GGUF layer 0 qkv (from existing trace): mean=-0.0163, std=1.1402
`,
  'published.csv': `layer,apr_ffn_swigl_std,gguf_ffn_swigl_std
2,0.0709,0.0630
3,1.2216,0.0670
`,
  'last-token.csv': `layer,apr_ffn_swigl_std_last_token,gguf_ffn_swigl_std_last_token
2,0.044931,0.063019
3,0.083436,0.067006
`,
}

const seed = join(import.meta.dirname, '../../../shared/data/seed')
const shared = {
  'qkv.txt': 'diag_apr_qkv_layer0.txt',
  'reference.txt': 'diag_qkv_bisection_layer0.txt',
  'published.csv': 'layers_apr_vs_gguf.csv',
  'last-token.csv': 'layers_apr_vs_gguf_last_token.csv',
}

type Name = keyof typeof own

function measured(name: Name, text: string): Measurement[] {
  const diagnostic = name.replace(/\..*/, '')
  return readLog(text, { diagnostic, file: `logs/${name}` }).measurements
}

function suite(read: (name: Name) => string): void {
  const judged = (names: readonly Name[], declared: object) =>
    judge({
      evidence: {
        ...evidenceOf([]),
        measurements: names.flatMap((name) => measured(name, read(name))),
      },
      ...noFiles,
      investigation: investigationOf({
        sides: { candidate: 'apr', reference: 'gguf' },
        ...declared,
      }),
    })

  const qOut = { id: 'Q-out', candidate: { name: 'F32' }, reference: { name: 'Q4K' } }

  it('comes to the same when every diagnostic ran twice and printed the same', () => {
    const names: Name[] = ['qkv.txt', 'published.csv', 'last-token.csv']
    const once = names.flatMap((name) => measured(name, read(name)))
    const again = once.map((one) => ({ ...one, id: `${one.id} again`, repeat: 1 }))
    const of = (measurements: Measurement[]) => {
      const evidence = { ...evidenceOf([]), measurements }
      const stages = [{ ...qOut, floor: { relative_l2: 0.01 } }]
      const declared = { sides: { candidate: 'apr', reference: 'gguf' }, stages }
      return judge({ evidence, investigation: investigationOf(declared), ...noFiles }).rows
    }
    const [single, twice] = [of(once)[0]!, of([...once, ...again])[0]!]
    expect(twice.cell.text).toBe('MATCH(relL2 .0026≤.01)')
    expect({ ...twice, candidate: null, reference: null, repeats: undefined }).toEqual({
      ...single,
      candidate: null,
      reference: null,
      repeats: undefined,
    })
    expect(twice.repeats).toEqual([
      '2 runs of F32 agree to all printed digits',
      '2 runs of Q4K agree to all printed digits',
    ])
  })

  it('Q-out matches the declared floor', () => {
    const stages = [{ ...qOut, floor: { relative_l2: 0.01 } }]
    expect(judged(['qkv.txt'], { stages }).rows).toMatchObject([
      {
        cell: { text: 'MATCH(relL2 .0026≤.01)' },
        maxAbsDiff: { text: '0.005294' },
        rmsDiff: { text: '0.000673' },
        relativeL2: { text: '0.00258' },
        cosine: { text: '0.9999967' },
        candidate: { n: { value: 3584 }, asserted: [] },
      },
    ])
  })

  it('Q-out stays open without a floor, with its relative L2 shown', () => {
    expect(judged(['qkv.txt'], { stages: [qOut] }).rows).toMatchObject([
      { cell: { text: 'UNPROVEN(floor?)' }, relativeL2: { text: '0.00258' } },
    ])
  })

  it('layer-0 qkv is not compared, and the next step asks for the counts', () => {
    const { rows, first, next } = judged(['reference.txt'], { stages: ['layer-0 qkv'] })
    expect(rows).toMatchObject([{ cell: { text: 'UNPROVEN(n?, tok?)' }, ratio: null }])
    expect(first.stages).toEqual([])
    expect(next[0]!.capture).toContain('the element count n and the token selection')
  })

  it('layer-0 qkv is incomparable with the counts given', () => {
    const stages = [
      {
        id: 'layer-0 qkv',
        candidate: { assert: { n: 32256 } },
        reference: { assert: { n: 4608 } },
      },
    ]
    const { rows } = judged(['reference.txt'], { stages })
    expect(rows).toMatchObject([{ cell: { text: 'INCOMPARABLE(n 32256≠4608)' }, ratio: null }])
  })

  it('the published layer table gives no ratio', () => {
    const table = (candidate: object, reference: object) =>
      judged(['published.csv'], {
        stages: [2, 3].map((layer) => ({ id: `layer ${layer} ffn_swigl`, candidate, reference })),
        floor: { relative_l2: 0.01 },
      }).rows.map(({ cell, ratio }) => [cell.text, ratio])
    expect(table({}, {})).toEqual([
      ['UNPROVEN(n?, tok?)', null],
      ['UNPROVEN(n?, tok?)', null],
    ])
    expect(table({ assert: { n: 132608 } }, { assert: { n: 18944 } })).toEqual([
      ['INCOMPARABLE(n 132608≠18944)', null],
      ['INCOMPARABLE(n 132608≠18944)', null],
    ])
  })

  it('like for like layer 3 is at 1.2452, inside of [0.5, 2.0]', () => {
    const counted = { assert: { n: 18944 } }
    const { rows, hypotheses } = judged(['last-token.csv'], {
      stages: [2, 3].map((layer) => ({
        id: `layer ${layer} ffn_swigl`,
        candidate: counted,
        reference: counted,
      })),
      measurements: { ratio: { stage: 'layer 3 ffn_swigl', side: 'pair', metric: 'ratio' } },
      hypotheses: [
        {
          id: 'H1',
          claim: 'normal',
          confirm: 'ratio >= 0.5 && ratio <= 2.0',
          refute: 'ratio > 10',
        },
      ],
    })
    expect(rows.map(({ ratio }) => ratio!.text)).toEqual(['0.7130', '1.2452'])
    expect(rows[1]!.candidate).toMatchObject({ asserted: ['n'], facts: { selection: 'last' } })
    expect(hypotheses).toMatchObject([{ outcome: 'CONFIRMED' }])
  })
}

describe('on figures of the seed', () => {
  suite((name) => own[name])
})

const present = existsSync(seed)
describe.skipIf(!present)(
  `on the seed’s own logs${present ? '' : ` (skipped: ${seed} is absent)`}`,
  () => {
    suite((name) => readFileSync(join(seed, shared[name]), 'utf8'))
  },
)
