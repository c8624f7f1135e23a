import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonError, parseJson } from '../../spec-tools/index.ts'

function problem(text: string): unknown {
  try {
    parseJson(text)
  } catch (error) {
    if (error instanceof JsonError) return `${error.line}:${error.column} ${error.code}`
    throw error
  }
  return 'none'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('parseJson', () => {
  it('gives what JSON.parse gives for any JSON text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 12 }), fc.constantFrom(0, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space)
        fc.pre(!/"(?:__proto__|constructor|prototype)"\s*:/.test(text))
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('accepts and refuses what JSON.parse does', () => {
    const characters = fc.constantFrom(...'{}[]",:\\ntruefals0123.- \n\u0001é')
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        expect(problem(text) === 'none').toBe(isJson(text))
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['{"a": 1, "b": 2, "a": 3}', '1:18 duplicate-key'],
    ['{"a": {"b": 1,\n  "b": 2}}', '2:3 duplicate-key'],
    [String.raw`{"a": 1, "\u0061": 2}`, '1:10 duplicate-key'],
    ['{"__proto__": {"polluted": true}}', '1:2 forbidden-key'],
    [String.raw`{"__pro\u0074o__": 1}`, '1:2 forbidden-key'],
    ['{"constructor": 1}', '1:2 forbidden-key'],
    ['{"prototype": 1}', '1:2 forbidden-key'],
    ['[1e999]', '1:2 number-overflow'],
    ['{"a": 1,}', '1:9 not-json'],
    ['[1 2]', '1:4 not-json'],
    ['[NaN]', '1:2 not-json'],
    ['"abc', '1:1 not-json'],
    ['{} {}', '1:4 not-json'],
    ['', '1:1 not-json'],
  ])('refuses %s', (text, expected) => {
    expect(problem(text)).toBe(expected)
  })

  it('answers an array of 200,000 levels with a depth error', () => {
    expect(problem('['.repeat(200_000) + ']'.repeat(200_000))).toBe('1:65 too-deep')
    expect(problem('{"a":'.repeat(200_000))).toBe('1:321 too-deep')
  })

  it('pollutes nothing', () => {
    expect(problem('{"__proto__": {"polluted": true}}')).not.toBe('none')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('tells of each number with its path and its characters', () => {
    const seen: string[] = []
    parseJson('{"a": [1, {"b": 2.50}], "c": -0e2}', {
      onNumber: (...one) => seen.push(one.join(' ')),
    })
    expect(seen).toEqual(['a.0 1', 'a.1.b 2.50', 'c -0e2'])
  })
})
