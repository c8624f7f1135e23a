import { describe, expect, it } from 'vitest'
import {
  compareFindings,
  drawFindings,
  findingsFile,
  judge,
  plotFile,
  readBundle,
  stepSummary,
} from '../../spec-tools/index.ts'
import { bundle, evidenceOf, log, set, sha256 } from '../evidence/sample.ts'
import { cell, evidence, judgement, quantity, row, verdict } from '../render/markdown/judgements.ts'

const compared = judgement({
  rows: [
    row({
      stage: 'q',
      relativeL2: quantity('0.2'),
      cell: cell('DIVERGENT', 'DIVERGENT(relL2 .2)'),
    }),
    row({ stage: 'k' }),
  ],
  hypotheses: [verdict()],
})

function page(change: Parameters<typeof evidence>[0] = {}, judged = compared): string {
  return drawFindings(evidence(change), judged).get(findingsFile) ?? ''
}

const encode = (text: string) => new TextEncoder().encode(text)

describe('the page of findings', () => {
  it('says for which request, commit and run it stands', () => {
    expect(page().split('\n\n').slice(0, 2)).toEqual([
      '# Findings of `r-4711`',
      'Commit `0123456789abcdef0123456789abcdef01234567` of pull request 1088 in `acme/engine`, workflow run 501, attempt 1, started `2026-04-27T23:50:00Z`.',
    ])
  })

  it('shows the plot under the table that it is drawn from', () => {
    const text = page()
    const picture = '![Divergence of apr from gguf by stage](divergence.svg)'
    expect(text.indexOf('`q`')).toBeGreaterThan(0)
    expect(text.indexOf(picture)).toBeGreaterThan(text.indexOf('`q`'))
  })

  it('has no plot where nothing could be compared', () => {
    const drawn = drawFindings(evidence(), judgement({ rows: [row()] }))
    expect([...drawn.keys()]).toEqual([findingsFile])
    expect(drawn.get(findingsFile)).not.toContain(plotFile)
  })

  it('says how it was isolated, and what is not whole', () => {
    const text = page({
      isolation: { kind: 'bubblewrap', detail: 'Without the network.' },
      partial: ['probe: stopped at its time limit of 10m'],
    })
    expect(text).toContain('Isolated by `bubblewrap`: Without the network.')
    expect(text).toContain('## What is not whole\n\n- probe: stopped at its time limit of 10m')
  })

  it('says how each diagnostic ended', () => {
    const [diagnostic] = evidence().diagnostics
    const ran = { ...diagnostic!, exit: { code: null, signal: 'SIGKILL', timedOut: false } }
    expect(page({ diagnostics: [ran] })).toContain('| `./probe` | CPU | 2.3 s | ended by SIGKILL |')
  })

  it('says how everything on it can be checked', () => {
    expect(page()).toContain('codicil check .')
  })

  it('shows what a log says and does nothing of it', () => {
    const text = page({}, judgement({ rows: [row({ stage: '</details> @team #1 ![](//x)' })] }))
    expect(text).toContain('`</details> @team #1 ![](//x)`')
  })

  it('fits, whatever there is to say', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => row({ stage: `stage ${index}` }))
    expect(page({}, judgement({ rows })).length).toBeLessThan(262_144)
  })
})

describe('findings held against the evidence', () => {
  const read = (files: Map<string, Uint8Array>) => readBundle(files, sha256)
  const judged = judge(read(bundle()))
  const drawn = drawFindings(evidenceOf(log), judged)
  const findings = drawn.get(findingsFile) ?? ''

  it('agree as they were drawn', () => {
    const sealed = read(bundle({ before: set(findingsFile, findings) }))
    expect(compareFindings(sealed, judged)).toEqual([])
  })

  it('are none in a bundle of an older version', () => {
    expect(compareFindings(read(bundle()), judged)).toEqual([])
  })

  it('differ where a figure was changed, even if the sums were made again', () => {
    const forged = findings.replace('0.005294', '0.000001')
    expect(forged).not.toBe(findings)
    const sealed = read(bundle({ before: set(findingsFile, forged) }))
    expect(compareFindings(sealed, judged)).toMatchObject([
      { where: expect.stringMatching(/^findings\.md:\d+$/) as string },
    ])
  })

  it('differ where there is a plot that nothing was drawn for, or none that was', () => {
    const files = new Map([
      [findingsFile, encode(findings)],
      [plotFile, encode('<svg/>')],
    ])
    expect(drawn.has(plotFile)).toBe(false)
    expect(compareFindings({ evidence: evidenceOf(log), files }, judged)).toMatchObject([
      { what: plotFile, expected: 'no such file' },
    ])
    const whole = drawFindings(evidence(), compared)
    const missing = new Map([[findingsFile, encode(whole.get(findingsFile) ?? '')]])
    expect(compareFindings({ evidence: evidence(), files: missing }, compared)).toMatchObject([
      { what: plotFile, found: 'no such file' },
    ])
  })
})

describe('the step summary', () => {
  it('draws the plot in characters, because the page shows no picture of a bundle', () => {
    const text = stepSummary(evidence(), compared)
    const [, plot = ''] = /```text\n([^`]*)```/.exec(text) ?? []
    expect(plot).toMatch(
      /^relative L2 .*\nq +─+◆ +DIVERGENT\(relL2 \.2\)\nk +□ +UNPROVEN\(n\?, tok\?\)\n$/,
    )
  })
})
