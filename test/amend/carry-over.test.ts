import { describe, expect, it } from 'vitest'
import { carryOver, type Drafted } from '../../spec-tools/amend/carry-over.ts'
import { applyIntent } from '../../spec-tools/amend/apply.ts'

const base = `# Spec

**Version:** 2.74.0
**Atomic next action (v2.74.0):** Measure.

## 28. Claim

Text.

## 29. Policy

Logs are kept; see §28.
`

/** A draft as the loop makes it: a section with two parts, a version, a banner. */
function draft(text: string, number: string, version: string, old: string, title: string): Drafted {
  const body = `Found in §${number}.1.

### ${number}.1 Evidence

| Stage | Figure | Note |
|---|---|---|
| q | 0.0026 | measured |

First paragraph. It has two sentences.

Second paragraph.

### ${number}.2 Open

Nothing.

\`\`\`
§${number} in a log
\`\`\`

Spec v${old} → **v${version}**.`
  const applied = applyIntent(text, {
    version,
    fields: { [`Atomic next action (v${version})`]: `${title}.` },
    field_after: { [`Atomic next action (v${version})`]: 'Version' },
    sections: [{ heading: `${number}. ${title}`, level: 2, body }],
  })
  return { text: applied.text, number, version }
}

const opened = draft(base, '30', '2.75.0', '2.74.0', 'Ours')
const other = draft(base, '30', '2.75.0', '2.74.0', 'Theirs')
const again = draft(other.text, '31', '2.76.0', '2.75.0', 'Ours')

describe('two drafts that both took §30 and 2.75.0', () => {
  it('become §30 and §31, with one banner each', () => {
    const { text, conflicts } = carryOver(opened, opened.text, again)
    expect(conflicts).toEqual([])
    expect(text).toBe(again.text)
    expect(text.match(/^## 3.*$/gm)).toEqual(['## 30. Theirs', '## 31. Ours'])
    expect(text.match(/^\*\*Atomic.*$/gm)).toEqual([
      '**Atomic next action (v2.76.0):** Ours.',
      '**Atomic next action (v2.75.0):** Theirs.',
      '**Atomic next action (v2.74.0):** Measure.',
    ])
  })
})

describe('what people changed on the branch', () => {
  const carried = (edit: (text: string) => string) => {
    const edited = edit(opened.text)
    expect(edited).not.toBe(opened.text)
    const { text, conflicts } = carryOver(opened, edited, again)
    expect(conflicts).toEqual([])
    return text
  }

  it('is kept in prose', () => {
    const change = (text: string) => text.replace('First paragraph.', 'First paragraph, corrected.')
    // The other draft has the same words in §30; only ours, in §31, was edited.
    const [, ours] = carried(change).split('\n## 31.')
    expect(ours).toContain('First paragraph, corrected. It has two sentences.')
  })

  it('is kept in cells of a table', () => {
    const text = carried((all) => all.replace('| measured |', '| measured twice |'))
    expect(text.split('\n## 31.')[1]).toContain('| q | 0.0026 | measured twice |')
  })

  it('is kept where a paragraph was moved', () => {
    const text = carried((all) =>
      all
        .replace('Second paragraph.\n\n', '')
        .replace('First paragraph.', 'Second paragraph.\n\nFirst paragraph.'),
    )
    const ours = text.split('\n## 31.')[1] ?? ''
    expect(ours.match(/Second paragraph\./g)).toHaveLength(1)
    expect(ours.indexOf('Second')).toBeLessThan(ours.indexOf('First'))
  })

  it('is kept where a sub-section was deleted', () => {
    const text = carried((all) => all.replace('### 30.2 Open\n\nNothing.\n\n', ''))
    expect(text).toContain('### 30.2 Open')
    expect(text).not.toContain('### 31.2 Open')
  })

  it('is kept in a section that the base did not touch', () => {
    expect(carried((all) => all.replace('Logs are kept', 'Logs are kept for ever'))).toContain(
      'Logs are kept for ever; see §28.',
    )
  })

  it('has its references to the moved section moved, and the log left alone', () => {
    const text = carried((all) =>
      all.replace('Second paragraph.', 'As §30.1 shows, and §28 does not.'),
    )
    expect(text).toContain('As §31.1 shows, and §28 does not.')
    expect(text.split('\n## 31.')[1]).toContain('§31 in a log')
  })
})

describe('a true conflict', () => {
  it('is shown both ways, and nothing is dropped', () => {
    const edited = opened.text.replace(
      '**Atomic next action (v2.75.0):** Ours.',
      '**Atomic next action (v2.75.0):** Rewritten by hand.',
    )
    const renamed = { ...again, text: again.text.replace(':** Ours.', ':** Drafted anew.') }
    const { text, conflicts } = carryOver(opened, edited, renamed)
    expect(conflicts).toHaveLength(1)
    expect(conflicts[0]).toMatchObject({ line: 4 })
    expect(text).toContain('Rewritten by hand.')
    expect(text).toContain('Drafted anew.')
    expect(text).toMatch(
      /<<<<<<< edited on the branch\n.*by hand.*\n=======\n.*anew.*\n(?:.*\n)?>>>>>>> drafted/,
    )
  })
})

describe('a person who changed what the new base changed, too', () => {
  it('has both kept where they are in different cells of one row', () => {
    const table = (a: string, b: string) =>
      `# S\n\n| x | y | z |\n|---|---|---|\n| ${a} | mid | ${b} |\n`
    const same = { number: null, version: null }
    const { text, conflicts } = carryOver({ ...same, text: table('1', '1') }, table('2', '1'), {
      ...same,
      text: table('1', '3'),
    })
    expect(conflicts).toEqual([])
    expect(text).toBe(table('2', '3'))
  })
})
