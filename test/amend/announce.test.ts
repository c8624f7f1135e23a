/** Banner and history of a draft, in documents whose other words look like their version. */
import { describe, expect, it } from 'vitest'
import { draftOf } from './drafted.ts'
import { spec } from './input.ts'

const run = {
  investigation: 'subject: Loops\nhypotheses:\n  H1: { confirm: loops >= 2, refute: loops < 2 }\n',
  logs: { probe: 'loops: 3\n' },
}

/** The new lines of the header and the history. */
function announced(...lines: string[]): string[] {
  const { lines: changed, differences } = draftOf(spec(...lines), run)
  expect(differences).toEqual([])
  const own = changed.findIndex((line) => /^\+ ##.*Loops/.test(line))
  return changed.filter(
    (line, at) =>
      line.startsWith('+') &&
      (own === -1 || at < own || line.includes('§2 — Loops: H1 confirmed.')),
  )
}

const sections = ['## 1. Scope', '', 'All of it.', '']

describe('a banner', () => {
  it.each([
    ['**Phase 2.1 next action (v2.1):**', '**Phase 2.1 next action (v2.2):**'],
    ['**Next action (2.1):**', '**Next action (2.2):**'],
  ])('%s has the new version where the old one was read', (banner, raised) => {
    const lines = announced(
      '# Engine',
      '',
      '**Version:** 2.1',
      `${banner} Do it.`,
      '**Owner:** us',
      '',
      ...sections,
    )
    expect(lines).toEqual(['+ **Version:** 2.2', `+ ${raised} §2 — Loops: H1 confirmed.`])
  })
})

describe('an entry of the history', () => {
  it.each([
    ['- **1.4.0** (2026-01-02): First.', '- **1.5.0** (2026-04-27): '],
    ['- 2026-01-02 — v1.4.0: First.', '- 2026-04-27 — v1.5.0: '],
    ['- [1.4.0](https://x.example/1.4.0) - 2026-01-02: First.', '- 1.5.0 - 2026-04-27: '],
    ['- **1.4.0** (2 January 2026): First.', '- **1.5.0** (2026-04-27): '],
    ['- v1.4.0 First.', '- v1.5.0 '],
  ])('is written like the one above: %s', (entry, start) => {
    expect(
      announced('# Engine', '', '**Version:** 1.4.0', '', ...sections, '## Changelog', '', entry),
    ).toEqual(['+ **Version:** 1.5.0', `+ ${start}§2 — Loops: H1 confirmed.`])
  })

  it.each([
    ['### [1.4.0](https://x.example/1.4.0) - 2026-01-02', '### 1.5.0 - 2026-04-27'],
    ['### v1.4.0 (2026-01-02)', '### v1.5.0 (2026-04-27)'],
    ['### 2026-01-02 1.4.0', '### 2026-04-27 1.5.0'],
    ['### 1.4.0 — First', '### 1.5.0 —'],
  ])('is a heading like the one above: %s', (entry, heading) => {
    const { text, differences } = draftOf(
      spec(
        '# Engine',
        '',
        '**Version:** 1.4.0',
        '',
        ...sections,
        '## Changelog',
        '',
        entry,
        '',
        'First.',
      ),
      run,
    )
    expect(differences).toEqual([])
    expect(text).toContain(`## Changelog\n\n${heading}\n\n§2 — Loops: H1 confirmed.\n`)
  })
})

describe('a row of the history', () => {
  it.each([
    ['2026-01-02', '2026-04-27'],
    ['02.01.2026', '27.04.2026'],
    ['2026/01/02', '2026/04/27'],
    ['2026年1月2日', '2026年4月27日'],
    ['January 2026', '2026-04-27'],
  ])('is dated as the one above, where that can be told: %s', (old, date) => {
    const table = ['| Version | Date | Change |', '|---|---|---|', `| 1.4.0 | ${old} | First |`]
    expect(
      announced(
        '# Engine',
        '',
        '**Version:** 1.4.0',
        '',
        ...sections,
        '## Changelog',
        '',
        ...table,
      ),
    ).toContain(`+ | 1.5.0 | ${date} | §2 — Loops: H1 confirmed. |`)
  })
})
