import * as fc from 'fast-check'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { describe, expect, it } from 'vitest'
import { proposeAmendment } from '../../spec-tools/amend/index.ts'
import { byteLength, checkLimits, commentLimits } from '../../spec-tools/render/markdown/index.ts'
import { readSpec } from '../../spec-tools/document/index.ts'
import {
  cell,
  evidence,
  judgement,
  measurement,
  row,
  side,
  verdict,
} from '../render/markdown/judgements.ts'
import { bundle, declared, input, plainSpec } from './input.ts'

/** One text in every place that a run, a branch or a person can fill. */
function everywhere(text: string) {
  const printed = measurement({ id: 'probe:1', stage: text, under: [text], side: text })
  const { diagnostics, request } = evidence()
  return input({
    bundle: bundle({
      evidence: evidence({
        measurements: [printed],
        partial: [text],
        isolation: { kind: 'none', detail: text },
        diagnostics: diagnostics.map((one) => ({
          ...one,
          command: text,
          stdout: { ...one.stdout, unread: 1, samples: [{ line: 1, raw: text }] },
        })),
        request: { ...request, id: text },
        machine: { ...evidence().machine, gpu: { status: 'absent', detail: text, devices: [] } },
      }),
      investigation: declared({ title: text.slice(0, 200), open: [text], refutes: [2] }),
      files: new Map([['logs/probe.txt', new TextEncoder().encode(text)]]),
    }),
    judgement: judgement({
      sides: { candidate: text, reference: 'gguf' },
      rows: [row({ stage: text, candidate: side(text), cell: cell('UNPROVEN', text) })],
      first: { ...judgement().first, status: 'unknown', stages: [text], text },
      next: [
        {
          kind: 'repair',
          stages: [text],
          sides: ['candidate'],
          capture: text,
          selection: text,
          predicate: text,
          // oxlint-disable-next-line unicorn/no-thenable -- the contract calls it so
          outcomes: [{ outcome: text, then: `then ${text}` }],
          text: 'Print more.',
        },
      ],
      hypotheses: [verdict({ id: text, claim: text, reason: text, section: '2', next: text })],
      claims: [
        {
          text,
          source: { diagnostic: 'probe', file: 'logs/probe.txt', line: 1 },
          follows: 'no',
          reason: text,
        },
      ],
      warnings: [text],
    }),
    origin: { ...input().origin, requestedBy: text },
  })
}

const hostile = fc
  .array(
    fc.constantFrom(
      '@team',
      'closes #1',
      'https://evil.example',
      '![x](https://evil.example/b.gif)',
      '<img src=x>',
      '</details>',
      '<!-- codicil -->',
      '|',
      '`',
      '```',
      '\n\n# Owned\n\n',
      '\n## 9. Owned\n',
      '\r\n---\r\n',
      '\u202e',
      '**Version:** 9.9.9',
      '\\',
      '~~~',
      'a',
      ' ',
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.trim() !== '')

const read = (markdown: string) => unified().use(remarkParse).use(remarkGfm).parse(markdown)

/** HTML, images and links that a reader of the page would find. */
function active(markdown: string): string[] {
  const found: string[] = []
  visit(read(markdown), ['html', 'image', 'link', 'linkReference', 'imageReference'], (node) => {
    found.push('value' in node ? String(node.value) : node.type)
  })
  return found
}

describe('hostile text in every place of an amendment', () => {
  it('changes the structure of nothing', () => {
    const quiet = proposeAmendment(everywhere('quiet'))
    const headings = (text: string) =>
      readSpec(text).sections.map(({ level, key }) => [level, key?.written])
    fc.assert(
      fc.property(hostile, (text) => {
        const { text: spec, section, comment, body, check } = proposeAmendment(everywhere(text))
        expect(active(section.markdown)).toEqual([])
        // Folds are ours, and the same whatever is in them.
        expect(active(body)).toEqual(active(quiet.body))
        expect(active(check.summary)).toEqual(active(quiet.check.summary))
        expect(active(comment)).toEqual(active(quiet.comment))
        expect(headings(spec)).toEqual(headings(quiet.text))
        expect(readSpec(spec).version?.token).toBe('1.5.0')
      }),
      { numRuns: 60 },
    )
  })

  it('stays out of titles and commit messages', () => {
    const { title, commitMessage } = proposeAmendment(everywhere('a @team closes #1 \n\nFixes: #2'))
    expect(title).toBe(
      'docs(engine): §3 — a @ team closes # 1 Fixes: # 2: nothing decided — v1.4.0 → v1.5.0',
    )
    expect(commitMessage).not.toMatch(/@\w|#\d/)
  })

  it('leaves every other byte of the spec alone', () => {
    const { text, section } = proposeAmendment(everywhere('`@team` | <b>'))
    expect(text).toBe(
      plainSpec.replace('1.4.0', '1.5.0').concat(`\n## ${section.heading}\n\n${section.markdown}`),
    )
  })
})

describe('a run with more to say than a page holds', () => {
  const many = Array.from({ length: 3000 }, (_, index) =>
    measurement({ id: `probe:${index + 1}`, stage: `stage ${'x'.repeat(200)} ${index}` }),
  )
  const amendment = proposeAmendment(
    input({
      bundle: bundle({
        evidence: evidence({ measurements: many }),
        files: new Map([['logs/probe.txt', new TextEncoder().encode('line ≠\n'.repeat(50_000))]]),
      }),
      judgement: judgement({
        rows: many.map(({ stage }, index) =>
          row({ stage, cell: cell(index === 1500 ? 'DIVERGENT' : 'MATCH') }),
        ),
        hypotheses: Array.from({ length: 200 }, (_, index) =>
          verdict({ id: `H${index}`, claim: 'long '.repeat(300) }),
        ),
      }),
    }),
  )

  it('keeps comment, body and check within their limits', () => {
    const { comment, body, check } = amendment
    expect(comment.length).toBeLessThan(commentLimits.characters)
    expect(byteLength(comment)).toBeLessThan(commentLimits.bytes)
    expect(body.length).toBeLessThanOrEqual(commentLimits.characters)
    expect(byteLength(check.summary)).toBeLessThanOrEqual(checkLimits.bytes)
  })

  it('keeps the stage that parts before the thousands that match', () => {
    expect(amendment.comment).toMatch(/✗ divergent \| `stage x+…x+ 1500` \|/)
    expect(amendment.section.markdown).toMatch(/✗ divergent \| `stage x+…x+ 1500` \|/)
  })
})
