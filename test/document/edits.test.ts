import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, invertEdits, readAt, Refusal } from '../../spec-tools/document/index.ts'

describe('edits', () => {
  it('refer to the original text, whatever their order', () => {
    const edits = [
      { ...readAt(4, 5), text: 'E' },
      { ...readAt(0, 0), text: '>' },
      { ...readAt(1, 3), text: '' },
    ]
    expect(applyEdits('abcdef', edits)).toBe('>adEf')
  })

  it('at one place keep the order in which they are given', () => {
    const edits = ['1', '2', '3'].map((text) => ({ ...readAt(2, 2), text }))
    expect(applyEdits('abcd', edits)).toBe('ab123cd')
  })

  it('that touch the same text are refused', () => {
    const edits = [
      { ...readAt(0, 3), text: 'x' },
      { ...readAt(2, 4), text: 'y' },
    ]
    expect(() => applyEdits('a\nbcde', edits)).toThrow(Refusal)
    expect(() => applyEdits('a\nbcde', edits)).toThrow(/^line 2: Two parts/)
  })

  it('outside the text are an error', () => {
    expect(() => applyEdits('ab', [{ ...readAt(1, 5), text: '' }])).toThrow(RangeError)
    expect(() => applyEdits('ab', [{ ...readAt(2, 1), text: '' }])).toThrow(
      'outside a text of 2 characters',
    )
  })

  it('are undone by their inverse', () => {
    const planned = fc
      .string({ maxLength: 30 })
      .chain((text) =>
        fc.tuple(
          fc.constant(text),
          fc.uniqueArray(fc.nat({ max: text.length }), { maxLength: 8 }),
          fc.array(fc.string({ maxLength: 4 }), { minLength: 4, maxLength: 4 }),
        ),
      )
    fc.assert(
      fc.property(planned, ([text, offsets, texts]) => {
        const sorted = offsets.toSorted((one, other) => one - other)
        const edits = texts.flatMap((inserted, at) => {
          const [start, end] = sorted.slice(2 * at, 2 * at + 2)
          if (start === undefined || end === undefined) return []
          return [{ ...readAt(start, end), text: inserted }]
        })
        const edited = applyEdits(text, edits)
        expect(applyEdits(edited, invertEdits(text, edits))).toBe(text)
      }),
      { numRuns: 1_000, seed: 5 },
    )
  })
})
