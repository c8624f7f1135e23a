/** What an investigation names in its document, held against it before anything is run. */
import { describe, expect, it } from 'vitest'
import {
  knownOfDocument,
  parseInvestigation,
  parseSettings,
  SettingsError,
} from '../../spec-tools/index.ts'

const settings = parseSettings('specs: [{ id: spec, path: spec.md }]')

const document = knownOfDocument(
  new TextEncoder().encode(`# Playbook

**Version:** 1.2.0

## 1. Status

| Model    | Gates | Status   |
| -------- | ----- | -------- |
| qwen-7b  | 10/11 | fail     |
| llama-8b | 11/11 | **pass** |

- [ ] Decode reaches 30 tok/s
- Decode is stable

## 2. Criteria

| Id       | Status |
| -------- | ------ |
| SHIP-007 | Open   |
| SHIP-008 | Done   |

## Memory

It takes at most **6 GiB**.
`),
  settings.specs[0]!,
)

/** Line, column and text of each problem. */
function problemsOf(keys: string, top = ''): string[] {
  const text = `title: t\n${top}hypotheses:\n  H1:\n    confirm: a < 5\n    ${keys}\n`
  try {
    parseInvestigation(text, { slug: 'x', file: 'x.yml', settings, document })
    return []
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.problems.map(
      ({ line, column, what, remedy }) => `${line}:${column} ${what}. ${remedy}`,
    )
  }
}

describe('a place that the document does not hold is told before the run', () => {
  it.each([
    [
      'a criterion',
      'flips: SHIP-070',
      '5:12 no row of the document has this id. Did you mean SHIP-007 or SHIP-008?',
    ],
    [
      'a status',
      'flips: { SHIP-007: Opened }',
      '5:24 neither the settings nor a row of the document have this status. Did you mean Open?',
    ],
    [
      'a row of a table',
      'flips: { cell: [qwen-8b, Status], to: pass }',
      'no row has the text “qwen-8b”. Did you mean “qwen-7b”?',
    ],
    [
      'a column',
      'flips: { cell: [qwen-7b, Stats], to: pass }',
      'no table has a column “Stats”. Did you mean “Status”',
    ],
    [
      'a heading above it',
      'flips: { cell: [qwen-7b, Status], under: Staus, to: pass }',
      'no heading says “Staus”. Did you mean “Status”',
    ],
    [
      'an item',
      'ticks: Decode reches 30 tok/s',
      '5:12 the document cannot be changed so: no item begins with “Decode reches 30 tok/s”. Did you mean “Decode reaches 30 tok/s”?',
    ],
    ['a box', 'ticks: Decode is stable', 'the item has no box `[ ]`'],
    [
      'a paragraph',
      'replaces: { paragraph: It takes at least, with: x }',
      'no paragraph or item begins with “It takes at least”',
    ],
    [
      'a row that is replaced',
      'replaces: { row: qwen-70b, with: [a, b, c] }',
      'no row has the text “qwen-70b”',
    ],
    [
      'as many cells',
      'replaces: { row: qwen-7b, with: [a, b] }',
      'its table has 3 columns, and 2 cells are given',
    ],
    [
      'a heading',
      'retracts: Memry',
      '5:15 the document cannot be changed so: no heading says “Memry”. Did you mean “Memory”?',
    ],
    ['a section', 'section: 3', '5:14 no section of the document has this number. '],
  ])('%s', (_, keys, told) => {
    expect(problemsOf(keys).join('\n')).toContain(told)
  })

  it('and so are sections that the evidence bears on', () => {
    expect(problemsOf('section: 1', 'refutes: [1, 28]\n')).toEqual([
      '2:14 no section of the document has this number. Did you mean 2?',
    ])
  })

  it.each([
    'flips: { SHIP-007: Done }',
    'flips: { cell: [qwen-7b, Status], to: pass }',
    'flips: { cell: [llama-8b, Status], to: pass }',
    'ticks: Decode reaches',
    'replaces: { paragraph: It takes at most, with: "It takes {a}." }',
    'retracts: Memory',
    'section: 2',
  ])('but not what it holds: %s', (keys) => {
    expect(problemsOf(keys)).toEqual([])
  })
})
