import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyIntent } from '../../spec-tools/amend/apply.ts'
import { Refusal } from '../../spec-tools/document/index.ts'
import { exactCases } from './exact.ts'

/** A sample here; all by hand: `CODICIL_CASES=100000 CODICIL_SEED=1 npx vitest run test/amend/exact`. */
const numRuns = Number(process.env['CODICIL_CASES'] ?? 300)
const seed = Number(process.env['CODICIL_SEED'] ?? 7)

describe('a random intent for a random document of any style', () => {
  it(
    'gives the document that was meant, byte for byte, or a refusal',
    { timeout: numRuns * 200 },
    () => {
      let exact = 0
      fc.assert(
        fc.property(exactCases, ({ before, intent, after }) => {
          const text = amended(before, intent)
          if (text === null) return
          exact += 1
          expect(text).toBe(after)
        }),
        { numRuns, seed },
      )
      expect(exact).toBeGreaterThan(numRuns * 0.9)
    },
  )
})

function amended(before: string, intent: Parameters<typeof applyIntent>[1]): string | null {
  try {
    return applyIntent(before, intent).text
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}
