/** Small documents with what an intent, or `check --fix`, must make of each. */
import { describe, expect, it } from 'vitest'
import { amendBytes, decodeSpec } from '../../spec-tools/amend/bytes.ts'
import type { IntentInput } from '../../spec-tools/amend/intent.ts'
import { fixSpec } from '../../spec-tools/lint/index.ts'
import { specCases } from './shared.ts'

const cases = specCases()

describe.skipIf(cases.length === 0)('a small case', () => {
  it.each(cases)('$name comes out as expected', ({ before, intent, expected }) => {
    if (intent === null) {
      const { text, encode } = decodeSpec(before)
      const { text: mended, left } = fixSpec(text)
      expect(Buffer.from(encode(mended)).equals(expected ?? before)).toBe(true)
      expect(left.filter(({ severity }) => severity === 'error')).toEqual([])
    } else if (expected === null) {
      expect(() => amendBytes(before, intent as IntentInput)).toThrow(
        expect.objectContaining({ name: expect.stringMatching(/^(?:Refusal|IntentError)$/) }),
      )
    } else {
      expect(Buffer.from(amendBytes(before, intent as IntentInput).bytes).toString()).toBe(
        expected.toString(),
      )
    }
  })
})
