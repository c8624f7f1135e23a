import { remark } from 'remark'
import remarkGfm from 'remark-gfm'
import remarkMessageControl from 'remark-message-control'
import { VFile } from 'vfile'
import { describe, expect, it } from 'vitest'
import {
  codicilPreset,
  defaultContext,
  fixSpec,
  lintSpec,
  rules,
  toSarif,
} from '../../spec-tools/lint/index.ts'

/** A spec in which every rule has something to look at, and nothing to complain of. */
const fine = `# Spec

**Version:** 1.2.0
**Next (v1.2.0):** Measure.

- [Criteria](#1-criteria)
- [Claim](#2-claim)

## 1. Criteria

| ID | Status |
|---|---|
| AC-1 | DISCHARGED |
| AC-2 | PARTIAL |

| Category | DISCHARGED | PARTIAL | %D |
|---|---|---|---|
| AC | 1 | 1 | 50% |
| Sum | 1 | 1 | 50% |

## 2. Claim

As §1 says, see [criteria](#1-criteria) and \`evidence/a-2026-01-01/\`.

### 2.1 Figures

The relative L2 is 0.00258, and the log says \`0.123\`.

> Somebody measured 0.456.

Spec v1.1.0 → **v1.2.0**.

## History

| Version | Date | Changes |
|---|---|---|
| 1.1.0 | 2026-01-01 | first |
| 1.2.0 | 2026-02-01 | second |
`

const context = {
  ...defaultContext,
  exists: (path: string) => path === 'evidence/a-2026-01-01/',
  evidence: [{ section: '2', folder: 'evidence/a-2026-01-01/', figures: new Set(['0.00258']) }],
}

/** Findings after one change, as `line: message`. */
function after(from: string | RegExp, to: string): string[] {
  const text = fine.replace(from, to)
  expect(text).not.toBe(fine)
  return lintSpec(text, context).map(({ rule, line, message }) => `${rule} ${line}: ${message}`)
}

describe('a spec that is fine', () => {
  it('has no findings', () => {
    expect(lintSpec(fine, context)).toEqual([])
  })

  it('has none with CRLF either', () => {
    expect(lintSpec(fine.replaceAll('\n', '\r\n'), context)).toEqual([])
  })
})

describe('a finding', () => {
  it('comes of a version in the header that is not the newest one', () => {
    expect(after('**Version:** 1.2.0', '**Version:** 1.3.0')).toEqual([
      'version-agrees 3: The document says version 1.3.0, and its newest history entry says 1.2.0 (line 38).',
      'version-agrees 3: The document says version 1.3.0, and its newest banner "Next" says v1.2.0 (line 4).',
    ])
  })

  it('comes of two history rows for one version', () => {
    expect(after('| 1.1.0 | 2026-01-01', '| 1.2.0 | 2026-01-01')).toEqual([
      'version-claimed-once 38: Version 1.2.0 is claimed by the history entry in line 37 already.',
    ])
  })

  it('comes of two sections that claim one version', () => {
    expect(after('## History', '## 3. More\n\nSpec v1.1.0 → **v1.2.0**.\n\n## History')).toEqual([
      'version-claimed-once 35: Version 1.2.0 is claimed by the section in line 31 already.',
    ])
  })

  it('comes of a number that stands twice', () => {
    expect(after('## History', '## 2. Again\n\nText.\n\n## History')).toEqual([
      'unique-numbers 33: Section 2 is numbered like the one in line 21, "2. Claim".',
    ])
  })

  it('comes of a number that is missing, as a warning', () => {
    const text = fine.replace('## History', '## 4. Later\n\nText.\n\n## History')
    expect(lintSpec(text, context)).toMatchObject([
      { rule: 'complete-numbers', line: 33, severity: 'warning' },
    ])
  })

  it('comes of a section that is cited and does not exist', () => {
    expect(after('As §1 says', 'As §29 says')).toEqual([
      'references-resolve 23: §29 leads nowhere: the document has no such section.',
    ])
  })

  it('comes of no section that is cited in code, or of another document', () => {
    expect(after('As §1 says', 'As `§29` says, and RFC 9110 §4.2, and §7 of RFC 2119')).toEqual([])
  })

  it('comes of a link that leads nowhere', () => {
    expect(after('[criteria](#1-criteria)', '[elsewhere](#9-elsewhere)')).toEqual([
      'references-resolve 23: #9-elsewhere leads nowhere: the document has no such anchor.',
    ])
  })

  it('comes of totals that do not add up', () => {
    expect(after('| Sum | 1 | 1 |', '| Sum | 1 | 9 |').map((text) => text.split(':')[0])).toEqual([
      'scoreboard-adds-up 19',
      'scoreboard-adds-up 19',
    ])
  })

  it('comes of a total in a cell that is not the count of its rows', () => {
    const table = '| M | OK |\n|---|---|\n| a | pass |\n| b | fail |\n| c | pass |\n'
    const said = (total: string) =>
      lintSpec(`# S\n\n## Board\n\n${table}${total}\n`).map(({ message }) => message)
    expect(said('| Total | 2/3 pass |')).toEqual([])
    expect(said('| Total | 1/3 pass |')).toEqual([
      'The total in line 10 does not follow from its rows: it says “1/3 pass”, while the rows count 2 pass of 3.',
    ])
  })

  it('comes of evidence that is not there', () => {
    expect(after('evidence/a-2026', 'evidence/b-2026')).toEqual([
      'evidence-exists 23: evidence/b-2026-01-01/ is not in the repository.',
    ])
  })

  it('comes of a figure that is not in the bundle, and of none that is quoted', () => {
    expect(after('0.00258', '0.00259')).toEqual([
      'figures-resolve 27: 0.00259 is no figure of evidence/a-2026-01-01/. Take it from there, or mark it as quoted (`0.00259`, or a quotation).',
    ])
  })
})

describe('a document of many tables and many counts', () => {
  it('is held against its rows once a table, not once a count', () => {
    const rows = Array.from({ length: 20 }, (_, at) => `| M-${at} | ${at < 3 ? 'fail' : 'pass'} |`)
    const table = (at: number) =>
      `## ${at}. Part ${at}\n\n| M${at} | Status |\n|---|---|\n${rows.join('\n')}\n`
    const parts = Array.from(
      { length: 100 },
      (_, at) => `${table(at + 1)}\n${'17 of 20 pass.\n\n'.repeat(20)}`,
    )
    const found = lintSpec(`# Spec\n\n${parts.join('\n')}`, context)
    expect(found.filter(({ rule }) => rule === 'scoreboard-adds-up')).toEqual([])
  })
})

describe('fixing', () => {
  it('changes a sum where rows and criteria agree, and nothing else', () => {
    const broken = fine.replace('| Sum | 1 | 1 | 50% |', '| Sum | 1 | 9 | 50% |')
    const { text, fixed, left } = fixSpec(broken, context)
    expect(text).toBe(fine)
    expect(fixed.length).toBeGreaterThan(0)
    expect(left).toEqual([])
  })

  it('leads a link to the only section that has its text as a name', () => {
    const broken = fine.replace('[Claim](#2-claim)', '[Claim](#3-claim)')
    expect(fixSpec(broken, context).text).toBe(fine)
  })

  it('leaves alone what is not certain', () => {
    const broken = fine.replace('As §1 says', 'As §29 says')
    const { text, left } = fixSpec(broken, context)
    expect(text).toBe(broken)
    expect(left).toHaveLength(1)
  })
})

describe('a comment', () => {
  const broken = (comment: string) =>
    lintSpec(fine.replace('As §1 says', `${comment}\n\nAs §29 says`), context).map(
      ({ rule }) => rule,
    )

  it('switches a rule off by its name', () => {
    expect(broken('<!--lint disable references-resolve-->')).toEqual([])
  })

  it('switches no other rule off', () => {
    expect(broken('<!--lint disable version-agrees-->')).toEqual(['references-resolve'])
  })

  const rule = 'references-resolve'
  it.each([
    ['in a list', `- <!--lint ignore ${rule}-->\n\n  As §29 says\n\n- As §28 says`, ['§28']],
    ['in a line', `As §29 says <!--lint disable ${rule}--> and §28`, ['§29']],
    ['in a heading', `### A <!--lint disable ${rule}-->\n\nAs §29 says`, []],
    ['in a quote', `> <!--lint ignore ${rule}-->\n>\n> As §29 says\n\nAs §28 says`, ['§28']],
    ['before a heading', `<!--lint ignore ${rule}-->\n\nSee §29\n===\n\nAs §28 says`, ['§28']],
    ['in a cell', `| A |\n|---|\n| <!--lint disable ${rule}--> |\n\nAs §29 says`, []],
    ['in code', `\`<!--lint disable ${rule}-->\`\n\nAs §29 says`, ['§29']],
    ['in a fence', `\`\`\`\n<!--lint disable ${rule}-->\n\`\`\`\n\nAs §29 says`, ['§29']],
    ['enabled again', `<!--lint disable-->\n\n§29\n\n<!--lint enable-->\n\n§28 it says`, ['§28']],
  ])('that stands %s does what it does for remark', (_, markdown, left) => {
    const text = fine.replace('As §1 says', markdown)
    const file = new VFile(text)
    const whole = remark()
      .use(remarkGfm)
      .use(codicilPreset(context))
      .use(remarkMessageControl, { name: 'lint', source: 'codicil' })
    whole.runSync(whole.parse(file), file)
    const messages = lintSpec(text, context).map(({ message }) => message)
    expect(messages).toEqual(file.messages.map(({ reason }) => reason))
    expect(messages.flatMap((message) => /^§\d+/.exec(message) ?? [])).toEqual(left)
  })

  it('is looked for only in blocks that hold one, in time that grows with the document', () => {
    const headings = `${'===\n'.repeat(50_000)}\n<!--lint disable ${rule}-->\n\nAs §29 says\n`
    expect(lintSpec(headings, context)).toEqual([])
  })

  it('is refused in a block too long to look for it', () => {
    const list = `- <!--lint disable ${rule}-->\n${'- a\n'.repeat(20_000)}`
    expect(() => lintSpec(list, context)).toThrow(
      /^line 1: begins a block of \d+ characters with a comment for lint in it\. Put the comment/,
    )
  })
})

describe('the rules', () => {
  it('run as a remark preset with the same findings', () => {
    const text = fine.replace('As §1 says', 'As §29 says')
    const file = new VFile({ path: 'spec.md', value: text })
    const processor = remark().use(codicilPreset(context))
    processor.runSync(processor.parse(file), file)
    expect(file.messages.map(({ ruleId, source, line }) => [source, ruleId, line])).toEqual([
      ['codicil', 'references-resolve', 23],
    ])
  })

  it('come out as SARIF with a rule for each finding', () => {
    const findings = lintSpec(fine.replace('As §1 says', 'As §29 says'), context)
    const log = toSarif([{ path: 'docs/spec.md', findings }], '0.1.0') as {
      runs: { results: { ruleId: string; ruleIndex: number }[] }[]
    }
    const [result] = log.runs[0]?.results ?? []
    expect(result).toMatchObject({ ruleId: 'references-resolve', level: 'error' })
    expect(rules[result?.ruleIndex ?? -1]?.name).toBe('references-resolve')
  })
})
