import { toString } from 'mdast-util-to-string'
import { describe, expect, it } from 'vitest'
import type { Reason } from '../../../spec-tools/judge/types.ts'
import {
  figureTables,
  noteTable,
  stageCounts,
  stageTable,
  toMarkdown,
} from '../../../spec-tools/render/markdown/index.ts'
import { cell, judgement, quantity, row, side } from './judgements.ts'

type Row = ReturnType<typeof row>

const lines = (...rows: Row[]) => {
  const drawn = stageTable(judgement({ rows }), rows)
  return drawn ? toMarkdown([drawn]).trimEnd().split('\n') : []
}

const notes = (...rows: Row[]) => {
  const drawn = noteTable(rows)
  return drawn ? toMarkdown([drawn]).trimEnd().split('\n').slice(2) : []
}

const decided = (verdict: 'MATCH' | 'DIVERGENT', value: number, limit: number, name = 'error') => {
  const compared = { name, value, limit, bound: 'exactly' as const, from: [] }
  const reason: Reason = { about: 'criterion', text: `${name} ${value}`, compared }
  return { ...cell(verdict), reasons: [reason] }
}

describe('the table of stages', () => {
  it('says the verdict first, with a sign, and both sides last', () => {
    const reasons: Reason[] = [
      { about: 'n', text: 'n?' },
      { about: 'selection', text: 'tok?' },
    ]
    expect(lines(row({ cell: { ...cell('UNPROVEN'), reasons } }))).toEqual([
      '|  | Stage | Decided by | Of its limit | std apr / gguf |',
      '| --- | --- | --- | ---: | ---: |',
      '| ? unproven | `qkv` | counts and tokens not stated | – | 10.33 / 1.140 |',
    ])
  })

  it('says how much of its limit a figure takes', () => {
    const share = (value: number, limit: number) =>
      lines(row({ cell: decided(value > limit ? 'DIVERGENT' : 'MATCH', value, limit) }))[2]
    expect(share(0.0042, 0.01)).toContain('✓ match | `qkv` | error | 0.0042 of 0.01 · 42 % |')
    expect(share(0.999058, 1)).toContain('⚠ near | `qkv` | error | 0.999 of 1 · 99.9 % |')
    expect(share(0.9999999, 1)).not.toContain('100 %')
    expect(share(0.5, 0.01)).toContain('✗ divergent | `qkv` | error | 0.5 of 0.01 · 50 times |')
  })

  it('calls a count that is met exactly no near miss', () => {
    expect(lines(row({ cell: decided('MATCH', 1, 1, 'hashes') }))[2]).toContain('✓ match')
    expect(lines(row({ cell: decided('MATCH', 1, 1, 'error_over_bound') }))[2]).toContain('⚠ near')
  })

  it('says which side was not measured, and which has values that are not finite', () => {
    const lost = { ...cell('MISSING'), reasons: [{ about: 'side', text: 'B' } as const] }
    const nan = {
      ...cell('NONFINITE'),
      reasons: [{ about: 'nonfinite', text: 'A: 3 NaN' } as const],
    }
    expect(lines(row({ cell: lost, reference: null }))[2]).toContain('gguf was not measured')
    expect(lines(row({ cell: nan }))[2]).toContain('✗ not finite | `qkv` | apr: 3 NaN')
  })

  it('has four columns where no row has a figure of its sides', () => {
    expect(lines(row({ candidate: side('apr'), reference: side('gguf') }))[0]).toBe(
      '|  | Stage | Decided by | Of its limit |',
    )
  })

  it('leaves out the middle of a name that a page cannot hold', () => {
    const [, , long] = lines(row({ stage: 'model.layers.17.self_attention.output.dense.weight' }))
    expect(long).toContain('…')
    expect(long).toContain('.dense.weight')
  })

  it('is not drawn when nothing was compared', () => {
    expect(stageTable(judgement(), [])).toBeUndefined()
  })

  it('cannot be broken by the name of a stage', () => {
    const hostile = 'a | b\n| --- |\n`<i>` @team'
    const rows = [row({ stage: hostile })]
    const drawn = stageTable(judgement({ rows }), rows)
    expect(toString(drawn?.children[1]?.children[1])).toBe('a | b | --- | `<i>` @team')
  })
})

describe('all figures', () => {
  it('stand in one table by side and one by pair, with four digits', () => {
    const rows = [
      row({
        candidate: { ...side('apr', { std: '0.260898' }), n: quantity('3584') },
        maxAbsDiff: quantity('0.005294'),
        relativeL2: quantity('2.38418579e-07'),
        cell: cell('MATCH', 'MATCH(relL2 .0026≤.01)'),
      }),
    ]
    const drawn = toMarkdown(figureTables(judgement({ rows }), rows))
    expect(drawn).toContain('| `qkv` | apr | 3,584 | 0.2609 |')
    expect(drawn).toContain(String.raw`| Stage | max \|diff\| | relative L2 | Verdict |`)
    expect(drawn).toContain('| 0.005294 | 2.38e-7 | `MATCH(relL2 .0026≤.01)` |')
  })

  it('say which side a replay finds at fault', () => {
    const injected = quantity('0.21')
    const replayed = { stage: 'qkv', side: 'candidate', injected, propagated: null } as const
    const judged = judgement({
      rows: [row()],
      first: { ...judgement().first, replays: [{ ...replayed, atFault: 'yes' }] },
    })
    expect(toMarkdown(figureTables(judged, judged.rows))).toContain(
      '| `qkv` | apr | 0.21 | – | **at fault** |',
    )
  })
})

describe('the notes', () => {
  it('say where a limit comes from, who vouches, and what was asserted', () => {
    const floor = {
      relativeL2: 0.01,
      origin: 'declared',
      text: 'relative L2 0.01, declared',
    } as const
    const asserting = { ...side('apr'), asserted: ['n' as const], facts: { dtype: 'F16', n: 4 } }
    expect(notes(row({ floor, candidate: asserting }), row({ stage: 'b' }))).toEqual([
      '| limit | relative L2 0.01, declared | `qkv` |',
      '| limit | not known | `b` |',
      '| asserted, not printed | n of apr | `qkv` |',
      '| computed in | apr: dtype F16 | `qkv` |',
      '| vouched for | self-reported | all 2 |',
    ])
  })
})

describe('the counts', () => {
  it('hold every stage once', () => {
    const rows = [
      row({ cell: decided('DIVERGENT', 2, 1) }),
      row({ cell: decided('MATCH', 0.9, 1) }),
      row({ cell: decided('MATCH', 0.1, 1) }),
      row(),
    ]
    expect(stageCounts(rows)).toBe('1 divergent, 1 near their limits, 1 match, 1 unproven')
  })
})
