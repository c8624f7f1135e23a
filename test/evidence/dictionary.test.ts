import { describe, expect, it } from 'vitest'
import { dictionary, emptyRecord } from '../../spec-tools/evidence/dictionary.ts'

describe('a table for words from outside', () => {
  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'holds nothing under %s that nobody put there',
    (word) => {
      const table = dictionary({ mean: 1 })
      expect([table['mean'], table[word], word in table]).toEqual([1, undefined, false])
    },
  )

  it('keeps __proto__ as a key like any other', () => {
    const record = emptyRecord<string>()
    record['__proto__'] = 'read'
    expect(Object.entries(record)).toEqual([['__proto__', 'read']])
  })
})
