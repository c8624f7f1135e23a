/** A drafted amendment that retracts an earlier section, and a later one that reinstates it. */
import { describe, expect, it } from 'vitest'
import { proposeAmendment } from '../../spec-tools/amend/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import { readFixture, runLoop } from './loop.ts'

const origin = {
  pullRequest: 1088,
  requestedBy: 'ada',
  base: { ref: 'main', commit: 'f'.repeat(40) },
  verification: null,
}

/** The spec of the fixture, with a criterion that is done and cites §28. */
const spec = readFixture('specs', 'ship-two.md').replace(
  /\| AC-SHIP-001 \| ([^|]*?) \|/,
  '| AC-SHIP-001 | $1, see §28.1 |',
)

/** An investigation of one hypothesis about §28, with one more line. */
const about28 =
  (line: string, swap = false) =>
  (path: string, text: string) => {
    if (!path.startsWith('investigations')) return text
    const [head = ''] = text.split('hypotheses:')
    const [confirm, refute] = swap ? ['refute', 'confirm'] : ['confirm', 'refute']
    return `${head}hypotheses:
  - id: byte-order
    claim: The fused projection differs from the plain one
    section: 28
    ${confirm}: q_relative_l2 > 0.05
    ${refute}: q_relative_l2 < 0.01
${line}
`
  }

function draft(text: string, line: string, swap = false, startedAt = '2026-04-27T21:14:03Z') {
  const bundle = runLoop('ship-two', { edit: about28(line, swap), startedAt })
  return proposeAmendment({ bundle, judgement: judge(bundle), text, origin })
}

const changed = (before: string, after: string) => {
  const old = new Set(before.split('\n'))
  return after.split('\n').filter((line) => !old.has(line) && !line.startsWith('**Atomic'))
}

describe('a section whose every hypothesis is refuted', () => {
  const { text, section } = draft(spec, 'retracts: [28]')
  const [own = ''] = text.split(`## ${section.heading}`)

  it('gets a banner, and the row that cites it is open again with its counts', () => {
    expect(changed(spec, own)).toEqual([
      '**Version:** 2.75.0',
      expect.stringMatching(/^\| AC-SHIP-001 \|.*\*\*\(PARTIAL v2\.75\.0\)\*\* \|$/),
      '> **Refuted by §30 (v2.75.0).** Open again, since it rested on this section: `AC-SHIP-001`.',
      '| MODEL-1 | 4 | 6 | 40% |',
      '| **Sum** | **14** | **34** | **29%** |',
    ])
  })

  it('is said to be retracted in the new section', () => {
    expect(section.markdown).toMatch(
      /\*\*§28 is retracted: it keeps its text under a banner\.\*\*.*`AC-SHIP-001`/,
    )
  })

  it('is left alone without being asked for', () => {
    expect(draft(spec, 'retracts: []').text).not.toContain('Refuted by')
  })

  it('is not retracted a second time', () => {
    const again = draft(text, 'retracts: [28]', false, '2026-04-28T00:00:00Z')
    expect(again.text.match(/> \*\*Refuted by/g)).toHaveLength(1)
  })

  it('is reinstated when it is confirmed later: no banner, and the row is done again', () => {
    const back = draft(text, 'reinstates: [28]', true, '2026-04-29T00:00:00Z')
    const [standing = ''] = back.text.split(`## ${back.section.heading}`)
    expect(standing).not.toContain('> **Refuted by')
    expect(changed(text, standing)).toEqual([
      '**Version:** 2.76.0',
      expect.stringMatching(/^\| AC-SHIP-001 \|.*\*\*\(DISCHARGED v2\.76\.0\)\*\* \|$/),
      '| MODEL-1 | 5 | 5 | 50% |',
      '| **Sum** | **15** | **33** | **31%** |',
    ])
    expect(back.section.markdown).toContain('§28 is reinstated')
  })
})
