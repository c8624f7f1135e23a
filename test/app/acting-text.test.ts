import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inert } from '../../app/github/acting-text.ts'
import { acts } from '../acting.ts'

/** What acts, as GitHub's documentation names it. */
const acting = [
  '[skip ci]',
  '[ci skip]',
  '[no ci]',
  '[skip actions]',
  '[actions skip]',
  '[Skip CI]',
  '***NO_CI***',
  'fixes #1',
  'Closes: #12',
  'resolved acme/ships#3',
  'close GH-7',
  'fix https://github.com/acme/ships/issues/3',
  '\nskip-checks: true',
  '\nCo-authored-by: A <a@example.org>',
  '\nSigned-off-by: A <a@example.org>',
  '\nCodicil-Request: ev-0',
  '@acme/team',
]

describe('text in a message of a commit', () => {
  it.each(acting)('%j would act, and does not', (text) => {
    expect(acts(text)).toBe(true)
    expect(acts(inert(text))).toBe(false)
  })

  it('acts nowhere, whatever stands around it', () => {
    const parts = fc.array(fc.oneof(fc.constantFrom(...acting), fc.string(), fc.constant('\n')))
    fc.assert(
      fc.property(parts, (some) => {
        expect(acts(inert(some.join('')))).toBe(false)
      }),
    )
  })

  it('reads as it was written', () => {
    const parts = fc.array(fc.oneof(fc.constantFrom(...acting), fc.string()))
    fc.assert(
      fc.property(parts, (some) => {
        const text = some.join('').replaceAll('\u200b', '')
        expect(inert(text).replaceAll('\u200b', '')).toBe(text)
      }),
    )
  })

  it('that does nothing is left alone', () => {
    const text = 'docs(spec): add §30, fixed at layer 0 (cosine 0.98 @ 3)\n\n- one: two'
    expect(inert(text)).toBe(text)
  })
})
