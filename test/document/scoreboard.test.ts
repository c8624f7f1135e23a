import { describe, expect, it } from 'vitest'
import { readSpec } from '../../spec-tools/document/index.ts'
import { flipCriteria, readScoreboard } from '../../spec-tools/document/scoreboard.ts'

const statuses = { done: 'DISCHARGED', open: 'PARTIAL' }
const board = (text: string) => readScoreboard(readSpec(text), statuses)

/** Two categories with criteria that agree with the published table. */
const document = `# Spec

## 2. MODEL-1 criteria

| ID | Criterion | Status |
|---|---|---|
| AC-M1-001 | Loads \\| parses | FALSIFY-M1-001 **(DISCHARGED v2.1.0)** |
| AC-M1-002 | Decodes | FALSIFY-M1-002 **(PARTIAL_ALGORITHM_LEVEL v2.32.0)** |

## 3. TRAIN criteria

| Status | ID |
|---|---|
| **DISCHARGED** | AC-T-001 |
| PARTIAL | AC-T-002 |
| PARTIAL | AC-T-003 |

## 4. Scoreboard

| Category | DISCHARGED | PARTIAL | %D |
|---|---:|---:|---:|
| MODEL-1 | 1 | 1 | 50% |
| TRAIN | 1 | 2 | 33% |
| **Sum** | **2** | **3** | **40%** |
`

describe('counting', () => {
  it('counts criteria by category and in all, whatever the order of the columns', () => {
    const { categories, total } = board(document)
    expect(Object.fromEntries(categories)).toEqual({
      'MODEL-1': { done: 1, open: 1, percent: 50 },
      TRAIN: { done: 1, open: 2, percent: 100 / 3 },
    })
    expect(total).toEqual({ done: 2, open: 3, percent: 40 })
  })

  it('finds no drift where totals, percentages and rows agree', () => {
    expect(board(document).drift).toEqual([])
  })

  it('keeps a qualified status as it is written', () => {
    const { criteria } = board(document)
    expect(criteria.find(({ id }) => id === 'AC-M1-002')?.status).toBe('PARTIAL_ALGORITHM_LEVEL')
  })

  it('lets a row answer to the id of its falsifier too', () => {
    const { criteria } = board(document)
    expect(criteria[0]?.ids).toEqual(['AC-M1-001', 'FALSIFY-M1-001'])
  })

  it('counts no row whose status cell says both', () => {
    const both = document.replace('| PARTIAL | AC-T-003 |', '| PARTIAL, DISCHARGED | AC-T-003 |')
    expect(board(both).unclear).toEqual([
      { id: 'AC-T-003', line: 16, reason: 'its status cell says PARTIAL and DISCHARGED' },
    ])
    expect(board(both).total.open).toBe(2)
  })

  it('reads statuses in the words of the settings', () => {
    const text = document.replaceAll('DISCHARGED', 'DONE').replaceAll('PARTIAL', 'OPEN')
    const { total } = readScoreboard(readSpec(text), { done: 'DONE', open: 'OPEN' })
    expect(total).toEqual({ done: 2, open: 3, percent: 40 })
  })
})

describe('drift', () => {
  it('is reported where a sum disagrees with its rows, with both numbers and lines', () => {
    const text = `| Category | DISCHARGED | PARTIAL | %D |
|---|---:|---:|---:|
| MODEL-1 | 5 | 5 | 50% |
| MODEL-2 | 3 | 9 | 25% |
| GPUTRAIN | 7 | 0 | 100% |
| **Sum** | **15** | **33** | **31%** |
`
    expect(board(text).drift).toEqual([
      {
        what: 'Sum, PARTIAL, against its rows',
        published: 33,
        counted: 14,
        lines: [6, 3, 4, 5],
        text: 'Sum, PARTIAL: published as 33 (line 6), while its rows add up to 14 (lines 3 to 5)',
      },
    ])
  })

  it('is reported where a percentage does not follow from its row', () => {
    const [drift] = board(document.replace('| 33% |', '| 34% |')).drift
    expect(drift).toMatchObject({ what: 'TRAIN, per cent', published: 34 })
  })

  it('is reported where a category disagrees with its criteria', () => {
    const text = document.replace('| PARTIAL | AC-T-003 |', '| DISCHARGED | AC-T-003 |')
    expect(board(text).drift.map(({ what }) => what)).toEqual([
      'TRAIN, DISCHARGED, against the criteria',
      'TRAIN, PARTIAL, against the criteria',
      'Sum, DISCHARGED, against the criteria',
      'Sum, PARTIAL, against the criteria',
    ])
  })

  it('is reported once where rows and criteria say the same of a sum', () => {
    const [sum = ''] = /^\| \*\*Sum\*\*.*$/m.exec(document) ?? []
    const wrong = document.replace(sum, '| **Sum** | **2** | **9** | **40%** |')
    const ofOpen = board(wrong).drift.filter(({ what }) => what.startsWith('Sum, PARTIAL'))
    expect(ofOpen.map(({ what }) => what)).toEqual(['Sum, PARTIAL, against its rows'])
  })

  it('is not looked for between the criteria and what an amendment counted in its day', () => {
    const amended = `${document}\n## 5. Amendment\n\n### 5.1 Scoreboard\n\n| Category | DISCHARGED | PARTIAL |\n|---|---|---|\n| MODEL-1 | 0 | 2 |\n`
    const { totals, drift } = board(amended)
    expect(totals.filter(({ snapshot }) => snapshot).map(({ done }) => done?.value)).toEqual([0])
    expect(drift).toEqual([])
  })

  it('is looked for in the newest amendment where no section keeps the totals', () => {
    const [criteria] = document.split('## 4.')
    const counted = (number: number, done: number) =>
      `## ${number}. Amendment\n\n### ${number}.5 Scoreboard\n\n| Category | DISCHARGED | PARTIAL |\n|---|---|---|\n| MODEL-1 | ${done} | 1 |\n\n`
    const { totals } = board(`${criteria}${counted(9, 0)}${counted(10, 1)}`)
    expect(totals.map(({ snapshot }) => snapshot)).toEqual([true, false])
  })

  it('takes a bare pair in prose in either order, and says that the order is not stated', () => {
    const swapped = board(`${document}\nThe scoreboard stands at 3+2.\n`)
    expect(swapped.statements).toHaveLength(1)
    expect(swapped.drift).toEqual([])
    const [unread] = board(`${document}\nThe scoreboard stands at 4+1.\n`).unread
    expect(unread?.reason).toContain('agrees with no count')
  })

  it('holds a pair in prose to its stated order', () => {
    expect(board(`${document}\nNow 2 DISCHARGED + 3 PARTIAL.\n`).drift).toEqual([])
    expect(board(`${document}\nNow 3 DISCHARGED + 2 PARTIAL.\n`).drift).toHaveLength(2)
  })
})

describe('a flip', () => {
  const spec = readSpec(document)
  const flip = (row: string) =>
    flipCriteria(spec, readScoreboard(spec, statuses), [{ row, to: 'DISCHARGED' }], '2.75.0')
  const values = (row: string) => flip(row).cells.map(({ value }) => value)

  it('writes the new status and version, and lets counts and percentages follow', () => {
    expect(values('FALSIFY-M1-002')).toEqual([
      'FALSIFY-M1-002 **(DISCHARGED v2.75.0)**',
      '2',
      '0',
      '100%',
      '**3**',
      '**2**',
      '**60%**',
    ])
  })

  it('moves a total that had drifted by what was flipped, and keeps its difference', () => {
    const drifted = readSpec(document.replace('**3**', '**33**').replace('**40%**', '**6%**'))
    const { cells } = flipCriteria(
      drifted,
      readScoreboard(drifted, statuses),
      [{ row: 'AC-T-003', to: 'DISCHARGED' }],
      '2.75.0',
    )
    expect(cells.map(({ value }) => value)).toEqual([
      '**DISCHARGED**',
      '2',
      '1',
      '67%',
      '**3**',
      '**32**',
      '**9%**',
    ])
  })

  it('names a row that the document lacks', () => {
    expect(flip('AC-NONE-001').unresolved).toEqual([
      { row: 'AC-NONE-001', reason: 'no row has this id' },
    ])
  })

  it.each(['DISCHARGED_BY_ME', 'DONE', '', 'PARTIAL | x', '[a](https://evil.example)'])(
    'writes no status %j, which neither the settings nor a row has',
    (to) => {
      const flips = [{ row: 'AC-T-002', to }]
      const { cells, unresolved } = flipCriteria(spec, board(document), flips, null)
      expect(cells).toEqual([])
      expect(unresolved).toEqual([
        {
          row: 'AC-T-002',
          reason: expect.stringContaining(`${JSON.stringify(to)} is no status of this document`),
        },
      ])
    },
  )

  it('writes a qualified status that a row of the document has', () => {
    const flips = [{ row: 'AC-M1-001', to: 'PARTIAL_ALGORITHM_LEVEL' }]
    expect(flipCriteria(spec, board(document), flips, '2.75.0').cells[0]?.value).toBe(
      'FALSIFY-M1-001 **(PARTIAL_ALGORITHM_LEVEL v2.75.0)**',
    )
  })

  it('changes nothing where the status stands already', () => {
    expect(flip('AC-T-001').cells).toEqual([])
  })
})
