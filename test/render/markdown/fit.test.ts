import * as fc from 'fast-check'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { describe, expect, it } from 'vitest'
import {
  byteLength,
  codeBlock,
  details,
  fit,
  paragraph,
  table,
  toMarkdown,
  type Part,
} from '../../../spec-tools/render/markdown/index.ts'

const rows = (count: number) =>
  table(
    [null, 'right'],
    ['stage', 'n'],
    Array.from({ length: count }, (_, index) => [`stage ${index}`, String(index)]),
  )

const page = (log: string): Part[] => [
  { name: 'headline', forms: [[paragraph('Headline')]] },
  { name: 'table', forms: [[rows(40)], [rows(4)]], shed: 2 },
  { name: 'log', forms: [details('Log', [codeBlock(log)]), []], shed: 1 },
]

const roomy = { characters: 65_536, bytes: 262_144 }

describe('fit', () => {
  it('leaves a page alone that fits', () => {
    const parts = page('line')
    expect(fit(parts, roomy)).toBe(toMarkdown(parts.flatMap(({ forms }) => forms[0] ?? [])))
  })

  it('sheds in the order of the parts, says what and where the rest is', () => {
    const text = fit(
      page('x'.repeat(3000)),
      { characters: 2000, bytes: 2000 },
      'All of it: log.txt.',
    )
    expect(text).toContain('stage 39')
    expect(text).not.toContain('<details>')
    expect(text.endsWith('Shortened to fit: log. All of it: log.txt.\n')).toBe(true)
  })

  it('counts bytes apart from characters', () => {
    const text = fit(page('≠'.repeat(900)), { characters: 5000, bytes: 3000 })
    expect(text).toContain('Shortened to fit: log.')
  })

  it('drops whole blocks from the end when nothing more can be shortened', () => {
    const parts: Part[] = [
      { name: 'a', forms: [[paragraph('first')]] },
      { name: 'b', forms: [[rows(50)]] },
    ]
    expect(fit(parts, { characters: 200, bytes: 200 })).toBe(
      'first\n\nShortened to fit: everything below.\n',
    )
  })

  it('is within both limits and never cuts a table, a fence or a folded block', () => {
    const limit = fc.integer({ min: 80, max: 4000 })
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 900 }),
        limit,
        limit,
        (log, characters, bytes) => {
          const text = fit(page(log), { characters, bytes })
          expect(text.length).toBeLessThanOrEqual(characters)
          expect(byteLength(text)).toBeLessThanOrEqual(bytes)
          expect(byteLength(text)).toBe(new TextEncoder().encode(text).length)
          const tree = unified().use(remarkParse).use(remarkGfm).parse(text)
          const tables = tree.children.filter((node) => node.type === 'table')
          expect(tables.every((node) => [5, 41].includes(node.children.length))).toBe(true)
          const html = tree.children.filter(({ type }) => type === 'html')
          expect(html.length % 2).toBe(0)
          expect([0, 2]).toContain(text.match(/^`{3,}/gm)?.length ?? 0)
        },
      ),
      { numRuns: 300 },
    )
  })
})
