import { describe, expect, it } from 'vitest'
import { amendBytes, decodeSpec } from '../../spec-tools/amend/bytes.ts'

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const section = (body: string) => ({ sections: [{ heading: '2. B', level: 2, body }] })

describe('a file that is not UTF-8', () => {
  const file = latin1('# S\n\n## 1. Caf\xe9\n\nd\xe9j\xe0\xa0 vu.\n')

  it('is edited around its bytes', () => {
    const { bytes } = amendBytes(file, section('New.'))
    expect(bytes).toEqual(latin1('# S\n\n## 1. Caf\xe9\n\nd\xe9j\xe0\xa0 vu.\n\n## 2. B\n\nNew.\n'))
  })

  it('is refused for an intent beyond ASCII, with the first line that is none', () => {
    expect(() => amendBytes(file, section('Nëw.'))).toThrow(/^line 3: The document is not UTF-8/)
  })

  it('is told by the line of its first wrong byte', () => {
    expect(decodeSpec(file).invalidLine).toBe(3)
    expect(decodeSpec(new TextEncoder().encode('\uFEFFé')).invalidLine).toBeNull()
  })
})

describe('a file in UTF-16', () => {
  it('is refused', () => {
    expect(() => decodeSpec(Uint8Array.from([0xff, 0xfe, 0x23, 0]))).toThrow('UTF-16')
  })
})

describe('a file in UTF-8', () => {
  it('keeps its byte order mark', () => {
    const { bytes } = amendBytes(new TextEncoder().encode('\uFEFF# S\n\n## 1. A\n'), section('é'))
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).toBe(
      '\uFEFF# S\n\n## 1. A\n\n## 2. B\n\né\n',
    )
  })
})
