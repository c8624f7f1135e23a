import { beforeAll, describe, expect, it } from 'vitest'
import { proposeAmendment, replay, type Amendment } from '../../spec-tools/amend/index.ts'
import { compareEdited } from '../../spec-tools/amend/replay/edited.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import { readFixture, runLoop, sha256 } from './loop.ts'

const base = readFixture('specs', 'ship-two.md')
let amendment: Amendment
let files: Map<string, Uint8Array>
let lines: string[]

beforeAll(() => {
  const bundle = runLoop('ship-two')
  amendment = proposeAmendment({
    bundle,
    judgement: judge(bundle),
    text: base,
    origin: {
      pullRequest: 1088,
      requestedBy: 'ada',
      base: { ref: 'main', commit: 'f'.repeat(40) },
      verification: null,
    },
  })
  const folder = amendment.files[1]?.path.replace(/[^/]*$/, '') ?? ''
  files = new Map(
    amendment.files
      .slice(1)
      .map(({ path, content }) => [
        path.slice(folder.length),
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
  )
  lines = amendment.text.split('\n')
})

const run = (current: string, strict = false) => {
  expect(current).not.toBe(amendment.text)
  return replay({ files, base, current, sha256, strict })
}

/** The first row of a table of the drafted section that holds a figure. */
const rowAt = () => {
  const section = lines.findIndex((line) => /^#+ .*30[. ]/.test(line))
  return lines.findIndex(
    (line, at) => at > section && /^\|[\s:|-]+\|$/.test(lines[at - 1] ?? '') && /\d\.\d/.test(line),
  )
}

describe('a person’s words in a drafted section', () => {
  it('are told and are no difference: a paragraph that was added', () => {
    const words = 'On review we found this plausible.'
    const at = rowAt()
    const before = lines.findLastIndex((line, index) => index < at && line.startsWith('#'))
    const report = run(lines.toSpliced(before + 1, 0, '', words).join('\n'))
    expect(report.differences).toEqual([])
    expect(report.edited).toEqual([expect.objectContaining({ kind: 'added', text: words })])
  })

  it('are told where a row was moved', () => {
    const at = rowAt()
    const [one = '', other = ''] = [lines[at], lines[at + 1]]
    expect(other).toMatch(/^\|/)
    const report = run(lines.toSpliced(at, 2, other, one).join('\n'))
    expect(report.differences).toEqual([])
    expect(report.edited).toEqual([expect.objectContaining({ kind: 'moved' })])
  })

  it('are differences under strict', () => {
    const report = run(amendment.text.replace('relative L2', 'relative  L2'), true)
    expect(report.equal).toBe(false)
  })
})

describe('what rests on evidence', () => {
  it('is named where a digit of a row changed', () => {
    const at = rowAt()
    const row = lines[at]?.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)) ?? ''
    const report = run(lines.toSpliced(at, 1, row).join('\n'))
    expect(report.equal).toBe(false)
    expect(report.differences.length).toBeGreaterThan(0)
  })

  it('is named where a row was deleted', () => {
    const report = run(lines.toSpliced(rowAt(), 1).join('\n'))
    expect(report.differences[0]?.what).toContain('missing')
  })

  it('is named where the version was put back', () => {
    const to = amendment.version?.to ?? ''
    const from = amendment.version?.from ?? ''
    expect(run(amendment.text.replace(to, from)).equal).toBe(false)
  })
})

describe('in the whole document, a person’s change', () => {
  const edit = (old: string | RegExp, now: string) => {
    const text = amendment.text.replace(old, now)
    return run(text)
  }

  it.each([
    ['a digit of a table of the section', '0.00258 of', '0.00259 of'],
    ['the date in the heading', 'hypothesis (2026-04-27)', 'hypothesis (2026-04-28)'],
    ['the number in the heading', '## §30. PR E', '## §31. PR E'],
    [
      'the outcome in the heading',
      '§30. PR E investigation refutes',
      '§30. PR E investigation confirms',
    ],
    ['the outcome in the banner', /(\(v2\.75\.0\):\*\* §30 .*)refuted/, '$1confirmed'],
    ['a digit in the banner', /(\(v2\.75\.0\):\*\* §30 .*; )3 stages/, '$14 stages'],
    ['a row of the scoreboard', '| MODEL-1 | 6 | 4 | 60% |', '| MODEL-1 | 7 | 3 | 70% |'],
    ['the count in the section', '**16 + 32**', '**17 + 31**'],
    ['a status', /(AC-SHIP-006.*)\(DISCHARGED v2\.75\.0\)/, '$1(PARTIAL v2.66.0)'],
    ['the version in the last line', '→ **v2.75.0**', '→ **v2.76.0**'],
    ['the commit', '5c1f0a3be7d94c2f', '5c1f0a3be7d94c2e'],
    ['a limit', 'relative L2 0.01, declared', 'relative L2 0.02, declared'],
    ['the sign of a verdict', '- ✗ refuted **byte-order**', '- ✓ refuted **byte-order**'],
  ])('of %s is named', (_, old, now) => {
    const { equal, differences } = edit(old, now)
    expect(equal).toBe(false)
    expect(differences[0]?.where).toMatch(/§30|ship-two-models-spec\.md/)
  })

  it.each([
    [
      'a paragraph with numbers of their own',
      '### 30.2',
      'We saw 0.37 in 14 runs.\n\n### 30.2',
      'added',
    ],
    ['an item', '### 30.4', '- Nobody has looked at layer 5.\n\n### 30.4', 'added'],
    ['a quotation', '### 30.3', '> Reviewer: agreed.\n\n### 30.3', 'added'],
    ['other words of a sentence', ' goes from `', ' went from `', 'reworded'],
    ['other words of the heading', '§30. PR E inv', '§30. The PR E inv', 'reworded'],
    ['other words of an older section', 'MODEL-2 is trained', 'MODEL-2 was trained', 'reworded'],
  ])('that is %s is told', (_, old, now, kind) => {
    const { equal, edited } = edit(old, now)
    expect(equal).toBe(true)
    expect(edited).toEqual([expect.objectContaining({ kind })])
  })
})

describe('a drafted text and what a person made of it', () => {
  const drawn = [
    'The first stage that diverges is `q-out`, at a relative L2 of 0.0523 (−1.4 %), in 12.5 ms.',
    '',
    '- **REFUTED** `H1`: the difference is at most 0.01.',
    '- **CONFIRMED** `H2`: all 28 layers are populated.',
    '',
    '| Stage | Ratio |',
    '| --- | ---: |',
    '| `a` | 1.02 |',
    '| `b` | 9.41 |',
  ].join('\n')
  const edit = (old: string, now: string) => {
    expect(drawn).toContain(old)
    return compareEdited(drawn, drawn.replace(old, now))
  }

  it.each([
    ['The first stage that diverges is', 'What diverges first is the stage'],
    ['all 28 layers are populated', 'we see that all 28 of the layers are populated'],
    ['- **REFUTED** `H1`: the', '- **REFUTED** `H1`: so the'],
  ])('takes other words: %s', (old, now) => {
    const { edited, unbound } = edit(old, now)
    expect(unbound).toEqual([])
    expect(edited).toMatchObject([{ kind: 'reworded' }])
  })

  it.each([
    ['a digit in a sentence', '0.0523', '0.0524', '0.0523 has become 0.0524'],
    ['a sign that is lost', '−1.4 %', '1.4 %', '−1.4 % has become 1.4 %'],
    ['another unit', '12.5 ms', '12.5 s', '12.5 ms has become 12.5 s'],
    ['a verdict', '**REFUTED** `H1`', '**CONFIRMED** `H1`', 'REFUTED has become CONFIRMED'],
    ['a name', '`q-out`', '`k-out`', '`q-out` has become `k-out`'],
    ['a denial', 'layers are populated', 'layers are not populated', '(nothing) has become'],
    ['a row that is gone', '| `b` | 9.41 |', '', 'this is missing'],
    ['a row that was added', '| `b` | 9.41 |', '| `b` | 9.41 |\n| `c` | 1.00 |', 'this was added'],
    [
      'values that changed places',
      '| `a` | 1.02 |\n| `b` | 9.41 |',
      '| `a` | 9.41 |\n| `b` | 1.02 |',
      'has become',
    ],
  ])('names %s', (_, old, now, what) => {
    const { unbound } = edit(old, now)
    expect(unbound.map((one) => one.what).join('; ')).toContain(what)
  })
})
