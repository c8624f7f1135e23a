import { describe, expect, it } from 'vitest'
import { annotationsOf } from '../../spec-tools/index.ts'
import { cell, evidence, judgement, row } from '../render/markdown/judgements.ts'

const [diagnostic] = evidence().diagnostics
const failed = {
  ...diagnostic!,
  id: 'broken',
  exit: { code: 3, signal: null, timedOut: false },
}
const apart = (stage: string) => row({ stage, cell: cell('DIVERGENT', 'DIVERGENT(relL2 .2>.01)') })

describe('the notes of a run', () => {
  it('are none where every diagnostic ended well and nothing diverges', () => {
    expect(annotationsOf(evidence(), judgement({ rows: [row()] }), 10)).toEqual([])
  })

  it('name a diagnostic that failed, and how it ended', () => {
    expect(annotationsOf(evidence({ diagnostics: [failed] }), judgement(), 10)).toEqual([
      {
        title: 'Diagnostic broken',
        message: 'broken ended with exit code 3, after 2.3 s.',
        diagnostic: 'broken',
        failed: true,
      },
    ])
  })

  it('name a stage that diverges or is not finite, with the diagnostic that measured it', () => {
    const rows = [apart('q'), row({ stage: 'k', cell: cell('NONFINITE') }), row()]
    expect(annotationsOf(evidence(), judgement({ rows }), 10)).toMatchObject([
      { title: 'Stage q', message: 'q: DIVERGENT(relL2 .2>.01)', diagnostic: 'probe' },
      { title: 'Stage k', diagnostic: 'probe' },
    ])
  })

  it('are as many as can be shown, the last of which counts the rest', () => {
    const rows = Array.from({ length: 40 }, (_, index) => apart(`s${index}`))
    const notes = annotationsOf(evidence(), judgement({ rows }), 10)
    expect(notes).toHaveLength(10)
    expect(notes.at(-1)).toMatchObject({ message: '31 more; see the summary of this run.' })
  })

  it('stay on one line, whatever a log calls its stages', () => {
    const [note] = annotationsOf(evidence(), judgement({ rows: [apart('a\n::error::b')] }), 10)
    expect(note?.message).not.toContain('\n')
  })
})
