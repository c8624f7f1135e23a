/** Small documents with what an intent, or `check --fix`, must make of each. */
import { describe, expect, it } from 'vitest'
import { amendBytes, decodeSpec } from '../../spec-tools/amend/bytes.ts'
import type { IntentInput } from '../../spec-tools/amend/intent.ts'
import { fixSpec } from '../../spec-tools/lint/index.ts'
import { specCases, type SpecCase } from './shared.ts'

const cases = specCases()

describe.skipIf(cases.length === 0)('a small case', () => {
  it.each(cases)('$name comes out as expected', (one) => {
    expect(outcome(one)).toBe(one.expected?.toString('latin1') ?? unchanged(one))
  })
})

/** The bytes afterwards, one character each; `refused` for an intent that is. */
function outcome({ before, intent }: SpecCase): string {
  if (intent !== null) return amended(before, intent as IntentInput)
  const { text, encode } = decodeSpec(before)
  const { text: mended, left } = fixSpec(text)
  const errors = left.filter(({ severity }) => severity === 'error')
  return errors.map(({ message }) => message).join('\n') + latin(encode(mended))
}

function amended(before: Buffer, intent: IntentInput): string {
  try {
    return latin(amendBytes(before, intent).bytes)
  } catch (error) {
    if (error instanceof Error && /^(?:Refusal|IntentError)$/.test(error.name)) return 'refused'
    throw error
  }
}

function unchanged({ before, intent }: SpecCase): string {
  return intent === null ? before.toString('latin1') : 'refused'
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
