import { describe, expect, it } from 'vitest'
import { readSpec } from '../../spec-tools/document/index.ts'
import { flipCriteria, readScoreboard } from '../../spec-tools/document/scoreboard.ts'

const statuses = { done: 'Verified', open: 'Pending' }

function flip(cells: readonly string[], to: string, row = 'AC-002', given = statuses) {
  const rows = cells.map((cell, at) => `| AC-00${at + 1} | ${cell} |`).join('\n')
  const spec = readSpec(`# Spec\n\n## Criteria\n\n| ID | Status |\n|---|---|\n${rows}\n`)
  return flipCriteria(spec, readScoreboard(spec, given), [{ row, to }], '2.0.0')
}

const written = (...args: Parameters<typeof flip>) => flip(...args).cells.map(({ value }) => value)

describe('a status is written as the document writes it', () => {
  it.each([
    ['with its picture', ['✅ Verified', '⏳ Pending'], '✅ Verified'],
    ['behind the word', ['Verified ✔️', 'Pending ⏳'], 'Verified ✔️'],
    ['bold among bold ones', ['**Verified**', 'Pending'], '**Verified**'],
    ['plain among plain ones', ['Verified', '**Pending**'], 'Verified'],
    ['without the picture of the other', ['Blocked', '⏳ **Pending**'], '**Verified**'],
    ['with its box ticked', ['[x] Verified', '[ ] Pending'], '[x] Verified'],
    [
      'with the version of its bracket renewed',
      ['✅ **Verified** (v1.0.0)', '⏳ **Pending** (v0.9.0)'],
      '✅ **Verified** (v2.0.0)',
    ],
  ])('%s', (_, cells, value) => {
    expect(written(cells, 'Verified')).toEqual([value])
  })

  it('whatever case or picture the investigation gives it', () => {
    expect(written(['✅ Verified', '⏳ Pending'], 'verified')).toEqual(['✅ Verified'])
    expect(written(['Verified', 'Pending'], '✅ Verified')).toEqual(['Verified'])
  })

  it('where a picture is the whole status', () => {
    expect(written(['✅', '⏳'], '✅', 'AC-002', { done: '✅', open: '⏳' })).toEqual(['✅'])
  })

  it('where rows have a third one', () => {
    expect(written(['⛔ Blocked', '⏳ Pending'], 'blocked')).toEqual(['⛔ Blocked'])
    expect(written(['⛔ Blocked', '⏳ Pending', '✅ Verified'], 'Verified', 'AC-001')).toEqual([
      '✅ Verified',
    ])
  })

  it('with the words that its rows have, where those of the settings do not occur', () => {
    const given = { done: 'DISCHARGED', open: 'PARTIAL' }
    expect(written(['✅ Done', '🚧 In progress'], 'Done', 'AC-002', given)).toEqual(['✅ Done'])
  })
})

describe('a status is not written', () => {
  it('that the document does not know', () => {
    const { cells, unresolved } = flip(['Verified', 'Pending'], 'Verifed')
    expect(cells).toEqual([])
    expect(unresolved).toEqual([
      { row: 'AC-002', reason: '"Verifed" is no status of this document (near: Verified)' },
    ])
  })

  it('into a cell that would then say two things', () => {
    const { cells, unresolved } = flip(['Verified', 'Pending; Pending review'], 'Verified')
    expect(cells).toEqual([])
    expect(unresolved[0]?.reason).toBe('its status cell says more than its status')
  })
})

it('names a remark that was written for the old status', () => {
  const { left } = flip(['Verified', 'Pending (needs a GPU)'], 'Verified')
  expect(left).toEqual([
    {
      text: '(needs a GPU)',
      line: 8,
      reason: 'it was written when AC-002 was Pending',
      past: false,
    },
  ])
})
