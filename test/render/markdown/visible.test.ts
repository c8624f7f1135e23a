import { describe, expect, it } from 'vitest'
import { clip, oneLine, plain, visible } from '../../../spec-tools/render/markdown/index.ts'

describe('visible', () => {
  it.each([
    ['a bidirectional override', 'a\u202Eb', 'aU+202Eb'],
    ['a zero-width space', 'a\u200Bb', 'aU+200Bb'],
    ['a byte order mark', '\uFEFFa', 'U+FEFFa'],
    ['an escape sequence', '\u001B[31mred', 'U+001B[31mred'],
    ['a carriage return that overwrites', 'PASS\rFAIL', 'PASSU+000DFAIL'],
    ['half of a surrogate pair', 'a\uD83D', 'aU+D83D'],
    ['a tag character', 'a\u{E0041}', 'aU+E0041'],
    ['a Hangul filler', 'a\u3164', 'aU+3164'],
  ])('spells out %s', (_, text, expected) => {
    expect(visible(text)).toBe(expected)
  })

  it('lets line endings, tabs and signs through', () => {
    expect(visible('a\r\nb\tc\n⚠️ ✅')).toBe('a\nb\tc\n⚠ ✅')
  })
})

describe('oneLine', () => {
  it('makes one blank of any run of white space', () => {
    expect(oneLine('a\r\n  b\tc')).toBe('a b c')
  })
})

describe('plain', () => {
  it('parts mentions, references and links by a blank that can be seen', () => {
    expect(plain('closes #12 and GH-3, @team, https://x.example www.y.example')).toBe(
      'closes # 12 and GH- 3, @ team, https: //x.example www. y.example',
    )
  })
})

describe('clip', () => {
  it('never leaves half of a surrogate pair', () => {
    expect(clip('ab😀cd', 4)).toBe('ab…')
    expect(clip('ab😀cd', 5)).toBe('ab😀…')
    expect(clip('ab', 2)).toBe('ab')
  })
})
