import { describe, expect, it } from 'vitest'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import { reinstate, retract, type Retraction } from '../../spec-tools/amend/retract.ts'
import { readSpec } from '../../spec-tools/document/index.ts'
import { flipCriteria, readScoreboard } from '../../spec-tools/document/scoreboard.ts'
import { composed } from '../../spec-tools/markdown.ts'

const statuses = { done: 'DISCHARGED', open: 'PARTIAL' }

const document = `# Spec

**Version:** 1.3.0

## 1. Criteria

| ID | Criterion | Status |
|---|---|---|
| AC-1 | Loads | DISCHARGED |
| AC-2 | Agrees, see §2.1 | **(DISCHARGED v1.2.0)** |
| AC-3 | Is fast, see §2 | PARTIAL |

| Category | DISCHARGED | PARTIAL | %D |
|---|---|---|---|
| AC | 2 | 1 | 67% |

## 2. Claim

### 2.1 Figures

The ratio is 18.23.

## 3. Other

Nothing.
`

/** The document after a retraction or its undoing, as one intent. */
function decide(text: string, plan: Retraction, version: string): string {
  const spec = readSpec(text)
  const { cells } = flipCriteria(spec, readScoreboard(spec, statuses), plan.flips, version)
  return applyIntent(text, { version, replace: [...plan.replace], cells }).text
}

const by = { section: composed`§3`, version: composed`1.4.0` }
const retracted = (text: string) => decide(text, retract(text, '2', by, statuses), '1.4.0')

describe('retracting a section', () => {
  it('puts a banner under its heading and opens the rows that cite it', () => {
    expect(retracted(document)).toBe(
      document
        .replace('1.3.0', '1.4.0')
        .replace('**(DISCHARGED v1.2.0)**', '**(PARTIAL v1.4.0)**')
        .replace('| AC | 2 | 1 | 67% |', '| AC | 1 | 2 | 33% |')
        .replace(
          '## 2. Claim\n',
          '## 2. Claim\n\n> **Refuted by §3 (v1.4.0).** Open again, since it rested on this section: `AC-2`.\n',
        ),
    )
  })

  it('opens a row that is named, too', () => {
    expect(retract(document, '2', by, statuses, ['AC-1']).rows).toEqual(['AC-1', 'AC-2'])
  })

  it('keeps the line endings of the document', () => {
    const crlf = document.replaceAll('\n', '\r\n')
    expect(retracted(crlf)).toBe(retracted(document).replaceAll('\n', '\r\n'))
  })

  it('is refused for a section that is retracted already, with its line', () => {
    expect(() => retract(retracted(document), '2', by, statuses)).toThrow(
      /line 19: §2 is retracted already/,
    )
  })

  it('is refused for a section that does not exist', () => {
    expect(() => retract(document, '9', by, statuses)).toThrow(/no section is numbered 9/)
  })
})

describe('reinstating it', () => {
  it.each([
    ['LF', document],
    ['CRLF', document.replaceAll('\n', '\r\n')],
  ])('takes the banner away and closes the same rows, with %s', (_, text) => {
    const back = retracted(text)
    expect(decide(back, reinstate(back, '2', statuses), '1.5.0')).toBe(
      text.replace('1.3.0', '1.5.0').replace('v1.2.0', 'v1.5.0'),
    )
  })

  it('is refused for a section that is not retracted', () => {
    expect(() => reinstate(document, '2', statuses)).toThrow(/§2 is not retracted/)
  })
})
