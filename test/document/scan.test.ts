import fc from 'fast-check'
import { markdownToMdast } from 'satteri'
import type { Root } from 'mdast'
import { describe, expect, it } from 'vitest'
import { corpusIsHere, markdownTexts } from '../corpus/shared.ts'
import { readSpec } from '../../spec-tools/document/index.ts'
import { markdown } from './documents.ts'
import { outlineByScan, outlineByTree } from './outline.ts'

describe('the block scanner', () => {
  it('sees what the full parser sees in random documents', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        expect(outlineByScan(text).join('\n')).toBe(outlineByTree(text).join('\n'))
      }),
      { numRuns: 6_000, seed: 20_260_427 },
    )
  }, 300_000)

  const texts = corpusIsHere ? markdownTexts() : []
  // The full parser needs seconds for the long ones; the native one reads them all.
  const short = texts.filter(({ text }) => text.length < 100_000)
  const plain = texts.filter(({ text }) => !text.startsWith('---'))

  it.skipIf(!corpusIsHere)('has real documents to be held against', () => {
    expect(short.length).toBeGreaterThan(40)
    expect(plain.length).toBeGreaterThan(70)
  })

  it.skipIf(!corpusIsHere).each(short)('sees what the full parser sees in $name', ({ text }) => {
    expect(outlineByScan(text)).toEqual(outlineByTree(text))
  })

  it.skipIf(!corpusIsHere).each(plain)('sees what the native parser sees in $name', ({ text }) => {
    expect(outlineByScan(text)).toEqual(outlineByTree(text, markdownToMdast(text) as Root))
  })
})

describe('a scanned document', () => {
  it('has sections whose ranges cover it from the first heading to the end', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const { sections } = readSpec(text)
        sections.forEach((section, index) => {
          const next = sections[index + 1]
          expect(section.headingRange.end).toBeLessThanOrEqual(section.own.start)
          expect(section.own.end).toBe(next?.headingRange.start ?? text.length)
          expect(section.subtree.end).toBeGreaterThanOrEqual(section.own.end)
          expect(text.slice(section.headingText.start, section.headingText.end)).toBe(
            section.heading,
          )
        })
      }),
      { numRuns: 1_000, seed: 1 },
    )
  })
})
