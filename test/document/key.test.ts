import { describe, expect, it } from 'vitest'
import { compareKeys, parseKey, writeKey } from '../../spec-tools/document/index.ts'

describe('the number of a heading', () => {
  it.each([
    ['27. Title', 'decimal', '', '27', '. '],
    ['§30. Title (2026)', 'decimal', '', '30', '. '],
    ['5.3 Title', 'decimal', '', '5.3', ' '],
    ['12.1.1. Title', 'decimal', '', '12.1.1', '. '],
    ['E.2.1 Title', 'decimal', '', 'E.2.1', ' '],
    ['7A. Title', 'decimal', '', '7A', '. '],
    ['3b. Title', 'decimal', '', '3b', '. '],
    ['1.0 Title', 'decimal', '', '1.0', ' '],
    ['B. Title', 'letter', '', 'B', '. '],
    ['Appendix B: Title', 'label', 'Appendix ', 'B', ': '],
    ['Appendix B. Title', 'label', 'Appendix ', 'B', '. '],
    ['Phase 7: Title', 'label', 'Phase ', '7', ': '],
    ['RFC-12 Title', 'label', 'RFC-', '12', ' '],
    ['FALSIFY-SHIP-001 Title', 'label', 'FALSIFY-SHIP-', '001', ' '],
    ['v1.3.0 (2026-01-30)', 'label', 'v', '1.3.0', ' '],
    ['Часть 3. Название', 'label', 'Часть ', '3', '. '],
    ['4 — Title', 'decimal', '', '4', ' — '],
    ['**3. Title**', 'decimal', '', '3', '. '],
    ['<a name="x"></a>4.1 Title', 'decimal', '', '4.1', ' '],
  ])('of %j is read', (heading, kind, label, written, close) => {
    expect(parseKey(heading)).toMatchObject({ kind, label, written, close })
  })

  it.each([
    'Title',
    '14 November 2017',
    '100% done',
    '3D view',
    '2-phase commit',
    '2026-01-30 notes',
    'A title of it',
    'I saw it',
    'Vitamin C deficiency',
    'whisper-apr CLI',
    'GPT-J',
    '',
  ])('is not seen in %j', (heading) => {
    expect(parseKey(heading)).toBeNull()
  })

  it('is Roman only where the document says so', () => {
    expect(parseKey('V. Title', true)).toMatchObject({ kind: 'roman', parts: [{ value: 5 }] })
    expect(parseKey('V. Title')).toMatchObject({ kind: 'letter', parts: [{ value: 22 }] })
    expect(parseKey('IIX. Title', true)).toBeNull()
  })

  it('is compared part by part, letters after numbers', () => {
    const order = ['1', '1.1', '1.2', '1.10', '2', '7', '7A', '10', 'A.1', 'B.1']
    const keys = order.map((written) => parseKey(`${written}. T`))
    for (const [at, key] of keys.slice(1).entries()) {
      const before = keys[at]
      expect(before && key && compareKeys(before, key)).toBeLessThan(0)
    }
  })

  it('is written in the way of another one', () => {
    const next = (heading: string, value: number) => {
      const key = parseKey(heading, heading.startsWith('IV'))
      if (!key) throw new Error(heading)
      const parts = key.parts.map((part, at) => {
        return at === key.parts.length - 1 ? { ...part, value } : part
      })
      return writeKey(key, parts)
    }
    expect(next('3.09. T', 10)).toBe('3.10')
    expect(next('RFC-009 T', 10)).toBe('010')
    expect(next('E.2. T', 3)).toBe('E.3')
    expect(next('IV. T', 9)).toBe('IX')
    expect(next('B. T', 3)).toBe('C')
  })
})
