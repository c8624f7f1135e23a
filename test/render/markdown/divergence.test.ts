import { toString } from 'mdast-util-to-string'
import { describe, expect, it } from 'vitest'
import {
  divergenceNotes,
  divergenceTable,
  toMarkdown,
} from '../../../spec-tools/render/markdown/index.ts'
import { cell, judgement, quantity, row, side } from './judgements.ts'

const lines = (...rows: ReturnType<typeof row>[]) => {
  const drawn = divergenceTable(judgement({ rows }))
  return drawn ? toMarkdown([drawn]).trimEnd().split('\n') : []
}

const notes = (...rows: ReturnType<typeof row>[]) =>
  toMarkdown(divergenceNotes(judgement({ rows })))
    .trimEnd()
    .split('\n')

describe('the divergence table', () => {
  it('leaves out the columns that no row fills', () => {
    expect(lines(row())).toEqual([
      '| Stage | std apr / gguf | Verdict |',
      '| --- | ---: | --- |',
      '| `qkv` | 10.3291 / 1.1402 | `UNPROVEN(n?, tok?)` |',
    ])
  })

  it('shows a dash for what is absent where another row has it', () => {
    const counted = { ...side('apr', { std: '0.26' }), n: quantity('3584') }
    const [, , first, second] = lines(
      row({ candidate: counted, ratio: quantity('1.0001') }),
      row({ stage: 'lost', reference: null, cell: cell('MISSING', 'MISSING(B)') }),
    )
    expect(first).toBe('| `qkv` | 3584 / — | 0.26 / 1.1402 | 1.0001 | `UNPROVEN(n?, tok?)` |')
    expect(second).toBe('| `lost` | — | 10.3291 / — | — | `MISSING(B)` |')
  })

  it('names the sides of a stage that has its own', () => {
    expect(lines(row({ candidate: side('Q4K'), reference: side('F32') }))[2]).toContain(
      '`qkv` (Q4K / F32)',
    )
  })

  it('shows the metrics of a pair', () => {
    const [header] = lines(
      row({
        maxAbsDiff: quantity('0.005294'),
        rmsDiff: quantity('0.000673'),
        relativeL2: quantity('0.0026'),
        cosine: quantity('0.9999967'),
        cell: cell('MATCH', 'MATCH(relL2 .0026≤.01)'),
      }),
    )
    expect(header).toContain(String.raw`max \|diff\| | RMS diff | relative L2 | cosine | Verdict`)
  })

  it('is not drawn when nothing was compared', () => {
    expect(divergenceTable(judgement())).toBeUndefined()
  })

  it('cannot be broken by the name of a stage', () => {
    const hostile = 'a | b\n| --- |\n`<img src=x>` @team'
    const drawn = divergenceTable(judgement({ rows: [row({ stage: hostile })] }))
    expect(toString(drawn?.children[1]?.children[0])).toBe('a | b | --- | `<img src=x>` @team')
  })
})

describe('the notes under the table', () => {
  it('say that the noise floor is unknown, and who vouches', () => {
    expect(notes(row())).toEqual([
      '- Noise floor: unknown (`qkv`).',
      '- Every figure of the table: self-reported.',
    ])
  })

  it('list the facts that neither side states, apart for stages that differ', () => {
    expect(
      notes(row({ notStated: ['layout', 'ddof'] }), row({ stage: 'b', notStated: ['layout'] })),
    ).toContain('- Stated by neither side: layout; ddof (`qkv`).')
  })

  it('mark facts as asserted', () => {
    expect(notes(row({ candidate: { ...side('apr'), asserted: ['n', 'selection'] } }))).toContain(
      '- Asserted by the investigation, not printed: n, selection of apr at `qkv`.',
    )
  })

  it('say where a floor comes from', () => {
    const floor = {
      relativeL2: 0.01,
      origin: 'declared',
      text: 'relative L2 0.01, declared',
    } as const
    expect(notes(row({ floor }), row({ stage: 'b' }))).toContain(
      '- Noise floor: relative L2 0.01, declared (`qkv`); unknown (`b`).',
    )
  })

  it('say which side a replay finds at fault', () => {
    const injected = quantity('0.21')
    const replayed = { stage: 'qkv', side: 'candidate', injected, propagated: null } as const
    const { first } = judgement()
    const judged = judgement({
      rows: [row()],
      first: { ...first, replays: [{ ...replayed, atFault: 'yes' }] },
    })
    expect(toMarkdown(divergenceNotes(judged))).toContain(
      '- Computed again from captured inputs, `qkv` of apr: own error 0.21; at fault.',
    )
  })

  it('print the facts that only set the floor', () => {
    const half = { ...side('apr'), facts: { dtype: 'F16', n: 4 } }
    expect(notes(row({ candidate: half }))).toContain(
      '- Sets the noise floor only: dtype F16 of apr.',
    )
  })
})
