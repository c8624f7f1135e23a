import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  proposeAmendment,
  resolveIn,
  unresolved,
  type Amendment,
} from '../../spec-tools/amend/index.ts'
import type { Bundle } from '../../spec-tools/bundle/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import { readFixture, runLoop, type LoopOptions } from './loop.ts'

const origin = {
  pullRequest: 1088,
  requestedBy: 'ada',
  base: { ref: 'main', commit: 'f'.repeat(40) },
  verification: null,
}

interface Drafted extends Amendment {
  bundle: Bundle
  before: string
}

function draft(name: 'ship-two' | 'lattice', options?: LoopOptions): Drafted {
  const bundle = runLoop(name, options)
  const before = readFixture('specs', `${name}.md`)
  return {
    ...proposeAmendment({ bundle, judgement: judge(bundle), text: before, origin }),
    bundle,
    before,
  }
}

const subsection = ({ section }: Amendment, number: string) =>
  section.markdown.split(/^### /m).find((part) => part.startsWith(`${number} `)) ?? ''

/** Lines of the old document that the new one lacks, and the other way round. */
const changed = ({ before, text, section }: Drafted) => {
  const own = new Set(`## ${section.heading}\n${section.markdown}`.split('\n'))
  const [old, now] = [before.split('\n'), text.split('\n')]
  return {
    gone: old.filter((line) => !now.includes(line)),
    new: now.filter((line) => !old.includes(line) && !own.has(line)),
  }
}

describe('the figures of the seed, through the whole core', () => {
  const drafted = draft('ship-two')

  it('make section §30 after §29 with its six parts', () => {
    expect(drafted.section.heading).toBe(
      '§30. PR E investigation refutes §28 narrow hypothesis (2026-04-27)',
    )
    const parts = drafted.section.markdown.match(/^### .*$/gm)
    expect(parts).toEqual([
      '### 30.1 Diagnostic evidence',
      '### 30.2 What §28 got right and wrong',
      '### 30.3 What is still open',
      '### 30.4 The falsifiable next step',
      '### 30.5 Scoreboard',
      '### 30.6 How this was measured, and how to repeat it',
    ])
    const headings = drafted.text.match(/^## .*$/gm) ?? []
    expect(headings.at(-2)).toMatch(/^## §29\./)
    expect(headings.at(-1)).toBe(`## ${drafted.section.heading}`)
    expect(drafted.section.markdown.trimEnd().split('\n').at(-1)).toBe(
      'Spec v2.74.0 → **v2.75.0**.',
    )
  })

  it('change the version, the banner, the flipped row, its totals, and nothing else', () => {
    const { gone, new: lines } = changed(drafted)
    expect(gone.map((line) => line.slice(0, 25).trim())).toEqual([
      '**Version:** 2.74.0',
      '| AC-SHIP-006 | Quantised',
      '| MODEL-1 | 5 | 5 | 50% |',
      '| **Sum** | **15** | **33',
    ])
    expect(lines.map((line) => line.slice(0, 44))).toEqual([
      '**Version:** 2.75.0',
      '**Atomic next action (v2.75.0):** §30 — PR E',
      '| AC-SHIP-006 | Quantised and dequantised pr',
      '| MODEL-1 | 6 | 4 | 60% |',
      '| **Sum** | **16** | **32** | **33%** |',
    ])
    expect(drafted.text).toContain('| MODEL-1 | 6 | 4 | 60% |')
    expect(drafted.text.indexOf('(v2.75.0)')).toBeLessThan(drafted.text.indexOf('(v2.74.0)'))
  })

  it('call the output a match only against the declared floor', () => {
    const shown = subsection(drafted, '30.1')
    expect(shown).toMatch(/✓ match \| `q_out` \| relative L2 \| 0\.00258 of 0\.01 · 26 % \|/)
    for (const figure of ['n 3,584', 'max |diff| 0.005294', '0.000673', '1 − 3.3e-6']) {
      expect(shown).toContain(figure)
    }
    const bare = draft('ship-two', {
      edit: (_, text) => text.replace(/^ {4}floor:.*\n/m, ''),
    })
    expect(subsection(bare, '30.1')).toMatch(/\? unproven \| `q_out` \| no noise floor is known/)
  })

  it('do not compare layer 0 without counts, and ask for them', () => {
    expect(subsection(drafted, '30.1')).toContain(
      '| ? unproven | `layer0_qkv` | counts and tokens not stated | – | 10.33 / 1.140 |',
    )
    expect(subsection(drafted, '30.4')).toMatch(/relative L2 of layer0_qkv/)
  })

  it('call layer 0 incomparable, never divergent, once the counts are asserted', () => {
    const counts: Record<string, number> = { candidate: 32256, reference: 4608 }
    const { section } = draft('ship-two', {
      edit: (path, text) =>
        path.startsWith('investigations')
          ? text.replaceAll(
              /(candidate|reference)(: \{ diagnostic: qkv-bisection.*?) \}/g,
              (_, side: string, rest: string) =>
                `${side}${rest}, assert: { n: ${counts[side]}, selection: all } }`,
            )
          : text,
    })
    expect(section.markdown).toContain('| ≠ not comparable | `layer0_qkv` | `n 32256≠4608')
    expect(section.markdown).toContain('Asserted by the investigation, not printed: n')
    expect(section.markdown).not.toContain('✗ divergent')
  })

  it('count the scoreboard afresh and warn of the published sum', () => {
    const scoreboard = subsection(drafted, '30.5')
    expect(scoreboard).toContain('15 + 33 → **16 + 32**')
    expect(scoreboard).toContain(
      'Sum, PARTIAL, against its rows: the document says 33, its rows 14.',
    )
    expect(drafted.warnings.join('\n')).toMatch(/33 .*14/)
  })

  it('take names, folder and titles from the investigation and the run', () => {
    expect(drafted.branch).toBe('docs/spec-30-ship-007-pr-e-investigation-mixed')
    expect(drafted.title).toBe(
      'docs(ship-two-001): §30 — PR E investigation refutes §28 narrow hypothesis — v2.74.0 → v2.75.0',
    )
    const folder = 'evidence/ship-007-pr-e-investigation-2026-04-27/'
    const paths = drafted.files.map(({ path }) => path)
    expect(paths[0]).toBe('docs/specifications/ship-two-models-spec.md')
    expect(paths.slice(1).every((path) => path.startsWith(folder))).toBe(true)
    const verbatim = drafted.files.filter(
      ({ path, content }) => drafted.bundle.files.get(path.slice(folder.length)) === content,
    )
    expect(verbatim).toHaveLength(drafted.bundle.files.size)
  })

  it('tick in the body what was checked, and leave the rest to a person', () => {
    expect(drafted.body.match(/^## .*$/gm)).toEqual([
      '## Summary',
      '## Findings',
      '## Next step',
      '## Test plan',
    ])
    expect(drafted.body).toMatch(/^- \[x\] Every figure of the section resolves/m)
    expect(drafted.body).toMatch(/^- \[ \] The predicates say what the claims say/m)
    expect(drafted.body).toMatch(/^- \[ \] The flipped rows are right: AC-SHIP-006/m)
  })
})

const seed = join(import.meta.dirname, '../../../shared/data/seed')
const original: Record<string, string> = {
  'logs/q4k-population.txt': 'check_q4k_population.txt',
  'logs/qkv-layer0.txt': 'diag_apr_qkv_layer0.txt',
  'logs/qkv-bisection.txt': 'diag_qkv_bisection_layer0.txt',
  'logs/layer-table.csv': 'layers_apr_vs_gguf.csv',
}

describe.skipIf(!existsSync(seed))(
  'the seed’s own logs (skipped where ../shared is absent)',
  () => {
    it('give the same table and verdicts as the fixture with their figures', () => {
      const { section } = draft('ship-two', {
        edit: (path, text) =>
          path in original ? readFileSync(join(seed, original[path] ?? ''), 'utf8') : text,
      })
      const rows = (markdown: string) => markdown.match(/^\| . \w+ \| `(?:q_out|layer\d_\w+)`.*$/gm)
      const verdicts = (markdown: string) => markdown.match(/^- . (?:refuted|confirmed|open) .*$/gm)
      const fixture = draft('ship-two').section.markdown
      expect(rows(section.markdown)).toHaveLength(3)
      expect(rows(section.markdown)).toEqual(rows(fixture))
      expect(verdicts(section.markdown)).toHaveLength(3)
      expect(verdicts(section.markdown)).toEqual(verdicts(fixture))
    })

    it('leave the published ratio of layer 3 unproven', () => {
      const { section } = draft('ship-two')
      expect(section.markdown).toContain(
        '| ? unproven | `layer3_ffn_swigl` | counts and tokens not stated | – | 1.222 / 0.0670 |',
      )
    })
  },
)

describe('a second spec, slug, and investigation', () => {
  const drafted = draft('lattice', { startedAt: '2026-05-11T00:00:01Z' })

  it('give §8 of a dotted spec and 1.4.0 -> 1.5.0', () => {
    expect(drafted.section.heading).toBe(
      '8. The tiling claims, measured: 1 claim refuted, 1 claim confirmed, 1 claim open',
    )
    expect(drafted.title).toBe(
      'docs(lattice-num): §8 — The tiling claims, measured: 1 claim refuted, 1 claim confirmed, 1 claim open — v1.4.0 → v1.5.0',
    )
    expect(drafted.branch).toBe('docs/spec-8-tiling-claims-mixed')
    expect(drafted.files[1]?.path).toBe('docs/evidence/tiling-claims-2026-05-11/evidence.json')
  })

  it('stand before the revision history, which gets a row', () => {
    const headings = drafted.text.match(/^## .*$/gm) ?? []
    expect(headings.slice(-2)).toEqual([`## ${drafted.section.heading}`, '## Revision history'])
    expect(drafted.text).toMatch(/\n\| 1\.5\.0 \| 2026-05-11 \| codicil \| §8 — .*\n\| 1\.4\.0 \|/)
  })

  it('discharge one criterion, with counts and percentages following', () => {
    const { gone, new: lines } = changed(drafted)
    expect(gone).toContain(
      '| NORM-1 | `tile32` agrees with `ref64` within 0.001 relative L2 | PARTIAL | 1.2.0 |',
    )
    expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual(
      expect.arrayContaining([
        '| NORM-1 | `tile32` agrees with `ref64` within 0.001 relative L2 | DISCHARGED | 1.2.0 |',
        '| NORM | 3 | 0 | 100.0 % |',
        '| Total | 4 | 3 | 57.1 % |',
      ]),
    )
    expect(subsection(drafted, '8.5')).toContain('3 + 4 → **4 + 3**')
  })

  it('confirm one hypothesis, refute one, and leave one undecided', () => {
    const verdicts = subsection(drafted, '8.2').match(/(?<=^- ). \w+ \*\*[^*]+\*\*/gm)
    expect(verdicts).toEqual([
      '✗ refuted **sixty-four-tiles**',
      '? open **scores-spread**',
      '✓ confirmed **norm-unchanged**',
    ])
  })
})

describe.each(['ship-two', 'lattice'] as const)('every figure of the section of %s', (name) => {
  const drafted = draft(name)

  it('resolves to the bundle or to counted rows', () => {
    expect(drafted.figures.length).toBeGreaterThan(20)
    expect(unresolved(drafted.figures, drafted.bundle, drafted.before)).toEqual([])
  })

  it('that was printed is the bundle’s value, to the digits that are shown', () => {
    const printed = drafted.figures.filter(({ how }) => how === 'printed')
    for (const { text, from } of printed) {
      const values = from.map(resolveIn(drafted.bundle, drafted.before))
      const shown = Number(text.replaceAll(',', '').replace(/^1 − /, ''))
      const digits = text.replaceAll(/\D/g, '').replace(/^0+/, '').length
      const error = (value: unknown) =>
        Math.abs((text.startsWith('1 − ') ? 1 - Number(value) : Number(value)) - shown)
      const half = 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(shown) || 1)) + 1 - digits)
      expect(values.some((value) => error(value) <= half * 1.01)).toBe(true)
    }
    expect(printed.length).toBeGreaterThan(5)
  })

  it('is in the ledger', () => {
    const ledger = drafted.figures.map(({ text }) => text)
    const missing = numbersIn(drafted.section.markdown).filter(
      ({ number, line }) => !ledger.some((text) => text.includes(number) && line.includes(text)),
    )
    expect(missing).toEqual([])
  })
})

/** Numbers of the prose and tables: not in code, headings, references, dates, versions or lists. */
function numbersIn(markdown: string): { number: string; line: string }[] {
  return markdown
    .replaceAll(/^```[^]*?^```$/gm, '')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => {
      const prose = line
        .replaceAll(/`[^`]*`/g, '')
        .replaceAll(/\(\d{4}-\d\d-\d\d\)|\d{4}-\d\d-\d\d/g, '')
        .replaceAll(/§[\d.]+\d|§\d+/g, '')
        .replaceAll(/v\d+\.\d+\.\d+|codicil \d+\.\d+\.\d+/g, '')
        .replaceAll(
          /pull request \d+|^\d+\. |^\| \d+ \||\(line \d+\)|MODEL-\d|SHA-256|[A-Z]\d+K?\b|L2/g,
          '',
        )
      return (prose.match(/(?<![\p{L}\p{N}_-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\p{L}_])/gu) ?? []).map(
        (number) => ({
          number,
          line: line.replaceAll(/[`*]/g, ''),
        }),
      )
    })
}
