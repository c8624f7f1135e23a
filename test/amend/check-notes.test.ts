import { expect, it } from 'vitest'
import { notesOf } from '../../spec-tools/amend/check-notes.ts'
import type { Bundle } from '../../spec-tools/index.ts'
import { verdict } from '../render/markdown/judgements.ts'

function notes(text: string) {
  const bundle = {
    evidence: { investigation: { slug: 'speed', file: 'investigation.yml', sha256: '' } },
    files: new Map([['investigation.yml', new TextEncoder().encode(text)]]),
  } as unknown as Bundle
  const hypotheses = [
    verdict({ id: 'H1', claim: 'It is fast.', outcome: 'REFUTED', reason: 'x > 3.' }),
    verdict({ id: 'H2', claim: 'It is\nright.', outcome: 'CONFIRMED', reason: 'y <= 1.' }),
  ]
  return notesOf(bundle, { hypotheses })
}

it.each([
  ['by ids', 'title: t\nhypotheses:\n  H1: x > 3\n  H2: { confirm: y <= 1 }\n', [3, 4]],
  ['in a list', 'hypotheses:\n  - "H1: x > 3"\n  - id: H2\n    confirm: y <= 1\n', [2, 3]],
  ['in a list of ids', 'hypotheses:\n  - H1: x > 3\n\n  - H2: y <= 1\n', [2, 4]],
])('a verdict is noted at the line of its hypothesis, %s', (_, text, lines) => {
  const path = '.codicil/investigations/speed.yml'
  expect(notes(text)).toEqual([
    { path, line: lines[0], level: 'warning', title: 'H1: refuted', message: 'It is fast. x > 3.' },
    {
      path,
      line: lines[1],
      level: 'notice',
      title: 'H2: confirmed',
      message: 'It is right. y <= 1.',
    },
  ])
})

it('there are none without an investigation', () => {
  const bundle = { evidence: { investigation: null }, files: new Map() } as unknown as Bundle
  expect(notesOf(bundle, { hypotheses: [verdict()] })).toEqual([])
})
