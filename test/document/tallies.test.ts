/** Totals of cells that change: which follow, which are told, and what is none. */
import { describe, expect, it } from 'vitest'
import { applyEdits, orderEdits, readSpec } from '../../spec-tools/document/index.ts'
import { followTallies } from '../../spec-tools/document/scoreboard.ts'

const rows = [
  '| llama   | fp8 | 8/8 | pass |',
  '| llama   | awq | 8/8 | pass |',
  '| mistral | fp8 | 6/8 | fail |',
  '| mistral | awq | 8/8 | pass |',
  '| qwen    | fp8 | 7/8 | fail |',
]
const head = ['| Model | Format | Gates | Status |', '|---|---|---|---|']

/** The document after mistral's fp8 passes: lines that are new, and what is told. */
function flipped(text: string, { column = 'Status', to = 'pass', row = 'mistral.*fp8' } = {}) {
  const spec = readSpec(text)
  const table = spec.tables.find(({ header }) => header.some((one) => one.text.startsWith(column)))!
  const at = table.header.findIndex((one) => one.text.startsWith(column))
  const changed = table.rows.find(({ cells }) =>
    new RegExp(row).test(cells.map((cell) => cell.text).join(' ')),
  )!
  const { edits, apart } = followTallies(spec, [{ table, column: at }], (one, index) =>
    one === changed && index === at ? to : undefined,
  )
  const after = applyEdits(text, orderEdits(text, edits)).split('\n')
  const before = text.split('\n')
  return {
    lines: after.filter((line, index) => line !== before[index]),
    told: apart.map(({ line, reason }) => `${line}: ${reason}`),
  }
}

/** A board with lines above, a last row of its table, and lines below, all under one heading. */
function board({
  above = [] as string[],
  first = [] as string[],
  last = [] as string[],
  below = [] as string[],
}) {
  return [
    '# Matrix',
    '',
    '**Version:** 1.0.0',
    '',
    '## 2. Scoreboard',
    '',
    ...above,
    ...(above.length > 0 ? [''] : []),
    ...head,
    ...first,
    ...rows,
    ...last,
    '',
    ...below,
    '',
  ].join('\n')
}

describe('a last row of the same table', () => {
  it.each([
    ['| **Total** | | | 3/5 pass |', '| **Total** | | | 4/5 pass |'],
    ['| Total | | | 3 of 5 |', '| Total | | | 4 of 5 |'],
    ['| Sum | | | 3/5 |', '| Sum | | | 4/5 |'],
    ['| Σ | | | **3/5** |', '| Σ | | | **4/5** |'],
    ['| Total | | | 3 pass, 2 fail |', '| Total | | | 4 pass, 1 fail |'],
    ['| Total | | | 3✓ 2✗ |', '| Total | | | 4✓ 1✗ |'],
    ['| Total | | | ✓ 3 ✗ 2 |', '| Total | | | ✓ 4 ✗ 1 |'],
    ['| Total | | | 3✓ 2✗ (60 %) |', '| Total | | | 4✓ 1✗ (80 %) |'],
    ['| Total | | | 3 pass, 2 fail (40 %) |', '| Total | | | 4 pass, 1 fail (20 %) |'],
    ['| Total | | | ✅ 3 / ❌ 2 |', '| Total | | | ✅ 4 / ❌ 1 |'],
    ['| Total | | | 60 % |', '| Total | | | 80 % |'],
    ['| Total | | | 3/5 (60%) |', '| Total | | | 4/5 (80%) |'],
    ['| Total | | | 60.0% pass |', '| Total | | | 80.0% pass |'],
    ['| Total | | | pass: 3, fail: 2 |', '| Total | | | pass: 4, fail: 1 |'],
    ['| Total | | | pass/fail: 3/2 |', '| Total | | | pass/fail: 4/1 |'],
    ['| **Sum (5 models)** | | | `3/5` pass |', '| **Sum (5 models)** | | | `4/5` pass |'],
    ['| Total | | | [3/5 pass](#2-scoreboard) |', '| Total | | | [4/5 pass](#2-scoreboard) |'],
    ['| 3 of 5 pass | | | |', '| 4 of 5 pass | | | |'],
    ['| Total: 3/5 pass | | | |', '| Total: 4/5 pass | | | |'],
    ['| Total | | | 3 passed out of 5 |', '| Total | | | 4 passed out of 5 |'],
    ['| Overall | 5 rows | | 3 passing |', '| Overall | 5 rows | | 4 passing |'],
    ['| Models that pass | | | 3/5 |', '| Models that pass | | | 4/5 |'],
    ['| Total | | 37/40 | 3/5 |', '| Total | | 37/40 | 4/5 |'],
    ['| Total | | | 3 |', '| Total | | | 4 |'],
  ])('%s follows', (old, now) => {
    expect(flipped(board({ last: [old] }))).toEqual({ lines: [now], told: [] })
  })

  it.each([
    '| **Total** | | | 2/5 pass |',
    '| Total | | | 4/5 pass |',
    '| Total | | | 3/6 pass |',
    '| Sum | | | 2 of 5 |',
    '| Total | | | 40 % |',
    '| Total | | | 2 pass, 3 fail |',
    '| Total | | | 3 pass, 1 fail |',
    '| Total | | | three of five |',
    '| Total | | | 3 or so |',
    '| Total | | | 7 |',
  ])('%s is told and stays', (last) => {
    const { lines, told } = flipped(board({ last: [last] }))
    expect(lines).toEqual([])
    expect(told).toHaveLength(1)
  })
})

describe('elsewhere', () => {
  it.each([
    [{ first: ['| **Total** | | | 3/5 pass |'] }, ['| **Total** | | | 4/5 pass |']],
    [
      { above: ['| Models | 3/5 pass |', '|---|---|', '| Formats | 2 |'] },
      ['| Models | 4/5 pass |'],
    ],
    [
      { below: ['| What | Count |', '|---|---|', '| Models | 3/5 pass |'] },
      ['| Models | 4/5 pass |'],
    ],
    [{ above: ['| What | Count |', '|---|---|', '| Models | 3 of 5 |'] }, ['| Models | 4 of 5 |']],
    [
      { below: ['| Result | n |', '|---|---|', '| pass | 3 |', '| fail | 2 |', '| Total | 5 |'] },
      ['| pass | 4 |', '| fail | 1 |'],
    ],
    [
      {
        below: [
          '| Result | n | % |',
          '|---|---|---|',
          '| pass | 3 | 60 % |',
          '| fail | 2 | 40 % |',
        ],
      },
      ['| pass | 4 | 80 % |', '| fail | 1 | 20 % |'],
    ],
    [
      {
        below: [
          '| Format | pass | fail |',
          '|---|---|---|',
          '| fp8 | 1 | 2 |',
          '| awq | 2 | 0 |',
          '| Total | 3 | 2 |',
        ],
      },
      ['| fp8 | 2 | 1 |', '| Total | 4 | 1 |'],
    ],
    [
      { below: ['| Format | Result |', '|---|---|', '| fp8 | 1/3 pass |', '| awq | 2/2 pass |'] },
      ['| fp8 | 2/3 pass |'],
    ],
    [{ above: ['3/5 pass.'] }, ['4/5 pass.']],
    [{ above: ['**Total: 3/5 pass.**'] }, ['**Total: 4/5 pass.**']],
    [{ above: ['Score: 3/5'] }, ['Score: 4/5']],
    [{ above: ['3 of 5 models pass all eight gates.'] }, ['4 of 5 models pass all eight gates.']],
    [{ above: ['Pass rate: 60 %'] }, ['Pass rate: 80 %']],
    [{ above: ['- fp8: 1/3 pass', '- awq: 2/2 pass'] }, ['- fp8: 2/3 pass']],
    [{ below: ['We have 3 pass and 2 fail.'] }, ['We have 4 pass and 1 fail.']],
    [{ below: ['> Status: **3** pass, **2** fail'] }, ['> Status: **4** pass, **1** fail']],
    [
      { below: ['![status](https://img.shields.io/badge/pass-3%2F5-green)'] },
      ['![status](https://img.shields.io/badge/pass-4%2F5-green)'],
    ],
  ])('%j: %j', (parts, now) => {
    expect(flipped(board(parts))).toEqual({ lines: now, told: [] })
  })

  it('a heading and the title of a column follow', () => {
    const text = board({})
      .replace('## 2. Scoreboard', '## 2. Scoreboard (3/5 pass)')
      .replace('| Status |', '| Status (3/5) |')
    expect(flipped(text).lines).toEqual([
      '## 2. Scoreboard (4/5 pass)',
      '| Model | Format | Gates | Status (4/5) |',
    ])
  })

  it.each([
    ['<p align="center"><b>3/5 pass</b></p>', '<p align="center"><b>4/5 pass</b></p>'],
    ['Coverage: 60 % pass (3 of 5)', 'Coverage: 80 % pass (4 of 5)'],
    ['The release needs 5/5 pass; today 3/5 pass.', 'The release needs 5/5 pass; today 4/5 pass.'],
    ['✅ 3 | ❌ 2', '✅ 4 | ❌ 1'],
  ])('%s follows', (old, now) => {
    expect(flipped(board({ above: [old] }))).toEqual({ lines: [now], told: [] })
  })

  it('a total in the front matter follows', () => {
    const text = `---\npassing: 3/5\n---\n\n${board({})}`
    expect(flipped(text)).toEqual({ lines: ['passing: 4/5'], told: [] })
  })

  it('a bar is told, and a legend is none', () => {
    expect(flipped(board({ above: ['`██████░░░░` 60 %'] })).told).toHaveLength(1)
    expect(flipped(board({ above: ['Legend: pass = all gates, fail = any.'] })).told).toEqual([])
  })

  it('a total in the header of the document follows', () => {
    const text = board({}).replace('**Version:** 1.0.0', '**Version:** 1.0.0\n**Status:** 3/5 pass')
    expect(flipped(text)).toEqual({ lines: ['**Status:** 4/5 pass'], told: [] })
  })

  it('a count beside a percentage of nothing is left and told', () => {
    for (const total of ['3/5 pass (70 %).', '3✓ 2✗ (70 %).'])
      expect(flipped(board({ above: [total] }))).toMatchObject({ lines: [], told: [{}] })
  })

  it('several totals follow together', () => {
    const text = board({
      above: ['3/5 pass (60 %).'],
      last: ['| Total | | | 3/5 |'],
      below: ['2 fail.'],
    })
    expect(flipped(text)).toEqual({
      lines: ['4/5 pass (80 %).', '| Total | | | 4/5 |', '1 fail.'],
      told: [],
    })
  })

  it.each([
    [{ below: ['| Result | n |', '|---|---|', '| pass | 2 |', '| fail | 2 |'] }],
    [{ below: ['| What | Count |', '|---|---|', '| Models | 2/5 pass |'] }],
    [{ above: ['2/5 pass.'] }],
    [{ above: ['4 of 5 models pass.'] }],
    [{ above: ['Three of five models pass.'] }],
    [{ above: ['3 of 5 models do not pass.'] }],
    [{ above: ['A 3 pass run.'] }],
    [{ below: ['Of these 7 pass.'] }],
  ])('%j is told and stays', (parts) => {
    const { lines, told } = flipped(board(parts))
    const moved = lines.filter((line) => !line.startsWith('| fail'))
    expect(moved).toEqual([])
    expect(told).toHaveLength(1)
  })

  it.each([
    [{ above: ['At least 3 of 5 must pass.'] }],
    [{ above: ['In v0.9.0, 3/5 pass.'] }],
    [{ above: ['On 2026-01-03 3/5 pass.'] }],
    [{ below: ['The log has 3 passes over the data.'] }],
    [{ below: ['Each takes 3 s; 2 of them are new.'] }],
    [{ below: ['| Driver | Tests |', '|---|---|', '| cuda | 3/5 |', '| rocm | 12/14 |'] }],
    [{ below: ['| Model | Tests |', '|---|---|', '| qwen | 3/5 pass |'] }],
    [{ below: ['Time to pass: 3 s'] }],
    [{ below: ['There are 5 models in 2 formats.'] }],
  ])('%j is no total', (parts) => {
    expect(flipped(board(parts))).toEqual({ lines: [], told: [] })
  })

  it('the cells of rows are none', () => {
    expect(flipped(board({}))).toEqual({ lines: [], told: [] })
    expect(flipped(board({}), { column: 'Gates', to: '8/8' })).toEqual({ lines: [], told: [] })
  })
})

describe('groups', () => {
  const grouped = [
    '# M',
    '',
    '**Version:** 1.0.0',
    '',
    '## Board',
    '',
    '| Model | Status |',
    '|---|---|',
    '| **FP8** | |',
    '| a | pass |',
    '| b | fail |',
    '| Subtotal | 1/2 |',
    '| **AWQ** | |',
    '| c | pass |',
    '| d | fail |',
    '| Subtotal | 1/2 |',
    '| Total | 2/4 |',
    '',
  ].join('\n')

  it('each subtotal counts its own rows', () => {
    expect(flipped(grouped, { row: '^d' }).lines).toEqual(['| Subtotal | 2/2 |', '| Total | 3/4 |'])
  })

  it('totals by name count the rows that have it', () => {
    const text = board({
      last: ['| Total fp8 | | | 1/3 |', '| Total awq | | | 2/2 |', '| Total | | | 3/5 |'],
    })
    expect(flipped(text)).toEqual({
      lines: ['| Total fp8 | | | 2/3 |', '| Total | | | 4/5 |'],
      told: [],
    })
  })
})

describe('sums', () => {
  const last = ['| Total | | 37/40 | 3/5 |']

  it('a sum of cells follows', () => {
    const options = { column: 'Gates', to: '8/8' }
    expect(flipped(board({ last }), options)).toEqual({
      lines: ['| Total | | 39/40 | 3/5 |'],
      told: [],
    })
    const wrong = board({ last: ['| Total | | 36/40 | 3/5 |'] })
    expect(flipped(wrong, options)).toEqual({
      lines: [],
      told: [expect.stringContaining('it says “36/40”, while the rows add up to 37/40')],
    })
  })
})
