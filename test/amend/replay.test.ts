import { beforeAll, describe, expect, it } from 'vitest'
import {
  drawFindings,
  proposeAmendment,
  refuseUnlikeReplay,
  replay,
  type Amendment,
} from '../../spec-tools/amend/index.ts'
import { serialiseEvidence, type Evidence } from '../../spec-tools/evidence/index.ts'
import { judge } from '../../spec-tools/judge/index.ts'
import { readFixture, runLoop, sealed, sha256 } from './loop.ts'

const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)
const encode = (text: string) => new TextEncoder().encode(text)

const base = readFixture('specs', 'ship-two.md')
let amendment: Amendment
let committed: Map<string, Uint8Array>

beforeAll(() => {
  const bundle = runLoop('ship-two')
  amendment = proposeAmendment({
    bundle,
    judgement: judge(bundle),
    text: base,
    origin: {
      pullRequest: 1088,
      requestedBy: 'ada',
      base: { ref: 'main', commit: 'f'.repeat(40) },
      verification: null,
    },
  })
  const folder = amendment.files[1]?.path.replace(/[^/]*$/, '') ?? ''
  committed = new Map(
    amendment.files
      .slice(1)
      .map(({ path, content }) => [
        path.slice(folder.length),
        typeof content === 'string' ? encode(content) : content,
      ]),
  )
})

interface Change {
  base?: string | null
  current?: string
  files?: Map<string, Uint8Array>
  strict?: boolean
}

const run = (change: Change = {}) =>
  replay({ files: committed, base, current: amendment.text, sha256, ...change })

/** The committed files with one of them edited. */
const edited = (path: string, edit: (text: string) => string) => {
  const text = decode(committed.get(path))
  const now = edit(text)
  expect(now).not.toBe(text)
  return new Map([...committed, [path, encode(now)]])
}

/** The same, with digests that agree again: what a careful forger would do. */
const resealed = (files: Map<string, Uint8Array>) => {
  const own = new Set(['comment.md', 'amendment.json'])
  const bundle = new Map([...files].filter(([path]) => !own.has(path)))
  return new Map([...files, ...sealed(bundle)])
}

/** `num_layers` of the fixture's population log. */
const leftOut = 'q4k-population:2'

describe('replay', () => {
  it('makes everything again and finds it equal', () => {
    const report = run()
    expect(report.differences).toEqual([])
    expect(report).toMatchObject({ equal: true, unchecked: [] })
    expect(report.checked).toHaveLength(7)
  })

  it('needs no base, and says what it could not check without one', () => {
    const report = run({ base: null })
    expect(report.differences).toEqual([])
    expect(report.unchecked).toEqual([expect.stringContaining('scoreboard')])
  })

  it('names the log in which one byte changed', () => {
    const path = 'logs/qkv-layer0.stdout.log'
    const { equal, differences } = run({
      files: edited(path, (log) => log.replace('0.005294', '0.005295')),
    })
    expect(equal).toBe(false)
    expect(differences).toEqual([expect.objectContaining({ what: path })])
  })

  it('names the figure when the digests were made to agree again', () => {
    const files = resealed(
      edited('logs/qkv-layer0.stdout.log', (log) => log.replace('0.005294', '0.005295')),
    )
    const { equal, differences } = run({ files })
    expect(equal).toBe(false)
    expect(differences.map(({ where }) => where)).toContain('logs/qkv-layer0.stdout.log:22')
  })

  it('names a measurement that the log holds and the bundle was made to leave out', () => {
    const files = edited('evidence.json', (text) => {
      const evidence = JSON.parse(text) as Evidence
      const measurements = evidence.measurements.filter(({ id }) => id !== leftOut)
      return serialiseEvidence({ ...evidence, measurements })
    })
    const { equal, differences } = run({ files: resealed(files) })
    expect(equal).toBe(false)
    expect(differences.map(({ what }) => what)).toContain(`figure ${leftOut}`)
  })

  it('names the figure that was changed in the bundle’s document', () => {
    const files = resealed(
      edited('evidence.json', (json) => json.replaceAll('0.000673', '0.000573')),
    )
    const { differences } = run({ files })
    expect(differences.map(({ where }) => where)).toContain('logs/qkv-layer0.stdout.log:23')
  })

  it('names the figure that was changed in the section', () => {
    const current = amendment.text.replaceAll('1 − 3.3e-6', '1 − 9.9e-6')
    const { differences } = run({ base: null, current })
    expect(differences).toHaveLength(1)
    expect(differences[0]?.what).toMatch(/^figure 1 − 3\.3e-6 \(qkv-layer0:/)
    const line = current.split('\n').findIndex((text) => text.includes('1 − 9.9e-6')) + 1
    expect(differences[0]?.where).toBe(`§30, line ${line}`)
  })

  it('names the figure that was changed in the comment', () => {
    const { differences } = run({
      files: edited('comment.md', (comment) => comment.replace('10.33 / 1.140', '10.33 / 9.140')),
    })
    expect(differences).toEqual([
      expect.objectContaining({
        what: expect.stringMatching(/^figure .*1\.140/),
        where: expect.stringMatching(/^comment\.md:\d+$/),
      }),
    ])
  })

  it('finds a count that was changed in the scoreboard', () => {
    const current = amendment.text.replace('**16 + 32**', '**17 + 32**')
    const { differences } = run({ current })
    expect(differences[0]?.what).toMatch(/^figure 16 \+ 32 \(spec#L/)
  })

  it('finds a scoreboard that was never counted on the base', () => {
    const { differences } = run({
      base: base.replace(
        'FALSIFY-TRAIN-004 **(PARTIAL_ALGORITHM_LEVEL',
        'FALSIFY-TRAIN-004 **(DISCHARGED',
      ),
    })
    expect(differences.some(({ where }) => where.startsWith('amendment.json, ground'))).toBe(true)
  })

  it('tells a change elsewhere in the spec, which strict does not allow', () => {
    const current = amendment.text.replace('runtime group', 'somebody else')
    expect(run({ current })).toMatchObject({
      equal: true,
      edited: [{ kind: 'reworded', text: '**Owner:** somebody else' }],
    })
    expect(run({ current, strict: true }).differences).toEqual([
      {
        what: 'text',
        where: 'docs/specifications/ship-two-models-spec.md:9',
        expected: '**Owner:** runtime group',
        found: '**Owner:** somebody else',
      },
    ])
  })

  it('still holds after later amendments, wherever they put the section', () => {
    const current = amendment.text
      .replace('**Version:** 2.75.0', '**Version:** 2.76.0')
      .replace('## 1. Purpose', '## 31. Later\n\nMore.\n\n## 1. Purpose')
      .concat('\n## §32. Later still\n\nEven more.\n')
    const report = run({ current })
    expect(report.differences).toEqual([])
    expect(report.unchecked).toEqual(['the whole spec, because it has moved on to 2.76.0'])
  })

  it('still holds after a later amendment has retracted the section', () => {
    const { heading } = amendment.section
    const banner = '> **Refuted by §31 (v2.76.0).**'
    const current = amendment.text.replace(`## ${heading}\n`, `## ${heading}\n\n${banner}\n`)
    expect(current).toContain(banner)
    const { differences } = run({ base: null, current })
    expect(differences).toEqual([])
  })

  it('says that the section is gone', () => {
    expect(run({ current: base }).differences).toContainEqual(
      expect.objectContaining({ what: '§30', found: 'no section of that name' }),
    )
  })

  it('does not believe a record that fits no schema', () => {
    const files = edited('amendment.json', (json) => json.replace('"ground"', '"grund"'))
    const { equal, differences, unchecked } = run({ files })
    expect(equal).toBe(false)
    expect(differences[0]).toMatchObject({ what: 'amendment.json' })
    expect(unchecked).toHaveLength(1)
  })

  it('finds a figure of the ledger that rests on something else', () => {
    const files = edited('amendment.json', (json) =>
      json.replace('qkv-layer0:22#max_abs_diff', 'qkv-layer0:23#max_abs_diff'),
    )
    expect(run({ files }).differences.map(({ where }) => where)).toContain('amendment.json, 30.1')
  })
})

describe('the replay of a page of findings', () => {
  const pages = () => {
    const bundle = runLoop('ship-two')
    return drawFindings(bundle.evidence, judge(bundle))
  }
  const withPages = (change: (text: string) => string) =>
    resealed(
      new Map([
        ...committed,
        ...[...pages()].map(([path, text]) => [path, encode(change(text))] as const),
      ]),
    )
  const aboutPages = (files: Map<string, Uint8Array>) =>
    run({ files }).differences.filter(({ where }) => /^(?:findings|divergence)/.test(where))

  it('finds them as they were drawn', () => {
    const files = withPages((text) => text)
    expect(aboutPages(files)).toEqual([])
    expect(run({ files }).checked).toContain([...pages().keys()].join(' and '))
  })

  it('finds a verdict that somebody made better, and the same in the plot', () => {
    const found = aboutPages(withPages((text) => text.replaceAll('UNPROVEN', 'MATCH')))
    expect(new Set(found.map(({ where }) => where.replace(/:\d+$/, '')))).toEqual(
      new Set(pages().keys()),
    )
  })
})

describe('a draft before it is handed over', () => {
  it('is replayed, to the byte', () => {
    expect(() => refuseUnlikeReplay(amendment, base, sha256)).not.toThrow()
  })

  it.each([
    ['a digit of its section', (text: string) => text.replace('0.00258', '0.00259')],
    ['a total', (text: string) => text.replace('| **16** |', '| **17** |')],
    ['a byte elsewhere', (text: string) => text.replace('## 2. Words', '## 2.  Words')],
  ])('is not handed over where its evidence gives another %s', (_, change) => {
    const text = change(amendment.text)
    expect(text).not.toBe(amendment.text)
    expect(() => refuseUnlikeReplay({ ...amendment, text }, base, sha256)).toThrow(
      /cannot be replayed, so nothing was written/,
    )
  })
})
