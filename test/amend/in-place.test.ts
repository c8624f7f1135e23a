/** What verdicts change in a document where it stands, with a new section and without one. */
import { describe, expect, it } from 'vitest'
import { doc } from './amended.ts'
import { draftOf } from './drafted.ts'

const playbook = doc(
  '# Playbook',
  '',
  '**Version:** 1.2.0',
  '',
  '## Status',
  '',
  '- Perfect (11/11): 2',
  '- 2/3 (67%) pass, 1 fail',
  '',
  '| Model    | Gates | Status   |',
  '| -------- | ----- | -------- |',
  '| qwen-7b  | 10/11 | fail     |',
  '| llama-8b | 11/11 | **pass** |',
  '| phi-3    | 11/11 | **pass** |',
  '',
  '- [ ] Decode reaches 30 tok/s',
  '- [ ] Decode is stable',
  '',
  '## Memory',
  '',
  'It takes at most **6 GiB**',
  'on every card.',
  '',
  'Fragmentation is nil.',
  '',
  '## Old ideas',
  '',
  'The cache is useless.',
)

const logs = { bench: 'throughput: 38.5 tok/s\npeak_memory: 7.25 GiB\n' }

/** An amendment without a section, by a hypothesis that is confirmed (or refuted, by `claim`). */
function inPlace(changes: string, { text = playbook, claim = 'throughput >= 30' } = {}) {
  const investigation = `title: Status\nsection: false\nhypotheses:\n  H1: { confirm: '${claim}', ${changes} }\n`
  return draftOf(text, { investigation, logs })
}

const version = new Set(['- **Version:** 1.2.0', '+ **Version:** 1.2.1'])

function linesOf(changes: string, options?: Parameters<typeof inPlace>[1]) {
  const { lines, differences } = inPlace(changes, options)
  expect(differences).toEqual([])
  return lines.filter((line) => !version.has(line))
}

/** Why something is not changed. */
function reasonOf(changes: string, text = playbook): string {
  let message = ''
  try {
    inPlace(changes, { text })
  } catch (error) {
    message = (error as Error).message
  }
  return /H1 does not change “[^”]*”: (.*)$/.exec(message)?.[1] ?? `not refused: ${message}`
}

describe('an amendment in place', () => {
  it('is a patch, adds no section, and is replayed', () => {
    const {
      version: raised,
      section,
      differences,
      title,
      branch,
    } = inPlace('ticks: Decode reaches')
    expect(raised).toEqual({ from: '1.2.0', to: '1.2.1' })
    expect(section.markdown).toBe('')
    expect(differences).toEqual([])
    expect(title).toBe('docs(spec): Status: H1 confirmed — v1.2.0 → v1.2.1')
    expect(branch).toBe('docs/spec-claims-confirmed')
  })

  it('says in the history where its evidence lies', () => {
    const text = `${playbook}\n## History\n\n| Version | Date | Change |\n|---|---|---|\n| 1.2.0 | 2026-01-01 | a |\n`
    expect(inPlace('ticks: Decode reaches', { text }).lines).toContain(
      '+ | 1.2.1 | 2026-04-27 | Status: H1 confirmed. Evidence: `evidence/claims-2026-04-27/`. |',
    )
  })

  it.each([
    ['Version 1.2.0 (2026-01-31)', 'Version 1.2.1 (2026-04-27)'],
    ['Version: 1.2.0, 31.01.2026', 'Version: 1.2.1, 27.04.2026'],
    ['**Version:** 1.2.0 — released 2026-01-31', '**Version:** 1.2.1 — released 2026-04-27'],
    ['**Version:** 1.2.0 of 2026-01-31', '**Version:** 1.2.1 of 2026-04-27'],
  ])('dates the version anew: %s', (old, now) => {
    const text = playbook.replace('**Version:** 1.2.0', old)
    const { lines, differences } = inPlace('ticks: Decode reaches', { text })
    expect(lines).toContain(`+ ${now}`)
    expect(differences).toEqual([])
  })

  it('leaves a date of which it does not know what it dates, and tells it', () => {
    const text = playbook.replace(
      '**Version:** 1.2.0',
      '**Version:** 1.2.0 (see the notes of 30 April 2026)',
    )
    const { lines, warnings } = inPlace('ticks: Decode reaches', { text })
    expect(lines).toContain('+ **Version:** 1.2.1 (see the notes of 30 April 2026)')
    expect(warnings.join()).toContain(
      '“30 April 2026” was not changed: it stands beside the version in line 3',
    )
  })

  it('is none where the verdict changes nothing', () => {
    expect(() => inPlace('ticks: Decode reaches', { claim: 'throughput >= 50' })).toThrow(
      'The investigation adds no section, and its verdicts change nothing.\nH1 is REFUTED: throughput is 38.5 tok/s',
    )
  })
})

describe('a cell', () => {
  it('is written like those that say the same, and the totals follow', () => {
    expect(linesOf('flips: { cell: [qwen-7b, Status], to: pass }')).toEqual([
      '- - 2/3 (67%) pass, 1 fail',
      '- | qwen-7b  | 10/11 | fail     |',
      '+ - 3/3 (100%) pass, 0 fail',
      '+ | qwen-7b  | 10/11 | **pass** |',
    ])
  })

  it('moves the share where it stands, though the number of rows reads the same', () => {
    const rows = Array.from({ length: 50 }, (_, at) => `| m${at} | ${at < 25 ? 'pass' : 'fail'} |`)
    const text = doc(
      '# P',
      '',
      '**Version:** 1.0.0',
      '',
      '25/50 (50%) pass',
      '',
      '| Model | Status |',
      '|---|---|',
      ...rows,
    )
    expect(linesOf('flips: { cell: [m49, Status], to: pass }', { text })).toContain(
      '+ 26/50 (52%) pass',
    )
  })

  it('may be one of several of a row', () => {
    const flips =
      'flips: [{ cell: [qwen-7b, status], to: pass }, { cell: [qwen-7b, Gates], to: 11/11 }]'
    expect(linesOf(flips)).toEqual([
      '- - Perfect (11/11): 2',
      '- - 2/3 (67%) pass, 1 fail',
      '- | qwen-7b  | 10/11 | fail     |',
      '+ - Perfect (11/11): 3',
      '+ - 3/3 (100%) pass, 0 fail',
      '+ | qwen-7b  | 11/11 | **pass** |',
    ])
  })

  it('may hold a figure of the run', () => {
    expect(linesOf('flips: { cell: [qwen-7b, Gates], to: "{throughput}" }')).toEqual([
      '- | qwen-7b  | 10/11 | fail     |',
      '+ | qwen-7b  | 38.5 tok/s | fail     |',
    ])
  })

  it('keeps its own emphasis where no other says the same', () => {
    const lines = linesOf('flips: { cell: [phi-3, Status], to: flaky }')
    expect(lines).toContain('+ | phi-3    | 11/11 | **flaky** |')
  })

  it('moves no total that said another number before, and tells it', () => {
    const text = playbook.replace('Perfect (11/11): 2', 'Perfect (11/11): 7')
    const { lines, warnings } = inPlace('flips: { cell: [qwen-7b, Gates], to: 11/11 }', { text })
    expect(lines.join()).not.toContain('Perfect')
    expect(warnings.join('\n')).toContain(
      '“the total in line 7” was not changed: it says 7 for “11/11”, while the rows count 2.',
    )
  })

  it('moves the row of a table of totals', () => {
    const text = `${playbook}\n## Sums\n\n| Result | Models |\n|---|---|\n| pass | 2 |\n| fail | 1 |\n`
    const lines = linesOf('flips: { cell: [qwen-7b, Status], to: pass }', { text })
    expect(lines).toEqual(expect.arrayContaining(['+ | pass | 3 |', '+ | fail | 0 |']))
  })

  it('moves no number of another section that counts other rows', () => {
    const text = `${playbook}\n## Drivers\n\nOf these 2 pass.\n\n| Driver | Kind | Status |\n|---|---|---|\n| a | x | pass |\n`
    const lines = linesOf('flips: { cell: [qwen-7b, Status], to: pass }', { text })
    expect(lines.join()).not.toContain('Of these')
  })

  it.each([
    ['cell: [qwen-7, Status], to: pass', 'no row has the text “qwen-7”; did you mean “qwen-7b”?'],
    [
      'cell: [qwen-7b, State], to: pass',
      'no table has a column “State”; there are “Model”, “Gates”, “Status”',
    ],
    ['cell: [11/11, Status], to: pass', '2 rows have these texts (lines 13, 14)'],
    [
      'cell: [qwen-7b, Status], under: Stats, to: pass',
      'no heading says “Stats”; did you mean “Status”?',
    ],
    ['cell: [phi-3, Status], to: pass', 'it says so already'],
    ['cell: [qwen-7b, Status], to: "{latency}"', 'latency: no figure'],
  ])('%s: %s', (flip, reason) => {
    expect(reasonOf(`flips: { ${flip} }`)).toContain(reason)
  })

  it('is found by several texts of its row', () => {
    const text = doc(
      '# S',
      '',
      '**Version:** 1.2.0',
      '',
      '| M | Q | OK |',
      '|---|---|---|',
      '| a | 4 | no |',
      '| a | 8 | no |',
    )
    expect(linesOf('flips: { cell: [[a, "8"], OK], to: yes }', { text })).toEqual([
      '- | a | 8 | no |',
      '+ | a | 8 | yes |',
    ])
  })
})

describe('a total in a cell', () => {
  const matrix = doc(
    '# Matrix',
    '',
    '**Version:** 3.2',
    '',
    '## Scoreboard (1/3 pass)',
    '',
    '| Model     | Gates | Status   |',
    '| --------- | ----- | -------- |',
    '| qwen-7b   | 6/8   | fail     |',
    '| llama-8b  | 8/8   | pass     |',
    '| phi-3     | 7/8   | fail     |',
    '| **Total** | 21/24 | 1/3 pass |',
  )
  const flips =
    'flips: [{ cell: [qwen-7b, Gates], to: 8/8 }, { cell: [qwen-7b, Status], to: pass }]'

  it('follows in its own table, and is replayed', () => {
    const { lines, differences, warnings } = inPlace(flips, { text: matrix })
    expect(lines.filter((line) => !line.includes('Version'))).toEqual([
      '- ## Scoreboard (1/3 pass)',
      '- | qwen-7b   | 6/8   | fail     |',
      '- | **Total** | 21/24 | 1/3 pass |',
      '+ ## Scoreboard (2/3 pass)',
      '+ | qwen-7b   | 8/8   | pass     |',
      '+ | **Total** | 23/24 | 2/3 pass |',
    ])
    expect(differences).toEqual([])
    expect(warnings.join('\n')).not.toContain('total')
  })

  it('that was wrong is told in the warnings and in the pull request', () => {
    const text = matrix.replace('| 1/3 pass |', '| 2/3 pass |')
    const { lines, warnings, body } = inPlace(flips, { text })
    expect(lines.join('\n')).toContain('+ | **Total** | 23/24 | 2/3 pass |')
    const said =
      '“the total in line 12” was not changed: it says “2/3 pass”, while the rows count 1 pass of 3'
    expect(warnings.join('\n')).toContain(said)
    expect(body).toContain('the total in line 12')
  })
})

describe('a criterion and a cell of one row', () => {
  const text = doc(
    '# Layer',
    '',
    'Version: 0.9.2',
    '',
    '## 3 Acceptance',
    '',
    '| Criterion   | Status     | Evidence |',
    '| ----------- | ---------- | -------- |',
    '| COLL-AR-001 | DISCHARGED | §2       |',
    '| COLL-AR-002 | PARTIAL    | —        |',
    '| COLL-AG-001 | PARTIAL    | —        |',
    '',
    'Discharged: 1 of 3.',
  )
  const flip = '{ COLL-AR-002: DISCHARGED }'

  it('change together', () => {
    const { lines, differences, warnings } = inPlace(
      `flips: [${flip}, { cell: [COLL-AR-002, Evidence], to: §5 }]`,
      { text },
    )
    expect(lines.filter((line) => !line.includes('Version'))).toEqual([
      '- | COLL-AR-002 | PARTIAL    | —        |',
      '- Discharged: 1 of 3.',
      '+ | COLL-AR-002 | DISCHARGED | §5       |',
      '+ Discharged: 2 of 3.',
    ])
    expect(differences).toEqual([])
    expect(warnings.join()).not.toContain('was not')
  })

  it.each([
    ['| Sum | 1 of 3 | |', ['- | Sum | 1 of 3 | |', '+ | Sum | 2 of 3 | |'], 0],
    ['| Total | 33 % | |', ['- | Total | 33 % | |', '+ | Total | 67 % | |'], 0],
    ['| Total | 2 of 3 | |', [], 1],
  ])('a total of its own table without a word follows, or is told: %s', (total, moved, told) => {
    const own = text.replace('\n\nDischarged', `\n${total}\n\nDischarged`)
    const { lines, warnings, differences } = inPlace(`flips: ${flip}`, { text: own })
    const bare = lines.map((line) => line.replaceAll(/ +/g, ' '))
    expect(bare.filter((line) => /Sum|Total/.test(line))).toEqual(moved)
    expect(warnings.filter((one) => one.includes('the total in line'))).toHaveLength(told)
    expect(differences).toEqual([])
  })

  it('move a total once where both are statuses', () => {
    const { lines, differences } = inPlace(
      `flips: [${flip}, { cell: [COLL-AG-001, Status], to: DISCHARGED }]`,
      { text },
    )
    expect(lines).toContain('+ Discharged: 3 of 3.')
    expect(lines).toContain('+ | COLL-AG-001 | DISCHARGED | —        |')
    expect(differences).toEqual([])
  })
})

describe('an item', () => {
  it('is ticked, whatever its other words are', () => {
    expect(linesOf('ticks: Decode reaches')).toEqual([
      '- - [ ] Decode reaches 30 tok/s',
      '+ - [x] Decode reaches 30 tok/s',
    ])
  })

  it('is opened again by a verdict that refutes', () => {
    const text = playbook.replace('[ ] Decode is', '[x] Decode is')
    const changes = 'ticks: { item: Decode is stable, to: open, on: REFUTED }'
    expect(linesOf(changes, { text, claim: 'throughput >= 50' })).toEqual([
      '- - [x] Decode is stable',
      '+ - [ ] Decode is stable',
    ])
  })

  it.each([
    ['Decode', '2 texts begin with “Decode” (lines 16, 17)'],
    ['Decoding reaches', 'no item begins with “Decoding reaches”'],
    ['2/3', 'the item has no box `[ ]`'],
  ])('is not ticked by "%s": %s', (item, reason) => {
    expect(reasonOf(`ticks: "${item}"`)).toContain(reason)
  })
})

describe('a text', () => {
  it('under a heading without a number is replaced by one that holds a figure', () => {
    const replaces =
      'replaces: { paragraph: It takes at most, with: "It takes **{peak_memory}**." }'
    expect(linesOf(replaces)).toEqual([
      '- It takes at most **6 GiB**',
      '- on every card.',
      '+ It takes **7.25 GiB**.',
    ])
  })

  it('is replaced in a document with CRLF, too', () => {
    const text = playbook.replaceAll('\n', '\r\n')
    const replaces = 'replaces: { paragraph: It takes at most, with: It takes more. }'
    expect(linesOf(replaces, { text })).toContain('+ It takes more.')
  })

  it('stays text, whatever it looks like', () => {
    const replaces = 'replaces: { paragraph: Fragmentation, with: "# No <b>heading</b> [a](b)" }'
    expect(linesOf(replaces)).toContain('+ \\# No \\<b>heading\\</b> \\[a]\\(b)')
  })

  it('of an item keeps its box', () => {
    const replaces = 'replaces: { paragraph: Decode is stable, with: Decode is steady }'
    expect(linesOf(replaces)).toContain('+ - [ ] Decode is steady')
  })

  it('of a row is replaced cell by cell', () => {
    expect(linesOf('replaces: { row: phi-3, with: [phi-4, 9/11, fail] }')).toEqual([
      '- - Perfect (11/11): 2',
      '- - 2/3 (67%) pass, 1 fail',
      '- | phi-3    | 11/11 | **pass** |',
      '+ - Perfect (11/11): 1',
      '+ - 1/3 (33%) pass, 2 fail',
      '+ | phi-4    | 9/11  | fail     |',
    ])
  })

  it('of a row needs a cell for each column', () => {
    expect(reasonOf('replaces: { row: phi-3, with: [phi-4, 9/11] }')).toBe(
      'its table has 3 columns, and 2 cells are given.',
    )
  })

  it('is retracted under a banner, and not twice', () => {
    const retracts = 'retracts: { paragraph: Fragmentation, on: CONFIRMED }'
    expect(linesOf(retracts)).toEqual([
      '+ > **Refuted by `evidence/claims-2026-04-27/` (v1.2.1):** the paragraph below.',
      '+ ',
    ])
    const { text } = inPlace(retracts)
    expect(reasonOf(retracts, text)).toBe('it says so already.')
  })
})

describe('a heading without a number', () => {
  it('and a paragraph of its section are retracted under banners that differ', () => {
    const retracts = 'retracts: [Old ideas, { paragraph: Fragmentation, on: REFUTED }]'
    const { lines } = inPlace(retracts, { claim: 'throughput > 50' })
    const banners = lines.filter((line) => line.includes('Refuted by'))
    expect(banners).toHaveLength(2)
    expect(new Set(banners).size).toBe(2)
  })

  it('is retracted in place, which is minor', () => {
    const { lines, version: raised } = inPlace('retracts: Old ideas', { claim: 'throughput > 50' })
    expect(raised?.to).toBe('1.3.0')
    expect(lines).toContain('+ > **Refuted by `evidence/claims-2026-04-27/` (v1.3.0).**')
  })

  it('is told with near names where there is none', () => {
    expect(
      reasonOf(
        'retracts: { heading: Old idea, on: CONFIRMED }',
        playbook.replace('Old ideas', 'Odd ideas'),
      ),
    ).toContain('no heading says “Old idea”; did you mean “Odd ideas”?')
  })
})

describe('a section', () => {
  it('says what its verdict changed in place', () => {
    const investigation =
      "title: Qwen passes\nhypotheses:\n  H1: { confirm: 'throughput >= 30', flips: { cell: [qwen-7b, Status], to: pass }, ticks: Decode reaches }\n"
    const { section, version: raised, differences } = draftOf(playbook, { investigation, logs })
    expect(raised?.to).toBe('1.3.0')
    expect(section.markdown).toContain(
      '“qwen-7b, Status” goes from `fail` to `pass`. “Decode reaches” goes from `open` to `done`.',
    )
    expect(differences).toEqual([])
  })
})
