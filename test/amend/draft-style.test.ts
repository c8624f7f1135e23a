import { describe, expect, it } from 'vitest'
import { proposeAmendment } from '../../spec-tools/amend/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import { readFixture, runLoop } from './loop.ts'

const origin = {
  pullRequest: 1,
  requestedBy: 'ada',
  base: { ref: 'main', commit: 'f'.repeat(40) },
  verification: null,
}

/** Rows of the revision history that the amendment adds, with a line of settings for the spec. */
function historyRows(line: string): string[] {
  const edit = (path: string, text: string) =>
    path === 'settings.yml' ? text.replace('    path:', `${line}    path:`) : text
  const bundle = runLoop('lattice', { edit })
  const text = readFixture('specs', 'lattice.md')
  const amendment = proposeAmendment({ bundle, judgement: judge(bundle), text, origin })
  expect(amendment.text).toContain('**Version:** 1.5.0')
  return amendment.text.match(/^\| 1\.5\.0 \|.*$/gm) ?? []
}

describe('how a spec is written', () => {
  it('is learnt from it: a revision history gets a row', () => {
    expect(historyRows('')).toHaveLength(1)
  })

  it('can be said in the settings, which go before: no history, no row', () => {
    expect(historyRows('    style: { history: false }\n')).toEqual([])
  })
})
