import { describe, expect, it } from 'vitest'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import { readSpec } from '../../spec-tools/document/index.ts'
import { flipCriteria, readScoreboard } from '../../spec-tools/document/scoreboard.ts'

const statuses = { done: 'Verified', open: 'Pending' }

/** One of four criteria is verified. */
function document({ header = '', title = 'Parser', heading = 'Criteria', below = '' }): string {
  return `# ${title}

**Version:** 1.2.0
${header}

## ${heading}

| ID | Criterion | Status |
|---|---|---|
| AC-001 | Parses | ✅ Verified |
| AC-002 | Prints | ⏳ Pending |
| AC-003 | Loads | ⏳ Pending |
| AC-004 | Saves | ⏳ Pending |

${below}
`
}

/** The document after AC-002 became verified, and what was left alone. */
function flipped(text: string): { text: string; left: string[]; drift: number } {
  const spec = readSpec(text)
  const flips = [{ row: 'AC-002', to: 'Verified' }]
  const plan = flipCriteria(spec, readScoreboard(spec, statuses), flips, null)
  const after = applyIntent(text, { cells: plan.cells, lines: plan.lines }).text
  const { drift } = readScoreboard(readSpec(after), statuses)
  return { text: after, left: plan.left.map(({ reason }) => reason), drift: drift.length }
}

describe('a count follows a flip', () => {
  it.each([
    ['1 of 4 verified (25 %)', '2 of 4 verified (50 %)'],
    ['1/4 verified — 25.0%', '2/4 verified — 50.0%'],
    ['**Status:** 1 Verified + 3 Pending', '**Status:** 2 Verified + 2 Pending'],
    ['3 pending, 1 verified', '2 pending, 2 verified'],
    ['1 verified, 3 pending (25 %)', '2 verified, 2 pending (50 %)'],
    ['1 Verified (25 %), 3 Pending (75 %)', '2 Verified (50 %), 2 Pending (50 %)'],
    ['Verified: 1 · Pending: 3', 'Verified: 2 · Pending: 2'],
    ['**Verified:** 1/4', '**Verified:** 2/4'],
    ['3 of 4 criteria are still pending', '2 of 4 criteria are still pending'],
    ['25 % of the criteria are verified', '50 % of the criteria are verified'],
    ['**Progress:** 25 %', '**Progress:** 50 %'],
    ['Progress: [##--------] 25%', 'Progress: [#####-----] 50%'],
    ['`███░░░░░░░` 25 % verified', '`█████░░░░░` 50 % verified'],
    ['🟩⬜⬜⬜ 1/4 verified', '🟩🟩⬜⬜ 2/4 verified'],
    ['✅ 1 · ⏳ 3', '✅ 2 · ⏳ 2'],
    ['1 of 4 verified (25 %), 3 pending', '2 of 4 verified (50 %), 2 pending'],
    ['1/4 verified（25％），3 pending', '2/4 verified（50％），2 pending'],
    [
      '![v](https://img.shields.io/badge/verified-1%2F4-orange)',
      '![v](https://img.shields.io/badge/verified-2%2F4-orange)',
    ],
    [
      '[![v](https://img.shields.io/badge/Verified-1_of_4_(25%25)-red)](#criteria)',
      '[![v](https://img.shields.io/badge/Verified-2_of_4_(50%25)-red)](#criteria)',
    ],
    [
      '![v](https://img.shields.io/static/v1?label=verified&message=25%25&color=red)',
      '![v](https://img.shields.io/static/v1?label=verified&message=50%25&color=red)',
    ],
    ['![p](https://progress-bar.xyz/25/)', '![p](https://progress-bar.xyz/50/)'],
    ['<progress value="1" max="4"></progress>', '<progress value="2" max="4"></progress>'],
  ])('in the header: %s', (before, after) => {
    const result = flipped(document({ header: before }))
    expect(result.text).toContain(`\n${after}\n`)
  })

  it('in the title and in a heading, with the links that lead to it', () => {
    const result = flipped(
      document({
        title: 'Parser — 1 of 4 verified',
        header:
          '\n- [Criteria (1/4)](#criteria-14)\n- [Rest](#rest)\n\nSee [them](#criteria-14).\n',
        heading: 'Criteria (1/4)',
        below: '## Rest\n\nNothing.',
      }),
    )
    expect(result.text).toContain('# Parser — 2 of 4 verified\n')
    expect(result.text).toContain('- [Criteria (2/4)](#criteria-24)\n')
    expect(result.text).toContain('See [them](#criteria-24).')
    expect(result.text).toContain('## Criteria (2/4)\n')
  })

  it('in a table with a row a status, and in its percentages', () => {
    const table = (done: string, open: string) =>
      `## Summary\n\n| Status | Count | Share |\n|---|---:|---:|\n| ✅ Verified | ${done} |\n| ⏳ Pending | ${open} |\n| **Total** | **4** | 100 % |`
    const result = flipped(document({ below: table('1 | 25 %', '3 | 75 %') }))
    expect(result.text).toContain(table('2 | 50 %', '2 | 50 %'))
    expect(result.drift).toBe(0)
  })

  it('in the cells of a table whose rows are named like sections', () => {
    const table = (cell: string) =>
      `## Overview\n\n| Part | Progress |\n|---|---|\n| Criteria | ${cell} |`
    const result = flipped(document({ below: table('███░░░░░░░ 1/4') }))
    expect(result.text).toContain(table('█████░░░░░ 2/4'))
  })

  it('in front matter', () => {
    const result = flipped(`---\nprogress: 1/4\nverified: 1\n---\n${document({})}`)
    expect(result.text).toContain('---\nprogress: 2/4\nverified: 2\n---\n')
  })

  it('and keeps its difference where it was wrong before', () => {
    const result = flipped(document({ header: '2 of 4 verified (50 %)' }))
    expect(result.text).toContain('3 of 4 verified (75 %)')
    expect(result.drift).toBe(1)
  })
})

describe('a count is left alone and named', () => {
  it.each([
    ['One of four criteria is verified.', 'the form of this count is not known'],
    ['12 of 40 tests verified', 'the form of this count is not known'],
    ['12 of 40 verified', 'it agrees with no count of the rows (all rows: 1 of 4)'],
  ])('%s', (header, reason) => {
    const result = flipped(document({ header }))
    expect(result.text).toContain(`\n${header}\n`)
    expect(result.left).toContain(reason)
  })

  it.each([
    'Release when 1 of 4 verified.',
    'In v1.1.0 there were 1 of 4 verified.',
    '1 of 4 verified (2026-01-02)',
    'Phase 1 of 4 begins in May.',
    'The layer holds 25 % of the weights.',
  ])('or is none of today: %s', (header) => {
    expect(flipped(document({ header })).text).toContain(`\n${header}\n`)
  })

  it('where it stands in the history', () => {
    const history =
      '## Revision history\n\n| Version | Date | Change |\n|---|---|---|\n| 1.2.0 | 2026-01-02 | 1 of 4 verified |\n'
    expect(flipped(document({ below: history })).text).toContain(history)
  })

  it('where the symbol that its bar needs was never seen', () => {
    const none = document({ header: '[--------] 0 of 4 verified' }).replace(
      '✅ Verified',
      '⏳ Pending',
    )
    expect(flipped(none).text).toContain('[--------] 1 of 4 verified')
    expect(flipped(none).left).toContain('the other symbol of its bar is not known')
  })
})

describe('a count in another language', () => {
  it('follows with its own words and its decimal comma', () => {
    const text = `# Anforderungen\n\n2 von 3 erfüllt (66,7 %)\n\n## Liste\n\n| ID | Stand |\n|---|---|\n| L-1 | erfüllt |\n| L-2 | erfüllt |\n| L-3 | offen |\n`
    const spec = readSpec(text)
    const board = readScoreboard(spec, { done: 'erfüllt', open: 'offen' })
    const { lines } = flipCriteria(spec, board, [{ row: 'L-3', to: 'erfüllt' }], null)
    expect(applyIntent(text, { lines }).text).toContain('3 von 3 erfüllt (100,0 %)')
  })
})

describe('a table with a row a status', () => {
  const table = (...rows: string[]) => ['| Metric | Value |', '|---|---|', ...rows].join('\n')

  it('follows with what its cells say beside the count', () => {
    const below = table('| Verified | 1 / 4 (25 %) |', '| Pending | 3 |', '| Coverage | 25.0 % |')
    const { text, left } = flipped(document({ below }))
    expect(text).toContain(
      table('| Verified | 2 / 4 (50 %) |', '| Pending | 2 |', '| Coverage | 50.0 % |'),
    )
    expect(left).toEqual([])
  })
})

describe('what nobody can follow is told:', () => {
  it.each([
    ['AC-002 is still pending.', 'it names AC-002 with the status that it had'],
    ['- Pending: AC-002, AC-003', 'it names AC-002 with the status that it had'],
  ])('%s', (below, reason) => {
    const result = flipped(document({ below }))
    expect(result.text).toContain(below)
    expect(result.left).toContain(reason)
  })

  it('a count of a third status', () => {
    const text = document({ header: '1 verified, 2 pending, 1 blocked' }).replace(
      'AC-002 | Prints | ⏳ Pending',
      'AC-002 | Prints | Blocked',
    )
    const result = flipped(text)
    expect(result.text).toContain('2 verified, 2 pending, 1 blocked')
    expect(result.left).toContain('it may count “Blocked”, which is neither of the two statuses')
  })
})
