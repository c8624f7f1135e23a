/** What a reader must bear, measured: the first line, the words before the first fold, long sentences. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { proposeAmendment, type Amendment } from '../../spec-tools/amend/index.ts'
import { readBundle, type Bundle } from '../../spec-tools/bundle/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import type { Reason } from '../../spec-tools/judge/types.ts'
import { cell, evidence, judgement, row, verdict } from '../render/markdown/judgements.ts'
import { bundle, input } from './input.ts'
import { readFixture, runLoop, sha256 } from './loop.ts'

const recorded = join(import.meta.dirname, '../../examples/h200-q4k')

function recordedBundle(): Bundle {
  const folder = join(recorded, 'bundle')
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const files = paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)] as const)
  return readBundle(new Map(files), sha256)
}

function drafted(from: Bundle, text: string): Amendment {
  const { origin } = input()
  return proposeAmendment({ bundle: from, judgement: judge(from), text, origin })
}

const decided = (value: number, limit: number) => {
  const compared = { name: 'error', value, limit, bound: 'exactly' as const, from: [] }
  const reason: Reason = { about: 'criterion', text: `error ${value}`, compared }
  return { ...cell(value > limit ? 'DIVERGENT' : 'MATCH'), reasons: [reason] }
}

/** Every tenth stage diverges, every seventh is near its limit. */
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const share = index % 10 === 9 ? 12 : index % 7 === 6 ? 0.97 : 0.1
    return row({ stage: `blk.${index}.attn_output`, cell: decided(share, 1) })
  })

const failing = evidence().diagnostics.map((one) => ({
  ...one,
  exit: { code: 127, signal: null, timedOut: false },
}))

const cases: Record<string, () => Amendment> = {
  'the figures of the seed': () =>
    drafted(runLoop('ship-two'), readFixture('specs', 'ship-two.md')),
  'the run on a real GPU': () =>
    drafted(recordedBundle(), readFileSync(join(recorded, 'docs/q4k-kernels.md'), 'utf8')),
  'three stages': () => proposeAmendment(input({ judgement: judgement({ rows: rows(3) }) })),
  '300 stages': () => proposeAmendment(input({ judgement: judgement({ rows: rows(300) }) })),
  '30,000 stages': () => proposeAmendment(input({ judgement: judgement({ rows: rows(30_000) }) })),
  'twenty long claims': () =>
    proposeAmendment(
      input({
        judgement: judgement({
          rows: rows(20),
          hypotheses: Array.from({ length: 20 }, (_, index) =>
            verdict({
              id: `H${index}`,
              claim: `claim ${index}: ${'the gap is larger than that '.repeat(5)}`,
              outcome: index % 3 === 0 ? 'REFUTED' : 'CONFIRMED',
            }),
          ),
        }),
      }),
    ),
  'values that are not finite': () => {
    const reasons: Reason[] = [{ about: 'nonfinite', text: 'A: 3 NaN' }]
    const nan = row({ cell: { ...cell('NONFINITE'), reasons } })
    return proposeAmendment(input({ judgement: judgement({ rows: [nan] }) }))
  },
  'a diagnostic that failed': () =>
    proposeAmendment(input({ bundle: bundle({ evidence: evidence({ diagnostics: failing }) }) })),
  'figures without a comparison': () => proposeAmendment(input()),
}

const countWords = (text: string) =>
  text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

/** Sentences of prose and of cells; code, logs and HTML are none. */
function sentencesIn(markdown: string): string[] {
  return markdown
    .replaceAll(/```[^]*?```/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .split(/\n|(?<!\\)\|/)
    .flatMap((line) => line.replaceAll(/`[^`]*`/g, 'x').split(/(?<=[.:;!?]) /))
    .map((sentence) => sentence.replace(/^[\s\-*#\d.]+/, '').trim())
    .filter((sentence) => countWords(sentence) > 0)
}

describe.each(Object.entries(cases))('%s', (_, make) => {
  const { comment, section, check } = make()
  const [unfolded = ''] = comment.split('<details>')
  const [first = ''] = comment.split('\n')

  it('is told in one line that a notification holds, with a figure', () => {
    expect(first.length).toBeLessThanOrEqual(120)
    expect(first).toMatch(/\d/)
    expect(check.title).toMatch(/\d/)
  })

  it('needs at most 150 words before the first fold, and few rows', () => {
    expect(countWords(unfolded)).toBeLessThanOrEqual(150)
    expect(unfolded.split('\n').filter((line) => line.startsWith('|')).length).toBeLessThan(24)
  })

  it('has tables of at most five columns before the first fold', () => {
    for (const line of unfolded.split('\n').filter((each) => each.startsWith('|'))) {
      expect(line.replaceAll('\\|', '').split('|').length - 2).toBeLessThanOrEqual(5)
    }
  })

  it('has no section that is longer than a person reads', () => {
    expect(section?.markdown.split('\n').length).toBeLessThanOrEqual(120)
  })

  it('has no sentence of more than 30 words of ours', () => {
    const ours = sentencesIn(`${unfolded}\n${section?.markdown}`).filter(
      (sentence) => !sentence.includes('the gap is larger'),
    )
    expect(ours.filter((sentence) => countWords(sentence) > 30)).toEqual([])
  })

  it('says no sentence twice in the comment', () => {
    const folded = comment.slice(unfolded.length).replaceAll(/^\|.*$/gm, '')
    const long = sentencesIn(`${unfolded}\n${folded}`).filter(
      (sentence) => countWords(sentence) > 5 && !sentence.includes('the gap is larger'),
    )
    expect(long.filter((sentence, at) => long.indexOf(sentence) !== at)).toEqual([])
  })
})
