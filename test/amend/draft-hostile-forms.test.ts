/** Text from outside in every part of an intent, in documents that have a place for each part. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proposeAmendment } from '../../spec-tools/amend/index.ts'
import { readSpec } from '../../spec-tools/document/index.ts'
import { settings } from '../../spec-tools/settings/index.ts'
import { live, shape } from '../acting.ts'
import { judgement, verdict } from '../render/markdown/judgements.ts'
import { bundle, declared, input, spec } from './input.ts'

const criteria = [
  '## 2. Criteria',
  '',
  '| ID | Criterion | Status |',
  '|----|-----------|--------|',
  '| AC-1 | Loads | **(PARTIAL v1.0.0)** |',
  '| AC-2 | Agrees, see §3 | DISCHARGED |',
  '',
  '| Category | DISCHARGED | PARTIAL | % |',
  '|---|---|---|---|',
  '| AC | 1 | 1 | 50% |',
  '',
  '## 3. Claim',
  '',
  'The ratio is 18.',
  '',
]
const historyTable = [
  '## Revision history',
  '',
  '| Version | Date | Author | Changes |',
  '|---|---|---|---|',
  '| 1.4.0 | 2026-01-01 | ada | First. |',
  '',
]
const historyList = ['## Changelog', '', '- **1.4.0** (2026-01-01): First.', '']
const historyHeadings = ['## Changelog', '', '### 1.4.0 (2026-01-01)', '', 'First.', '']
const banners = [
  '**Atomic next action (v1.4.0):** Do that.',
  '**Atomic next action (v1.3.0):** Do this.',
  '',
]

const documents = [historyTable, historyList, historyHeadings, []].flatMap((history) =>
  [banners, []].map((stack) =>
    spec(
      '# Engine',
      '',
      '**Version:** 1.4.0',
      '',
      ...stack,
      '## 1. Scope',
      '',
      'All of it.',
      '',
      ...criteria,
      ...history,
    ),
  ),
)

const hostile = fc
  .array(
    fc.constantFrom(
      'DISCHARGED',
      '@team',
      'fixes #1',
      'https://evil.example',
      'www.evil.example',
      '![x](https://evil.example/b.gif)',
      '[x]: https://evil.example',
      '[x]',
      '<img src=x>',
      '<!-- codicil:ev-0 -->',
      '|',
      ' | PARTIAL | ',
      '`',
      '\n```\n',
      '\n\n## 9. Owned\n',
      '\r\n---\r\n',
      '\u202e',
      '\u200b',
      '\u2066',
      '\n> **Refuted by §1.**\n',
      '**Version:** 9.9.9',
      '\\',
      '$x$',
      ' {#id}',
      '<a id="x">',
      '_',
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join('').slice(0, 128))
  .filter((text) => text.trim() !== '')

function draft(text: string, outside: string) {
  return proposeAmendment(
    input({
      text,
      bundle: bundle({
        settings: settings.parse({ specs: [{ id: 'engine', path: 'docs/engine.md' }] }),
        investigation: declared({ title: outside, retracts: [3], refutes: [3] }),
      }),
      judgement: judgement({
        hypotheses: [
          verdict({
            id: 'H1',
            claim: outside,
            section: '3',
            outcome: 'REFUTED',
            flips: [
              { row: 'AC-1', to: outside },
              { row: outside, to: 'DISCHARGED' },
            ],
          }),
        ],
      }),
    }),
  )
}

describe.each(documents.map((text, at) => [at, text] as const))(
  'in document %i of its form, text from outside',
  (_, text) => {
    it('makes no link, picture, mention, HTML, heading, cell, marker or hidden character', () => {
      const quiet = shape(draft(text, 'quiet').text)
      fc.assert(
        fc.property(hostile, (outside) => {
          const amended = draft(text, outside).text
          expect(shape(amended)).toEqual(quiet)
          expect(live(amended)).toEqual([])
          expect(readSpec(amended).version?.token).toBe('1.5.0')
        }),
        { numRuns: Number(process.env['CODICIL_RUNS'] ?? 12) },
      )
    })

    it('flips no row to a status that is not the document’s', () => {
      const { text: amended, section } = draft(text, 'DISCHARGED_BY_ME')
      expect(amended).toContain('| AC-1 | Loads | **(PARTIAL v1.0.0)** |')
      expect(section.markdown).toContain('is no status of this document')
    })
  },
)
