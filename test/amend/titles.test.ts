import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { statedIn } from '../../spec-tools/amend/title/stated.ts'
import { draftOf, type DraftedRun } from './drafted.ts'
import { spec } from './input.ts'

const example = join(import.meta.dirname, '../../examples/demo')
const read = (...path: string[]) => readFileSync(join(example, ...path), 'utf8')
const settings = read('.github/codicil.yml')
const declared = read('.codicil/investigations/q4k-dispatch.yml')
const base = read('docs/specifications/ship-two-models-spec.md')

/** What the diagnostics of the demo print, as far as the claims need it. */
const logs = {
  'q4k-population': 'num_layers: 6\npopulated_layers: 6\n',
  'qkv-layer0': `Path A: F32 dequantised product:
  Q-out [0..3584]: n=3584, mean=-0.003724, std=0.260582, min=-0.9533, max=0.9668

Path B: Q4K dispatched Q only:
  Q-out (Q4K): n=3584, mean=-0.003715, std=0.260604, min=-0.9519, max=0.9664

Q-out comparison (F32 vs Q4K):
  max |diff|: 0.004274
  RMS diff:    0.001082

=== REFERENCE NUMBERS ===
APR  layer 0 qkv (from existing trace): mean=0.2559, std=10.3291
GGUF layer 0 qkv (from existing trace): mean=-0.0163, std=1.1402
`,
}

type Change = readonly [from: string, to: string]

const h1 = {
  confirmed: [
    ['q_difference > 0.05', 'q_difference > 0.001'],
    ['q_difference <= 0.01', 'q_difference <= 0.0005'],
  ],
  open: [['q_difference <= 0.01', 'q_difference <= 0.0001']],
} satisfies Record<string, Change[]>
const h2 = {
  confirmed: [
    ['populated < 6', 'populated < 7'],
    ['populated >= 6', 'populated >= 7'],
  ],
  open: [['populated >= 6', 'populated >= 9']],
} satisfies Record<string, Change[]>
const h3Confirmed: Change[] = [
  ['confirm: qkv_ratio >= 10', 'confirm: populated > 5'],
  ['refute: qkv_ratio < 2', 'refute: populated <= 5'],
]

const outcomes: Record<string, Change[]> = {
  confirmed: [...h1.confirmed, ...h2.confirmed, ...h3Confirmed],
  refuted: [],
  mixed: h2.confirmed,
  open: [...h1.open, ...h2.open],
}

const drafts = new Map<string, DraftedRun>()

/** The demo with the verdicts of an outcome. */
function draft(outcome: string): DraftedRun {
  const investigation = (outcomes[outcome] ?? []).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The investigation lacks ${from}`)
    return text.replace(from, to)
  }, declared)
  const drafted =
    drafts.get(outcome) ?? draftOf(base, { settings, investigation, slug: 'q4k-dispatch', logs })
  drafts.set(outcome, drafted)
  expect(drafted.differences).toEqual([])
  return drafted
}

const verdicts: Record<string, readonly [h1: string, h2: string, h3: string]> = {
  confirmed: ['CONFIRMED', 'CONFIRMED', 'CONFIRMED'],
  refuted: ['REFUTED', 'REFUTED', 'OPEN'],
  mixed: ['REFUTED', 'CONFIRMED', 'OPEN'],
  open: ['OPEN', 'OPEN', 'OPEN'],
}

const small = spec(
  '# Engine',
  '',
  '**Version:** 2.74.0',
  '',
  '## 28. The narrow hypothesis (2026-04-26)',
  '',
  'It says three things.',
)

/** A small document with claims about its §28, of which each comes out as it is said to. */
function titled(outcome: string, title: string, slug = 'dispatch'): DraftedRun {
  const claims = verdicts[outcome]?.map((verdict, at) => {
    const [confirm, refute] = { CONFIRMED: ['2', '2'], REFUTED: ['9', '4'], OPEN: ['9', '1'] }[
      verdict
    ] ?? ['', '']
    return `  - { id: H${at + 1}, section: 28, confirm: 'loops >= ${confirm}', refute: 'loops < ${refute}' }`
  })
  const text = `title: ${JSON.stringify(title)}\nrefutes: [28]\nhypotheses:\n${claims?.join('\n')}\n`
  const drafted = draftOf(small, { investigation: text, slug, logs: { probe: 'loops: 3\n' } })
  expect(drafted.differences).toEqual([])
  return drafted
}

const narrow = 'PR E investigation refutes §28 narrow hypothesis'
const lineWith = (lines: readonly string[], text: string) =>
  lines.filter((line) => line.startsWith(`+ ${text}`))

describe('the demo says what came out', () => {
  it.each([
    ['confirmed', 'PR E investigation confirms §28 narrow hypothesis', 'H1, H2, H3 confirmed'],
    ['refuted', narrow, 'H1, H2 refuted, H3 open'],
    [
      'mixed',
      'PR E investigation confirms §28 narrow hypothesis in part',
      'H1 refuted, H2 confirmed, H3 open',
    ],
    ['open', 'The narrow hypothesis of §28: nothing decided', 'H1, H2, H3 open'],
  ])('where it is %s', (outcome, title, clause) => {
    const { section, title: pull, commitMessage, branch, lines, warnings } = draft(outcome)
    expect(section.heading).toBe(`30. ${title} (2026-04-27)`)
    expect(pull).toBe(`docs(ship-two-001): §30 — ${title} — v2.74.0 → v2.75.0`)
    expect(commitMessage.split('\n')[0]).toBe(pull)
    expect(branch).toBe(`docs/spec-30-q4k-dispatch-${outcome}`)
    expect(lineWith(lines, '**Atomic next action (v2.75.0)')).toEqual([
      expect.stringContaining(`: ${clause}; 2 stages: 1 match, 1 unproven.`),
    ])
    expect(section.markdown).toContain(`**${clause}; 2 stages`)
    expect(warnings.join('\n')).not.toContain('title')
  })

  it.each([
    ['confirmed', 'What §28 got right', false],
    ['refuted', 'What §28 got wrong', true],
    ['mixed', 'What §28 got right and wrong', true],
    ['open', 'What §28 claimed', false],
  ])('of §28 and what is to be done about it, where it is %s', (outcome, heading, asked) => {
    const { section, body } = draft(outcome)
    expect(section.markdown).toContain(`### 30.2 ${heading}\n`)
    expect(body.includes('§28 should be annotated or retracted')).toBe(asked)
  })

  it.each([
    ['confirmed', '', 5, 5, '50%', 15, 33, '31%'],
    ['refuted', 'AC-SHIP1-005, AC-SHIP1-006', 7, 3, '70%', 17, 31, '35%'],
    ['mixed', 'AC-SHIP1-006', 6, 4, '60%', 16, 32, '33%'],
    ['open', '', 5, 5, '50%', 15, 33, '31%'],
  ])('and its totals move by the flips alone, where it is %s', (outcome, ids, ...counts) => {
    const [done, open, share, sumDone, sumOpen, sumShare] = counts
    const { text, section, body } = draft(outcome)
    expect(text).toContain(`| MODEL-1 | ${done} | ${open} | ${share} |`)
    expect(text).toContain(`| **Sum** | **${sumDone}** | **${sumOpen}** | **${sumShare}** |`)
    expect(section.markdown).toContain(
      `Sum, PARTIAL, against its rows: the document says 33, its rows 14.`,
    )
    expect(section.markdown.includes(`of 48 as that row publishes them`)).toBe(ids !== '')
    expect(/The flipped rows are right: (.*)/.exec(body)?.[1] ?? '').toBe(ids)
  })

  it('and lists every claim that stays open', () => {
    expect(draft('open').section.markdown).toContain('- H1, H2: neither confirmed nor refuted.')
  })
})

describe('a plain title', () => {
  it.each([
    ['confirmed', narrow, 'Evidence on §28: H1, H2, H3 confirmed'],
    ['open', narrow, 'Evidence on §28: nothing decided'],
    ['confirmed', 'Q4_K refuted', 'Evidence on §28: H1, H2, H3 confirmed'],
    ['refuted', 'Q4_K confirmed', 'Evidence on §28: H1, H2 refuted, H3 open'],
    ['mixed', '§28 confirmed', 'Evidence on §28: H1 refuted, H2 confirmed, H3 open'],
    ['mixed', 'H1 confirmed, H2 refuted', 'Evidence on §28: H1 refuted, H2 confirmed, H3 open'],
    ['confirmed', '§28 is not confirmed', 'Evidence on §28: H1, H2, H3 confirmed'],
    ['confirmed', '第28章 被推翻', 'Evidence on §28: H1, H2, H3 confirmed'],
  ])('is replaced and told where it is %s: %s', (outcome, plain, instead) => {
    const { section, title, warnings } = titled(outcome, plain)
    expect(section.heading).toBe(`29. ${instead} (2026-04-27)`)
    expect(title).toContain(` — ${instead} — `)
    expect(section.heading).not.toContain(plain)
    expect(warnings[0]).toContain(`The title “${plain}” states what did not come out`)
  })

  it.each([
    ['refuted', narrow],
    ['refuted', 'Q4_K not confirmed'],
    ['mixed', 'H2 confirmed, H1 refuted'],
    ['mixed', '§28 partly confirmed'],
  ])('stays as it is where it is %s: %s', (outcome, plain) => {
    const { section, warnings } = titled(outcome, plain)
    expect(section.heading).toBe(`29. ${plain} (2026-04-27)`)
    expect(warnings.join('\n')).not.toContain('title')
  })

  it('stays and is told where only some came out so', () => {
    const { section, warnings } = titled('mixed', narrow)
    expect(section.heading).toBe(`29. ${narrow} (2026-04-27)`)
    expect(warnings[0]).toContain('may say more than came out: H2 is confirmed, H3 is open')
  })

  it.each([
    'The Q4_K dispatch',
    'After §26 was refuted, the dispatch',
    'Confirm the dispatch',
    'An attempt to refute §28',
    'Whether §28 is confirmed',
  ])('that states no outcome of its claims gets it: %s', (plain) => {
    const { section, warnings } = titled('mixed', plain)
    expect(section.heading).toBe(`29. ${plain}: H1 refuted, H2 confirmed, H3 open (2026-04-27)`)
    expect(warnings.join('\n')).not.toContain('title')
  })

  it('that asks is answered', () => {
    expect(titled('refuted', 'Is §28 refuted?').section.heading).toBe(
      '29. Is §28 refuted? H1, H2 refuted, H3 open (2026-04-27)',
    )
  })
})

describe('a heading that the document has already', () => {
  const unnumbered = (...headings: string[]) =>
    spec(
      '# Engine',
      '',
      '**Version:** 1.4.0',
      '',
      ...headings.flatMap((one) => [`## ${one}`, '', 'Text.', '']),
    )
  const run = { investigation: 'title: Loops\n', logs: { probe: 'loops: 3\n' } }

  it.each([
    [['Scope', 'Loops'], 'Loops (2026-04-27)'],
    [['Loops', 'Loops (2026-04-27)'], 'Loops (2026-04-27, 2)'],
    [['Scope', 'loops'], 'Loops (2026-04-27)'],
  ])('is told apart by its date: %j', (headings, expected) => {
    const { section, differences } = draftOf(unnumbered(...headings), run)
    expect(section.heading).toBe(expected)
    expect(differences).toEqual([])
  })
})

describe('a branch', () => {
  it.each([
    ['refuted', 'q4k-refuted', 'q4k-refuted'],
    ['confirmed', 'q4k-refuted', 'q4k-confirmed'],
    ['open', 'refutes-28', '28-open'],
  ])('says what came out, where it is %s: %s', (outcome, slug, branch) => {
    expect(titled(outcome, 'The dispatch', slug).branch).toBe(`docs/spec-29-${branch}`)
  })
})

it.each([
  ['H1 and H2 refuted; H3 confirmed', ['REFUTED H1,H2', 'CONFIRMED H3']],
  ['The run does not refute §28.3', ['REFUTED not §28.3']],
  ['FALSIFY-SHIP-006 and the refuted-cache', []],
  ['The previously refuted bias, again', []],
  ['Can §28 be confirmed', []],
])('outcomes that a title states: %s', (title, expected) => {
  const said = statedIn(title, ['H1', 'H2', 'H3']).map(
    ({ outcome, negated, about }) =>
      `${outcome}${negated ? ' not' : ''} ${about.toSorted().join(',')}`,
  )
  expect(said).toEqual(expected)
})
