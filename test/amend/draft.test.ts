import { describe, expect, it } from 'vitest'
import { DraftError, proposeAmendment } from '../../spec-tools/amend/index.ts'
import type { NextStep } from '../../spec-tools/judge/types.ts'
import { settings } from '../../spec-tools/settings/index.ts'
import { cell, evidence, judgement, row, verdict } from '../render/markdown/judgements.ts'
import { bundle, declared, input, plainSpec, spec } from './input.ts'

const added = (text: string, before: string) => {
  const old = new Set(before.split('\n'))
  return text.split('\n').filter((line) => line !== '' && !old.has(line))
}

const headings = (markdown: string) => markdown.split('\n').filter((line) => line.startsWith('#'))

const step: NextStep = {
  kind: 'control',
  stages: ['qkv'],
  sides: ['candidate', 'reference'],
  capture: 'hash the output',
  selection: 'all',
  predicate: 'sha256(with) = sha256(without)',
  outcomes: [],
  text: 'Run both with capture and without.',
}

describe('a drafted section', () => {
  it('is numbered after the last one, with numbered sub-sections', () => {
    const { section, text } = proposeAmendment(input())
    expect(section.number).toBe('3')
    expect(text).toContain('\n## 3. Diagnostics of pull request 1088\n')
    expect(headings(section.markdown)).toEqual([
      '### 3.1 Diagnostic evidence',
      '### 3.2 How this was measured, and how to repeat it',
    ])
  })

  it('has all six parts where an investigation was declared and criteria are added up', () => {
    const rows = '| Id | Status |\n| --- | --- |\n| AC-1 | DISCHARGED |\n'
    const totals = '| Group | DISCHARGED | PARTIAL |\n| --- | ---: | ---: |\n| AC | 2 | 0 |\n'
    const text = `${plainSpec}\n${rows}\n${totals}`
    const { section } = proposeAmendment(
      input({
        text,
        bundle: bundle({ investigation: declared({ refutes: [2] }) }),
        judgement: judgement({
          hypotheses: [verdict({ section: '2', next: 'Print the counts' })],
          next: [step],
        }),
      }),
    )
    expect(headings(section.markdown)).toEqual([
      '### 3.1 Diagnostic evidence',
      '### 3.2 What §2 claimed',
      '### 3.3 What is still open',
      '### 3.4 The falsifiable next step',
      '### 3.5 Scoreboard',
      '### 3.6 How this was measured, and how to repeat it',
    ])
  })

  it('numbers its sub-sections as the spec does', () => {
    const text = `${plainSpec}\n### §2.1. Tiles\n\nMany.\n`
    expect(headings(proposeAmendment(input({ text })).section.markdown)[0]).toBe(
      '### §3.1. Diagnostic evidence',
    )
  })

  it('numbers nothing in a spec without numbers', () => {
    const text = spec('# Engine', '', '**Version:** 1.4.0', '', '## Scope', '', 'All of it.')
    const { section, branch, title } = proposeAmendment(input({ text }))
    expect(headings(section.markdown)[0]).toBe('### Diagnostic evidence')
    expect(branch).toBe('docs/spec-pr-1088')
    expect(title).toBe('docs(engine): Diagnostics of pull request 1088 — v1.4.0 → v1.5.0')
  })

  it('carries the date of the run’s start where the other headings carry one', () => {
    const text = plainSpec.replace('2. Kernels', '2. Kernels (2026-04-01)')
    expect(proposeAmendment(input({ text })).section.heading).toBe(
      '3. Diagnostics of pull request 1088 (2026-04-27)',
    )
  })

  it('says plainly that it ran on the CPU', () => {
    expect(proposeAmendment(input()).section.markdown).toContain('**CPU only.** No GPU was found')
  })

  it('names the GPU that the probe reported', () => {
    const gpu = {
      name: 'NVIDIA GeForce RTX 4090',
      uuidDigest: null,
      driver: '570.86',
      memoryMiB: 24564,
      memoryUsedMiB: null,
      temperatureC: 41,
      smClockMHz: null,
      memoryClockMHz: null,
      throttle: null,
    }
    const { machine } = evidence()
    const withGpu = { ...machine, gpu: { status: 'present' as const, detail: '', devices: [gpu] } }
    const { section } = proposeAmendment(
      input({ bundle: bundle({ evidence: evidence({ machine: withGpu }) }) }),
    )
    expect(section.markdown).toContain('Ran on NVIDIA GeForce RTX 4090, driver 570.86, 24,564 MiB.')
  })

  it('says who vouches when the run was verified', () => {
    const verification = {
      repositoryId: 9,
      workflow: '.github/workflows/codicil.yml',
      event: 'workflow_dispatch',
      branch: 'main',
      actor: 'codicil[bot]',
      runId: 501,
      attempt: 1,
      artifact: { id: 77, bytes: 4096, sha256: 'b'.repeat(64) },
    }
    const { origin } = input()
    const { section, body } = proposeAmendment(input({ origin: { ...origin, verification } }))
    expect(section.markdown).toContain(
      'Verified over GitHub’s API: workflow `.github/workflows/codicil.yml`',
    )
    expect(body).toContain('- [x] The run, its workflow, branch and artifact were verified')
  })

  it('warns of a section that the spec does not hold, and names none in the text', () => {
    const { section, warnings } = proposeAmendment(
      input({ bundle: bundle({ investigation: declared({ refutes: [29] }) }) }),
    )
    expect(section.markdown).not.toContain('§29')
    expect(warnings).toContain('The investigation bears on §29, which the spec does not hold.')
  })

  it('lists what to do about open claims, and declared questions; stages stand in the table', () => {
    const { section } = proposeAmendment(
      input({
        bundle: bundle({ investigation: declared({ open: ['Why layer 3?'] }) }),
        judgement: judgement({
          rows: [row(), row({ stage: 'done', cell: cell('MATCH') })],
          hypotheses: [verdict({ next: 'Print the counts' })],
        }),
      }),
    )
    const open = section.markdown.split('still open\n')[1]?.split('###')[0]
    expect(open).toBe('\n- H1: Print the counts.\n- Why layer 3?\n\n')
    expect(section.markdown).toContain('| ? unproven | `qkv` |')
  })
})

describe('the document around it', () => {
  it('gets the version, the section and nothing else', () => {
    const { text, section } = proposeAmendment(input())
    const expected = plainSpec
      .replace('1.4.0', '1.5.0')
      .concat(`\n## ${section.heading}\n\n${section.markdown}`)
    expect(text).toBe(expected)
  })

  it('gets a banner on top of a stack, under the label of the stack', () => {
    const stack = ['**Next (v1.4.0):** measure', '**Next (v1.3.0):** read']
    const text = plainSpec.replace('1.4.0\n', `1.4.0\n${stack.join('\n')}\n`)
    const lines = proposeAmendment(input({ text })).text.split('\n')
    expect(lines[3]).toBe(
      '**Next (v1.5.0):** §3 — Diagnostics of pull request 1088: 1 measurement from 1 diagnostic; nothing was compared.',
    )
    expect(lines.slice(4, 6)).toEqual(stack)
  })

  it('gets it at the bottom of a stack that grows downwards', () => {
    const stack = ['**Next (v1.3.0):** read', '**Next (v1.4.0):** measure']
    const text = plainSpec.replace('1.4.0\n', `1.4.0\n${stack.join('\n')}\n`)
    const lines = proposeAmendment(input({ text })).text.split('\n')
    expect(lines.slice(3, 5)).toEqual(stack)
    expect(lines[5]).toMatch(/^\*\*Next \(v1\.5\.0\):\*\* §3 — /)
  })

  it('gets it on top of a stack that no field precedes', () => {
    const text = spec(
      '---',
      'version: 1.4.0',
      '---',
      '# Engine',
      '',
      '**Next (v1.4.0):** measure',
      '',
      '**Next (v1.3.0):** read',
      '',
      '## 1. Scope',
      '',
      'All.',
    )
    const lines = proposeAmendment(input({ text })).text.split('\n')
    expect(lines[1]).toBe('version: 1.5.0')
    expect(lines[5]).toMatch(/^\*\*Next \(v1\.5\.0\):\*\* §2 — /)
    expect(lines.slice(6, 10)).toEqual([
      '',
      '**Next (v1.4.0):** measure',
      '',
      '**Next (v1.3.0):** read',
    ])
  })

  it('gets a history row in the document’s own columns', () => {
    const history = ['## History', '', '| Version | Date | Who | What |', '|---|---|---|---|']
    const text = `${plainSpec}\n${history.join('\n')}\n| **1.4.0** | 2026-01-02 | bo | first |\n`
    const { text: after } = proposeAmendment(input({ text }))
    expect(added(after, text).find((line) => line.includes('| **1.5.0**'))).toBe(
      '| **1.5.0** | 2026-04-27 | codicil | §3 — Diagnostics of pull request 1088: 1 measurement from 1 diagnostic; nothing was compared. |',
    )
  })

  it('gets a history heading or item like the newest one', () => {
    const entries = `${plainSpec}\n## Changelog\n\n### v1.4.0 (2026-01-02)\n\nFirst.\n\n### v1.3.0 (2025-12-24)\n\nDraft.\n`
    expect(proposeAmendment(input({ text: entries })).text).toContain(
      '## Changelog\n\n### v1.5.0 (2026-04-27)\n\n§3 — Diagnostics of pull request 1088: ',
    )
    const items = `${plainSpec}\n## Changelog\n\n- **1.4.0** (2026-01-02): first\n- **1.3.0** (2025-12-24): draft\n`
    expect(proposeAmendment(input({ text: items })).text).toContain(
      '## Changelog\n\n- **1.5.0** (2026-04-27): §3 — Diagnostics of pull request 1088: ',
    )
  })

  it('is not flipped where two verdicts disagree about a row', () => {
    const text = `${plainSpec}\n| Id | Status |\n| --- | --- |\n| AC-1 | PARTIAL |\n`
    const flip = (to: string) => verdict({ id: to, flips: [{ row: 'AC-1', to }] })
    const judged = judgement({ hypotheses: [flip('DISCHARGED'), flip('PARTIAL')] })
    const { text: after, warnings } = proposeAmendment(input({ text, judgement: judged }))
    expect(after).toContain('| AC-1 | PARTIAL |')
    expect(warnings).toContain('AC-1 was not flipped: verdicts disagree: DISCHARGED and PARTIAL.')
  })

  it('keeps its line endings', () => {
    const text = plainSpec.replaceAll('\n', '\r\n')
    expect(proposeAmendment(input({ text })).text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  })

  it('is amended without a version where it has none', () => {
    const text = plainSpec.replace('**Version:** 1.4.0\n\n', '')
    const { version, title, warnings } = proposeAmendment(input({ text }))
    expect(version).toBeNull()
    expect(title).toBe('docs(engine): §3 — Diagnostics of pull request 1088')
    expect(warnings).toContain('The spec states no version; none was raised.')
  })
})

describe('a draft', () => {
  it('is the same for the same input, byte for byte', () => {
    expect(proposeAmendment(input())).toEqual(proposeAmendment(input()))
  })

  it('takes the next number when the base has moved', () => {
    const moved = `${plainSpec}\n## 3. Meanwhile\n\nSomebody else.\n`.replace('1.4.0', '1.5.0')
    const { section, version, branch } = proposeAmendment(input({ text: moved }))
    expect([section.number, version?.to, branch]).toEqual(['4', '1.6.0', 'docs/spec-4-pr-1088'])
  })

  it('is refused when the spec holds the same evidence already', () => {
    const { text } = proposeAmendment(input())
    expect(() => proposeAmendment(input({ text }))).toThrow(DraftError)
  })

  it('asks which spec is meant where several are known', () => {
    const two = settings.parse({
      specs: [
        { id: 'engine', path: 'docs/engine.md' },
        { id: 'train', path: 'docs/train.md' },
      ],
    })
    const several = bundle({ settings: two })
    expect(() => proposeAmendment(input({ bundle: several }))).toThrow(/engine, train/)
    expect(proposeAmendment(input({ bundle: several, spec: 'train' })).files[0]?.path).toBe(
      'docs/train.md',
    )
  })

  it('commits the spec, the bundle, the comment and the record', () => {
    expect(proposeAmendment(input()).files.map(({ path }) => path)).toEqual([
      'docs/engine.md',
      'evidence/pr-1088-2026-04-27/evidence.json',
      'evidence/pr-1088-2026-04-27/logs/probe.txt',
      'evidence/pr-1088-2026-04-27/comment.md',
      'evidence/pr-1088-2026-04-27/amendment.json',
    ])
  })

  it.each([
    ['success', judgement({ rows: [row({ cell: cell('MATCH') })] }), evidence()],
    ['neutral', judgement({ rows: [row()] }), evidence()],
    ['neutral', judgement({ hypotheses: [verdict()] }), evidence()],
    ['success', judgement({ hypotheses: [verdict({ outcome: 'REFUTED' })] }), evidence()],
    ['failure', judgement(), evidence({ partial: ['cancelled'] })],
    ['failure', judgement(), evidence({ diagnostics: [] })],
  ])('concludes the check with %s', (conclusion, judged, measured) => {
    const { check } = proposeAmendment(
      input({ judgement: judged, bundle: bundle({ evidence: measured }) }),
    )
    expect(check.conclusion).toBe(conclusion)
  })
})
