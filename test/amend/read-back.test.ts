/** The read-back of an amendment, broken on purpose: each fault must be named. */
import { describe, expect, it } from 'vitest'
import { readBack, type Amended } from '../../spec-tools/amend/apply/read-back.ts'
import { addSections } from '../../spec-tools/amend/apply/sections.ts'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import { parseIntent, type IntentInput } from '../../spec-tools/amend/intent.ts'
import { applyEdits, readAt, readSpec, type Edit } from '../../spec-tools/document/index.ts'
import { doc } from './amended.ts'

const before = doc(
  '# Spec',
  '',
  '**Version:** 1.2.0',
  '**Status:** Draft',
  '',
  '- [1. One](#1-one)',
  '- [2. Two](#2-two)',
  '',
  '## 1. One',
  '',
  'See [two](#2-two).',
  '',
  '| Id | State |',
  '|---|---|',
  '| a | open |',
  '',
  '## 2. Two',
  '',
  'Text.',
)

const input: IntentInput = {
  version: '1.3.0',
  fields: { Status: 'Final' },
  sections: [{ heading: '3. Three', level: 2, body: 'New.' }],
  rows: [{ table_under: '1. One', cells: ['b', 'shut'] }],
}

/** What is read back, after a change of its edits. */
function amended(
  change: (edits: Edit[]) => Edit[] = (edits) => edits,
  intent = input,
  document = before,
): Amended {
  const spec = readSpec(document)
  const parsed = parseIntent(intent)
  const edits = change(structuredClone(applyIntent(document, intent).edits))
  const { placements } = addSections(spec, parsed)
  const text = applyEdits(document, edits)
  return { spec, intent: parsed, overrides: {}, text, edits, placements }
}

const rewrite = (from: string, to: string) => (edits: Edit[]) => {
  expect(edits.some(({ text }) => text.includes(from))).toBe(true)
  return edits.map((edit) => ({ ...edit, text: edit.text.replace(from, to) }))
}

const insert = (at: string, text: string) => (edits: Edit[]) => {
  const start = before.indexOf(at)
  expect(start).toBeGreaterThan(0)
  return [...edits, { ...readAt(start, start), text }].sort((one, other) => one.start - other.start)
}

describe('what is read back', () => {
  it('is fine where nothing is broken', () => {
    expect(readBack(amended())).toEqual([])
  })

  const faults: Record<string, [Amended, RegExp]> = {
    'a byte outside of the edits': [
      { ...amended(), text: amended().text.replace('Text.', 'Test.') },
      /Text outside of the edits/,
    ],
    'another version': [amended(rewrite('1.3.0', '1.4.0')), /The version reads "1\.4\.0"/],
    'another value of a field': [amended(rewrite('Final', 'Fi nal')), /The field "Status" reads/],
    'a heading of another level': [amended(rewrite('## 3. Three', '### 3. Three')), /"3\. Three"/],
    'a heading of another text': [amended(rewrite('3. Three', '3. Tree')), /"3\. Three"/],
    'a heading that nobody meant': [
      amended(rewrite('New.', 'New.\n\n## 4. Four')),
      /"4\. Four" is read as a heading/,
    ],
    'a fence that is left open': [amended(rewrite('New.', '```\nNew.')), /fence is opened/],
    'a row with a cell too many': [
      amended(rewrite('| b | shut |', '| b | shut | x |')),
      /A row has 3 cells/,
    ],
    'a row that stands apart from its table': [
      amended(rewrite('\n| b | shut |', '\n\nb and shut')),
      /The new row "b"/,
    ],
    'a link that would lead elsewhere': [
      amended(insert('## 1. One', '## 2. Two\n\nOther.\n\n')),
      /#2-two led to line 17/,
    ],
    'a line of the contents that leads elsewhere': [
      amended(rewrite('(#3-three)', '(#1-one)')),
      /of the contents leads to "1\. One"/,
    ],
    'a link that another definition takes': [
      amended(
        rewrite('New.', 'New.\n\n[t]: https://b'),
        input,
        before.replace('Text.', 'See [t].\n\n[t]: https://a'),
      ),
      /\[t\] is defined twice/,
    ],
    'a footnote that another one takes': [
      amended(
        rewrite('New.', 'New.\n\n[^1]: Two'),
        input,
        before.replace('Text.', 'Text.[^1]\n\n[^1]: One'),
      ),
      /\[\^1\] is defined twice/,
    ],
    'a paragraph that is swallowed': [
      amended(insert('Text.', '<details>\n')),
      /A paragraph of the document is read as something else|<details>/,
    ],
  }
  for (const [fault, [broken, named]] of Object.entries(faults)) {
    it(`names ${fault}`, () => {
      expect(
        readBack(broken)
          .map(({ what }) => what)
          .join('\n'),
      ).toMatch(named)
    })
  }

  it('is no file but an error where links would lead elsewhere', () => {
    const twice = doc(
      '# S',
      '',
      '- [A](#a)',
      '  - [E](#e)',
      '- [B](#b)',
      '  - [E](#e-1)',
      '',
      '## A',
      '',
      '### E',
      '',
      'T.',
      '',
      '## B',
      '',
      '### E',
      '',
      'See [it](#e-1).',
    )
    const sections = [{ heading: 'C', level: 2, after: 'A', body: '### E\n\nT.' }]
    expect(() => applyIntent(twice, { sections })).toThrow(/#e-1 led to line 16/)
  })
})
